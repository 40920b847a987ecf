"""Every record type under its plural: list, create, read, change, delete, restore, history, duplicates."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, request

from crm_saas.api.body import parse_json
from crm_saas.api.edge import (
    Call,
    Reply,
    etag,
    flag_parameter,
    in_workspace,
    int_parameter,
    record_id,
    required_version,
)  # fmt: skip
from crm_saas.crm.records import duplicates, queries, service
from crm_saas.crm.records.kinds import KINDS, ValueProblem
from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.kernel.errors import BadRequest, FieldError, Invalid, NotFound
from crm_saas.kernel.ids import parse_uuid

records = Blueprint("records", __name__)
_LIST_PARAMETERS: Final = frozenset({"q", "filter", "sort", "limit", "cursor", "count", "workspace"})
MOST_SEARCHED: Final = 200
MOST_HISTORY: Final = 100


def rtype_of(plural: str) -> RecordType:
    """Return the type of a path; `NotFound` if there is none."""
    rtype = REGISTRY.find_plural(plural)
    if rtype is None:
        raise NotFound
    return rtype


@records.get("/<plural>")
@in_workspace
def list_records(call: Call, plural: str) -> Reply:
    """Answer a page of a list."""
    rtype = rtype_of(plural)
    query = queries.ListQuery(
        sort=request.args.get("sort") or rtype.default_sort,
        filter=_filter(rtype),
        search=_search(),
        limit=int_parameter("limit", 50, most=queries.MOST_ROWS),
        cursor=request.args.get("cursor") or None,
        count=flag_parameter("count"),
    )
    page = queries.page(call.unit, call.actor, rtype, query)
    document: dict[str, Any] = {"data": page.data, "next_cursor": page.next_cursor}
    if page.count is not None:
        document["count"] = {"value": page.count[0], "exact": page.count[1]}
    return Reply(document)


@records.post("/<plural>")
@in_workspace
def create_record(call: Call, plural: str) -> Reply:
    """Add a record."""
    rtype = rtype_of(plural)
    allow = flag_parameter("allow_duplicates")
    document = service.create(call.unit, call.actor, rtype, call.body(), allow_duplicates=allow)
    location = f"/api/v1/{rtype.plural}/{document['id']}"
    return Reply(document, 201, {**etag(document["version"]), "Location": location})


@records.get("/<plural>/duplicates")
@in_workspace
def find_duplicates(call: Call, plural: str) -> Reply:
    """Answer which records have an e-mail address or a phone number."""
    rtype = rtype_of(plural)
    call.actor.require("read", rtype)
    keys: list[str] = []
    for parameter, kind in (("email", "email_list"), ("phone", "phone_list")):
        for text in request.args.getlist(parameter)[:20]:
            try:
                keys += KINDS[kind].identity_keys(KINDS[kind].parse(text[:1000], call.actor.context()))
            except ValueProblem:
                continue  # not yet an address or a number: nothing can have it
    exclude = parse_uuid(request.args.get("exclude", ""))
    return Reply({"data": duplicates.find(call.unit, rtype, keys, exclude=exclude)})


@records.get("/<plural>/<record>")
@in_workspace
def read_record(call: Call, plural: str, record: str) -> Reply:
    """Answer one record."""
    document = queries.get(call.unit, call.actor, rtype_of(plural), record_id(record))
    return Reply(document, headers=etag(document["version"]))


@records.patch("/<plural>/<record>")
@in_workspace
def update_record(call: Call, plural: str, record: str) -> Reply:
    """Change the fields that the body names."""
    rtype, found = rtype_of(plural), record_id(record)
    queries.get(call.unit, call.actor, rtype, found)
    document = service.update(call.unit, call.actor, rtype, found, call.body(), version=required_version())
    return Reply(document, headers=etag(document["version"]))


@records.delete("/<plural>/<record>")
@in_workspace
def delete_record(call: Call, plural: str, record: str) -> Reply:
    """Delete a record; `restore` brings it back."""
    rtype, found = rtype_of(plural), record_id(record)
    queries.get(call.unit, call.actor, rtype, found)
    service.delete(call.unit, call.actor, rtype, found, version=required_version())
    return Reply()


@records.post("/<plural>/<record>/restore")
@in_workspace
def restore_record(call: Call, plural: str, record: str) -> Reply:
    """Undo a deletion."""
    document = service.restore(call.unit, call.actor, rtype_of(plural), record_id(record))
    return Reply(document, headers=etag(document["version"]))


@records.get("/<plural>/<record>/history")
@in_workspace
def record_history(call: Call, plural: str, record: str) -> Reply:
    """Answer what happened to a record, the newest first."""
    cursor = request.args.get("cursor")
    before = parse_uuid(cursor) if cursor else None
    if cursor and before is None:
        raise Invalid(errors=[FieldError("/cursor", "bad_cursor", "This cursor does not belong to this list.")])
    limit = int_parameter("limit", 50, most=MOST_HISTORY)
    found, following = queries.history(
        call.unit, call.actor, rtype_of(plural), record_id(record), before=before, limit=limit
    )
    return Reply({"data": found, "next_cursor": following})


def _search() -> str:
    typed = request.args.get("q", "")
    if len(typed) > MOST_SEARCHED:
        raise Invalid(errors=[FieldError("/q", "too_long", "Search for less.", {"max": MOST_SEARCHED})])
    return typed


def _filter(rtype: RecordType) -> object:
    """Return the filter of the query: the JSON one, and `field=value` for each other parameter."""
    text = request.args.get("filter")
    leaves: list[Any] = []
    if text:
        try:
            document = parse_json(text.encode("utf-8", "surrogatepass"))
        except BadRequest:
            raise Invalid(errors=[FieldError("/filter", "invalid_json", "The filter is not JSON.")]) from None
        if not isinstance(document, dict) or not isinstance(document.get("all"), list):
            return document
        leaves += document["all"]
    for name in request.args:
        if name not in _LIST_PARAMETERS:
            each = rtype.by_name.get(name)
            operator = "eq" if each is None or "eq" in each.operators else "has"
            leaves.append({"field": name, "op": operator, "value": request.args[name]})
    return {"all": leaves} if leaves else None
