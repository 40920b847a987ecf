"""Every record type under its plural: list, create, read, change, delete, restore, history, duplicates."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, Response, request

from crm_saas.api.edge import Call, Door, Reply, at_workspace_door, etag, in_workspace, record_id, required_version
from crm_saas.api.parameters import flag_parameter, int_parameter, only_parameters
from crm_saas.api.v1.list_parameters import OF_EXPORT, OF_TOTALS, export_form, list_query
from crm_saas.crm.comments import service as comments
from crm_saas.crm.notifications import seen
from crm_saas.crm.records import duplicates, explaining, queries, service, totals
from crm_saas.crm.records.history import Place
from crm_saas.crm.records.kinds import KINDS, ValueProblem
from crm_saas.crm.records.ordering import bad_cursor
from crm_saas.crm.records.queries import ListQuery, Page
from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.crm.search.mending import readings
from crm_saas.crm.takeout.lists import ListFile
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import FieldError, Invalid, NotFound
from crm_saas.kernel.ids import parse_uuid

records = Blueprint("records", __name__)
CONTENT_TYPES: Final[dict[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_HISTORY: Final = 100
LAST: Final = "last"
MOST_LOOKED_UP: Final = 20
LONGEST_LOOKED_UP: Final = 1000


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
    query, pointers = list_query(rtype)
    with pointers:
        page, shown_for = _page(call, rtype, query)
    document: dict[str, Any] = {"data": page.data, "next_cursor": page.next_cursor}
    if page.count is not None:
        document["count"] = {"value": page.count[0], "exact": page.count[1]}
    if shown_for is not None:
        document["corrected"] = {"typed": query.search, "shown": shown_for}
    return Reply(document)


def _page(call: Call, rtype: RecordType, query: ListQuery) -> tuple[Page, str | None]:
    """Return a page, and for what it was read instead where nothing has what was typed."""
    page = queries.page(call.unit, call.actor, rtype, query)
    if page.data or not query.search.strip():
        return page, None
    for reading in readings(call.unit, call.actor, [rtype], query.search):
        mended = queries.page(call.unit, call.actor, rtype, replace(query, search=reading))
        if mended.data:
            return mended, reading
    return page, None


@records.get("/<plural>/totals")
@in_workspace
def list_totals(call: Call, plural: str) -> Reply:
    """Answer what a list adds up to, by the values of a field."""
    rtype = rtype_of(plural)
    query, pointers = list_query(rtype, OF_TOTALS)
    with pointers:
        return Reply(totals.totals(call.unit, call.actor, rtype, query, request.args.get("by", "")))


@records.get("/<plural>/export")
@at_workspace_door
def export_records(door: Door, plural: str) -> Response:
    """Send a whole list as a file, while it is being read."""
    rtype = rtype_of(plural)
    query, pointers = list_query(rtype, OF_EXPORT)
    form = export_form()
    with pointers:
        file = ListFile(door.open, rtype, query, form)
    narrowed = query.filter is not None or bool(query.search.strip())
    about = {"type": rtype.name, "fields": list(file.columns), "narrowed": narrowed}
    door.note("records.export_begun", about)
    named = f'attachment; filename="{rtype.plural}-{now():%Y-%m-%d}.{form.format}"'
    headers = {"Content-Disposition": named, "Cache-Control": "no-store"}
    return Response(_sent(door, file, about), headers=headers, content_type=CONTENT_TYPES[form.format])


def _sent(door: Door, file: ListFile, about: dict[str, Any]) -> Iterator[bytes]:
    """Yield the file, and note at its end, or where the caller went away, how much of it was sent."""
    try:
        yield from file
    finally:
        door.note("records.export_ended", {**about, "rows": file.rows, "complete": file.complete})


@records.post("/<plural>")
@in_workspace
def create_record(call: Call, plural: str) -> Reply:
    """Add a record."""
    rtype = rtype_of(plural)
    only_parameters("allow_duplicates")
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
    only_parameters("exclude", many=("email", "phone"))
    keys: list[str] = []
    for parameter, kind in (("email", "email_list"), ("phone", "phone_list")):
        for text in request.args.getlist(parameter)[:MOST_LOOKED_UP]:
            try:
                keys += KINDS[kind].identity_keys(KINDS[kind].parse(text[:LONGEST_LOOKED_UP], call.actor.context()))
            except ValueProblem:
                continue  # not yet an address or a number: nothing can have it
    exclude = request.args.get("exclude")
    excluded = parse_uuid(exclude) if exclude else None
    if exclude and excluded is None:
        raise Invalid(errors=[FieldError("/exclude", "invalid_id", "Not the id of a record.")])
    return Reply({"data": duplicates.find(call.unit, call.actor, rtype, keys, exclude=excluded)})


@records.get("/<plural>/<record>")
@in_workspace
def read_record(call: Call, plural: str, record: str) -> Reply:
    """Answer one record."""
    rtype, found = rtype_of(plural), record_id(record)
    only_parameters()
    document = queries.get(call.unit, call.actor, rtype, found)
    return Reply(document, headers=etag(document["version"]))


@records.patch("/<plural>/<record>")
@in_workspace
def update_record(call: Call, plural: str, record: str) -> Reply:
    """Change the fields that the body names."""
    rtype, found = rtype_of(plural), record_id(record)
    only_parameters()
    version = required_version()
    document = service.update(call.unit, call.actor, rtype, found, call.body(), version=version)
    return Reply(document, headers=etag(document["version"]))


@records.delete("/<plural>/<record>")
@in_workspace
def delete_record(call: Call, plural: str, record: str) -> Reply:
    """Delete a record; `restore` brings it back."""
    rtype, found = rtype_of(plural), record_id(record)
    only_parameters()
    service.delete(call.unit, call.actor, rtype, found, version=required_version())
    return Reply()


@records.post("/<plural>/<record>/restore")
@in_workspace
def restore_record(call: Call, plural: str, record: str) -> Reply:
    """Undo a deletion."""
    rtype, found = rtype_of(plural), record_id(record)
    only_parameters()
    document = service.restore(call.unit, call.actor, rtype, found)
    return Reply(document, headers=etag(document["version"]))


@records.get("/<plural>/<record>/history")
@in_workspace
def record_history(call: Call, plural: str, record: str) -> Reply:
    """Answer what happened to a record, the newest first; with `since=last` also what is new to the caller."""
    rtype, found = rtype_of(plural), record_id(record)
    only_parameters("cursor", "limit", "since")
    since = request.args.get("since")
    if since not in {None, LAST}:
        raise Invalid(errors=[FieldError("/since", "unknown_option", "Say last.", {"options": [LAST]})])
    limit = int_parameter("limit", 50, most=MOST_HISTORY)
    before = _history_cursor()
    entries, following = queries.history(call.unit, call.actor, rtype, found, before=before, limit=limit)
    said = comments.of_events(
        call.unit, [entry["id"] for entry in entries if entry["type"] == f"{rtype.name}.commented"]
    )
    data = [entry | {"comment": said.get(entry["id"])} for entry in entries]
    document: dict[str, Any] = {
        "data": data,
        "next_cursor": None if following is None else ".".join(map(str, following)),
    }
    if since is not None:
        document |= _since_last(call, found, data)
    return Reply(document)


def _since_last(call: Call, record: uuid.UUID, data: list[dict[str, Any]]) -> dict[str, Any]:
    """Mark the entries that have come since the caller last looked; nothing is new to who never did."""
    last = seen.last(call.unit, call.actor, record)
    for entry in data:
        by_others = entry["actor"]["id"] != call.actor.user_id
        entry["new"] = last is not None and by_others and last.is_new(entry["version"], entry["id"])
    return {"last_seen": None if last is None else {"event_id": last.event_id, "at": last.at}}


@records.post("/<plural>/<record>/explain")
@in_workspace
def explain_record(call: Call, plural: str, record: str) -> Reply:
    """Answer which conditions of a filter hold for a record."""
    rtype, found = rtype_of(plural), record_id(record)
    only_parameters()
    body = call.body()
    if not isinstance(body, dict) or set(body) != {"filter"}:
        raise Invalid(errors=[FieldError("/filter", "required", 'Send {"filter": ...}.')])
    try:
        return Reply(explaining.explain(call.unit, call.actor, rtype, found, body["filter"]))
    except Invalid as error:
        raise error.below("/filter") from None


def _history_cursor() -> Place | None:
    text = request.args.get("cursor")
    if not text:
        return None
    version, _, event = text.partition(".")
    event_id = parse_uuid(event) if event else None
    if not (version.isascii() and version.isdigit() and len(version) < 19) or (event and event_id is None):
        raise bad_cursor()
    return int(version), event_id
