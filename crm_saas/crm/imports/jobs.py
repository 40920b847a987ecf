"""The import job: short units over streaming input, each committing a chunk together with the position behind it.

The import's row is locked for the length of a chunk, so two workers at one import take turns; each goes on from the
committed position. A worker killed anywhere has either committed its chunk with the position, or left neither.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any, Final

import psycopg
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

import crm_saas.crm.catalogue  # noqa: F401 - a worker needs the record types
from crm_saas.crm.imports import service, undo
from crm_saas.crm.imports.model import Import
from crm_saas.crm.imports.options import RULES, Options
from crm_saas.crm.imports.plan import Plan, Planned, Planner
from crm_saas.crm.imports.reading import FileProblem, Position, Row, open_rows
from crm_saas.crm.imports.rejects import RejectsWriter
from crm_saas.crm.imports.seen import mark_seen
from crm_saas.crm.notifications.kinds import FINISHED, Notice
from crm_saas.crm.notifications.telling import tell
from crm_saas.crm.records import bulk, owning
from crm_saas.crm.records.actor import Actor, load_actor, members_by_key
from crm_saas.crm.records.policy import OWNER_FIELD, hidden, read_only
from crm_saas.crm.records.registry import Values
from crm_saas.crm.records.service import system_columns
from crm_saas.kernel import jobs, uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.db import sqlstate
from crm_saas.kernel.directory import UnknownTenantError
from crm_saas.kernel.errors import Forbidden, Problem, QuotaExceeded
from crm_saas.kernel.files import file_store
from crm_saas.kernel.rounds import in_each_tenant
from crm_saas.kernel.sweeps import sweep
from crm_saas.kernel.uow import UnitOfWork

CHUNK_ROWS: Final = 1_000
SLICE_SECONDS: Final = 5.0
"""A job hands itself back to the queue after this long, so that other workspaces get their turn."""
LEASE: Final = timedelta(seconds=30)
MOST_FAILURES: Final = 5
ABANDONED_AFTER: Final = timedelta(days=7)
TRY_AGAIN: Final = {"23505", "40001", "40P01", "55P03"}
"""unique_violation (somebody took an external id meanwhile), serialization failure, deadlock, lock not available."""
_COUNTED: Final = {"create": "created", "update": "updated", "fill": "filled", "skip": "skipped", "reject": "rejected"}
_log = logging.getLogger(__name__)


def work(workspace: str, import_name: str) -> None:
    """Do a slice of an import's work, or of its undoing, and ask for the next one. The entry for RQ; safe to repeat."""
    workspace_id, import_id = uuid.UUID(workspace), uuid.UUID(import_name)
    jobs.started("bulk", f"import:{import_id}")
    try:
        unfinished = _slice(workspace_id, import_id)
    except UnknownTenantError:
        return
    except (Problem, FileProblem) as problem:
        _fail(workspace_id, import_id, problem)
        return
    except Exception:
        _log.exception("import slice failed", extra={"tenant_id": workspace, "import_id": import_name})
        _note_failure(workspace_id, import_id)
        raise
    if unfinished:
        service.hint(workspace_id, import_id)


def _slice(workspace_id: uuid.UUID, import_id: uuid.UUID) -> bool:
    """Work for a few seconds; True if there is more to do."""
    until = time.monotonic() + SLICE_SECONDS
    state = _begin(workspace_id, import_id)
    if state == service.UNDOING:
        return undo.work(workspace_id, import_id, until=until)
    if state != service.RUNNING:
        return False
    reader = _Reader(workspace_id, import_id)
    with reader:
        while time.monotonic() < until:
            if not reader.step():
                return False
    return True


def _begin(workspace_id: uuid.UUID, import_id: uuid.UUID) -> str | None:
    """Take the import up: queued becomes running, cancelling becomes cancelled; returns the state."""
    with uow.tenant(workspace_id) as unit:
        run = unit.session.get(Import, import_id, with_for_update=True)
        if run is None:
            return None
        if run.state == service.QUEUED:
            run.state = service.RUNNING
        elif run.state == service.CANCELLING:
            _finish(unit, run, service.CANCELLED)
        run.lease_until = now() + LEASE
        return run.state


