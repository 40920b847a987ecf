"""What a list is asked for in the query of its address."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from flask import request

from crm_saas.api.body import parse_json
from crm_saas.api.parameters import (
    flag_parameter,
    int_parameter,
    only_parameters,
    pointer_of,
    repeated_parameter,
)
from crm_saas.crm.imports.rejects import neutralise
from crm_saas.crm.records.fields import SYSTEM_FIELDS, Field
from crm_saas.crm.records.filters import filter_field
from crm_saas.crm.records.queries import MOST_ROWS, ListQuery
from crm_saas.crm.records.registry import RecordType
from crm_saas.crm.takeout.lists import CSV, FORMATS, Form, Format
from crm_saas.kernel.errors import BadRequest, FieldError, Invalid

OWN: Final = ("q", "filter", "sort", "limit", "cursor", "count", "fields")
"""The parameters of every list; all others are names of fields."""
OF_EXPORT: Final = ("q", "filter", "sort", "fields", "format", "mark")
"""The parameters of an exported list: all of its pages, so none that divides it."""
OF_TOTALS: Final = ("q", "filter", "by")
"""The parameters of what a list adds up to."""
MOST_HEADERS: Final = 100
LONGEST_HEADER: Final = 200
MOST_SEARCHED: Final = 200
DEFAULT_ROWS: Final = 50
SIMPLE: Final = ("eq", "has", "contains", "between")
"""What `field=value` asks: the first of these that the field understands."""
_LEAF: Final = re.compile(r"/all/(\d+)((?:/.*)?)")
_ELSEWHERE: Final = frozenset({"/sort", "/cursor", "/fields", "/by"})
_ASKS: Final = "__"
"""Stands between a field and an operator: `created_at__gte=2026-01-01`."""


def filter_names(rtype: RecordType) -> list[str]:
    """Return the fields that a list takes as parameters of their own."""
    return [each.name for each in (*rtype.fields, *SYSTEM_FIELDS) if filter_field(rtype, each.name) is not None]


@lru_cache(maxsize=64)
def filter_parameters(rtype: RecordType) -> frozenset[str]:
    """Return every parameter that asks something of a field."""
    names = filter_names(rtype)
    asked = [f"{name}{_ASKS}{operator}" for name in names for operator in _operators(rtype, name)]
    return frozenset((*names, *asked))


def _operators(rtype: RecordType, name: str) -> tuple[str, ...]:
    each = filter_field(rtype, name)
    return () if each is None else each.operators


def list_query(rtype: RecordType, own: tuple[str, ...] = OWN) -> tuple[ListQuery, FilterPointers]:
    """Read the query of a list request; raises `Invalid` with a pointer to each parameter that is wrong.

    Arguments: `own` the parameters that are taken beside the names of fields.
    """
    only_parameters(*own, many=filter_parameters(rtype) | ({"header"} if own is OF_EXPORT else set()))
    document, pointers = _filter(rtype)
    fields = request.args.get("fields")
    return ListQuery(
        sort=request.args.get("sort") or rtype.default_sort,
        filter=document,
        search=searched(),
        limit=int_parameter("limit", DEFAULT_ROWS, most=MOST_ROWS),
        cursor=request.args.get("cursor") or None,
        count=flag_parameter("count"),
        members=tuple(name for name in fields.split(",") if name) if fields else None,
    ), pointers


class FilterPointers:
    """Leads the pointers of a filter's faults back to the parameters that the caller wrote."""

    def __init__(self, names: list[str | None], *, whole: bool = False) -> None:
        self._names = names
        """For each leaf the parameter it came from; None for the leaves of `filter`."""
        self._whole = whole
        """Whether the first of them is the whole document of `filter`."""

    def __enter__(self) -> None:
        """Read the faults of what runs inside."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Raise `Invalid` again with the pointers that the caller understands."""
        if isinstance(error, Invalid) and self._names:
            faults = [self._translated(fault) for fault in error.errors]
            raise Invalid(error.detail, errors=faults) from None

    def _translated(self, fault: FieldError) -> FieldError:
        if fault.pointer in _ELSEWHERE:
            return fault
        leaf = _LEAF.fullmatch(fault.pointer)
        name = self._names[int(leaf[1])] if leaf and int(leaf[1]) < len(self._names) else None
        if name is not None:
            return FieldError(pointer_of(name), fault.code, fault.detail, fault.params)
        inside = leaf[2] if leaf and self._whole else fault.pointer
        return FieldError(f"/filter{inside}", fault.code, fault.detail, fault.params)


