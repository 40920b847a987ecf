"""The filter language: JSON conditions over the fields of a record type, compiled to SQL in this one place.

Today `{"all": [leaf, ...]}` with leaves `{"field", "op", "value"}`; `any`, `not`, relations and *explain* join it here.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, true

from crm_saas.crm.records.comparing import COMPILERS, column_of, compare
from crm_saas.crm.records.fields import SYSTEM_FIELDS, Field
from crm_saas.crm.records.kinds import KINDS, Context, Money, ValueProblem
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.errors import FieldError, Invalid

MOST_LEAVES = 50
MOST_VALUES = 500
LONGEST_TEXT = 200
_MANY = frozenset({"in", "not_in", "between"})
_NONE = frozenset({"is_empty", "is_not_empty"})
_PART = frozenset({"contains", "starts_with"})
_TEXT_LISTS = frozenset({"email_list", "phone_list", "tags"})
_SYSTEM = {each.name: each for each in SYSTEM_FIELDS}


def compile_filter(rtype: RecordType, document: object, context: Context) -> ColumnElement[bool]:
    """Compile a filter document; raises `Invalid` with a pointer into the document for every fault."""
    leaves = _leaves(document)
    faults: list[FieldError] = []
    conditions: list[ColumnElement[bool]] = []
    for index, leaf in enumerate(leaves):
        try:
            conditions.append(_leaf(rtype, leaf, context))
        except _LeafError as fault:
            faults.append(FieldError(f"/all/{index}{fault.pointer}", fault.code, str(fault), fault.params))
    if faults:
        raise Invalid("The filter cannot be used.", errors=faults)
    return and_(true(), *conditions)


def filter_field(rtype: RecordType, name: str) -> Field | None:
    """Return the field of this name if lists can be filtered by it."""
    each = rtype.by_name.get(name) or _SYSTEM.get(name)
    return each if each is not None and each.filterable else None


class _LeafError(Exception):
    def __init__(self, pointer: str, code: str, detail: str, **params: Any) -> None:  # noqa: ANN401
        super().__init__(detail)
        self.pointer, self.code, self.params = pointer, code, params


def _leaves(document: object) -> list[object]:
    if not isinstance(document, dict) or set(document) != {"all"} or not isinstance(document["all"], list):
        detail = 'A filter is {"all": [{"field", "op", "value"}, ...]}.'
        raise Invalid(detail, errors=[FieldError("", "bad_filter", detail)])
    leaves: list[object] = document["all"]
    if len(leaves) > MOST_LEAVES:
        detail = f"At most {MOST_LEAVES} conditions."
        raise Invalid(detail, errors=[FieldError("/all", "too_many", detail, {"max": MOST_LEAVES})])
    return leaves


def _leaf(rtype: RecordType, leaf: object, context: Context) -> ColumnElement[bool]:
    if not isinstance(leaf, dict) or not {"field", "op"} <= set(leaf) <= {"field", "op", "value"}:
        raise _LeafError("", "bad_filter", "A condition has field, op and mostly value.")
    name, operator = leaf["field"], leaf["op"]
    each = filter_field(rtype, name) if isinstance(name, str) else None
    if each is None:
        raise _LeafError("/field", "unknown_field", "There is no such field to filter by.")
    if operator not in each.operators:
        raise _LeafError("/op", "unknown_operator", "This field cannot be asked that.", allowed=list(each.operators))
    if operator in _NONE:
        empty = _is_empty(rtype, each)
        return empty if operator == "is_empty" else ~empty
    values = _values(each, operator, leaf.get("value"), context.for_field(each))
    return COMPILERS.get(each.kind, compare)(rtype, each, operator, values, context)


def _values(each: Field, operator: str, raw: object, context: Context) -> list[Any]:
    """Read the value of a leaf, or its values, as the field's kind reads them."""
    if operator not in _MANY:
        return [_value(each, operator, raw, context, "/value")]
    if not isinstance(raw, list) or not raw or len(raw) > MOST_VALUES:
        raise _LeafError("/value", "wrong_type", "Expected a list of values.", max=MOST_VALUES)
    if operator == "between" and len(raw) != 2:
        raise _LeafError("/value", "wrong_type", "Expected two values: from and to.")
    values = [_value(each, operator, item, context, f"/value/{index}") for index, item in enumerate(raw)]
    if isinstance(values[0], Money) and values[0].currency != values[-1].currency:
        raise _LeafError("/value", "currency_mismatch", "Both amounts have one currency.")
    return values


def _value(each: Field, operator: str, raw: object, context: Context, pointer: str) -> Any:  # noqa: ANN401
    if operator in _PART or each.kind == "tags":
        return _part(raw, pointer)
    if each.kind in _TEXT_LISTS and not isinstance(raw, str):
        raise _LeafError(pointer, "wrong_type", "Expected a text.")
    if each.kind == "instant" and isinstance(raw, str) and len(raw) == 10:
        return _day(raw, pointer)
    try:
        parsed = KINDS[each.kind].parse(raw, context)
    except ValueProblem as problem:
        raise _LeafError(pointer, problem.code, problem.detail, **problem.params) from None
    if each.is_empty(parsed):
        raise _LeafError(pointer, "required", "Expected a value; ask is_empty for none.")
    return uuid.UUID(parsed) if each.kind == "member" else parsed


def _part(raw: object, pointer: str) -> str:
    """Read a piece of text to look for, cleaned as texts are stored."""
    try:
        text = KINDS["text"].parse(raw, Context(max_length=LONGEST_TEXT)) if isinstance(raw, str) else None
    except ValueProblem as problem:
        raise _LeafError(pointer, problem.code, problem.detail, **problem.params) from None
    if not text:
        raise _LeafError(pointer, "wrong_type", f"Expected a text of 1 to {LONGEST_TEXT} characters.", max=LONGEST_TEXT)
    return str(text)


def _day(text: str, pointer: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _LeafError(pointer, "invalid_date", "Not a date.") from None


def _is_empty(rtype: RecordType, each: Field) -> ColumnElement[bool]:
    column = column_of(rtype, each)
    if each.kind in _TEXT_LISTS:
        return func.cardinality(column) == 0
    if each.kind == "external_ids":
        return column == {}
    return column.is_(None)
