"""The exact duplicate check: another record with one of the same e-mail addresses or phone numbers."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import ARRAY, Text, cast, select

from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.kernel.errors import Conflict
from crm_saas.kernel.uow import UnitOfWork

MOST = 10


def find(
    unit: UnitOfWork, rtype: RecordType, keys: list[str], *, exclude: uuid.UUID | None = None
) -> list[dict[str, Any]]:
    """Return at most ten records that share one of `keys`: `{id, display_name, reasons}`, the oldest first.

    A reason is the kind of key they share: `email` or `phone`.
    """
    if not keys:
        return []
    table = rtype.table
    query = (
        select(table.c.id, table.c.display_name, table.c["keys"])
        .where(table.c["keys"].op("&&")(cast(keys, ARRAY(Text))))
        .order_by(table.c.id)
        .limit(MOST)
    )
    if exclude is not None:
        query = query.where(table.c.id != exclude)
    wanted = set(keys)
    return [
        {
            "id": row.id,
            "display_name": row.display_name,
            "reasons": sorted({key.partition(":")[0] for key in row[2] if key in wanted}),
        }
        for row in unit.connection.execute(query)
    ]


def refuse(unit: UnitOfWork, rtype: RecordType, values: Values) -> None:
    """Raise `Conflict` with code `duplicate_record` if another record shares an identity with these values."""
    found = find(unit, rtype, rtype.identity_keys(values))
    if found:
        raise Conflict(
            "There is already a record with this e-mail address or phone number.",
            code="duplicate_record",
            duplicates=found,
        )
