"""Backup, restore and the like on the command line: the same tasks as in the `keep` worker, done here and now."""

from __future__ import annotations

import time
import uuid
from typing import Any

import click
from sqlalchemy import select

from crm_saas.config import SettingsError
from crm_saas.crm.erasure import jobs as erasure_jobs
from crm_saas.kernel import uow
from crm_saas.kernel.directory import Placement
from crm_saas.kernel.errors import Conflict
from crm_saas.tenants import process
from crm_saas.tenants.keeping import backups, jobs, tasks
from crm_saas.tenants.keeping.model import DONE, FAILED, Backup, KeepingTask
from crm_saas.tenants.models import Workspace

_LOOK_SECONDS = 0.5
_HANDLERS = (*jobs.HANDLERS, *erasure_jobs.HANDLERS)


def do(kind: str, tenant_id: uuid.UUID, params: dict[str, Any]) -> dict[str, Any]:
    """Ask for a task, do it in this process (or wait for the worker that was faster), return its result."""
    try:
        process.owners()
    except RuntimeError as error:
        raise SettingsError(str(error)) from None
    try:
        with uow.control() as unit:
            task_id = tasks.ask(unit, kind, tenant_id, params, wake=False)
    except Conflict as problem:
        raise click.ClickException(f"{kind} of {tenant_id}: {problem.detail}") from None
    while True:
        tasks.work(task_id)
        with uow.control() as unit:
            task = unit.session.get_one(KeepingTask, task_id)
        if task.state == FAILED:
            raise click.ClickException(f"{kind} of {tenant_id}: {task.error}")
        if task.state == DONE:
            return task.result
        time.sleep(_LOOK_SECONDS)


def existing(tenant: str) -> uuid.UUID:
    """Return the id of a workspace named by id or slug."""
    with uow.control() as unit:
        try:
            found = unit.session.get(Workspace, uuid.UUID(tenant))
        except ValueError:
            found = unit.session.scalars(select(Workspace).where(Workspace.slug == tenant)).one_or_none()
    if found is None:
        raise click.ClickException(f"no workspace {tenant}")
    return found.id


def node_of(tenant_id: uuid.UUID) -> str:
    """Return where a workspace lives."""
    with uow.control() as unit:
        placement = unit.session.get(Placement, tenant_id)
    if placement is None:
        raise click.ClickException(f"no workspace {tenant_id}")
    return placement.node_id


def newest(tenant_id: uuid.UUID, backup_id: uuid.UUID | None) -> uuid.UUID:
    """Return a backup of a workspace: the one named, or the newest."""
    backups.adopt_folders(tenant_id)
    with uow.control() as unit:
        known = [each.id for each in backups.of_workspace(unit, tenant_id)]
    if not known or (backup_id is not None and backup_id not in known):
        raise click.ClickException(f"{tenant_id} has no such backup")
    return backup_id or known[0]


def line(backup: Backup) -> str:
    """Return a backup as one line."""
    verified = f"verified {backup.verified_at:%Y-%m-%d %H:%M}" if backup.verified_at else "not verified"
    return (
        f"{backup.id}  {backup.taken_at:%Y-%m-%d %H:%M:%S}  {backup.reason:<14}  schema {backup.revision:<6}"
        f"  {backup.rows:>9} rows  {backup.files:>6} files  {backup.size / 1e6:>9.1f} MB  {verified}"
    )
