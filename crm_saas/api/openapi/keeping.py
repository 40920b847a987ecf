"""The description of backups and of the export of a whole workspace."""

from __future__ import annotations

from typing import Final

from apispec import APISpec

from crm_saas.api.openapi.shapes import (
    BOOLEAN,
    IN_WORKSPACE,
    INSTANT,
    INTEGER,
    STRING,
    UUID,
    answer,
    body,
    data,
    form,
    in_path,
    many,
    nullable,
    one_of,
    operation,
    path,
    record,
    ref,
)
from crm_saas.tenants.keeping.backups import ASKED, BEFORE_RESTORE, NIGHTLY
from crm_saas.tenants.keeping.model import DONE, FAILED, QUEUED, RUNNING

_TAG: Final = "workspace"
_READ: Final = (401, 403, 404, 422)
_ASK: Final = (400, 401, 403, 404, 409, 429)


def add(spec: APISpec) -> None:
    """Add backups and exports."""
    backup = {
        "id": UUID, "taken_at": INSTANT, "reason": one_of(NIGHTLY, ASKED, BEFORE_RESTORE), "rows": INTEGER,
        "files": INTEGER, "size": {**INTEGER, "description": "Bytes on disk."},
        "verified_at": {**nullable(INSTANT), "description": "When it was last restored as a test."},
    }  # fmt: skip
    spec.components.schema("Backup", record(backup))
    export = {
        "id": UUID, "state": one_of(QUEUED, RUNNING, DONE, FAILED, "expired"), "created_at": INSTANT,
        "finished_at": nullable(INSTANT), "expires_at": nullable(INSTANT), "done": INTEGER, "total": nullable(INTEGER),
        "size": nullable(INTEGER), "rows": nullable(INTEGER), "files": nullable(INTEGER),
    }  # fmt: skip
    spec.components.schema("WorkspaceExport", record(export))
    listed = record(
        {"data": many(ref("Backup")), "running": BOOLEAN, "nightly": BOOLEAN, "hour": INTEGER, "keep": INTEGER}
    )
    path(
        spec,
        "/api/v1/workspace/backups",
        get=operation(
            "listBackups", "The workspace's backups, the newest first", _TAG, {200: answer("As asked.", listed)},
            security=IN_WORKSPACE, refusals=_READ,
        ),
        post=operation(
            "askForBackup", "Ask for a backup now", _TAG,
            {202: answer("Asked for.", record({"running": BOOLEAN}))}, security=IN_WORKSPACE, refusals=_ASK,
        ),
    )  # fmt: skip
    _add_restores(spec)
    path(
        spec,
        "/api/v1/workspace/exports",
        get=operation(
            "listWorkspaceExports", "The exports that the caller asked for", _TAG,
            {200: answer("As asked.", data(ref("WorkspaceExport")))}, security=IN_WORKSPACE, refusals=_READ,
        ),
        post=operation(
            "askForWorkspaceExport", "Ask for everything in one zip file", _TAG,
            {202: answer("Asked for; a mail follows.", ref("WorkspaceExport"))}, security=IN_WORKSPACE, refusals=_ASK,
        ),
    )  # fmt: skip
    sent = {"description": "The file.", "content": {"application/zip": {"schema": {**STRING, "format": "binary"}}}}
    path(
        spec,
        "/api/v1/workspace/exports/{id}/download",
        get=operation(
            "downloadWorkspaceExport", "The file, for who asked for it, for a week", _TAG, {200: sent},
            security=IN_WORKSPACE, parameters=[in_path("The id of an export.")], refusals=(401, 403, 404, 410),
        ),
    )  # fmt: skip


def _add_restores(spec: APISpec) -> None:
    then = {**nullable(INTEGER), "description": "Unknown for a backup of an older release."}
    counts = many(record({"type": STRING, "then": then, "now": INTEGER}))
    path(
        spec,
        "/api/v1/workspace/backups/{id}",
        get=operation(
            "readBackup", "A backup, and how many records it holds beside those there are now", _TAG,
            {200: answer("As asked.", {"allOf": [ref("Backup"), record({"counts": counts})]})},
            security=IN_WORKSPACE, parameters=[in_path("The id of a backup.")], refusals=_READ,
        ),
    )  # fmt: skip
    spec.components.schema("Restore", record(
        {
            "id": UUID, "backup_id": UUID, "state": one_of(QUEUED, RUNNING, DONE, FAILED), "step": STRING,
            "created_at": INSTANT, "finished_at": nullable(INSTANT), "asked_by_id": nullable(UUID),
            "rows": nullable(INTEGER), "safety_backup_id": nullable(UUID),
        }
    ))  # fmt: skip
    draft = form({"backup_id": UUID, "name": STRING}, required=("backup_id", "name"))
    path(
        spec,
        "/api/v1/workspace/restores",
        get=operation(
            "listRestores", "The newest restores", _TAG, {200: answer("Newest first.", data(ref("Restore")))},
            security=IN_WORKSPACE, refusals=_READ,
        ),
        post=operation(
            "askForRestore", "Put a backup in the place of the workspace", _TAG,
            {202: answer("Asked for.", ref("Restore"))}, security=IN_WORKSPACE, request_body=body(draft),
            refusals=(*_ASK, 413, 415, 422),
        ),
    )  # fmt: skip
