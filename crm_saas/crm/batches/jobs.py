"""The worker of acts on many records: short units, each committing its records together with the place behind them.

The job's row is locked for the length of a unit, so two workers at one job take turns. A worker killed anywhere has
either committed records and place, or neither: no record is changed twice and none is forgotten.
"""

from __future__ import annotations

import logging
import time
import uuid
from datetime import timedelta
from typing import Any, Final

import psycopg
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

import crm_saas.crm.catalogue  # noqa: F401 - a worker needs the record types
from crm_saas.crm.batches import acting, service
from crm_saas.crm.batches.acting import UNDO, UPDATE, Outcome
from crm_saas.crm.batches.model import BulkJob
from crm_saas.crm.imports.jobs import TRY_AGAIN
from crm_saas.crm.notifications.kinds import FINISHED, Notice
from crm_saas.crm.notifications.telling import tell
from crm_saas.crm.records import undoing
from crm_saas.crm.records.actor import SYSTEM_ID, load_actor, load_system
from crm_saas.kernel import jobs, uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.db import sqlstate
from crm_saas.kernel.directory import UnknownTenantError
from crm_saas.kernel.errors import Problem
from crm_saas.kernel.rounds import in_each_tenant
from crm_saas.kernel.sweeps import sweep
from crm_saas.kernel.uow import UnitOfWork

CHUNK: Final = 500
SLICE_SECONDS: Final = 5.0
LEASE: Final = timedelta(seconds=30)
MOST_FAILURES: Final = 5
WATCHED: Final = timedelta(seconds=10)
"""So long somebody looks on."""
_log = logging.getLogger(__name__)


def work(workspace: str, job_name: str) -> None:
    """Do a slice of a job's work and ask for the next one. The entry for RQ; safe to repeat."""
    workspace_id, job_id = uuid.UUID(workspace), uuid.UUID(job_name)
    jobs.started("bulk", f"batch:{job_id}")
    until = time.monotonic() + SLICE_SECONDS
    try:
        while step(workspace_id, job_id):
            if time.monotonic() >= until:
                service.hint(workspace_id, job_id)
                return
    except UnknownTenantError:
        return
    except Problem as problem:
        _end_with(workspace_id, job_id, problem.problem_code, str(problem))
    except Exception:
        _log.exception("bulk job failed", extra={"tenant_id": workspace, "job_id": job_name})
        _note_failure(workspace_id, job_id)
        raise


def step(workspace_id: uuid.UUID, job_id: uuid.UUID) -> bool:
    """Commit one unit; False when there is no more to do."""
    for attempt in range(MOST_FAILURES):
        try:
            return _step(workspace_id, job_id)
        except (DBAPIError, psycopg.Error) as error:  # COPY raises psycopg's own
            if sqlstate(error) not in TRY_AGAIN or attempt == MOST_FAILURES - 1:
                raise
    raise AssertionError


def _step(workspace_id: uuid.UUID, job_id: uuid.UUID) -> bool:
    began = time.monotonic()
    with uow.tenant(workspace_id) as unit:
        job = unit.session.get(BulkJob, job_id, with_for_update=True)
        if job is None or job.state not in service.AT_WORK:
            return False
        if job.state == service.CANCELLING:
            _finish(unit, job, service.CANCELLED)
            return False
        ids, outcome = _act(unit, job)
        if not ids:
            _finish(unit, job, service.DONE)
            return False
        progress = dict(job.progress)
        progress["after"], progress["failures"] = str(ids[-1]), 0
        progress["done"] += len(ids)
        progress["changed"] += outcome.changed
        progress["unchanged"] += outcome.unchanged
        progress["left"] += len(outcome.left)
        progress["seconds"] += time.monotonic() - began
        shown = [*job.result.get("left", []), *outcome.left][: service.MOST_SHOWN]
        job.state, job.progress, job.result = service.RUNNING, progress, {**job.result, "left": shown}
        job.lease_until = now() + LEASE
        job.version += 1
    return True


