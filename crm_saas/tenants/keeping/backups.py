"""Backups as the deployment keeps them: taken nightly or when asked for, tested, listed, restored, thinned out."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import ACTIVE, Placement
from crm_saas.kernel.errors import Conflict, NotFound
from crm_saas.kernel.files import file_store
from crm_saas.kernel.migrate import History
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal, process
from crm_saas.tenants.keeping import backup, restore, tasks
from crm_saas.tenants.keeping.folder import BackupFolder, BadBackupError, Manifest
from crm_saas.tenants.keeping.model import DONE, OPEN, Backup, KeepingTask
from crm_saas.tenants.keeping.owning import owned, require_name
from crm_saas.tenants.keeping.places import backups_of
from crm_saas.tenants.keeping.tasks import GiveUpError, Run, handler
from crm_saas.tenants.mirror import Member, WorkspaceSettings
from crm_saas.tenants.models import TenantVersion, Workspace
from crm_saas.tenants.provisioning import member_row, members_of, settings_row

RESTORE: Final = "restore"
NIGHTLY, ASKED, BEFORE_RESTORE = "nightly", "asked", "before_restore"
REPLACED_KEPT: Final = timedelta(days=7)
"""How long the schema that a restore replaced stays beside the living one."""
OVERDUE: Final = timedelta(hours=36)
"""A night and half a day: a workspace without a tested backup for so long is one to look at."""
AT_ONCE: Final = 100
"""Nightly backups asked for by one sweep, so that other acts get their turn in between."""


@handler("backup")
def make(run: Run) -> dict[str, Any]:
    """Take a backup and test it."""
    reason = str(run.params.get("reason", ASKED))
    made = _take(run, run.id, reason)
    return {"backup_id": str(made.backup_id), "rows": made.rows, "files": len(made.files)}


@handler(RESTORE)
def bring_back(run: Run) -> dict[str, Any]:
    """Back up what is there, then put a backup in its place."""
    backup_id = uuid.UUID(str(run.params["backup_id"]))
    folder = folder_of(run.workspace_id, backup_id)
    safety = _take(run, run.id, BEFORE_RESTORE)
    began = time.perf_counter()
    try:
        manifest = restore.restore(
            process.owners()[run.node_id],
            file_store(),
            folder,
            run.id,
            lambda: _mirror(run.workspace_id),
            note=run.note,
        )
    except BadBackupError as error:
        raise GiveUpError(str(error)) from None
    with uow.control() as unit:
        version = {"revision": History("tenant").head, "state": "done", "error": None, "at": now()}
        unit.connection.execute(
            update(TenantVersion).where(TenantVersion.tenant_id == run.workspace_id).values(**version)
        )
        unit.connection.execute(update(Backup).where(Backup.id == backup_id).values(verified_at=now()))
        # an event that copies members and settings again: they may have changed while we loaded
        journal.record(
            unit, "workspace.restored", workspace_id=run.workspace_id, actor_id=run.asked_by_id,
            data={"backup_id": str(backup_id), "taken_at": manifest.taken_at.isoformat()},
        )  # fmt: skip
    return {
        "backup_id": str(backup_id),
        "safety_backup_id": str(safety.backup_id),
        "rows": manifest.rows,
        "files": len(manifest.files),
        "restore_seconds": round(time.perf_counter() - began, 2),
    }


def _take(run: Run, backup_id: uuid.UUID, reason: str) -> Manifest:
    """Take a backup under an id, unless an earlier attempt did; test it; note it."""
    owner, folder = process.owners()[run.node_id], folder_of(run.workspace_id, backup_id)
    began = time.perf_counter()
    if not folder.complete:
        backup.take(owner, file_store(), folder, lambda step: run.note(f"back up: {step}"))
    seconds = time.perf_counter() - began
    manifest = restore.verify(owner, folder, lambda step: run.note(f"test: {step}"))
    with uow.control() as unit:
        row = {
            "id": backup_id, "workspace_id": run.workspace_id, "reason": reason, "revision": manifest.revision,
            "rows": manifest.rows, "counts": manifest.counts, "files": len(manifest.files), "size": folder.used_bytes(),
            "milliseconds": round(seconds * 1000), "taken_at": manifest.taken_at, "verified_at": now(),
        }  # fmt: skip
        unit.connection.execute(insert(Backup).values(row).on_conflict_do_nothing())
    return manifest


def _mirror(workspace_id: uuid.UUID) -> restore.Mirror:
    with uow.control() as unit:
        workspace = unit.session.get_one(Workspace, workspace_id)
        return {
            WorkspaceSettings.__tablename__: [settings_row(workspace)],
            Member.__tablename__: [
                member_row(membership, user) for membership, user in unit.session.execute(members_of(workspace_id))
            ],
        }


def of_workspace(unit: UnitOfWork, workspace_id: uuid.UUID) -> list[Backup]:
    """Return a workspace's backups, the newest first."""
    return list(
        unit.session.scalars(select(Backup).where(Backup.workspace_id == workspace_id).order_by(Backup.taken_at.desc()))
    )


