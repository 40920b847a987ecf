"""Acts on many records: preview, start, follow, cancel, undo."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, request

from crm_saas.api.edge import Call, Reply, in_workspace, int_parameter, record_id
from crm_saas.crm.batches import service
from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.ids import parse_uuid

batches = Blueprint("batches", __name__)
MOST_BATCHES: Final = 100


@batches.post("/batches/preview")
@in_workspace
def preview_batch(call: Call) -> Reply:
    """Answer what would become of the chosen records."""
    return Reply(service.preview(call.unit, call.actor, call.body()))


@batches.post("/batches")
@in_workspace
def start_batch(call: Call) -> Reply:
    """Start a change or a deletion of many records."""
    job = service.start(call.unit, call.actor, call.body())
    return Reply(service.as_json(job), 202, {"Location": f"/api/v1/batches/{job.id}"})


@batches.get("/batches")
@in_workspace
def list_batches(call: Call) -> Reply:
    """Answer one's own jobs, the newest first."""
    limit = int_parameter("limit", 50, most=MOST_BATCHES)
    cursor = request.args.get("cursor")
    before = parse_uuid(cursor) if cursor else None
    if cursor and before is None:
        raise Invalid(errors=[FieldError("/cursor", "bad_cursor", "This cursor does not belong to this list.")])
    found = service.recent(call.unit, call.actor, before=before, limit=limit)
    following = found[limit - 1].id if len(found) > limit else None
    return Reply({"data": [service.as_json(job) for job in found[:limit]], "next_cursor": following})


@batches.get("/batches/<batch>")
@in_workspace
def read_batch(call: Call, batch: str) -> Reply:
    """Answer one job, its progress included."""
    return Reply(service.as_json(service.get(call.unit, call.actor, record_id(batch))))


@batches.get("/batches/<batch>/left")
@in_workspace
def left_alone(call: Call, batch: str) -> Reply:
    """Answer the first records that the job left alone, and why."""
    job = service.get(call.unit, call.actor, record_id(batch))
    left = service.named(call.unit, call.actor, service.rtype_of(job), job.result.get("left", []))
    return Reply({"data": left})


@batches.post("/batches/<batch>/cancel")
@in_workspace
def cancel_batch(call: Call, batch: str) -> Reply:
    """Stop after the records it is at."""
    return Reply(service.as_json(service.cancel(call.unit, call.actor, record_id(batch))), 202)


@batches.post("/batches/<batch>/undo")
@in_workspace
def undo_batch(call: Call, batch: str) -> Reply:
    """Take back what the job did; answers the job that does it, which can be undone as well."""
    job = service.undo(call.unit, call.actor, record_id(batch))
    return Reply(service.as_json(job), 202, {"Location": f"/api/v1/batches/{job.id}"})
