"""The part of the description that a record type gives: its schemas and its paths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from apispec import APISpec

from crm_saas.api.openapi.shapes import (
    ANYTHING,
    BOOLEAN,
    FLAG,
    IN_WORKSPACE,
    INSTANT,
    INTEGER,
    STRING,
    UUID,
    Json,
    answer,
    body,
    data,
    form,
    in_path,
    many,
    nullable,
    one_of,
    operation,
    page,
    path,
    query,
    record,
    ref,
    table,
)
from crm_saas.api.v1.list_parameters import DEFAULT_ROWS, MOST_SEARCHED, SIMPLE, filter_names
from crm_saas.api.v1.records import CONTENT_TYPES, LAST, MOST_HISTORY
from crm_saas.crm.records.duplicates import MOST
from crm_saas.crm.records.fields import OPERATORS, Field
from crm_saas.crm.records.filters import MOST_DEPTH, MOST_LEAVES, filter_field
from crm_saas.crm.records.kinds.choices import MAX_TAGS
from crm_saas.crm.records.kinds.emails import MAX_EMAILS
from crm_saas.crm.records.kinds.external import MAX_IDS
from crm_saas.crm.records.kinds.phones import MAX_PHONES
from crm_saas.crm.records.ordering import sortable
from crm_saas.crm.records.queries import MOST_ROWS
from crm_saas.crm.records.registry import SYSTEM_AFTER, RecordType
from crm_saas.crm.records.totals import KINDS, MOST_ADDED
from crm_saas.crm.takeout.lists import CSV, FORMATS

_READ: Final = (401, 403, 404, 422)
_WRITE: Final = (400, 401, 403, 404, 409, 413, 415, 422)
_IF_MATCH: Final[Json] = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": STRING,
    "description": 'The version that is changed, as the ETag of an answer: `"3"`.',
}
_IF_NONE_MATCH: Final[Json] = {"name": "If-None-Match", "in": "header", "schema": STRING}
_SYSTEM: Final[dict[str, Json]] = {
    "import_id": nullable(UUID),
    "created_at": INSTANT,
    "created_by_id": nullable(UUID),
    "updated_at": INSTANT,
    "updated_by_id": nullable(UUID),
}


def add_shared(spec: APISpec) -> None:
    """Add the schemas that records of all types use."""
    spec.components.schema(
        "Money",
        {
            **form({"amount_minor": INTEGER, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}),
            "required": ["amount_minor", "currency"],
            "description": "An amount in the smallest unit of its currency (ISO 4217).",
        },
    )
    spec.components.schema("ExternalId", form({"system": STRING, "value": STRING}, required=("system", "value")))
    spec.components.schema("Count", record({"value": INTEGER, "exact": BOOLEAN}))
    spec.components.schema("Duplicate", record({"id": UUID, "display_name": STRING, "reasons": many(STRING)}))
    sums = {**table(many(ref("Money"))), "description": "By field of money: an amount for each currency."}
    total = record({"value": ANYTHING, "count": INTEGER, "sums": sums})
    spec.components.schema("Totals", record({"complete": BOOLEAN, "data": many(total)}))
    _add_filters(spec)
    actor = record({"kind": STRING, "id": nullable(UUID), "name": nullable(STRING)})
    gone = {**BOOLEAN, "description": "Its values were erased to protect a person."}
    change = record({"field": STRING, "before": ANYTHING, "after": ANYTHING, "redacted": gone}, optional=("redacted",))
    spec.components.schema(
        "HistoryEvent",
        record(
            {
                "id": UUID,
                "type": STRING,
                "at": INSTANT,
                "actor": actor,
                "source": STRING,
                "version": INTEGER,
                "batch_id": nullable(UUID),
                "changes": many(change),
                "comment": {**nullable(ref("Comment")), "description": "What was said, if that is what happened."},
                "new": {**BOOLEAN, "description": "With `since=last`: somebody else did it since one last looked."},
            },
            optional=("new",),
        ),
    )
    looked = nullable(record({"event_id": UUID, "at": INSTANT}))
    spec.components.schema("HistoryPage", page(ref("HistoryEvent"), last_seen=looked))


_SINCE: Final = "Also mark what is new since one last looked (`POST .../seen`), and answer `last_seen`."


def add(spec: APISpec, rtype: RecordType) -> None:
    """Add a record type."""
    name = rtype.name.title().replace("_", "")
    _add_schemas(spec, rtype, name)
    address = f"/api/v1/{rtype.plural}"
    one = f"The id of a {rtype.name}."
    _add_collection(spec, rtype, name, address)
    path(
        spec,
        f"{address}/{{id}}",
        get=_operation(
            rtype, "read", name, "Read one",
            {200: _tagged("The record.", name), 304: answer("Not changed.", headers=("ETag",))},
            parameters=[in_path(one), _IF_NONE_MATCH], refusals=_READ,
        ),
        patch=_operation(
            rtype, "change", name, "Change the fields that the body names",
            {200: _tagged("The record as it is now.", name)},
            parameters=[in_path(one), _IF_MATCH], refusals=(*_WRITE, 412, 428), request_body=body(ref(f"{name}Input")),
        ),
        delete=_operation(
            rtype, "delete", name, "Delete; `restore` brings it back", {204: answer("Deleted.")},
            parameters=[in_path(one), _IF_MATCH], refusals=(401, 403, 404, 409, 412, 422, 428),
        ),
    )  # fmt: skip
    path(
        spec,
        f"{address}/{{id}}/restore",
        post=_operation(
            rtype, "restore", name, "Undo a deletion", {200: _tagged("The record as it is now.", name)},
            parameters=[in_path(one)], refusals=(401, 403, 404, 409, 422),
        ),
    )  # fmt: skip
    path(
        spec,
        f"{address}/{{id}}/explain",
        post=_operation(
            rtype, "explain", name, "Which conditions of a filter hold for it",
            {200: answer("The filter with what holds.", ref("Explanation"))},
            parameters=[in_path(one)], refusals=(*_READ, 400, 413, 415),
            request_body=body(form({"filter": ref("Filter")}, required=("filter",))),
        ),
    )  # fmt: skip
    limit = query("limit", {**INTEGER, "minimum": 1, "maximum": MOST_HISTORY, "default": DEFAULT_ROWS})
    path(
        spec,
        f"{address}/{{id}}/history",
        get=_operation(
            rtype, "history", name, "What happened to it, the newest first",
            {200: answer("A page of events.", ref("HistoryPage"))},
            parameters=[in_path(one), limit, query("cursor", STRING), query("since", one_of(LAST), _SINCE)],
            refusals=_READ,
        ),
    )  # fmt: skip


def _add_filters(spec: APISpec) -> None:
    """Add the filter language, which all types share, and what explaining answers."""
    leaf = form({"field": STRING, "op": one_of(*_OPERATORS), "value": ANYTHING}, required=("field", "op"))
    nodes = many(ref("Filter"), most=MOST_LEAVES)
    spec.components.schema(
        "Filter",
        {
            "description": (
                f"Conditions, nested to {MOST_DEPTH} levels, at most {MOST_LEAVES} in all. The outermost is a group or "
                "a not. A link is followed with a point: `owner_id.role`. `within` takes a period: "
                '`{"unit": "day", "from": -6, "to": 0}`, whole units counted from the present one.'
            ),
            "anyOf": [
                form({"all": nodes}, required=("all",)),
                form({"any": nodes}, required=("any",)),
                form({"not": ref("Filter")}, required=("not",)),
                leaf,
            ],
        },
    )
    spec.components.schema(
        "Explanation",
        {
            "description": "A filter with what holds: a group, a not, or a leaf with what the record has there.",
            "type": "object",
            "properties": {
                "pointer": STRING,
                "holds": BOOLEAN,
                "all": many(ref("Explanation")),
                "any": many(ref("Explanation")),
                "not": ref("Explanation"),
                "field": STRING,
                "op": STRING,
                "value": ANYTHING,
            },
            "required": ["pointer", "holds"],
        },
    )


_OPERATORS: Final = tuple(sorted({operator for operators in OPERATORS.values() for operator in operators}))


def _add_schemas(spec: APISpec, rtype: RecordType, name: str) -> None:
    fields = {each.name: value_schema(each) for each in rtype.fields}
    writable = {each.name: value_schema(each) for each in rtype.fields if not each.read_only}
    system = {member: _SYSTEM[member] for member in SYSTEM_AFTER}
    members = {"id": UUID, "version": INTEGER, "display_name": STRING, **fields, **system}
    unseen = "A field that the role of the caller does not see is not there, nor is one that `fields` leaves out."
    spec.components.schema(name, {**record(members, optional=tuple(fields)), "description": unseen})
    needed = ", ".join(f"`{member}`" for member in rtype.identity)
    description = f"A new {rtype.name} has at least one of {needed}. What is left out is not changed; null empties."
    spec.components.schema(f"{name}Input", {**form(writable), "description": description})


def _add_collection(spec: APISpec, rtype: RecordType, name: str, address: str) -> None:
    path(
        spec,
        address,
        get=_operation(
            rtype, "list", name, "List",
            {200: answer("A page.", page(ref(name), count=ref("Count"), corrected=ref("Corrected")))},
            parameters=_list_parameters(rtype), refusals=_READ,
        ),
        post=_operation(
            rtype, "create", name, "Add one", {201: _tagged("The new record.", name, "Location")},
            parameters=[query("allow_duplicates", FLAG, "Store it although another has its e-mail or phone.")],
            refusals=_WRITE, request_body=body(ref(f"{name}Input")),
        ),
    )  # fmt: skip
    path(
        spec,
        f"{address}/export",
        get=_operation(
            rtype, "export", name, "The whole list as a file",
            {
                200: {
                    "description": "Rows as an import reads them.",
                    "content": {kind.partition(";")[0]: {"schema": STRING} for kind in CONTENT_TYPES.values()},
                }
            },
            parameters=_export_parameters(rtype), refusals=_READ,
        ),
    )  # fmt: skip
    path(
        spec,
        f"{address}/totals",
        get=_operation(
            rtype, "total", name, "What a list adds up to, by the values of a field",
            {200: answer(f"Nothing, and not complete, for more than {MOST_ADDED:,} records.", ref("Totals"))},
            parameters=_totals_parameters(rtype), refusals=_READ,
        ),
    )  # fmt: skip
    texts = {"anyOf": [STRING, many(STRING)]}
    path(
        spec,
        f"{address}/duplicates",
        get=_operation(
            rtype, "duplicates", name, f"Who has this e-mail address or phone number: at most {MOST}, the oldest first",
            {200: answer("Those the caller may see.", data(ref("Duplicate")))},
            parameters=[query("email", texts), query("phone", texts), query("exclude", UUID, "Not this one.")],
            refusals=_READ,
        ),
    )  # fmt: skip


def _list_parameters(rtype: RecordType) -> list[Json]:
    orders = [*sortable(rtype), *(f"-{name}" for name in sortable(rtype))]
    leaf = '`{"all": [{"field": "status", "op": "in", "value": ["new"]}]}`'
    return [
        query("q", {**STRING, "maxLength": MOST_SEARCHED}, "Words, their beginnings, or digits of a phone number."),
        query("filter", STRING, f"Conditions as JSON: {leaf}. The operators of a field are told by `/api/v1/objects`."),
        query("sort", {"type": "string", "enum": orders, "default": rtype.default_sort}),
        query("limit", {**INTEGER, "minimum": 1, "maximum": MOST_ROWS, "default": DEFAULT_ROWS}),
        query("cursor", STRING, "`next_cursor` of the page before."),
        query("count", FLAG, "Also answer how many there are."),
        query("fields", STRING, "Names of members, with commas: only these, `id` and `version` are answered."),
        *(_field_parameter(rtype, name) for name in filter_names(rtype)),
        {
            **query(
                "conditions",
                table(STRING),
                "Any `field__op=value`, such as `created_at__gte=2026-01-01`, `status__in=new,working` or "
                "`next_step_on__within=day:0:6` (unit:from:to).",
            ),
            "style": "form",
            "explode": True,
        },
    ]


def _export_parameters(rtype: RecordType) -> list[Json]:
    of_pages = {"limit", "cursor", "count", "fields"}
    return [
        query("format", {"type": "string", "enum": list(FORMATS), "default": CSV}),
        query("mark", FLAG, "Begin a CSV file with the mark by which Excel knows UTF-8."),
        query(
            "header", {"anyOf": [STRING, many(STRING)]}, "What the columns are called, one for each, in their order."
        ),
        query("fields", STRING, "Names of members, with commas: the columns, after the record's id and version."),
        *(each for each in _list_parameters(rtype) if each["name"] not in of_pages),
    ]


def _totals_parameters(rtype: RecordType) -> list[Json]:
    fields = [each.name for each in rtype.fields if each.kind in KINDS]
    of_pages = {"limit", "cursor", "count", "fields", "sort"}
    return [
        {
            **query("by", {"type": "string", "enum": fields}, "The field whose values divide the list."),
            "required": True,
        },
        *(each for each in _list_parameters(rtype) if each["name"] not in of_pages),
    ]


def _field_parameter(rtype: RecordType, name: str) -> Json:
    each = filter_field(rtype, name)
    operators = () if each is None else each.operators
    asked = next(operator for operator in SIMPLE if operator in operators)
    words = {"eq": "equal to this", "has": "with this", "contains": "containing this", "between": "on this day"}
    if "in" in operators:
        return query(name, {"anyOf": [STRING, many(STRING)]}, "Equal to this, or to one of these.")
    return query(name, STRING, words[asked].capitalize() + ".")


def _tagged(description: str, name: str, *more: str) -> Json:
    return answer(description, ref(name), headers=("ETag", *more))


def _operation(
    rtype: RecordType,
    action: str,
    name: str,
    summary: str,
    responses: dict[int, Json],
    **more: Any,  # noqa: ANN401
) -> Json:
    return operation(f"{action}{name}", summary, rtype.plural, responses, security=IN_WORKSPACE, **more)


def value_schema(each: Field) -> Json:
    """Return the JSON schema of a field's value."""
    return _KINDS[each.kind](each)