def find(unit: UnitOfWork, workspace_id: uuid.UUID, backup_id: uuid.UUID) -> Backup:
    """Return a backup of a workspace; `NotFound` for any other."""
    found = unit.session.get(Backup, backup_id)
    if found is None or found.workspace_id != workspace_id:
        raise NotFound
    return found


def ask_restore(
    unit: UnitOfWork, workspace_id: uuid.UUID, backup_id: uuid.UUID, typed_name: str, *, asked_by_id: uuid.UUID
) -> uuid.UUID:
    """Ask, as an owner who has typed the name of the workspace, to put a backup in its place; returns the task's id.

    Raises `NotFound`, `Forbidden` for who is no owner, `Invalid` for a wrong name, and `Conflict` for a backup that was
    never restored as a test, or while a restore is under way.
    """
    owned(unit, workspace_id, asked_by_id)
    wanted = find(unit, workspace_id, backup_id)
    require_name(unit, workspace_id, typed_name)
    if wanted.verified_at is None:
        raise Conflict("This backup was never restored as a test.", code="not_verified")
    task_id = tasks.ask(unit, RESTORE, workspace_id, {"backup_id": str(backup_id)}, asked_by_id=asked_by_id)
    data = {"backup_id": str(backup_id), "taken_at": wanted.taken_at.isoformat()}
    journal.record(unit, "workspace.restore_requested", workspace_id=workspace_id, actor_id=asked_by_id, data=data)
    return task_id


def restores_of(unit: UnitOfWork, workspace_id: uuid.UUID, limit: int) -> list[KeepingTask]:
    """Return a workspace's restores, the newest first."""
    query = select(KeepingTask).where(KeepingTask.workspace_id == workspace_id, KeepingTask.kind == RESTORE)
    return list(unit.session.scalars(query.order_by(KeepingTask.id.desc()).limit(limit)))


def ask_nightly(hour: int) -> int:
    """Ask for a backup of the active workspaces that have had none since `hour` (UTC) last came; returns how many."""
    since = last_time(now(), hour)
    had = select(Backup.id).where(
        Backup.workspace_id == Placement.tenant_id, Backup.reason == NIGHTLY, Backup.taken_at >= since
    )
    tried = select(KeepingTask.id).where(
        KeepingTask.workspace_id == Placement.tenant_id,
        KeepingTask.kind == "backup",
        KeepingTask.state.in_(OPEN) | ((KeepingTask.created_at >= since) & (KeepingTask.state != DONE)),
    )
    with uow.control() as unit:
        due = unit.session.scalars(
            select(Placement.tenant_id)
            .where(Placement.state == ACTIVE, Placement.created_at < since, ~had.exists(), ~tried.exists())
            .order_by(Placement.tenant_id)
            .limit(AT_ONCE)
        ).all()
        for workspace_id in due:
            tasks.ask(unit, "backup", workspace_id, {"reason": NIGHTLY})
    return len(due)


@dataclass(frozen=True, slots=True)
class Age:
    """How old the tested backups of a node are."""

    node_id: str
    seconds: float
    """Since the snapshot of the newest; where there is none, since the first workspace came to the node."""
    overdue: int
    """Workspaces whose own newest is older than `OVERDUE`, or that have been there as long without any."""


