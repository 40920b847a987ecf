"""Asking conditions of the filter language of records in hand, stored or not yet: by the very condition that lists use.

The records are sent to the server as rows, and the conditions are asked of them instead of the type's table.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import orjson
from sqlalchemy import Column, ColumnElement, Text, cast, column, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import visitors
from sqlalchemy.sql.expression import false

from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.filters import compile_filter
from crm_saas.crm.records.kinds import Context
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.errors import Invalid
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import WorkspaceSettings

_ROWS: Final = "in_hand"


def workspace_context(unit: UnitOfWork, actor: Actor) -> Context:
    """Return what a rule of the workspace is read against: it means the same whoever acts, and sees every field."""
    timezone = unit.connection.execute(select(WorkspaceSettings.timezone)).scalar_one()
    return replace(actor.context(), limits=None, timezone=timezone)


def holding(
    unit: UnitOfWork,
    rtype: RecordType,
    filters: Sequence[object],
    context: Context,
    rows: Sequence[Mapping[str, Any]],
) -> dict[uuid.UUID, tuple[bool, ...]]:
    """Return, by id, which of the filters hold for each record, in one statement.

    Arguments: `rows` have every column of the type's table that a filter may name, and the id. A filter that cannot be
    read any more, since what it names is gone, holds for none.
    """
    if not rows or not filters:
        return {row["id"]: () for row in rows}
    conditions = [_condition(rtype, each, context) for each in filters]
    names = {"id"}
    for condition in conditions:
        names |= {part.name for part in visitors.iterate(condition) if isinstance(part, Column) and _is_of(rtype, part)}
    of_table = [rtype.table.c[name] for name in sorted(names)]
    sent = orjson.dumps([{name: row[name] for name in names} for row in rows]).decode()
    hand = (
        func.jsonb_to_recordset(cast(literal(sent, Text), JSONB))
        .table_valued(*(column(each.name, each.type) for each in of_table), name=_ROWS)
        .render_derived(with_types=True)
    )

    def from_hand(element: Any, **_: Any) -> Any:  # noqa: ANN401 - whatever a statement is made of
        return hand.c[element.name] if isinstance(element, Column) and _is_of(rtype, element) else None

    asked: list[ColumnElement[bool]] = [visitors.replacement_traverse(each, {}, from_hand) for each in conditions]
    told = unit.connection.execute(select(hand.c.id, *(each.label(f"c{n}") for n, each in enumerate(asked))))
    return {row[0]: tuple(row[1:]) for row in told}


def _is_of(rtype: RecordType, found: Column[Any]) -> bool:
    return found.table is rtype.table


def _condition(rtype: RecordType, document: object, context: Context) -> ColumnElement[bool]:
    try:
        return func.coalesce(compile_filter(rtype, document, context), false())
    except Invalid:
        return false()
