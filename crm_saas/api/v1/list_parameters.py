"""What a list is asked for in the query of its address."""

from __future__ import annotations

import re
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
from crm_saas.crm.records.fields import SYSTEM_FIELDS, Field
from crm_saas.crm.records.filters import filter_field
from crm_saas.crm.records.queries import MOST_ROWS, ListQuery
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.errors import BadRequest, FieldError, Invalid

OWN: Final = ("q", "filter", "sort", "limit", "cursor", "count", "fields")
"""The parameters of every list; all others are names of fields."""
MOST_SEARCHED: Final = 200
DEFAULT_ROWS: Final = 50
SIMPLE: Final = ("eq", "has", "contains", "between")
"""What `field=value` asks: the first of these that the field understands."""
_LEAF: Final = re.compile(r"/all/(\d+)(?:/.*)?")


def filter_names(rtype: RecordType) -> list[str]:
    """Return the fields that a list takes as parameters of their own."""
    return [each.name for each in (*rtype.fields, *SYSTEM_FIELDS) if filter_field(rtype, each.name) is not None]


def list_query(rtype: RecordType) -> tuple[ListQuery, FilterPointers]:
    """Read the query of a list request; raises `Invalid` with a pointer to each parameter that is wrong."""
    only_parameters(*OWN, many=filter_names(rtype))
    document, pointers = _filter(rtype)
    fields = request.args.get("fields")
    return ListQuery(
        sort=request.args.get("sort") or rtype.default_sort,
        filter=document,
        search=_search(),
        limit=int_parameter("limit", DEFAULT_ROWS, most=MOST_ROWS),
        cursor=request.args.get("cursor") or None,
        count=flag_parameter("count"),
        members=tuple(name for name in fields.split(",") if name) if fields else None,
    ), pointers


class FilterPointers:
    """Leads the pointers of a filter's faults back to the parameters that the caller wrote."""

    def __init__(self, names: list[str | None]) -> None:
        self._names = names
        """For each leaf the parameter it came from; None for the leaves of `filter`."""

    def __enter__(self) -> None:
        """Read the faults of what runs inside."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Raise `Invalid` again with the pointers that the caller understands."""
        if isinstance(error, Invalid) and self._names:
            faults = [self._translated(fault) for fault in error.errors]
            raise Invalid(error.detail, errors=faults) from None

    def _translated(self, fault: FieldError) -> FieldError:
        leaf = _LEAF.fullmatch(fault.pointer)
        name = self._names[int(leaf[1])] if leaf and int(leaf[1]) < len(self._names) else None
        if name is not None:
            return FieldError(pointer_of(name), fault.code, fault.detail, fault.params)
        inside = leaf is not None or fault.pointer in {"", "/all"}
        pointer = f"/filter{fault.pointer}" if inside else fault.pointer
        return FieldError(pointer, fault.code, fault.detail, fault.params)


def _search() -> str:
    typed = request.args.get("q", "")
    if len(typed) > MOST_SEARCHED:
        raise Invalid(errors=[FieldError("/q", "too_long", "Search for less.", {"max": MOST_SEARCHED})])
    return typed


def _filter(rtype: RecordType) -> tuple[object, FilterPointers]:
    """Return the filter of the query: the leaves of `filter`, and one for each `field=value`."""
    text = request.args.get("filter")
    leaves: list[Any] = []
    if text:
        document = _parsed(text)
        if not isinstance(document, dict) or set(document) != {"all"} or not isinstance(document["all"], list):
            return document, FilterPointers([None])
        leaves += document["all"]
    names: list[str | None] = [None] * len(leaves)
    for name, values in request.args.lists():
        each = None if name in OWN else filter_field(rtype, name)
        if each is not None:
            leaves.append(_leaf(each, values))
            names.append(name)
    return ({"all": leaves}, FilterPointers(names)) if leaves or text else (None, FilterPointers([]))


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


def _leaf(each: Field, values: list[str]) -> dict[str, Any]:
    """Return the condition of `field=value`; several values of one field are alternatives."""
    if len(values) > 1:
        if "in" not in each.operators:
            raise Invalid(errors=[repeated_parameter(each.name)])
        return {"field": each.name, "op": "in", "value": values}
    operator = next(operator for operator in SIMPLE if operator in each.operators)
    value: object = values[0]
    if operator == "between":
        value = [values[0], values[0]]
    elif each.kind == "external_ids":
        system, _, identifier = values[0].partition(":")
        value = {system: identifier}
    return {"field": each.name, "op": operator, "value": value}
