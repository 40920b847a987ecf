"""The filter language: JSON conditions over the fields of a record type, compiled to SQL in this one place.

Today `{"all": [leaf, ...]}` with leaves `{"field", "op", "value"}`; `any`, `not`, relations and *explain* join it here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Column, ColumnElement, Text, and_, cast, func, or_, true

from crm_saas.crm.records.fields import Field
from crm_saas.crm.records.kinds import KINDS, Context, ValueProblem
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.text import fold

MOST_LEAVES = 50
MOST_VALUES = 500
_MANY = frozenset({"in", "not_in", "between"})
_NONE = frozenset({"is_empty", "is_not_empty"})
_LIST_KINDS = frozenset({"email_list", "phone_list", "tags"})
_SYSTEM = {name: Field(name, "instant", "system") for name in ("created_at", "updated_at")}
# an import is named by its id, as a member is
_SYSTEM |= {name: Field(name, "member", "system") for name in ("created_by_id", "updated_by_id", "import_id")}

Condition = ColumnElement[bool]


def compile_filter(rtype: RecordType, document: object, context: Context) -> Condition:
    """Compile a filter document; raises `Invalid` with a pointer into the document for every fault."""
    if not isinstance(document, dict) or set(document) != {"all"} or not isinstance(document["all"], list):
        raise Invalid(errors=[FieldError("", "bad_filter", 'A filter is {"all": [{"field", "op", "value"}, ...]}.')])
    leaves = document["all"]
    if len(leaves) > MOST_LEAVES:
        raise Invalid(
            errors=[FieldError("/all", "too_many", f"At most {MOST_LEAVES} conditions.", {"max": MOST_LEAVES})]
        )
    faults: list[FieldError] = []
    conditions: list[Condition] = []
    for index, leaf in enumerate(leaves):
        try:
            conditions.append(_leaf(rtype, leaf, context))
        except _LeafError as fault:
            faults.append(FieldError(f"/all/{index}{fault.pointer}", fault.code, str(fault), fault.params))
    if faults:
        raise Invalid("The filter cannot be used.", errors=faults)
    return and_(true(), *conditions)


class _LeafError(Exception):
    def __init__(self, pointer: str, code: str, detail: str, **params: Any) -> None:  # noqa: ANN401
        super().__init__(detail)
        self.pointer, self.code, self.params = pointer, code, params


def _leaf(rtype: RecordType, leaf: object, context: Context) -> Condition:
    if not isinstance(leaf, dict) or not {"field", "op"} <= set(leaf) <= {"field", "op", "value"}:
        raise _LeafError("", "bad_filter", "A condition has field, op and mostly value.")
    each = rtype.by_name.get(str(leaf["field"])) or _SYSTEM.get(str(leaf["field"]))
    if each is None or not each.filterable:
        raise _LeafError("/field", "unknown_field", "There is no such field to filter by.")
    operator = leaf["op"]
    if operator not in each.operators:
        raise _LeafError("/op", "unknown_operator", "This field cannot be asked that.", allowed=list(each.operators))
    if operator in _NONE:
        empty = _is_empty(rtype, each)
        return empty if operator == "is_empty" else ~empty
    values = _values(each, operator, leaf.get("value"), context)
    return _COMPILERS.get(each.kind, _plain)(rtype, each, operator, values, context)


def _values(each: Field, operator: str, raw: object, context: Context) -> list[Any]:
    many = raw if operator in _MANY else [raw]
    if not isinstance(many, list) or not many or len(many) > MOST_VALUES:
        raise _LeafError("/value", "wrong_type", "Expected a list of values.", max=MOST_VALUES)
    if operator == "between" and len(many) != 2:
        raise _LeafError("/value", "wrong_type", "Expected two values: from and to.")
    return [_value(each, operator, item, context) for item in many]


def _value(each: Field, operator: str, raw: object, context: Context) -> Any:  # noqa: ANN401
    if operator in {"contains", "starts_with"} or each.kind == "tags":
        if not isinstance(raw, str) or not raw.strip() or len(raw) > 200 or "\0" in raw:
            raise _LeafError("/value", "wrong_type", "Expected a text of 1 to 200 characters.")
        return raw.strip()
    if each.kind == "instant" and isinstance(raw, str) and len(raw) == 10:
        return _day(raw)
    if each.kind in _LIST_KINDS and not isinstance(raw, str):
        raise _LeafError("/value", "wrong_type", "Expected a text.")
    try:
        parsed = KINDS[each.kind].parse(raw, context.for_field(each))
    except ValueProblem as problem:
        raise _LeafError("/value", problem.code, problem.detail, **problem.params) from None
    if each.is_empty(parsed):
        raise _LeafError("/value", "required", "Expected a value; ask is_empty for none.")
    return parsed


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _LeafError("/value", "invalid_date", "Not a date.") from None


def _column(rtype: RecordType, each: Field) -> Column[Any]:
    return rtype.table.c[each.columns[0]]


def _is_empty(rtype: RecordType, each: Field) -> Condition:
    column = _column(rtype, each)
    if each.kind in _LIST_KINDS:
        return func.cardinality(column) == 0
    if each.kind == "external_ids":
        return column == {}
    return column.is_(None)


def _plain(rtype: RecordType, each: Field, operator: str, values: list[Any], context: Context) -> Condition:
    column = _column(rtype, each)
    if each.kind == "member":
        values = [uuid.UUID(value) for value in values]
    if each.kind == "instant":
        return _instant(column, operator, values, context)
    if each.kind == "money":
        same = rtype.table.c[each.columns[1]] == values[0].currency
        return and_(same, _compare(column, operator, [value.amount_minor for value in values]))
    return _compare(column, operator, values)


def _compare(column: Column[Any], operator: str, values: list[Any]) -> Condition:
    first = values[0]
    comparisons: dict[str, Callable[[], Condition]] = {
        "eq": lambda: column == first,
        "ne": lambda: column.is_distinct_from(first),
        "in": lambda: column.in_(values),
        "not_in": lambda: or_(column.is_(None), column.not_in(values)),
        "lt": lambda: column < first,
        "lte": lambda: column <= first,
        "gt": lambda: column > first,
        "gte": lambda: column >= first,
        "between": lambda: column.between(first, values[-1]),
    }
    return comparisons[operator]()


def _instant(column: Column[Any], operator: str, values: list[Any], context: Context) -> Condition:
    """Compare instants; a plain date means that whole day in the reader's time zone."""
    bounds = [_bounds(value, context) for value in values]
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