def _text(each: Field) -> Json:
    return {"type": ["string", "null"]} | ({} if each.max_length is None else {"maxLength": each.max_length})


def _choice(each: Field) -> Json:
    values = [option.value for option in each.options or ()]
    if each.extensible:
        return {**_text(each), "examples": values, "description": "One of the options, or one of your own."}
    return {"type": "string", "enum": values} if each.required else {"enum": [*values, None]}


_KINDS: Final[dict[str, Callable[[Field], Json]]] = {
    "text": _text,
    "long_text": _text,
    "url": lambda each: {**_text(each), "format": "uri"},
    "email_list": lambda _: many({"type": "string", "format": "email"}, most=MAX_EMAILS),
    "phone_list": lambda _: {**many(STRING, most=MAX_PHONES), "description": "E.164."},
    "choice": _choice,
    "date": lambda _: {"type": ["string", "null"], "format": "date"},
    "instant": lambda _: {"type": ["string", "null"], "format": "date-time"},
    "money": lambda _: nullable(ref("Money")),
    "integer": lambda _: nullable(INTEGER),
    "boolean": lambda _: nullable(BOOLEAN),
    "tags": lambda each: many({"type": "string", "maxLength": each.max_length or 50}, most=MAX_TAGS),
    "member": lambda _: {**nullable(UUID), "description": "A member of the workspace."},
    "country": lambda _: {"type": ["string", "null"], "pattern": "^[A-Z]{2}$", "description": "ISO 3166-1 alpha-2."},
    "external_ids": lambda _: many(ref("ExternalId"), most=MAX_IDS),
}
