"""Counts a workspace's records by type from its events, so that limits and lists need not count rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from sqlalchemy.dialects.postgresql import insert

from crm_saas.kernel.relay import Happened, consumer
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import RecordCount

_EFFECT: Final = {"created": 1, "restored": 1, "deleted": -1, "erased": -1}
"""Past participle of an event's type -> what it does to the number of records."""


@consumer
def count_records(unit: UnitOfWork, events: Sequence[Happened]) -> None:
    """Add what came and take off what went, type by type."""
    change: Counter[str] = Counter()
    for event in events:
        change[event.record_type] += _EFFECT.get(event.type.rpartition(".")[2], 0)
    for record_type, difference in sorted(change.items()):
        if difference:
            statement = insert(RecordCount).values(record_type=record_type, value=difference)
            unit.connection.execute(
                statement.on_conflict_do_update(
                    index_elements=[RecordCount.record_type], set_={"value": RecordCount.value + difference}
                )
            )
