"""The order of a list and its cursors: a page starts after a value and an id, so that nothing inserted shifts it."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from crm_saas.crm.records.fields import SYSTEM_FIELDS
from crm_saas.crm.records.registry import RecordType, Shape
from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.uow import UnitOfWork

LONGEST_CURSOR: Final = 2_000
_BIGINT: Final = 2**63
Phase = Literal["values", "empty"]


@dataclass(frozen=True, slots=True)
class Start:
    """Where a page begins: among records with a value, or (phase `empty`) among those without."""

    phase: Phase
    value: Any
    record_id: uuid.UUID | None


BEGINNING: Final = Start("values", None, None)


def sortable(rtype: RecordType) -> dict[str, str]:
    """Return field -> column for everything a list of the type can be sorted by."""
    return {each.name: each.sort_column for each in (*rtype.fields, *SYSTEM_FIELDS) if each.sort_column}


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a list: a column, a direction, and the id to break ties. Records without a value come last."""

    rtype: RecordType
    name: str
    column: ColumnElement[Any]
    descending: bool

    @staticmethod
    def of(rtype: RecordType, sort: str) -> Order:
        """Read `field` or `-field`; raises `Invalid` with what is possible."""
        name = sort.removeprefix("-")
        columns = sortable(rtype)
        if name not in columns:
            detail = "The list cannot be sorted by this."
            raise Invalid(detail, errors=[FieldError("/sort", "unknown_sort", detail, {"allowed": list(columns)})])
        return Order(rtype, name, rtype.table.c[columns[name]], sort.startswith("-"))

    def fetch(
        self, unit: UnitOfWork, shape: Shape, condition: ColumnElement[bool], start: Start, limit: int
    ) -> list[Any]:
        """Read at most `limit` rows: (sort value, id, columns of the shape...).

        First those with a value, in the order of the index, then those without: one statement each, because an index
        does not give nulls last in both directions.
        """
        rows: list[Any] = []
        if start.phase == "values":
            has_value = self.column.is_not(None) if self._nullable else true()
            rows += unit.connection.execute(
                self._select(shape, and_(condition, self._after(start), has_value), [self.column, self._id], limit)
            )
        if len(rows) < limit and self._nullable:
            begin = self._beyond(self._id, start.record_id) if start.phase == "empty" else true()
            rows += unit.connection.execute(
                self._select(shape, and_(condition, begin, self.column.is_(None)), [self._id], limit - len(rows))
            )
        return rows

    @property
    def _id(self) -> ColumnElement[Any]:
        return self.rtype.table.c.id

    @property
    def _nullable(self) -> bool:
        return bool(getattr(self.column, "nullable", False))

    def _select(
        self, shape: Shape, condition: ColumnElement[bool], by: list[ColumnElement[Any]], limit: int
    ) -> Select[Any]:
        return (
            select(self.column.label("sort_value"), self._id.label("sort_id"), *shape.columns)
            .where(condition)
            .order_by(*(column.desc() if self.descending else column.asc() for column in dict.fromkeys(by)))
            .limit(limit)
        )

    def _beyond(self, column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:  # noqa: ANN401
        beyond: ColumnElement[bool] = column < value if self.descending else column > value
        return beyond

    def _after(self, start: Start) -> ColumnElement[bool]:
        if start.record_id is None:
            return true()
        if self.column is self._id:
            return self._beyond(self._id, start.record_id)
        # `at` is implied by the rest; it is what the index can start from
        at = self.column <= start.value if self.descending else self.column >= start.value
        tie = self._beyond(self._id, start.record_id)
        return and_(at, or_(self._beyond(self.column, start.value), tie))

    def write(self, row: Any) -> str:  # noqa: ANN401
        """Return the cursor that continues after a row of `fetch`."""
        value = row.sort_value
        if isinstance(value, (date, datetime)):
            value = value.isoformat()
        elif isinstance(value, uuid.UUID):
            value = str(value)
        phase = "empty" if row.sort_value is None else "values"
        text = json.dumps([self.name, self.descending, phase, value, str(row.sort_id)], separators=(",", ":"))
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