class _Reader:
    """One worker's way through a file: it reads ahead one chunk, and commits it with the position behind it."""

    def __init__(self, workspace_id: uuid.UUID, import_id: uuid.UUID) -> None:
        self._workspace_id = workspace_id
        self._import_id = import_id
        with uow.tenant(workspace_id) as unit:
            run = unit.session.get_one(Import, import_id)
            self._rtype = service.rtype_of(run)
            self._options = Options.from_json(run.options)
            self._path = file_store().path(workspace_id, run.file_key)
            self._position: list[int] | None = run.progress["position"]
            actor = load_actor(unit, run.created_by_id, "import", batch_id=import_id)
            self._require_fields(actor)
            mapper = self._options.mapper(self._rtype, actor, members_by_key(unit))
        self._by_rules = self._options.unowned == RULES
        self._planner = Planner(self._rtype, mapper, self._options.duplicates, by_rules=self._by_rules)
        self._rows = self._open()

    def _open(self) -> Iterator[Row]:
        start = None if self._position is None else Position.from_json(self._position)
        return open_rows(self._path, self._options.reading, start)

    def __enter__(self) -> None:
        """Nothing to do: the file was opened with the reader."""

    def __exit__(self, *_: object) -> None:
        close = getattr(self._rows, "close", None)
        if close is not None:
            close()

    def step(self) -> bool:
        """Commit one chunk; False at the end of the file, or when the import is no longer ours to do."""
        began = time.monotonic()
        rows = list(islice(self._rows, CHUNK_ROWS))
        for attempt in range(MOST_FAILURES):
            try:
                return self._commit(rows, began)
            except (DBAPIError, psycopg.Error) as error:  # COPY raises psycopg's own
                if sqlstate(error) not in TRY_AGAIN or attempt == MOST_FAILURES - 1:
                    raise
        raise AssertionError

    def _commit(self, rows: list[Row], began: float) -> bool:
        with uow.tenant(self._workspace_id) as unit:
            run = unit.session.scalars(select(Import).where(Import.id == self._import_id).with_for_update()).one()
            if run.state == service.CANCELLING:
                _finish(unit, run, service.CANCELLED)
                return False
            if run.state != service.RUNNING or run.progress["position"] != self._position:
                return False  # cancelled, or another worker is further: it goes on
            if not rows:
                _finish(unit, run, service.DONE)
                unit.on_commit(service.tidy, self._workspace_id, run.file_key, self._options.dry_run)
                return False
            actor = load_actor(unit, run.created_by_id, "import", batch_id=self._import_id)
            actor.require("import", self._rtype)
            self._require_fields(actor)
            position = rows[-1].position.to_json()
            progress = self._store(unit, actor, run, rows)
            progress |= {"position": position, "failures": 0}
            progress["rows"] += len(rows)
            progress["seconds"] += time.monotonic() - began
            run.progress = progress
            run.lease_until = now() + LEASE
            run.version += 1
        self._position = position
        return True

    def _require_fields(self, actor: Actor) -> None:
        """Refuse with `Forbidden` to fill a field that their role may not change any more."""
        fields = {target.partition(".")[0] for target in self._options.mapping.values()}
        limited = fields & (hidden(actor, self._rtype) | read_only(actor, self._rtype))
        if limited:
            raise Forbidden("Your role may not fill every field of this import.", fields=sorted(limited))

    def _store(self, unit: UnitOfWork, actor: Actor, run: Import, rows: Sequence[Row]) -> dict[str, Any]:
        """Write a chunk's records and rejected rows; returns the counts after it."""
        progress = dict(run.progress)
        plan = self._planner.plan(unit, actor, rows)
        if self._options.dry_run:
            mark_seen(service.seen_path(self._path), self._rtype, plan, self._options.duplicates)
        else:
            _require_room(actor, progress["created"], len(plan.new))
            self._insert(unit, actor, plan.new)
            bulk.update_many(unit, actor, self._rtype, plan.changes)
        progress["rejects_size"] = self._write_rejects(plan, progress["rejects_size"])
        for row in plan.rows:
            progress[_COUNTED[row.outcome]] += 1
        return progress

    def _insert(self, unit: UnitOfWork, actor: Actor, new: Sequence[tuple[uuid.UUID, Values]]) -> None:
        """Store new records; those that nobody owns go where the rules say, if they are to decide."""
        nobodys = [
            owning.Unowned(record_id, values, system_columns(actor, record_id))
            for record_id, values in new
            if self._by_rules and OWNER_FIELD in values and values[OWNER_FIELD] is None
        ]
        found = owning.assign(unit, actor, self._rtype, nobodys)
        owned = [
            (record_id, found[record_id].applied(values) if record_id in found else values) for record_id, values in new
        ]
        told = {record_id: each.told for record_id, each in found.items()}
        bulk.insert_many(unit, actor, self._rtype, owned, told=told)

    def _write_rejects(self, plan: Plan, size: int) -> int:
        rejected = [row for row in plan.rows if row.outcome == "reject"]
        if not rejected:
            return size
        writer = RejectsWriter(service.rejects_path(self._path), self._options.reading.headers, size=size)
        with writer:
            for row in rejected:
                writer.write(row.line, reasons(self._options.reading.headers, row), row.cells)
        return service.rejects_path(self._path).stat().st_size


