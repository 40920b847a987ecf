"""How long records and their history are kept."""

from __future__ import annotations

from flask import Blueprint

from crm_saas.api.auth import require_recent_authentication
from crm_saas.api.body import read_json
from crm_saas.api.edge import Call, Door, Reply, at_workspace_door, etag, in_workspace, record_id, required_version
from crm_saas.api.parameters import only_parameters
from crm_saas.crm.batches import service as batches
from crm_saas.crm.retention import rules
from crm_saas.tenants.roles import PRIVACY

retention = Blueprint("retention", __name__)


@retention.get("/retention")
@in_workspace
def read_retention(call: Call) -> Reply:
    """Answer the rule of each type, and the last deletions by them."""
    only_parameters()
    return Reply({"data": rules.every(call.unit, call.actor), "runs": rules.runs(call.unit, call.actor)})


@retention.put("/retention/<object_name>")
@at_workspace_door
def change_retention(door: Door, object_name: str) -> Reply:
    """Say how long records of a type are kept."""
    only_parameters()
    version, body = required_version(), read_json()
    with door.open() as call:
        call.actor.require_power(PRIVACY)
    require_recent_authentication()
    with door.open() as call:
        rtype = rules.rtype_of(object_name)
        document = rules.change(call.unit, call.actor, rtype, body, version=version)
    told = {"type": rtype.name, "months": document["months"], "history_months": document["history_months"]}
    door.note("retention.changed", told)
    return Reply(document, headers=etag(document["version"]))


@retention.post("/retention/<object_name>/preview")
@in_workspace
def preview_retention(call: Call, object_name: str) -> Reply:
    """Answer how many records a rule would delete if it were carried out now."""
    only_parameters()
    call.actor.require_power(PRIVACY)
    return Reply(rules.preview(call.unit, call.actor, rules.rtype_of(object_name), call.body()))


@retention.post("/retention/runs/<run>/undo")
@at_workspace_door
def bring_back(door: Door, run: str) -> Reply:
    """Bring back what a rule has deleted; answers the job that does it."""
    only_parameters()
    run_id = record_id(run)
    with door.open() as call:
        job = rules.bring_back(call.unit, call.actor, run_id)
        document = batches.as_json(job)
    door.note("retention.undone", {"type": document["object"]})
    return Reply(document, 202, {"Location": f"/api/v1/batches/{document['id']}"})
