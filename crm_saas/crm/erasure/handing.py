"""Everything that is held about a person in one document, to be handed to them (GDPR, article 15)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import RowMapping, select

from crm_saas.crm.erasure.knowing import Ref
from crm_saas.crm.erasure.model import Erasure
from crm_saas.crm.erasure.records import belonging
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.kernel.clock import now
from crm_saas.kernel.db import TenantBase
from crm_saas.kernel.events import Event
from crm_saas.kernel.uow import UnitOfWork

MOST_ROWS: Final = 5_000
"""Rows of one table for one record."""
_DERIVED: Final = frozenset({"search", "keys", "display_sort"})


def document(unit: UnitOfWork, row: Erasure) -> dict[str, Any]:
    """Return what a search has found, in full: records, their history and what was said, and rows elsewhere."""
    refs = Ref.read((each["type"], each["id"]) for each in row.found["records"])
    return {
        "made_at": now(),
        "recognised_by": row.person,
        "records": [_record(unit, ref) for ref in refs],
        "elsewhere": {name: _rows(unit, name, keys) for name, keys in row.found["refs"].items()},
        "counts": row.found["places"],
    }


def _record(unit: UnitOfWork, ref: Ref) -> dict[str, Any]:
    stored = unit.connection.execute(select(*ref.rtype.columns).where(ref.rtype.table.c.id == ref.id)).one_or_none()
    held: dict[str, list[dict[str, Any]]] = {}
    for table in (TenantBase.metadata.tables[Event.__tablename__], *belonging()):
        statement = select(table).where(table.c.record_id == ref.id, table.c.record_type == ref.rtype.name)
        rows = unit.connection.execute(statement.limit(MOST_ROWS)).mappings()
        held[str(table.name)] = [_plain(each) for each in rows]
    return {
        "type": ref.rtype.name,
        "id": ref.id,
        "record": None if stored is None else ref.rtype.dump(stored),
        **{name: rows for name, rows in held.items() if rows},
    }


def _rows(unit: UnitOfWork, name: str, keys: list[list[str]]) -> list[dict[str, Any]]:
    table = TenantBase.metadata.tables.get(name)
    if table is None:
        return []
    rtype = next((each for each in REGISTRY if each.table.name == name), None)
    found: list[dict[str, Any]] = []
    for key in keys:
        parts = zip(table.primary_key.columns, key, strict=True)
        condition = [column == column.type.python_type(part) for column, part in parts]
        stored = unit.connection.execute(select(table).where(*condition)).mappings().one_or_none()
        if stored is not None:
            plain = _plain(stored)
            found.append({name: value for name, value in plain.items() if rtype is None or name not in _DERIVED})
    return found


def _plain(row: RowMapping) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}  # the names of columns are more than text