def _bounds(value: date | datetime, context: Context) -> tuple[datetime, datetime]:
    if isinstance(value, datetime):
        return value, value + timedelta(microseconds=1)
    zone = ZoneInfo(context.timezone)
    start = datetime.combine(value, time(), zone)
    return start.astimezone(UTC), datetime.combine(value + timedelta(days=1), time(), zone).astimezone(UTC)


def _text(rtype: RecordType, each: Field, operator: str, values: list[Any], context: Context) -> Condition:
    column = _column(rtype, each)
    if operator == "contains":
        return func.strpos(func.lower(column), values[0].lower()) > 0
    if operator == "starts_with":
        return func.starts_with(func.lower(column), values[0].lower())
    if operator in {"eq", "in"}:
        return func.lower(column).in_([value.lower() for value in values])
    return _plain(rtype, each, operator, values, context)


def _keyed(rtype: RecordType, each: Field, _operator: str, values: list[Any], _context: Context) -> Condition:
    """E-mails, phones and tags are asked through the exact look-up keys."""
    keys = [f"tag:{fold(values[0])}"] if each.kind == "tags" else each.keys_of(values[0])
    return rtype.table.c["keys"].op("&&")(cast(keys, ARRAY(Text)))


def _external(rtype: RecordType, each: Field, _operator: str, values: list[Any], _context: Context) -> Condition:
    return _column(rtype, each).contains(values[0])


_COMPILERS: dict[str, Callable[[RecordType, Field, str, list[Any], Context], Condition]] = {
    "text": _text,
    "long_text": _text,
    "url": _text,
    "email_list": _keyed,
    "phone_list": _keyed,
    "tags": _keyed,
    "external_ids": _external,
}