def reasons(headers: Sequence[str], row: Planned) -> list[str]:
    """Say in words why a row was rejected, naming the column of each fault."""
    said = []
    for fault in row.faults:
        if fault.fatal:
            header = "" if fault.column is None or fault.column >= len(headers) else headers[fault.column]
            where = header or fault.field
            said.append(f"{where}: {fault.detail}" if where else fault.detail)
    return said


def _require_room(actor: Actor, created: int, more: int) -> None:
    """Refuse what passes the plan. The relay counts behind us, so what this import has created counts at least."""
    if max(actor.records, created) + more > actor.records_limit:
        raise QuotaExceeded(
            "No more records fit in this plan.", limit="records", allowed=actor.records_limit, used=actor.records
        )


def _finish(unit: UnitOfWork, run: Import, state: str) -> None:
    """End a run. Who started it hears of it, unless they took it back themselves or it was a trial."""
    run.state = state
    run.finished_at = now()
    run.lease_until = None
    run.version += 1
    if state != service.CANCELLED and not run.options.get("dry_run"):
        about = {"what": "import", "id": str(run.id), "state": state, "name": run.filename}
        tell(unit, [Notice(FINISHED, run.created_by_id, run.id, None, run.record_type, about=about)])


def _fail(workspace_id: uuid.UUID, import_id: uuid.UUID, problem: Problem | FileProblem) -> None:
    """End an import that cannot go on; what it has stored stays, and can be undone."""
    code = problem.problem_code if isinstance(problem, Problem) else problem.code
    with uow.tenant(workspace_id) as unit:
        run = unit.session.get(Import, import_id, with_for_update=True)
        if run is not None and run.state in service.AT_WORK:
            run.result = {**run.result, "error": {"code": code, "detail": str(problem)}}
            _finish(unit, run, service.FAILED)


def _note_failure(workspace_id: uuid.UUID, import_id: uuid.UUID) -> None:
    """Count a failure at one place; after five the import ends instead of being tried for ever."""
    with uow.tenant(workspace_id) as unit:
        run = unit.session.get(Import, import_id, with_for_update=True)
        if run is None or run.state not in service.AT_WORK:
            return
        failures = run.progress["failures"] + 1
        run.progress = {**run.progress, "failures": failures}
        if failures >= MOST_FAILURES:
            detail = "Something went wrong on our side."
            run.result = {**run.result, "error": {"code": "internal_error", "detail": detail}}
            _finish(unit, run, service.FAILED)


@sweep("bulk")
def sweep_stalled() -> int:
    """Wake a worker for every import that waits for one: its message was lost, or its worker was killed."""
    return sum(in_each_tenant(_wake_stalled))


@sweep("bulk", every=3600)
def sweep_abandoned() -> int:
    """Remove uploads that nobody started within a week, and files whose import was never added."""
    return sum(in_each_tenant(_remove_abandoned))


def _wake_stalled(unit: UnitOfWork) -> int:
    free = Import.lease_until.is_(None) | (Import.lease_until < now())
    stalled = unit.session.scalars(select(Import.id).where(Import.state.in_(service.AT_WORK), free)).all()
    for import_id in stalled:
        unit.on_commit(service.hint, unit.workspace_id, import_id)
    return len(stalled)


def _remove_abandoned(unit: UnitOfWork) -> int:
    """Delete rows of abandoned uploads, then every file that no row names any more."""
    old = now() - ABANDONED_AFTER
    unit.session.execute(
        delete(Import).where(Import.state == service.READY, Import.started_at.is_(None), Import.created_at < old)
    )
    kept = set(unit.session.scalars(select(Import.file_key)))
    strays = [key for key in file_store().keys(unit.workspace_id, unchanged_since=old) if key not in kept]
    for key in strays:
        unit.on_commit(file_store().delete, unit.workspace_id, key)
    return len(strays)
