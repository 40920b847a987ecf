"""The exact duplicate check: another record with one of the same e-mail addresses or phone numbers."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Text, Uuid, bindparam, select, true

from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.policy import sees_all, visible
from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.kernel.errors import Conflict
from crm_saas.kernel.prepared import Prepared
from crm_saas.kernel.uow import UnitOfWork

MOST = 10
LOOKED_AT = 1_000
"""Records with a key in common that are looked at; a switchboard's number may be on more."""


def find(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, keys: list[str], *, exclude: uuid.UUID | None = None
) -> list[dict[str, Any]]:
    """Return at most ten records the actor may see that share one of `keys`: `{id, display_name, reasons}`.

    The oldest come first. A reason is the kind of key they share: `email` or `phone`.
    """
    if not keys:
        return []
    statement = _sharing_of_all(rtype) if sees_all(actor, rtype) else _sharing(rtype, visible(actor, rtype))
    wanted = set(keys)
    return [
        {
            "id": record_id,
            "display_name": display_name,
            "reasons": sorted({key.partition(":")[0] for key in shared if key in wanted}),
        }
        for record_id, display_name, shared in statement.all(unit, wanted=keys, exclude=exclude)
    ]


def _sharing(rtype: RecordType, condition: ColumnElement[bool]) -> Prepared:
    """Find the records of `condition` that have one of the keys `wanted`, but for `exclude`."""
    table = rtype.table
    # on its own: asked for the first ten by id, the planner would walk all ids in the hope of meeting ten soon
    sharing = (
        select(table.c.id, table.c.display_name, table.c["keys"].label("shared"))
        .where(
            table.c["keys"].op("&&")(bindparam("wanted", type_=ARRAY(Text))),
            table.c.id.is_distinct_from(bindparam("exclude", type_=Uuid)),
            condition,
        )
        .limit(LOOKED_AT)
        .cte("sharing")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return Prepared(select(sharing).order_by(sharing.c.id).limit(MOST))


@lru_cache(maxsize=64)
def _sharing_of_all(rtype: RecordType) -> Prepared:
    return _sharing(rtype, true())


def refuse(unit: UnitOfWork, actor: Actor, rtype: RecordType, values: Values) -> None:
    """Raise `Conflict` with code `duplicate_record` if another record shares an identity with these values."""
    found = find(unit, actor, rtype, rtype.identity_keys(values))
    if found:
        raise Conflict(
            "There is already a record with this e-mail address or phone number.",
            code="duplicate_record",
            duplicates=found,
        )
