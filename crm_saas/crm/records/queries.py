"""Reading records: one, a page of a list, a count, a history. Columns are selected and dumped; no model is made."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, cast, func, or_, select, text, true
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ClauseElement, Executable

from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.filters import compile_filter
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.errors import FieldError, Invalid, NotFound
from crm_saas.kernel.events import Event
from crm_saas.kernel.text import tsquery
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import Member, RecordCount

MOST_ROWS = 100
COUNT_BOUND = 10_000
"""Beyond this a count is an estimate: counting a million rows costs more than the page they are for."""
SEARCH_BOUND = 5_000
"""Matches looked at by a search; whoever gets more should say more."""
_SYSTEM_SORTS = {"created_at": "id", "updated_at": "updated_at"}


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list asks for."""

    sort: str
    """A field, with `-` before it for descending. Records without a value come last either way."""
    filter: object = None
    search: str = ""
    limit: int = 50
    cursor: str | None = None
    count: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list; `next_cursor` continues it whatever was added or removed meanwhile."""

    data: list[dict[str, Any]]
    next_cursor: str | None
    count: tuple[int, bool] | None
    """(number, whether it is exact), if it was asked for."""


def get(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID) -> dict[str, Any]:
    """Return one record; `NotFound` if there is none that the actor may see."""
    actor.require("read", rtype)
    row = unit.connection.execute(select(*rtype.columns).where(rtype.table.c.id == record_id)).one_or_none()
    if row is None:
        raise NotFound
    return rtype.dump(row)


def page(unit: UnitOfWork, actor: Actor, rtype: RecordType, query: ListQuery) -> Page:
    """Return a page of records."""
    actor.require("read", rtype)
    order = _Order.of(rtype, query.sort)
    condition = true() if query.filter is None else compile_filter(rtype, query.filter, actor.context())
    matches = _search(rtype, query.search)
    if matches is not None:
        condition = and_(condition, rtype.table.c.id.in_(matches))
    start = order.read(query.cursor) if query.cursor else _Start("values", None, None)
    rows = order.fetch(unit, condition, start, query.limit + 1)
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    return Page(
        data=[rtype.dump(row[1:]) for row in rows],
        next_cursor=order.write(rows[-1]) if more else None,
        count=_count(unit, rtype, condition, plain=query.filter is None and matches is None) if query.count else None,
    )


def _search(rtype: RecordType, typed: str) -> Select[Any] | None:
    """Return the ids that match what was typed. Bounded and on its own, or the planner walks the sort index instead."""
    if not typed.strip():
        return None
    query = tsquery(typed)
    if query is None:
        return select(rtype.table.c.id).where(text("false"))
    found = (
        select(rtype.table.c.id)
        .where(rtype.table.c.search.op("@@")(cast(query, TSQUERY)))
        .limit(SEARCH_BOUND)
        .cte("k")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return select(found.c.id)


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a page begins: among records with a value, or (phase `empty`) among those without."""

    phase: str
    value: Any
    record_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class _Order:
    """The order of a list: a column, a direction, and the id to break ties."""

    rtype: RecordType
    name: str
    column: ColumnElement[Any]
    descending: bool

    @staticmethod
    def of(rtype: RecordType, sort: str) -> _Order:
        name = sort.removeprefix("-")
        each = rtype.by_name.get(name)
        column = _SYSTEM_SORTS.get(name) or (each.sort_column if each else None)
        if column is None:
            allowed = [*_SYSTEM_SORTS, *(f.name for f in rtype.fields if f.sort_column)]
            raise Invalid(
                errors=[FieldError("/sort", "unknown_sort", "The list cannot be sorted by this.", {"allowed": allowed})]
            )
        return _Order(rtype, name, rtype.table.c[column], sort.startswith("-"))

    @property
    def _id(self) -> ColumnElement[Any]:
        return self.rtype.table.c.id

    def fetch(self, unit: UnitOfWork, condition: ColumnElement[bool], start: _Start, limit: int) -> list[Any]:
        """Read `limit` rows: first those with a value, in the order of the index, then those without."""
        rows: list[Any] = []
        if start.phase == "values":
            rows = self._run(unit, and_(condition, self._after(start), self._has_value()), limit)
        if len(rows) < limit and self._nullable():
            begin: ColumnElement[bool] = true()
            if start.phase == "empty":
                begin = self._id < start.record_id if self.descending else self._id > start.record_id
            rows += self._run(unit, and_(condition, begin, self.column.is_(None)), limit - len(rows))
        return rows

    def _run(self, unit: UnitOfWork, condition: ColumnElement[bool], limit: int) -> list[Any]:
        order = [self._id] if self.column is self._id else [self.column, self._id]
        statement = (
            select(self.column.label("sort_value"), *self.rtype.columns)
            .where(condition)
            .order_by(*(column.desc() if self.descending else column.asc() for column in order))
            .limit(limit)
        )
        return list(unit.connection.execute(statement))

    def _nullable(self) -> bool:
        return bool(getattr(self.column, "nullable", False))

    def _has_value(self) -> ColumnElement[bool]:
        return self.column.is_not(None) if self._nullable() else true()

    def _after(self, start: _Start) -> ColumnElement[bool]:
        if start.record_id is None:
            return true()
        if self.column is self._id:
            return self._id < start.record_id if self.descending else self._id > start.record_id
        beyond = self.column < start.value if self.descending else self.column > start.value
        at = self.column <= start.value if self.descending else self.column >= start.value
        tie = self._id < start.record_id if self.descending else self._id > start.record_id
        return and_(at, or_(beyond, tie))

    def write(self, row: Any) -> str:  # noqa: ANN401
        value = row[0]
        if isinstance(value, (date, datetime)):
            value = value.isoformat()
        elif isinstance(value, uuid.UUID):
            value = str(value)
        phase = "empty" if row[0] is None else "values"
        text_form = json.dumps([self.name, self.descending, phase, value, str(row.id)])
        return base64.urlsafe_b64encode(text_form.encode()).decode().rstrip("=")

    def read(self, cursor: str) -> _Start:
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            decoded = base64.b64decode(padded, altchars=b"-_", validate=True)
            name, descending, phase, value, record_id = json.loads(decoded)
            if name != self.name or descending is not self.descending or phase not in {"values", "empty"}:
                raise ValueError  # noqa: TRY301 - one answer for every way to be wrong
            return _Start(phase, self._typed(value), uuid.UUID(record_id))
        except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
            raise Invalid(
                errors=[FieldError("/cursor", "bad_cursor", "This cursor does not belong to this list.")]
            ) from None

    def _typed(self, value: Any) -> Any:  # noqa: ANN401
        if value is None:
            return None
        expected = self.column.type.python_type
        if expected is uuid.UUID:
            return uuid.UUID(value)
        if expected in {date, datetime}:
            return expected.fromisoformat(value)
        if expected is int and type(value) is int and abs(value) < 2**63:
            return value
        if expected is str and isinstance(value, str) and "\0" not in value:
            return value
        raise ValueError