def export_form() -> Form:
    """Read how an exported list is written down."""
    asked = request.args.get("format", CSV)
    known: Format | None = next((each for each in FORMATS if each == asked), None)
    if known is None:
        raise Invalid(errors=[FieldError("/format", "unknown_option", "Not a format.", {"options": list(FORMATS)})])
    headers = request.args.getlist("header")
    if len(headers) > MOST_HEADERS or any(not text.strip() or len(text) > LONGEST_HEADER for text in headers):
        params = {"max": LONGEST_HEADER}
        raise Invalid(errors=[FieldError("/header", "out_of_range", "Names of columns, not empty, not long.", params)])
    return Form(known, tuple(neutralise(" ".join(text.split())) for text in headers), mark=flag_parameter("mark"))


def searched() -> str:
    """Read what is searched for; `Invalid` if it is too long."""
    typed = request.args.get("q", "")
    if len(typed) > MOST_SEARCHED:
        raise Invalid(errors=[FieldError("/q", "too_long", "Search for less.", {"max": MOST_SEARCHED})])
    return typed


def _filter(rtype: RecordType) -> tuple[object, FilterPointers]:
    """Return the filter of the query: that of `filter`, and a leaf for each `field=value` and `field__op=value`."""
    text = request.args.get("filter")
    document = _parsed(text) if text else None
    asked = [(name, _leaf(rtype, name, values)) for name, values in request.args.lists() if name not in OWN]
    given = [(name, leaf) for name, leaf in asked if leaf is not None]
    if not given:
        return document, FilterPointers([None] if text else [])
    plain = isinstance(document, dict) and set(document) == {"all"} and isinstance(document["all"], list)
    first: list[Any] = [] if not text else document["all"] if plain else [document]  # type: ignore[index]
    names = [None] * len(first) + [name for name, _ in given]
    return {"all": [*first, *(leaf for _, leaf in given)]}, FilterPointers(names, whole=bool(text) and not plain)


def _parsed(text: str) -> object:
    try:
        return parse_json(text.encode("utf-8", "surrogatepass"))
    except BadRequest:
        raise Invalid(errors=[FieldError("/filter", "invalid_json", "The filter is not JSON.")]) from None
    except Invalid as error:
        faults = [
            FieldError(f"/filter{fault.pointer}", fault.code, fault.detail, fault.params) for fault in error.errors
        ]
        raise Invalid(errors=faults) from None


def _leaf(rtype: RecordType, name: str, values: list[str]) -> dict[str, Any] | None:
    """Return the condition of a parameter; several values of one field are alternatives."""
    own, asks, operator = name.partition(_ASKS)
    each = filter_field(rtype, own)
    if each is None:
        return None
    if asks:
        return _asked(each, operator, values)
    if len(values) > 1:
        if "in" not in each.operators:
            raise Invalid(errors=[repeated_parameter(each.name)])
        return {"field": each.name, "op": "in", "value": values}
    operator = next(operator for operator in SIMPLE if operator in each.operators)
    value: object = [values[0], values[0]] if operator == "between" else _plain(each, values[0])
    return {"field": each.name, "op": operator, "value": value}


def _asked(each: Field, operator: str, values: list[str]) -> dict[str, Any]:
    """Return the condition of `field__op=value`: lists are divided at commas, a period is `unit:from:to`."""
    leaf: dict[str, Any] = {"field": each.name, "op": operator}
    if operator in {"is_empty", "is_not_empty"}:
        return leaf
    if operator in {"in", "not_in", "between"}:
        return leaf | {"value": [item for value in values for item in value.split(",") if item]}
    if len(values) > 1:
        raise Invalid(errors=[repeated_parameter(f"{each.name}{_ASKS}{operator}")])
    if operator == "within":
        unit, first, last = (*values[0].split(":"), "", "")[:3]
        ends = {"from": _whole(first), "to": _whole(last)}
        return leaf | {"value": {"unit": unit} | {name: end for name, end in ends.items() if end is not None}}
    return leaf | {"value": _plain(each, values[0])}


def _whole(text: str) -> int | str | None:
    return (int(text) if re.fullmatch(r"-?\d{1,6}", text, re.ASCII) else text) if text else None


def _plain(each: Field, value: str) -> object:
    if each.kind == "external_ids":
        system, _, identifier = value.partition(":")
        return {system: identifier}
    return value
