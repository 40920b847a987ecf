"""Acts on whole workspaces as rows: asked for in a unit, done by the `keep` worker, taken up again when it was killed.

A handler may be called again after it was killed anywhere, and minds that. Acts of one workspace take turns. While a
handler works, a thread renews its lease every few seconds; the thread dies with the process.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from crm_saas.kernel import jobs, logs, uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import Placement
from crm_saas.kernel.errors import Conflict
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.keeping.model import DONE, FAILED, OPEN, QUEUED, RUNNING, KeepingTask

WORK: Final = "crm_saas.tenants.keeping.jobs.work"
LEASE: Final = timedelta(seconds=20)
RENEW_SECONDS: Final = 5.0
MOST_ATTEMPTS: Final = 5
PAUSE: Final = timedelta(seconds=15)
"""After the first failed attempt; twice, three times as long after the next ones."""
JOB_SECONDS: Final = 6 * 3600
KEPT: Final = timedelta(days=90)
_log = logging.getLogger(__name__)


class GiveUpError(Exception):
    """The act cannot succeed by being repeated. The message is one line for whoever asked."""


@dataclass(slots=True)
class Run:
    """One attempt at a task, for its handler."""

    id: uuid.UUID
    kind: str
    workspace_id: uuid.UUID
    node_id: str
    params: Mapping[str, Any]
    asked_by_id: uuid.UUID | None
    attempt: int = 1
    _step: str = ""
    _progress: dict[str, Any] | None = None

    def note(self, step: str, progress: dict[str, Any] | None = None) -> None:
        """Say what is being done; written with the next renewal of the lease."""
        self._step = step
        if progress is not None:
            self._progress = progress

    def values(self) -> dict[str, Any]:
        """Return what is to be written about the work so far."""
        return {"step": self._step} | ({} if self._progress is None else {"progress": self._progress})


Handler = Callable[[Run], dict[str, Any]]
_H = TypeVar("_H", bound=Handler)
_handlers: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[_H], _H]:
    """Declare what does tasks of a kind; it returns the task's result."""

    def declare(function: _H) -> _H:
        _handlers[kind] = function
        return function

    return declare


def ask(
    unit: UnitOfWork,
    kind: str,
    workspace_id: uuid.UUID,
    params: dict[str, Any] | None = None,
    *,
    asked_by_id: uuid.UUID | None = None,
    wake: bool = True,
) -> uuid.UUID:
    """Ask for an act in the caller's control unit; returns the task's id. `Conflict` if one of the kind is open."""
    row = {
        "id": uuid7(), "workspace_id": workspace_id, "kind": kind, "state": QUEUED, "step": "", "params": params or {},
        "progress": {}, "result": {}, "attempts": 0, "asked_by_id": asked_by_id, "created_at": now(),
    }  # fmt: skip
    made = unit.connection.execute(
        insert(KeepingTask).values(row).on_conflict_do_nothing().returning(KeepingTask.id)
    ).scalar_one_or_none()
    if made is None:
        raise Conflict("This is under way already.", code="already_under_way")
    if wake:
        unit.on_commit(hint, made)
    return made


def want(kind: str, workspace_id: uuid.UUID, *, asked_by_id: uuid.UUID | None = None) -> None:
    """Ask for an act outside of any unit; nothing happens while one is under way, which will find what there is."""
    with uow.control() as unit, suppress(Conflict):
        ask(unit, kind, workspace_id, asked_by_id=asked_by_id)


def hint(task_id: uuid.UUID) -> None:
    """Wake a worker for a task."""
    jobs.enqueue("keep", WORK, task_id, unique=unique(task_id), seconds=JOB_SECONDS)


def unique(task_id: uuid.UUID | str) -> str:
    """Return what names the work at this task among messages."""
    return f"keeping:{task_id}"


def work(task_id: uuid.UUID) -> bool:
    """Do a task if nobody is at it; True if this call brought it to an end, good or bad.

    Whatever a handler raises is raised, after the task was put back for the sweep to find.
    """
    run = _claim(task_id)
    if run is None:
        return False
    began = time.perf_counter()
    try:
        with logs.bound(tenant_id=str(run.workspace_id)), _renewed(run):
            result = _handlers[run.kind](run)
    except LostError:
        return False
    except GiveUpError as error:
        _end(run, FAILED, error=str(error))
    except Exception as error:
        _log.exception("keeping task failed", extra={"task_id": str(task_id)})
        if not _put_back(run, error):
            raise
    else:
        _end(run, DONE, result={**result, "seconds": round(time.perf_counter() - began, 2)})
    return True


