"""Imports: upload a file, choose how it is read, preview, run, follow, cancel, undo."""

from __future__ import annotations

import unicodedata
import uuid
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request, send_file

from crm_saas.api.body import read_json
from crm_saas.api.edge import Call, Door, Reply, at_workspace_door, in_workspace, int_parameter, record_id
from crm_saas.crm.imports import intake, service, undo
from crm_saas.crm.imports.model import Import
from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.kernel.errors import FieldError, Invalid, NotFound, Problem
from crm_saas.kernel.files import file_store
from crm_saas.kernel.ids import parse_uuid
from crm_saas.tenants import entitlements

imports = Blueprint("imports", __name__)
MULTIPART_SLACK: Final = 64 * 1024
MOST_NAME: Final = 200
MOST_IMPORTS: Final = 100
MOST_PREVIEWED: Final = 50


@imports.post("/imports")
@at_workspace_door
def upload(door: Door) -> Reply:
    """Store a file, look at it, and add an import for it; nothing is imported yet."""
    with door.open() as call:
        _require_any_import_right(call)
        allowed = entitlements.limits(call.unit)
    request.max_content_length = allowed.file_bytes + MULTIPART_SLACK
    rtype = _rtype(request.form.get("object", "lead"))
    file = request.files.get("file")
    if file is None:
        raise Invalid(errors=[FieldError("/file", "required", "Send a file.")])
    run = intake.take(door.open, rtype, file.stream, _filename(file.filename))
    return Reply(service.as_json(run), 201, {"Location": f"/api/v1/imports/{run.id}"})


@imports.post("/imports/sample")
@at_workspace_door
def import_sample(door: Door) -> Reply:
    """Import the sample leads, as an import that can be undone like any other."""
    return Reply(service.as_json(intake.start_sample(door.open, _rtype("lead"))), 202)


@imports.get("/imports")
@in_workspace
def list_imports(call: Call) -> Reply:
    """Answer the imports, the newest first."""
    limit = int_parameter("limit", 50, most=MOST_IMPORTS)
    cursor = request.args.get("cursor")
    before = parse_uuid(cursor) if cursor else None
    if cursor and before is None:
        raise Invalid(errors=[FieldError("/cursor", "bad_cursor", "This cursor does not belong to this list.")])
    found = service.recent(call.unit, call.actor, before=before, limit=limit)
    following = found[limit - 1].id if len(found) > limit else None
    return Reply({"data": [service.as_json(run) for run in found[:limit]], "next_cursor": following})


@imports.get("/imports/<run>")
@in_workspace
def read_import(call: Call, run: str) -> Reply:
    """Answer one import, its progress included."""
    return Reply(service.as_json(_get(call, run)))


@imports.patch("/imports/<run>")
@at_workspace_door
def change_import(door: Door, run: str) -> Reply:
    """Change how the file is read, which column goes where, or what is done with duplicates."""
    import_id = record_id(run)
    with door.open() as call:
        found, actor = service.get(call.unit, call.actor, import_id), call.actor
    document = read_json()
    options = service.changed_options(found, actor, document, _existing(door.workspace_id, found))
    with door.open() as call:
        return Reply(service.as_json(service.set_options(call.unit, call.actor, import_id, options)))


@imports.get("/imports/<run>/preview")
@in_workspace
def preview_import(call: Call, run: str) -> Reply:
    """Answer what would become of the first rows."""
    limit = int_parameter("limit", service.PREVIEW_ROWS, most=MOST_PREVIEWED)
    found = _get(call, run)
    _existing(call.workspace_id, found)
    return Reply(service.preview(call.unit, call.actor, found, limit))


@imports.post("/imports/<run>/start")
@in_workspace
def start_import(call: Call, run: str) -> Reply:
    """Start the import, or a dry run of it."""
    document = call.body()
    dry_run = document.get("dry_run", False) if isinstance(document, dict) else None
    if not isinstance(dry_run, bool):
        raise Invalid(errors=[FieldError("/dry_run", "wrong_type", "Expected true or false.")])
    return Reply(service.as_json(service.start(call.unit, call.actor, record_id(run), dry_run=dry_run)), 202)


@imports.post("/imports/<run>/cancel")
@in_workspace
def cancel_import(call: Call, run: str) -> Reply:
    """Stop the import after the chunk it is at."""
    return Reply(service.as_json(service.cancel(call.unit, call.actor, record_id(run))), 202)


@imports.post("/imports/<run>/undo")
@in_workspace
def undo_import(call: Call, run: str) -> Reply:
    """Undo a finished import."""
    return Reply(service.as_json(service.undo(call.unit, call.actor, record_id(run))), 202)


@imports.get("/imports/<run>/undo-conflicts")
@in_workspace
def undo_conflicts(call: Call, run: str) -> Reply:
    """Answer which records the undoing left alone, and why."""
    return Reply({"data": undo.conflicts(call.unit, _get(call, run))})


@imports.get("/imports/<run>/rejected")
@in_workspace
def rejected_rows(call: Call, run: str) -> Response:
    """Download the rejected rows with their reasons, as a CSV file that can be corrected and imported again."""
    found = _get(call, run)
    path = service.rejects_path(file_store().path(call.workspace_id, found.file_key))
    if not found.progress["rejected"] or not path.exists():
        raise NotFound("No row was rejected.")
    name = f"{Path(found.filename).stem}-rejected.csv"
    return send_file(path, mimetype="text/csv", as_attachment=True, download_name=name, max_age=0)


def _get(call: Call, run: str) -> Import:
    return service.get(call.unit, call.actor, record_id(run))


def _existing(workspace_id: uuid.UUID, run: Import) -> Path:
    path = file_store().path(workspace_id, run.file_key)
    if not path.exists():
        raise _FileGone("The file has been imported and is no longer kept.")
    return path


class _FileGone(Problem):
    """The uploaded file was removed after its import."""

    status, code, title = 410, "file_gone", "The file is no longer kept"


def _rtype(name: str) -> RecordType:
    rtype = REGISTRY.find(name)
    if rtype is None:
        raise Invalid(errors=[FieldError("/object", "unknown_option", "There is no such object.")])
    return rtype


def _require_any_import_right(call: Call) -> None:
    """Refuse before the body is read; the type it is for is named inside the body."""
    for rtype in REGISTRY:
        call.actor.require("import", rtype)


def _filename(given: str | None) -> str:
    """Return a file name to show: its last part, printable, bounded. It never names a file on our side."""
    base = (given or "").replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C").strip()
    return shown[-MOST_NAME:] or "file"
