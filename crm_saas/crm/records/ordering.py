"""The order of a list and its cursors: a page starts after a value and an id, so that nothing inserted shifts it."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Integer, Select, Uuid, and_, bindparam, or_, select, true

from crm_saas.crm.records.fields import SYSTEM_FIELDS
from crm_saas.crm.records.registry import RecordType, Shape
from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.prepared import Prepared, Row
from crm_saas.kernel.uow import UnitOfWork

LONGEST_CURSOR: Final = 2_000
_BIGINT: Final = 2**63
DISPLAY_SORT: Final = "display_sort"
Phase = Literal["values", "empty"]


@dataclass(frozen=True, slots=True)
class Start:
    """Where a page begins: among records with a value, or (phase `empty`) among those without."""

    phase: Phase
    value: Any
    record_id: uuid.UUID | None


BEGINNING: Final = Start("values", None, None)


@dataclass(frozen=True, slots=True)
class Matching:
    """Which records a list is of."""

    condition: Callable[[], ColumnElement[bool]]
    values: dict[str, Any] = field(default_factory=dict)
    """What parameters named in the condition stand for."""
    key: str | None = None
    """Names conditions of a type that are the same but for `values`: their statement is put together once."""


_START_ID: Final = bindparam("start_id", type_=Uuid)
_statements: Final[dict[Hashable, Prepared]] = {}
MOST_STATEMENTS: Final = 500


def sortable(rtype: RecordType, hidden: frozenset[str] = frozenset()) -> dict[str, str]:
    """Return field -> column for everything a list of the type can be sorted by.

    Not by what is hidden, nor by the display name where a hidden field may be in it: order and cursors would tell.
    """
    columns = {
        each.name: each.sort_column
        for each in (*rtype.fields, *SYSTEM_FIELDS)
        if each.sort_column and each.name not in hidden
    }
    if hidden.isdisjoint(rtype.display):
        return columns
    return {name: column for name, column in columns.items() if column != DISPLAY_SORT}


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a list: a column, a direction, and the id to break ties. Records without a value come last."""

    rtype: RecordType
    name: str
    column: ColumnElement[Any]
    descending: bool

    @staticmethod
    def of(rtype: RecordType, sort: str, hidden: frozenset[str] = frozenset()) -> Order:
        """Read `field` or `-field`; raises `Invalid` with what is possible."""
        name = sort.removeprefix("-")
        columns = sortable(rtype, hidden)
        if name not in columns:
            detail = "The list cannot be sorted by this."
            raise Invalid(detail, errors=[FieldError("/sort", "unknown_sort", detail, {"allowed": list(columns)})])
        return Order(rtype, name, rtype.table.c[columns[name]], sort.startswith("-"))

    def fetch(self, unit: UnitOfWork, shape: Shape, matching: Matching, start: Start, limit: int) -> list[Row]:
        """Read at most `limit` rows: (sort value, id, columns of the shape...).

        First those with a value, in the order of the index, then those without: one statement each, because an index
        does not give nulls last in both directions.
        """
        given = {**matching.values, "start_value": start.value, "start_id": start.record_id}
        continued = start.record_id is not None
        rows: list[Row] = []
        if start.phase == "values":
            rows += self._statement(shape, matching, "values", continued).all(unit, most=limit, **given)
            continued = False
        if len(rows) < limit and self._nullable:
            rows += self._statement(shape, matching, "empty", continued).all(unit, most=limit - len(rows), **given)
        return rows

    def _statement(self, shape: Shape, matching: Matching, phase: Phase, continued: bool) -> Prepared:  # noqa: FBT001
        if matching.key is None:
            return Prepared.alike(self._select(shape, matching.condition(), phase, continued))
        key = (self.rtype, self.name, self.descending, shape, matching.key, phase, continued)
        found = _statements.get(key)
        if found is None:
            if len(_statements) >= MOST_STATEMENTS:
                _statements.clear()
            found = _statements[key] = Prepared(self._select(shape, matching.condition(), phase, continued))
        return found

    @property
    def _id(self) -> ColumnElement[Any]:
        return self.rtype.table.c.id

    @property
    def _nullable(self) -> bool:
        return bool(getattr(self.column, "nullable", False))

    def _select(self, shape: Shape, condition: ColumnElement[bool], phase: Phase, continued: bool) -> Select[Any]:  # noqa: FBT001
        if phase == "values":
            by = [self.column, self._id]
            part = self.column.is_not(None) if self._nullable else true()
            after = self._after() if continued else true()
        else:
            by, part = [self._id], self.column.is_(None)
            after = self._beyond(self._id, _START_ID) if continued else true()
        return (
            select(self.column.label("sort_value"), self._id.label("sort_id"), *shape.columns)
            .where(condition, after, part)
            .order_by(*(column.desc() if self.descending else column.asc() for column in dict.fromkeys(by)))
            .limit(bindparam("most", type_=Integer))
        )

    def _beyond(self, column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:  # noqa: ANN401
        beyond: ColumnElement[bool] = column < value if self.descending else column > value
        return beyond

    def _after(self) -> ColumnElement[bool]:
        if self.column is self._id:
            return self._beyond(self._id, _START_ID)
        value = bindparam("start_value", type_=self.column.type)
        # `at` is implied by the rest; it is what the index can start from
        at = self.column <= value if self.descending else self.column >= value
        return and_(at, or_(self._beyond(self.column, value), self._beyond(self._id, _START_ID)))

    def write(self, row: Row) -> str:
        """Return the cursor that continues after a row of `fetch`."""
        value = row[0]
        if isinstance(value, (date, datetime)):
            value = value.isoformat()
        elif isinstance(value, uuid.UUID):
            value = str(value)
        phase = "empty" if value is None else "values"
        text = json.dumps([self.name, self.descending, phase, value, str(row[1])], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def read(self, cursor: str) -> Start:
        """Read a cursor of this order; raises `Invalid` for anything else."""
        try:
            if len(cursor) > LONGEST_CURSOR:
                raise ValueError  # noqa: TRY301 - one answer for every way to be wrong
            padded = cursor + "=" * (-len(cursor) % 4)
            decoded = base64.b64decode(padded, altchars=b"-_", validate=True)
            name, descending, phase, value, record_id = json.loads(decoded)
            if name != self.name or descending is not self.descending or phase not in {"values", "empty"}:
                raise ValueError  # noqa: TRY301
            return Start(phase, self._typed(value) if phase == "values" else None, uuid.UUID(record_id))
        except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
            raise bad_cursor() from None

    def _typed(self, value: Any) -> Any:  # noqa: ANN401
        """Read the sort value of a cursor as the column's type; ValueError if it is not one."""
        expected = self.column.type.python_type
        if expected is uuid.UUID:
            return uuid.UUID(value)
        if expected is date:
            return date.fromisoformat(value)
        if expected is datetime:
            return _aware(value)
        if expected is int and type(value) is int and abs(value) < _BIGINT:
            return value
        if expected is str and isinstance(value, str) and "\0" not in value:
            value.encode()  # a lone surrogate is a ValueError
            return value
        raise ValueError


def _aware(value: str) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError
    return instant


def bad_cursor() -> Invalid:
    """Return the refusal of a cursor that this list did not give."""
    detail = "This cursor does not belong to this list."
    return Invalid(detail, errors=[FieldError("/cursor", "bad_cursor", detail)])
