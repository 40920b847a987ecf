"""The workspace's data as a whole: its backups, and its export for whoever may have everything."""

from __future__ import annotations

import uuid
from typing import Any, Final

from flask import Blueprint, Response, send_file
from sqlalchemy import func, select

from crm_saas.api import rate_limit
from crm_saas.api.auth import require_recent_authentication
from crm_saas.api.body import read_json
from crm_saas.api.edge import Door, Reply, at_workspace_door, record_id
from crm_saas.api.parameters import only_parameters
from crm_saas.api.rate_limit import Rule
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.crm.takeout import service
from crm_saas.kernel import uow
from crm_saas.kernel.ids import parse_uuid
from crm_saas.tenants import journal, process
from crm_saas.tenants.fields import Fields, ValueFault, sure
from crm_saas.tenants.keeping import backups, tasks
from crm_saas.tenants.keeping.model import OPEN, Backup, KeepingTask
from crm_saas.tenants.mirror import WorkspaceSettings

keeping = Blueprint("keeping", __name__)
HOUR: Final = 3600
RESTORES: Final = 5
ASKED_FOR: Final = Rule("whole-workspace", 20, HOUR)
"""Backups and exports that one workspace may ask for: each reads all of it."""


@keeping.get("/workspace/backups")
@at_workspace_door
def list_backups(door: Door) -> Reply:
    """Answer the workspace's backups, the newest first, and when the next are due."""
    only_parameters()
    _require_power(door)
    settings = process.settings()
    with uow.control() as unit:
        found = backups.of_workspace(unit, door.workspace_id)
        running = unit.connection.execute(
            select(KeepingTask.id).where(
                KeepingTask.workspace_id == door.workspace_id,
                KeepingTask.kind == "backup",
                KeepingTask.state.in_(OPEN),
            )
        ).first()
    return Reply(
        {
            "data": [_backup(each) for each in found],
            "running": running is not None,
            "nightly": settings.backup_nightly,
            "hour": settings.backup_hour,
            "keep": settings.backup_keep,
        }
    )


@keeping.post("/workspace/backups")
@at_workspace_door
def ask_for_backup(door: Door) -> Reply:
    """Ask for a backup now."""
    _require_power(door)
    rate_limit.hit(ASKED_FOR, str(door.workspace_id))
    with uow.control() as unit:
        tasks.ask(unit, "backup", door.workspace_id, {"reason": backups.ASKED}, asked_by_id=door.user_id)
        journal.record(unit, "workspace.backup_requested", workspace_id=door.workspace_id, actor_id=door.user_id)
    return Reply({"running": True}, 202)


@keeping.get("/workspace/backups/<backup>")
@at_workspace_door
def show_backup(door: Door, backup: str) -> Reply:
    """Answer a backup with how many records of each type it holds, and how many there are now."""
    only_parameters()
    with door.open() as call:
        call.actor.require_power("data")
        counted = [select(func.count()).select_from(rtype.table).scalar_subquery() for rtype in REGISTRY]
        there = call.unit.connection.execute(select(*counted)).one()
    with uow.control() as unit:
        found = backups.find(unit, door.workspace_id, record_id(backup))
    then = found.counts
    counts = [
        {
            "type": rtype.name,
            "then": None if then is None else then.get(rtype.table.name, 0),
            "now": number,
        }
        for rtype, number in zip(REGISTRY, there, strict=True)
    ]
    return Reply({**_backup(found), "counts": counts})


@keeping.get("/workspace/restores")
@at_workspace_door
def list_restores(door: Door) -> Reply:
    """Answer the newest restores, and how far the one is that is under way."""
    only_parameters()
    _require_power(door)
    with uow.control() as unit:
        return Reply({"data": [_restore(each) for each in backups.restores_of(unit, door.workspace_id, RESTORES)]})


@keeping.post("/workspace/restores")
@at_workspace_door
def ask_for_restore(door: Door) -> Reply:
    """Ask, as an owner, to put a backup in the place of the workspace; its name is typed to be sure."""
    only_parameters()
    fields = Fields(read_json(), ("backup_id", "name"))
    backup_id, name = fields.text("backup_id", _id), fields.text("name", str)
    _require_power(door)
    fields.check()
    require_recent_authentication()
    rate_limit.hit(ASKED_FOR, str(door.workspace_id))
    with uow.control() as unit:
        task_id = backups.ask_restore(unit, door.workspace_id, sure(backup_id), sure(name), asked_by_id=door.user_id)
        return Reply(_restore(unit.session.get_one(KeepingTask, task_id)), 202)


@keeping.get("/workspace/exports")
@at_workspace_door
def list_exports(door: Door) -> Reply:
    """Answer the exports that the caller asked for, the newest first."""
    only_parameters()
    _require_power(door)
    with uow.control() as unit:
        found = service.of_member(unit, door.workspace_id, door.user_id)
        return Reply({"data": [service.as_json(each) for each in found]})


@keeping.post("/workspace/exports")
@at_workspace_door
def ask_for_export(door: Door) -> Reply:
    """Ask for everything in one zip file; who asks is told by mail when it is ready."""
    _require_power(door)
    require_recent_authentication()
    rate_limit.hit(ASKED_FOR, str(door.workspace_id))
    with uow.control() as unit:
        return Reply(service.as_json(service.ask(unit, door.user_id, door.workspace_id)), 202)


@keeping.get("/workspace/exports/<export>/download")
@at_workspace_door
def download_export(door: Door, export: str) -> Response:
    """Send the file to the member who asked for it."""
    _require_power(door)
    with uow.control() as unit:
        path = service.file_of(unit, door.workspace_id, door.user_id, record_id(export))
    with door.open() as call:
        slug = call.unit.connection.execute(select(WorkspaceSettings.slug)).scalar_one()
    name = f"{slug}-{export[-6:]}.zip"
    return send_file(path, mimetype="application/zip", as_attachment=True, download_name=name, max_age=0)


def _require_power(door: Door) -> None:
    with door.open() as call:
        call.actor.require_power("data")


def _id(text: str) -> uuid.UUID:
    found = parse_uuid(text)
    if found is None:
        raise ValueFault("invalid_id", "This is not an id.")
    return found


def _restore(task: KeepingTask) -> dict[str, Any]:
    return {
        "id": task.id,
        "backup_id": task.params["backup_id"],
        "state": task.state,
        "step": task.step,
        "created_at": task.created_at,
        "finished_at": task.finished_at,
        "asked_by_id": task.asked_by_id,
        "rows": task.result.get("rows"),
        "safety_backup_id": task.result.get("safety_backup_id"),
    }


def _backup(backup: Backup) -> dict[str, Any]:
    return {
        "id": backup.id,
        "taken_at": backup.taken_at,
        "reason": backup.reason,
        "rows": backup.rows,
        "files": backup.files,
        "size": backup.size,
        "verified_at": backup.verified_at,
    }
