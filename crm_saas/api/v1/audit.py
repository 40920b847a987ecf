"""The audit page: what was done to the workspace and its people, and who signed in."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from flask import Blueprint, Response, request

from crm_saas.api.edge import Door, Reply, at_workspace_door, int_parameter
from crm_saas.api.parameters import only_parameters
from crm_saas.crm.imports.rejects import neutralise
from crm_saas.crm.takeout.cells import BYTE_ORDER_MARK, cell, line
from crm_saas.kernel import uow
from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.ids import parse_uuid
from crm_saas.tenants import audit as service
from crm_saas.tenants import own_roles, teams
from crm_saas.tenants.audit import KINDS, Question
from crm_saas.tenants.roles import AUDIT

audit = Blueprint("audit", __name__)
FILTERS: Final = ("person", "kind", "since", "until")
PAGE: Final = 500
MOST_DOWNLOADED: Final = 100_000


@audit.get("/audit")
@at_workspace_door
def show(door: Door) -> Reply:
    """Answer a page of the journal, the newest first."""
    only_parameters(*FILTERS, "cursor", "limit")
    _require_power(door)
    asked, before = _asked(), _id_parameter("cursor")
    limit = int_parameter("limit", 50, most=200)
    with uow.control() as unit:
        rows = service.page(unit, door.workspace_id, asked, before, limit + 1)
    more = len(rows) > limit
    return Reply(
        {
            "data": _with_names(door.workspace_id, rows[:limit]),
            "next_cursor": str(rows[limit - 1]["id"]) if more else None,
        }
    )


@audit.get("/audit/download")
@at_workspace_door
def download(door: Door) -> Response:
    """Send the journal as CSV, filtered as asked."""
    only_parameters(*FILTERS)
    _require_power(door)
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(_csv(door.workspace_id, _asked()), headers=headers, content_type="text/csv")


def _csv(workspace_id: uuid.UUID, asked: Question) -> Iterator[bytes]:
    """Yield the rows, a unit for each page."""
    yield BYTE_ORDER_MARK + line(["at", "type", "actor", "person", "details", "names"])
    before, sent = None, 0
    while sent < MOST_DOWNLOADED:
        with uow.control() as unit:
            rows = service.page(unit, workspace_id, asked, before, PAGE)
        for row in _with_names(workspace_id, rows):
            who = [_name(row["actor"]), _name(row["person"])]
            cells = [row["at"].isoformat(), row["type"], *who, cell(row["data"]), cell(row["names"])]
            yield line([neutralise(each) for each in cells])
        if len(rows) < PAGE:
            return
        before, sent = rows[-1]["id"], sent + len(rows)


def _with_names(workspace_id: uuid.UUID, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to each event what the roles and teams of its data are called; those that are gone keep their last name."""
    sought = set().union(*(service.named(row["data"]) for row in rows))
    with uow.tenant(workspace_id) as unit:
        names = own_roles.labels(unit, sought) | teams.names(unit, sought)
    with uow.control() as unit:
        names |= service.former_names(unit, workspace_id, sought - names.keys())
    return [row | {"names": {key: names[key] for key in service.named(row["data"]) & names.keys()}} for row in rows]


def _name(person: dict[str, Any] | None) -> str:
    return "" if person is None else str(person["name"])


def _require_power(door: Door) -> None:
    with door.open() as call:
        call.actor.require_power(AUDIT)


def _asked() -> Question:
    kind = request.args.get("kind")
    if kind is not None and kind not in KINDS:
        options = {"options": [*KINDS]}
        raise Invalid(errors=[FieldError("/kind", "unknown_option", "Not one of the kinds.", options)])
    return Question(_id_parameter("person"), kind, _instant("since"), _instant("until"))


def _id_parameter(name: str) -> uuid.UUID | None:
    text = request.args.get(name)
    found = None if text is None else parse_uuid(text)
    if text is not None and found is None:
        code = "bad_cursor" if name == "cursor" else "invalid_id"
        raise Invalid(errors=[FieldError(f"/{name}", code, "This is not an id.")])
    return found


def _instant(name: str) -> datetime | None:
    text = request.args.get(name)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(
            errors=[FieldError(f"/{name}", "invalid_date", "Not an instant, such as 2026-01-31T00:00Z.")]
        ) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
