"""Exports of a workspace as its members ask for them: the file is for who asked, for a week."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select, update

from crm_saas.crm.notifications.kinds import FINISHED, Notice
from crm_saas.crm.notifications.telling import tell
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.takeout.writing import write
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import UnknownTenantError
from crm_saas.kernel.errors import Gone, NotFound
from crm_saas.kernel.files import file_store
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal, outgoing, process
from crm_saas.tenants.keeping import tasks
from crm_saas.tenants.keeping.model import DONE, KeepingTask
from crm_saas.tenants.keeping.places import exports_of
from crm_saas.tenants.keeping.tasks import Run, handler
from crm_saas.tenants.models import User

KIND: Final = "export"
KEPT: Final = timedelta(days=7)
MOST_LISTED: Final = 20


@handler(KIND)
def make(run: Run) -> dict[str, Any]:
    """Write the file and tell who asked."""
    path = path_of(run.workspace_id, run.id)
    counts = write(process.owners()[run.node_id], file_store(), path, run.workspace_id, run.note)
    with uow.control() as unit:
        person = unit.session.get(User, run.asked_by_id) if run.asked_by_id else None
        if person is not None:
            outgoing.post(
                unit, to=person.email, template="export_ready", language=person.language,
                params={"task_id": str(run.id), "user_id": str(person.id)},
            )  # fmt: skip
    if run.asked_by_id is not None:
        with suppress(UnknownTenantError), uow.tenant(run.workspace_id) as unit:
            about = {"what": "export", "id": str(run.id), "state": DONE}
            tell(unit, [Notice(FINISHED, run.asked_by_id, run.id, None, about=about)])
    return {**counts, "expires_at": (now() + KEPT).isoformat()}


def ask(unit: UnitOfWork, actor_id: uuid.UUID, workspace_id: uuid.UUID) -> KeepingTask:
    """Ask for an export in a control unit; `Conflict` while one is being made."""
    task_id = tasks.ask(unit, KIND, workspace_id, asked_by_id=actor_id)
    journal.record(unit, "workspace.export_requested", workspace_id=workspace_id, actor_id=actor_id)
    return unit.session.get_one(KeepingTask, task_id)


def of_member(unit: UnitOfWork, workspace_id: uuid.UUID, user_id: uuid.UUID) -> list[KeepingTask]:
    """Return the exports that a member asked for, the newest first."""
    return list(
        unit.session.scalars(
            select(KeepingTask)
            .where(
                KeepingTask.workspace_id == workspace_id,
                KeepingTask.kind == KIND,
                KeepingTask.asked_by_id == user_id,
            )
            .order_by(KeepingTask.id.desc())
            .limit(MOST_LISTED)
        )
    )


def file_of(unit: UnitOfWork, workspace_id: uuid.UUID, user_id: uuid.UUID, task_id: uuid.UUID) -> Path:
    """Return the file of a member's own export; `NotFound` for another's, `Gone` after a week."""
    task = unit.session.get(KeepingTask, task_id)
    if task is None or (task.workspace_id, task.kind, task.asked_by_id) != (workspace_id, KIND, user_id):
        raise NotFound
    path = path_of(workspace_id, task_id)
    if task.state != DONE:
        raise NotFound("This export is not ready.")
    if is_expired(task) or not path.exists():
        raise Gone("This export has expired.", code="export_expired")
    return path


def is_expired(task: KeepingTask) -> bool:
    """Whether an export's time is over."""
    return task.finished_at is not None and task.finished_at + KEPT < now()


def as_json(task: KeepingTask) -> dict[str, Any]:
    """Return an export as the API shows it."""
    state = "expired" if task.state == DONE and is_expired(task) else task.state
    return {
        "id": task.id,
        "state": state,
        "created_at": task.created_at,
        "finished_at": task.finished_at,
        "expires_at": None if task.finished_at is None or task.state != DONE else task.finished_at + KEPT,
        "done": task.progress.get("done", 0),
        "total": task.progress.get("total"),
        "size": task.result.get("size"),
        "rows": task.result.get("rows"),
        "files": task.result.get("files"),
    }


def remove_expired() -> int:
    """Remove the files of exports whose time is over; returns how many."""
    with uow.control() as unit:
        over = unit.connection.execute(
            select(KeepingTask.id, KeepingTask.workspace_id).where(
                KeepingTask.kind == KIND,
                KeepingTask.state == DONE,
                KeepingTask.finished_at < now() - KEPT,
                KeepingTask.result["removed"].is_(None),
            )
        ).all()
    for task_id, workspace_id in over:
        path_of(workspace_id, task_id).unlink(missing_ok=True)
        with uow.control() as unit:
            task = unit.session.get_one(KeepingTask, task_id)
            unit.connection.execute(
                update(KeepingTask).where(KeepingTask.id == task_id).values(result={**task.result, "removed": True})
            )
    return len(over)


def path_of(workspace_id: uuid.UUID, task_id: uuid.UUID) -> Path:
    """Return where an export's file is."""
    return exports_of(workspace_id) / f"{task_id}.zip"


def require(actor: Actor) -> None:
    """Refuse who may not have the workspace's data as a whole."""
    actor.require_power("data")