def _count(unit: UnitOfWork, rtype: RecordType, condition: ColumnElement[bool], *, plain: bool) -> tuple[int, bool]:
    if plain:
        kept = unit.connection.execute(select(RecordCount.value).where(RecordCount.record_type == rtype.name)).scalar()
        if kept is not None and kept > COUNT_BOUND:
            return kept, True
    bounded = select(rtype.table.c.id).where(condition).limit(COUNT_BOUND + 1).subquery()
    counted = unit.connection.execute(select(func.count()).select_from(bounded)).scalar_one()
    if counted <= COUNT_BOUND:
        return counted, True
    return max(_estimate(unit, select(rtype.table.c.id).where(condition)), COUNT_BOUND + 1), False


class _Explain(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement


@compiles(_Explain, "postgresql")
def _compile_explain(element: _Explain, compiler: Any, **kw: Any) -> str:  # noqa: ANN401
    return f"EXPLAIN (FORMAT JSON) {compiler.process(element.statement, **kw)}"


def _estimate(unit: UnitOfWork, statement: Select[Any]) -> int:
    """Ask the planner how many rows a statement returns."""
    plan = unit.connection.execute(_Explain(statement)).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])


def history(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, *, before: uuid.UUID | None, limit: int
) -> tuple[list[dict[str, Any]], uuid.UUID | None]:
    """Return a record's events, the newest first, and where the next page starts. A deleted record has one too."""
    actor.require("read", rtype)
    statement = (
        select(*Event.__table__.c, Member.name.label("actor_name"))
        .outerjoin(Member, Member.user_id == Event.actor_id)
        .where(Event.record_id == record_id, Event.record_type == rtype.name)
        .order_by(Event.id.desc())
        .limit(limit + 1)
    )  # fmt: skip
    if before is not None:
        statement = statement.where(Event.id < before)
    rows = unit.connection.execute(statement).all()
    if not rows and before is None:
        raise NotFound
    data = [
        {
            "id": row.id,
            "type": row.type,
            "at": row.at,
            "actor": {"kind": row.actor_kind, "id": row.actor_id, "name": row.actor_name},
            "source": row.source,
            "version": row.version,
            "batch_id": row.batch_id,
            "changes": [{"field": name, "before": pair[0], "after": pair[1]} for name, pair in row.changes.items()],
        }
        for row in rows[:limit]
    ]
    return data, rows[limit - 1].id if len(rows) > limit else None