def _claim(task_id: uuid.UUID) -> Run | None:
    """Take a task that waits, or whose worker is gone, unless another act is at work on the same workspace."""
    with uow.control() as unit:
        workspace_id = unit.connection.execute(
            select(KeepingTask.workspace_id).where(KeepingTask.id == task_id)
        ).scalar_one_or_none()
        if workspace_id is None:
            return None
        placement = unit.session.get(Placement, workspace_id, with_for_update=True)
        task = unit.session.get_one(KeepingTask, task_id, with_for_update=True)
        held = unit.connection.execute(
            select(func.count())
            .select_from(KeepingTask)
            .where(
                KeepingTask.workspace_id == workspace_id,
                KeepingTask.state == RUNNING,
                KeepingTask.lease_until >= now(),
            )
        ).scalar_one()
        if task.state not in OPEN or held:
            return None
        task.state, task.attempts, task.lease_until = RUNNING, task.attempts + 1, now() + LEASE
        task.started_at = task.started_at or now()
        node_id = placement.node_id if placement is not None else str(task.params.get("node", ""))
        return Run(task.id, task.kind, workspace_id, node_id, dict(task.params), task.asked_by_id, task.attempts)


def require_ours(run: Run) -> None:
    """Raise `LostError` when another attempt has taken the task over: before an act that it must not see twice."""
    with uow.control() as unit:
        task = unit.session.get_one(KeepingTask, run.id)
        if task.state != RUNNING or task.attempts != run.attempt:
            raise LostError(str(run.id))


class LostError(Exception):
    """This process was held up for so long that another one has taken its task over."""


@contextmanager
def _renewed(run: Run) -> Iterator[None]:
    over = threading.Event()

    def renew() -> None:
        while not over.wait(RENEW_SECONDS):
            try:
                with uow.control() as unit:
                    unit.connection.execute(
                        update(KeepingTask)
                        .where(
                            KeepingTask.id == run.id,
                            KeepingTask.state == RUNNING,
                            KeepingTask.attempts == run.attempt,
                        )
                        .values(lease_until=now() + LEASE, **run.values())
                    )
            except Exception:  # noqa: BLE001 - the next renewal may succeed; the work itself goes on
                _log.warning("lease not renewed", extra={"task_id": str(run.id)}, exc_info=True)

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _end(run: Run, state: str, *, result: dict[str, Any] | None = None, error: str | None = None) -> None:
    with uow.control() as unit:
        unit.connection.execute(
            update(KeepingTask)
            .where(KeepingTask.id == run.id)
            .values(state=state, result=result or {}, error=error, finished_at=now(), lease_until=None, **run.values())
        )


def _put_back(run: Run, error: Exception) -> bool:
    """Leave a failed attempt to the sweep, or end the task after the last; True if it has ended."""
    said = f"{type(error).__name__}: {getattr(error, 'orig', None) or error}".strip().splitlines()[0][:500]
    with uow.control() as unit:
        task = unit.session.get_one(KeepingTask, run.id, with_for_update=True)
        ended = task.attempts >= MOST_ATTEMPTS
        task.error, task.lease_until = said, None if ended else now() + PAUSE * task.attempts
        task.state = FAILED if ended else QUEUED
        task.finished_at = now() if ended else None
    return ended


def waiting() -> list[uuid.UUID]:
    """Return the tasks that nobody is at, oldest first."""
    free = or_(KeepingTask.lease_until.is_(None), KeepingTask.lease_until < now())
    with uow.control() as unit:
        return list(
            unit.session.scalars(
                select(KeepingTask.id).where(KeepingTask.state.in_(OPEN), free).order_by(KeepingTask.id)
            )
        )


def forget_old() -> int:
    """Delete what ended long ago; returns how many."""
    with uow.control() as unit:
        ended = delete(KeepingTask).where(KeepingTask.state.in_((DONE, FAILED)), KeepingTask.finished_at < now() - KEPT)
        return int(unit.connection.execute(ended.where(KeepingTask.kind != "purge")).rowcount)
