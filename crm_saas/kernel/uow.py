"""The unit of work: one transaction on one plane, opened here and nowhere else.

    with uow.tenant(workspace_id) as unit:
        service.create(unit, ...)          # flushes, never commits
        unit.on_commit(hint_relay, workspace_id)

It commits when the block ends and rolls back when the block raises. A request is one unit; a job is a sequence of
short ones.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import NoReturn

import psycopg
from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from crm_saas.kernel.db import Plane, sqlstate
from crm_saas.kernel.directory import MOVING, Directory, TenantMovingError

Plain = str | int | float | bool | uuid.UUID | date | datetime | None
INSUFFICIENT_PRIVILEGE = "42501"
_log = logging.getLogger(__name__)
_PLAIN = (str, int, float, bool, uuid.UUID, date, datetime, type(None))


class CommitInDomainError(RuntimeError):
    """Domain code tried to end a transaction that belongs to its unit of work."""


class NestedUnitError(RuntimeError):
    """A unit was opened inside another: two transactions that can half commit, and two connections for one thread."""


class UnitSession(Session):
    """A session that flushes but leaves commit and rollback to the unit of work."""

    def commit(self) -> NoReturn:
        """Refuse: only the unit of work commits."""
        raise CommitInDomainError("flush() is enough; the unit of work commits")

    def rollback(self) -> NoReturn:
        """Refuse: raise an exception to roll the unit back; `begin_nested()` for a part of it."""
        raise CommitInDomainError("raise to roll back; the unit of work ends its transaction")


class UnitOfWork:
    """One transaction. `connection` for Core statements, `session` for the ORM; both are in the same transaction."""

    __slots__ = ("_after", "_session", "connection", "tenant_id")

    def __init__(self, connection: Connection, tenant_id: uuid.UUID | None) -> None:
        self.connection = connection
        self.tenant_id = tenant_id
        self._session: UnitSession | None = None
        self._after: list[tuple[Callable[..., object], tuple[Plain, ...]]] = []

    @property
    def session(self) -> Session:
        """The ORM session of this transaction, made on first use."""
        if self._session is None:
            self._session = UnitSession(self.connection, expire_on_commit=False, join_transaction_mode="rollback_only")
        return self._session

    @property
    def workspace_id(self) -> uuid.UUID:
        """The tenant of a tenant unit; asking a control unit is a mistake in the program."""
        if self.tenant_id is None:
            raise RuntimeError("a control unit has no tenant")
        return self.tenant_id

    def on_commit(self, function: Callable[..., object], *args: Plain) -> None:
        """Call `function(*args)` after the commit. Only ids and plain values: a model would be read after its end."""
        for arg in args:
            if not isinstance(arg, _PLAIN):
                raise TypeError(f"on_commit takes ids and plain values, not {type(arg).__name__}")
        self._after.append((function, args))

    def _finish(self) -> None:
        if self._session is not None:
            self._session.flush()

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()

    def _run_after(self) -> None:
        for function, args in dict.fromkeys(self._after):
            try:
                function(*args)
            except Exception:  # noqa: BLE001 - it is committed: an error now would tell the caller that it is not
                _log.exception("after commit", extra={"function": function.__qualname__})


_directory: Directory | None = None


def configure(directory: Directory | None) -> None:
    """Set the directory this process works with; done once, by the application or a worker at its start."""
    global _directory  # noqa: PLW0603 - one per process, like the process's connections
    _directory = directory


def directory() -> Directory:
    """Return the directory of this process."""
    if _directory is None:
        raise RuntimeError("kernel.uow.configure() was not called")
    return _directory


@contextmanager
def control() -> Iterator[UnitOfWork]:
    """Open a unit on the control plane."""
    with _transaction(lambda: directory().control_engine, None) as unit:
        yield unit


@contextmanager
def tenant(tenant_id: uuid.UUID) -> Iterator[UnitOfWork]:
    """Open a unit on one tenant's plane; raises `UnknownTenantError` if there is no usable tenant with this id.

    `TenantMovingError` when something is written while the tenant moves to another node, or has just moved.
    """
    at = ""

    def engine() -> Engine:
        nonlocal at
        address = directory().resolve(tenant_id)
        at = address.node_id
        return address.engine

    try:
        with _transaction(engine, tenant_id) as unit:
            yield unit
    except (DBAPIError, psycopg.Error) as error:  # COPY raises psycopg's own
        if sqlstate(error) == INSUFFICIENT_PRIVILEGE and _is_moving(tenant_id, at):
            raise TenantMovingError(str(tenant_id)) from error
        raise


def _is_moving(tenant_id: uuid.UUID, at: str) -> bool:
    """Whether a tenant is being moved, or no longer lives where we believed."""
    directory().forget(tenant_id)
    place = directory().place_of(tenant_id)
    return place is not None and (place[1] == MOVING or place[0] != at)


@contextmanager
def plane(engine: Engine, on: Plane, tenant_id: uuid.UUID | None = None) -> Iterator[UnitOfWork]:
    """Open a unit on a given engine and plane; for work that walks a node's tenants (sweeps, provisioning)."""
    with _transaction(lambda: engine.execution_options(plane=on), tenant_id) as unit:
        yield unit


