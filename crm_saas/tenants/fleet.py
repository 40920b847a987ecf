"""Migrate the whole deployment: the control plane first, then every tenant, each in a transaction of its own.

What is done is remembered in each schema (Alembic's version table) and, for the report, in `control.tenant_version`.
A run may be stopped anywhere and started again: it takes up the tenants that are not yet where they should be.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

from sqlalchemy import Engine, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from crm_saas.kernel.clock import now
from crm_saas.kernel.db import CONTROL_SCHEMA, make_owner_engine, sqlstate
from crm_saas.kernel.directory import ACTIVE, DEFAULT_NODE, MIGRATED, Node, Placement
from crm_saas.kernel.ids import schema_name
from crm_saas.kernel.migrate import HEAD, History, move_control, move_tenant
from crm_saas.tenants.models import TenantVersion

DONE, FAILED = "done", "failed"
_WORTH_ANOTHER_TRY = {"55P03", "40P01"}
"""lock_not_available, deadlock_detected: somebody's transaction was in the way for longer than we let others wait."""
TRIES = 5
PAUSE_SECONDS = 0.5
FEW = 8
"""So few tenants are migrated in this process: starting others would take longer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the migration of one tenant ended; `revision` is what its schema is at now, None if that is unknown."""

    tenant_id: uuid.UUID
    revision: str | None
    error: str | None


def migrate_control(owner: Engine, target: str = HEAD) -> str | None:
    """Migrate the control plane as its owner and see that the default node exists; returns the revision reached."""
    history = History("control")
    with owner.begin() as connection:
        move_control(connection, history, target)
        if target in {HEAD, history.head}:
            row = {"id": DEFAULT_NODE, "accepts_new": True, "created_at": now()}
            connection.execute(insert(Node).values(row).on_conflict_do_nothing())
        return history.revision_of(connection, CONTROL_SCHEMA)


def behind(control: Engine, target: str = HEAD) -> list[tuple[uuid.UUID, str]]:
    """Return (tenant, node) of every tenant not known to be at `target`, the longest waiting first."""
    revision = History("tenant").head if target == HEAD else target
    query = (
        select(Placement.tenant_id, Placement.node_id)
        .outerjoin(TenantVersion, TenantVersion.tenant_id == Placement.tenant_id)
        .where(Placement.state.in_(MIGRATED))
        .where(
            or_(
                TenantVersion.tenant_id.is_(None),
                TenantVersion.revision.is_distinct_from(None if revision == "base" else revision),
                TenantVersion.state == FAILED,
            )
        )
        .order_by(TenantVersion.at.nulls_first(), Placement.tenant_id)
    )
    with control.connect() as connection:
        return [(row.tenant_id, row.node_id) for row in connection.execute(query)]


def migrate_tenants(
    owners: Mapping[str, str], tenants: Sequence[tuple[uuid.UUID, str]], target: str = HEAD, *, workers: int = 4
) -> Iterator[Outcome]:
    """Migrate tenants and yield each outcome as it comes; a failing one does not stop the others.

    Arguments: `owners` maps a node to the libpq URI of its owner login (`default` also holds the control plane);
    `tenants` pairs of tenant and node. Alembic's `op` is global to a process, so the workers are processes.
    """
    if len(tenants) <= FEW or workers == 1:
        mover = _Mover(owners, target)
        yield from (mover.move(tenant_id, node_id) for tenant_id, node_id in tenants)
        return
    with ProcessPoolExecutor(
        min(workers, len(tenants)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_worker,
        initargs=(dict(owners), target),
    ) as pool:
        for future in as_completed([pool.submit(_move_in_worker, *tenant) for tenant in tenants]):
            yield future.result()


class _Mover:
    """Migrates one tenant after the other and writes down how it went."""

    def __init__(self, owners: Mapping[str, str], target: str) -> None:
        self._engines = {node: make_owner_engine(url) for node, url in owners.items()}
        self._history = History("tenant")
        self._target = target

    def move(self, tenant_id: uuid.UUID, node_id: str) -> Outcome:
        """Migrate a tenant, trying again while somebody holds a lock on it."""
        try:
            outcome = Outcome(tenant_id, self._move(tenant_id, node_id), None)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other tenants go on and it is reported
            outcome = Outcome(tenant_id, self._revision(tenant_id, node_id), _one_line(error))
        self._note(outcome)
        return outcome

    def _move(self, tenant_id: uuid.UUID, node_id: str) -> str | None:
        for attempt in range(1, TRIES + 1):
            try:
                with self._engines[node_id].begin() as connection:
                    move_tenant(connection, self._history, tenant_id, self._target)
                    return self._history.revision_of(connection, schema_name(tenant_id))
            except DBAPIError as error:
                if sqlstate(error) not in _WORTH_ANOTHER_TRY or attempt == TRIES:
                    raise
                time.sleep(PAUSE_SECONDS * attempt)
        raise AssertionError

    def _revision(self, tenant_id: uuid.UUID, node_id: str) -> str | None:
        try:
            with self._engines[node_id].connect() as connection:
                return self._history.revision_of(connection, schema_name(tenant_id))
        except (DBAPIError, KeyError):
            return None

    def _note(self, outcome: Outcome) -> None:
        values = {
            "revision": outcome.revision,
            "state": FAILED if outcome.error else DONE,
            "error": outcome.error,
            "at": now(),
        }
        statement = insert(TenantVersion).values(tenant_id=outcome.tenant_id, **values)
        with self._engines[DEFAULT_NODE].begin() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=[TenantVersion.tenant_id], set_=values))


_mover: _Mover | None = None


def _start_worker(owners: Mapping[str, str], target: str) -> None:
    global _mover  # noqa: PLW0603 - a worker process has one
    _mover = _Mover(owners, target)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _move_in_worker(tenant_id: uuid.UUID, node_id: str) -> Outcome:
    if _mover is None:
        raise RuntimeError("the worker was not started")
    return _mover.move(tenant_id, node_id)


def _one_line(error: Exception) -> str:
    text = str(getattr(error, "orig", None) or error)
    return f"{type(error).__name__}: {text.splitlines()[0] if text else ''}"[:500]


@dataclass(frozen=True, slots=True)
class Report:
    """Who is at which revision."""

    control: str | None
    control_head: str
    tenant_head: str
    revisions: dict[str | None, int]
    """Revision -> number of active tenants; None: never migrated."""
    not_active: dict[str, int]
    """State -> number of tenants that are being built or could not be."""
    failed: tuple[Outcome, ...]


def report(control: Engine) -> Report:
    """Say who is at which revision, from what the control plane knows."""
    history = History("control")
    with control.connect() as connection:
        at = history.revision_of(connection, CONTROL_SCHEMA)
        rows = (
            connection.execute(
                select(
                    Placement.tenant_id,
                    Placement.state,
                    TenantVersion.revision,
                    TenantVersion.state.label("outcome"),
                    TenantVersion.error,
                ).outerjoin(TenantVersion, TenantVersion.tenant_id == Placement.tenant_id)
            ).all()
            if at is not None
            else []
        )
    revisions: dict[str | None, int] = {}
    not_active: dict[str, int] = {}
    for row in rows:
        counts, key = (revisions, row.revision) if row.state == ACTIVE else (not_active, row.state)
        counts[key] = counts.get(key, 0) + 1
    failed = tuple(Outcome(row.tenant_id, row.revision, row.error) for row in rows if row.outcome == FAILED)
    return Report(at, history.head, History("tenant").head, revisions, not_active, failed)
