"""What is held about a person: looked for, handed out, erased."""

from __future__ import annotations

from typing import Any, Final

import orjson
from flask import Blueprint, Response

from crm_saas.api import rate_limit
from crm_saas.api.auth import require_recent_authentication
from crm_saas.api.body import read_json
from crm_saas.api.edge import Call, Door, Reply, at_workspace_door, in_workspace, record_id
from crm_saas.api.parameters import only_parameters
from crm_saas.api.rate_limit import Rule
from crm_saas.crm.erasure import handing, service
from crm_saas.kernel import uow
from crm_saas.tenants import erased
from crm_saas.tenants.erased import Erased
from crm_saas.tenants.roles import PRIVACY

erasures = Blueprint("erasures", __name__)
HOUR: Final = 3600
LOOKED_FOR: Final = Rule("persons-looked-for", 120, HOUR)
"""Searches of one workspace: each reads all of it."""


@erasures.get("/erasures")
@at_workspace_door
def list_erasures(door: Door) -> Reply:
    """Answer what was erased, the newest first, with its proof, and what waits."""
    only_parameters()
    with door.open() as call:
        call.actor.require_power(PRIVACY)
        states = {row.id: row.state for row in service.unfinished(call.unit)}
    with uow.control() as unit:
        found = erased.of_workspace(unit, door.workspace_id)
    waiting = [{"id": one, "state": state} for one, state in states.items()]
    return Reply({"data": [_certificate(one, states) for one in found], "waiting": waiting})


def _certificate(one: Erased, states: dict[Any, str]) -> dict[str, Any]:
    result = one.result
    return {
        "id": one.id,
        "state": service.DONE if one.finished_at is not None else states.get(one.id, service.QUEUED),
        "mode": one.mode,
        "asked_by_id": one.asked_by_id,
        "asked_at": one.asked_at,
        "finished_at": one.finished_at,
        "records": len(one.records),
        "counts": service.places(result.get("counts", {})),
        "kept": result.get("kept", 0),
        "tables": result.get("looked_at", {}).get("tables", 0),
        "files": result.get("looked_at", {}).get("files", 0),
    }


@erasures.post("/erasures")
@at_workspace_door
def look(door: Door) -> Reply:
    """Begin to look for everything that is held about a person."""
    only_parameters()
    document = read_json()
    with door.open() as call:
        call.actor.require_power(PRIVACY)
    rate_limit.hit(LOOKED_FOR, str(door.workspace_id))
    with door.open() as call:
        row = service.look(call.unit, call.actor, document)
        answer = service.as_json(call.unit, row)
    door.note("person.looked_for")
    service.wake(door.workspace_id, door.user_id)
    return Reply(answer, 202, {"Location": f"/api/v1/erasures/{answer['id']}"})


@erasures.get("/erasures/<erasure>")
@in_workspace
def read(call: Call, erasure: str) -> Reply:
    """Answer what a search has found, or how far an erasure is."""
    only_parameters()
    return Reply(service.as_json(call.unit, service.get(call.unit, call.actor, record_id(erasure))))


@erasures.delete("/erasures/<erasure>")
@in_workspace
def forget(call: Call, erasure: str) -> Reply:
    """Give up a search, with what it has found."""
    only_parameters()
    service.forget(call.unit, call.actor, record_id(erasure))
    return Reply()


@erasures.post("/erasures/<erasure>/confirm")
@at_workspace_door
def confirm(door: Door, erasure: str) -> Reply:
    """Erase what a search has found."""
    only_parameters()
    erasure_id, document = record_id(erasure), read_json()
    with door.open() as call:
        service.get(call.unit, call.actor, erasure_id)
    require_recent_authentication()
    with door.open() as call:
        row = service.confirm(call.unit, call.actor, erasure_id, document)
        answer = service.as_json(call.unit, row)
    door.note("person.erasure_confirmed", {"erasure_id": str(erasure_id), "mode": answer["mode"]})
    service.wake(door.workspace_id, door.user_id)
    return Reply(answer, 202)


@erasures.get("/erasures/<erasure>/download")
@at_workspace_door
def download(door: Door, erasure: str) -> Response:
    """Send everything that a search has found as one JSON file."""
    only_parameters()
    erasure_id = record_id(erasure)
    with door.open() as call:
        service.get(call.unit, call.actor, erasure_id)
    require_recent_authentication()
    with door.open() as call:
        document = handing.document(call.unit, service.found(call.unit, call.actor, erasure_id))
    door.note("person.handed_out")
    body = orjson.dumps(document, default=str, option=orjson.OPT_UTC_Z | orjson.OPT_INDENT_2)
    headers = {
        "Content-Disposition": f'attachment; filename="person-{str(erasure_id)[-6:]}.json"',
        "Cache-Control": "no-store",
    }
    return Response(body, headers=headers, content_type="application/json")
