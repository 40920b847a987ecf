"""How each kind of field is compared in SQL: what a leaf of the filter language becomes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Column, ColumnElement, Table, Text, all_, and_, any_, cast, func, literal, or_
from sqlalchemy.dialects.postgresql import array

from crm_saas.crm.records.fields import Field
from crm_saas.crm.records.kinds import Context
from crm_saas.crm.records.periods import Period, today_in
from crm_saas.kernel.clock import now
from crm_saas.kernel.text import fold


class Source(Protocol):
    """What has a table: a record type, or what a link leads to."""

    @property
    def table(self) -> Table:
        """The table whose columns are compared."""
        ...


Condition = ColumnElement[bool]
Compiler = Callable[[Source, Field, str, list[Any], Context], Condition]
_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
_LATEST: Final = datetime.max.replace(tzinfo=UTC)


def column_of(source: Source, each: Field) -> Column[Any]:
    """Return the first column of a field: for money the amount."""
    return source.table.c[each.columns[0]]


def compare(source: Source, each: Field, operator: str, values: list[Any], _context: Context) -> Condition:
    """Compare a column with values of its own type; a record without a value is not equal to any."""
    return _compare(column_of(source, each), operator, values)


def _compare(column: Any, operator: str, values: list[Any]) -> Condition:  # noqa: ANN401 - a column or an expression
    first = values[0]
    comparisons: dict[str, Callable[[], Condition]] = {
        "eq": lambda: column == first,
        "ne": lambda: column.is_distinct_from(first),
        "in": lambda: column == any_(_array(column, values)),
        "not_in": lambda: or_(column.is_(None), column != all_(_array(column, values))),
        "lt": lambda: column < first,
        "lte": lambda: column <= first,
        "gt": lambda: column > first,
        "gte": lambda: column >= first,
        "between": lambda: column.between(first, values[-1]),
    }
    return comparisons[operator]()


def _array(column: Any, values: list[Any]) -> ColumnElement[Any]:  # noqa: ANN401
    """Return the values as one array: a statement with `IN` would be compiled anew for each number of values."""
    if isinstance(values[0], ColumnElement):
        return array(values)
    return literal(values, ARRAY(column.type))


def _text(source: Source, each: Field, operator: str, values: list[Any], _context: Context) -> Condition:
    """Compare text whatever its case: both sides folded by the server, so that they are folded alike."""
    column = func.lower(column_of(source, each))
    lowered = [func.lower(value) for value in values]
    if operator == "contains":
        return func.strpos(column, lowered[0]) > 0
    if operator == "starts_with":
        return func.starts_with(column, lowered[0])
    return _compare(column, operator, lowered)


def _money(source: Source, each: Field, operator: str, values: list[Any], _context: Context) -> Condition:
    """Compare amounts of one currency; amounts of others do not match."""
    same = source.table.c[each.columns[1]] == values[0].currency
    return and_(same, _compare(column_of(source, each), operator, [value.amount_minor for value in values]))


def _date(source: Source, each: Field, operator: str, values: list[Any], context: Context) -> Condition:
    """Compare days; a period is one of the reader's calendar."""
    if operator != "within":
        return compare(source, each, operator, values, context)
    column = column_of(source, each)
    start, end = _days(values[0], context)
    return and_(column >= start, column < end if end < date.max else column <= end)


def _days(period: Period, context: Context) -> tuple[date, date]:
    return period.days(today_in(context.timezone, now()), context.week_start)


def _instant(source: Source, each: Field, operator: str, values: list[Any], context: Context) -> Condition:
    """Compare instants; a plain date means that whole day in the reader's time zone."""
    column = column_of(source, each)
    if operator == "within":
        first, end_day = _days(values[0], context)
        until = _midnight(end_day, context.timezone) if end_day < date.max else _LATEST
        return and_(column >= _midnight(first, context.timezone), column < until)
    bounds = [_bounds(value, context.timezone) for value in values]
    start, end = bounds[0]
    last = bounds[-1][1]
    comparisons: dict[str, Callable[[], Condition]] = {
        "lt": lambda: column < start,
        "lte": lambda: column < end,
        "gt": lambda: column >= end,
        "gte": lambda: column >= start,
        "between": lambda: and_(column >= start, column < last),
    }
    return comparisons[operator]()


def _bounds(value: date | datetime, zone: str) -> tuple[datetime, datetime]:
    """Return the half-open period that a value stands for; the ends of the calendar are as far as it goes."""
    if isinstance(value, datetime):
        return value, value + timedelta(microseconds=1) if value < _LATEST else _LATEST
    return _midnight(value, zone), _midnight(value + timedelta(days=1), zone) if value < date.max else _LATEST


def _midnight(day: date, zone: str) -> datetime:
    try:
        return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:
        return _EARLIEST if day.year == 1 else _LATEST


def _keyed(source: Source, each: Field, _operator: str, values: list[Any], _context: Context) -> Condition:
    """E-mails, phones and tags are asked through the exact look-up keys."""
    keys = [f"tag:{fold(values[0])}"] if each.kind == "tags" else each.keys_of(values[0])
    held = source.table.c["keys"]
    wanted = cast(keys, ARRAY(Text))
    overlaps = held.bool_op("&&")(wanted)
    # the same for one key; else the planner thinks it common, and walks the order of the list in search of it
    return and_(overlaps, held.bool_op("@>")(wanted)) if len(keys) == 1 else overlaps


def _external(source: Source, each: Field, _operator: str, values: list[Any], _context: Context) -> Condition:
    return column_of(source, each).contains(values[0])


COMPILERS: Final[dict[str, Compiler]] = {
    "text": _text,
    "long_text": _text,
    "url": _text,
    "money": _money,
    "date": _date,
    "instant": _instant,
    "email_list": _keyed,
    "phone_list": _keyed,
    "tags": _keyed,
    "external_ids": _external,
}
"""By kind; the others are compared as they are, by `compare`."""