def ages(unit: UnitOfWork) -> list[Age]:
    """Return, in a control unit, how old the tested backups of active workspaces are, by node."""
    newest = (
        select(Backup.workspace_id, func.max(Backup.taken_at).label("at"))
        .where(Backup.verified_at.is_not(None))
        .group_by(Backup.workspace_id)
        .subquery()
    )
    since = func.coalesce(newest.c.at, Placement.created_at)
    rows = unit.connection.execute(
        select(
            Placement.node_id,
            func.coalesce(func.max(newest.c.at), func.min(Placement.created_at)),
            func.count().filter(since < now() - OVERDUE),
        )
        .outerjoin(newest, newest.c.workspace_id == Placement.tenant_id)
        .where(Placement.state == ACTIVE)
        .group_by(Placement.node_id)
        .order_by(Placement.node_id)
    )
    return [Age(node_id, max(0.0, (now() - at).total_seconds()), overdue) for node_id, at, overdue in rows]


def last_time(at: datetime, hour: int) -> datetime:
    """Return the last instant at or before `at` that is a full `hour` of the UTC day."""
    today = at.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today <= at else today - timedelta(days=1)


def thin_out(keep: int) -> int:
    """Remove the backups beyond the newest `keep` nightly ones, and `keep` others, of each workspace."""
    nightly = Backup.reason == NIGHTLY
    place = func.row_number().over(partition_by=(Backup.workspace_id, nightly), order_by=Backup.taken_at.desc())
    ranked = select(Backup.id, Backup.workspace_id, place.label("place")).subquery()
    with uow.control() as unit:
        over = unit.connection.execute(select(ranked.c.id, ranked.c.workspace_id).where(ranked.c.place > keep)).all()
    for backup_id, workspace_id in over:
        with uow.control() as unit:
            unit.connection.execute(delete(Backup).where(Backup.id == backup_id))
        folder_of(workspace_id, backup_id).remove()
    return len(over)


def drop_replaced() -> int:
    """Drop the schemas that restores replaced more than a week ago; returns how many were looked at."""
    with uow.control() as unit:
        due = unit.connection.execute(
            select(KeepingTask.id, KeepingTask.workspace_id, Placement.node_id)
            .join(Placement, Placement.tenant_id == KeepingTask.workspace_id)
            .where(
                KeepingTask.kind == RESTORE,
                KeepingTask.state == DONE,
                KeepingTask.finished_at < now() - REPLACED_KEPT,
                KeepingTask.result["replaced_dropped"].is_(None),
            )
        ).all()
    for task_id, workspace_id, node_id in due:
        restore.drop_replaced(process.owners()[node_id], workspace_id)
        with uow.control() as unit:
            task = unit.session.get_one(KeepingTask, task_id)
            task.result = {**task.result, "replaced_dropped": True}
    return len(due)


def adopt_folders(workspace_id: uuid.UUID) -> int:
    """Note complete backups in the folder that the control plane does not know, such as after its own restore."""
    root = backups_of(workspace_id)
    found = 0
    for path in sorted(root.iterdir()) if root.is_dir() else []:
        folder = BackupFolder(root.parent, workspace_id, uuid.UUID(path.name)) if _is_uuid(path) else None
        if folder is None or not folder.complete:
            continue
        manifest = folder.manifest()
        row = {
            "id": manifest.backup_id, "workspace_id": workspace_id, "reason": ASKED, "revision": manifest.revision,
            "rows": manifest.rows, "counts": manifest.counts, "files": len(manifest.files), "size": folder.used_bytes(),
            "milliseconds": 0, "taken_at": manifest.taken_at, "verified_at": None,
        }  # fmt: skip
        with uow.control() as unit:
            new = insert(Backup).values(row).on_conflict_do_nothing().returning(Backup.id)
            found += len(unit.connection.execute(new).all())
    return found


def _is_uuid(path: Path) -> bool:
    try:
        return str(uuid.UUID(path.name)) == path.name
    except ValueError:
        return False


def folder_of(workspace_id: uuid.UUID, backup_id: uuid.UUID) -> BackupFolder:
    """Return where a backup is kept."""
    return BackupFolder(backups_of(workspace_id).parent, workspace_id, backup_id)