def _act(unit: UnitOfWork, job: BulkJob) -> tuple[list[uuid.UUID], Outcome]:
    """Do the next records; returns which they were. Rights are those of now, not of when the job was made."""
    rtype = service.rtype_of(job)
    if job.created_by_id == SYSTEM_ID:
        actor = load_system(unit, batch_id=job.id)
    else:
        actor = load_actor(unit, job.created_by_id, "ui", batch_id=job.id)
    after = None if job.progress["after"] is None else uuid.UUID(job.progress["after"])
    if job.kind == UNDO and job.undoes_id is not None:
        actor.require("update", rtype)
        ids = undoing.records_after(unit, job.undoes_id, after, CHUNK)
        kept = acting.not_mine(unit, actor, rtype, UPDATE, ids)
        mine = [each for each in ids if each not in kept]
        undone = undoing.undo_some(unit, actor, rtype, job.undoes_id, mine)
        left: list[dict[str, Any]] = [{"id": str(each), "reason": acting.GONE} for each in sorted(kept)]
        left += [{"id": str(each), "reason": reason, "fields": fields} for each, reason, fields in undone.left]
        return ids, Outcome(undone.removed + undone.changed + undone.restored, 0, left)
    actor.require(job.kind, rtype)
    ids = acting.next_ids(unit, actor, rtype, job.kind, job.selection, until=job.id, after=after, most=CHUNK)
    edit = acting.read_edit(unit, actor, rtype, job.changes) if job.kind == UPDATE else None
    return ids, acting.act(unit, actor, rtype, kind=job.kind, edit=edit, ids=ids, selection=job.selection)


def _finish(unit: UnitOfWork, job: BulkJob, state: str) -> None:
    """End a job. Who asked for it hears of it, unless it went well before they could turn to something else."""
    job.state, job.finished_at, job.lease_until = state, now(), None
    job.version += 1
    quick = state == service.DONE and not job.progress["left"] and now() - job.created_at < WATCHED
    if state != service.CANCELLED and not quick:
        progress = {name: job.progress[name] for name in ("changed", "left")}
        about = {"what": job.kind, "id": str(job.id), "state": state, **progress}
        tell(unit, [Notice(FINISHED, job.created_by_id, job.id, None, job.record_type, about=about)])


def _end_with(workspace_id: uuid.UUID, job_id: uuid.UUID, code: str, detail: str) -> None:
    """End a job that cannot go on; what it has done stays, and can be undone."""
    with uow.tenant(workspace_id) as unit:
        job = unit.session.get(BulkJob, job_id, with_for_update=True)
        if job is not None and job.state in service.AT_WORK:
            job.result = {**job.result, "error": {"code": code, "detail": detail}}
            _finish(unit, job, service.FAILED)


def _note_failure(workspace_id: uuid.UUID, job_id: uuid.UUID) -> None:
    """Count a failure at one place; after five the job ends instead of being tried for ever."""
    with uow.tenant(workspace_id) as unit:
        job = unit.session.get(BulkJob, job_id, with_for_update=True)
        if job is None or job.state not in service.AT_WORK:
            return
        failures = job.progress["failures"] + 1
        job.progress = {**job.progress, "failures": failures}
        if failures >= MOST_FAILURES:
            job.result = {
                **job.result,
                "error": {"code": "internal_error", "detail": "Something went wrong on our side."},
            }
            _finish(unit, job, service.FAILED)


@sweep("bulk")
def sweep_stalled() -> int:
    """Wake a worker for every job that waits for one: its message was lost, or its worker was killed."""
    return sum(in_each_tenant(_wake_stalled))


def _wake_stalled(unit: UnitOfWork) -> int:
    free = BulkJob.lease_until.is_(None) | (BulkJob.lease_until < now())
    stalled = unit.session.scalars(select(BulkJob.id).where(BulkJob.state.in_(service.AT_WORK), free)).all()
    for job_id in stalled:
        unit.on_commit(service.hint, unit.workspace_id, job_id)
    return len(stalled)