_open: ContextVar[bool] = ContextVar("unit_open", default=False)


@contextmanager
def _transaction(engine: Callable[[], Engine], tenant_id: uuid.UUID | None) -> Iterator[UnitOfWork]:
    if _open.get():
        raise NestedUnitError("end the open unit of work before another begins")
    connection, transaction = _begin(engine, tenant_id)
    unit = UnitOfWork(connection, tenant_id)
    _open.set(True)
    try:
        yield unit
        unit._finish()  # noqa: SLF001 - the unit and its opener are one thing
        transaction.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        _open.set(False)
        unit._close()  # noqa: SLF001
        connection.close()
    unit._run_after()  # noqa: SLF001


_MOST_DEAD = 64
"""Connections found dead, one after the other, before we believe that there is no server: more than a pool holds."""


def _begin(engine: Callable[[], Engine], tenant_id: uuid.UUID | None) -> tuple[Connection, RootTransaction]:
    """Begin; after a connection found dead, resolve the tenant again and try the next (nothing has run yet)."""
    for _ in range(_MOST_DEAD):
        try:
            return _try_begin(engine)
        except DBAPIError as error:
            if tenant_id is not None and sqlstate(error) in _NOT_THE_ROLE:
                return _begin_elsewhere(engine, tenant_id)
            if not error.connection_invalidated:
                raise
        if tenant_id is not None:
            directory().forget(tenant_id)
    return _try_begin(engine)


_NOT_THE_ROLE = {INSUFFICIENT_PRIVILEGE, "22023"}
"""The role may not be taken any more, or is gone (invalid_parameter_value): the tenant lives elsewhere now."""
_MOVE_SECONDS = 5.0
"""Between the moment when the old node is closed and the moment when the new one is known lie milliseconds."""


def _begin_elsewhere(engine: Callable[[], Engine], tenant_id: uuid.UUID) -> tuple[Connection, RootTransaction]:
    """Begin where the tenant lives now; while it moves, wait for a short while."""
    until = time.monotonic() + _MOVE_SECONDS
    while True:
        directory().forget(tenant_id)
        place = directory().place_of(tenant_id)
        try:
            return _try_begin(engine)
        except DBAPIError as error:
            moving = place is not None and place[1] == MOVING
            if sqlstate(error) not in _NOT_THE_ROLE or not moving or time.monotonic() > until:
                raise
        time.sleep(0.02)


def _try_begin(engine: Callable[[], Engine]) -> tuple[Connection, RootTransaction]:
    connection = engine().connect()
    try:
        return connection, connection.begin()
    except BaseException:
        connection.close()
        raise
