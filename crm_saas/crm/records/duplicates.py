"""The exact duplicate check: another record with one of the same e-mail addresses or phone numbers."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import ARRAY, Text, cast, select

from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.policy import visible
from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.kernel.errors import Conflict
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
    table = rtype.table
    condition = table.c["keys"].bool_op("&&")(cast(keys, ARRAY(Text))) & visible(actor, rtype)
    if exclude is not None:
        condition &= table.c.id != exclude
    # on its own: asked for the first ten by id, the planner would walk all ids in the hope of meeting ten soon
    sharing = (
        select(table.c.id, table.c.display_name, table.c["keys"].label("shared"))
        .where(condition)
        .limit(LOOKED_AT)
        .cte("sharing")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    wanted = set(keys)
    return [
        {
            "id": row.id,
            "display_name": row.display_name,
            "reasons": sorted({key.partition(":")[0] for key in row.shared if key in wanted}),
        }
        for row in unit.connection.execute(select(sharing).order_by(sharing.c.id).limit(MOST))
    ]


def refuse(unit: UnitOfWork, actor: Actor, rtype: RecordType, values: Values) -> None:
    """Raise `Conflict` with code `duplicate_record` if another record shares an identity with these values."""
    found = find(unit, actor, rtype, rtype.identity_keys(values))
    if found:
        raise Conflict(
            "There is already a record with this e-mail address or phone number.",
            code="duplicate_record",
            duplicates=found,
        )
