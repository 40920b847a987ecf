"""The two planes and the wall between tenants.

Every transaction belongs to exactly one *plane*: the control plane, or one tenant's. The plane's role and search path
are set together with BEGIN, in one round trip, by the engine's `begin` event; both are LOCAL, so they end with the
transaction and cannot travel with a pooled connection. A transaction without a plane is refused before it starts.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

import psycopg
from psycopg._queries import PostgresQuery
from psycopg.pq import ExecStatus
from sqlalchemy import BigInteger, Connection, DateTime, Dialect, Engine, MetaData, Text, Uuid, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from crm_saas.kernel.ids import schema_name

CONTROL_SCHEMA = "control"
CONTROL_ROLE = "crm_control"
TENANTS_PER_CONNECTION = 200
"""A backend keeps about 0.5 MB of catalogue cache for each tenant it ever served; then it is replaced."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """`timestamptz` that accepts only aware datetimes and returns UTC, whatever the session's time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive datetime instead of letting the server guess its zone."""
        if value is not None and value.tzinfo is None:
            msg = f"naive datetime {value!r}"
            raise ValueError(msg)
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the instant in UTC."""
        return None if value is None else value.astimezone(UTC)


_TYPES: dict[Any, Any] = {datetime: Instant(), uuid.UUID: Uuid(), str: Text(), int: BigInteger()}


class ControlBase(DeclarativeBase):
    """Models of the control plane: who exists, where they live, what they may use."""

    metadata = MetaData(schema=CONTROL_SCHEMA, naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = _TYPES


class TenantBase(DeclarativeBase):
    """Models of a tenant's schema. They name no schema: the search path of the plane decides."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = _TYPES


@dataclass(frozen=True, slots=True)
class Plane:
    """What a transaction may touch: a database role and a search path."""

    name: str
    begin: bytes
    """The statements that open the transaction, sent as one message."""


def control_plane() -> Plane:
    """Return the plane of the control schema."""
    return _plane(CONTROL_ROLE, f"{CONTROL_SCHEMA}, ext")


def tenant_plane(tenant_id: uuid.UUID) -> Plane:
    """Return the plane of one tenant: role and schema have the same name."""
    name = schema_name(tenant_id)
    return _plane(name, f"{name}, ext")


def _plane(role: str, path: str) -> Plane:
    return Plane(role, f'BEGIN; SET LOCAL ROLE "{role}"; SET LOCAL search_path = {path}'.encode())


class NoPlaneError(RuntimeError):
    """A transaction was begun without saying whose it is."""


class ForbiddenStatementError(RuntimeError):
    """A statement that would change who the transaction is."""


_CHANGES_IDENTITY = re.compile(
    rb"\s*(?:set(?!\s+local\s+(?:lock_timeout|statement_timeout)\b)|reset|discard|do|load|listen|notify)\b",
    re.IGNORECASE,
)


class WallCursor(psycopg.Cursor[Any]):
    """A cursor that always uses the extended protocol, which takes one statement at a time.

    Without parameters psycopg would use the simple protocol, and `SET ROLE other; select ...` in one string would
    run as two statements. Statements that change the session's identity are refused before they are sent.
    """

    def _execute_send(self, query: PostgresQuery, *, force_extended: bool = False, binary: bool | None = None) -> None:  # noqa: ARG002
        if _CHANGES_IDENTITY.match(query.query):
            msg = "role, path and session settings are set by the plane only"
            raise ForbiddenStatementError(msg)
        super()._execute_send(query, force_extended=True, binary=binary)


def make_engine(url: str, *, pool_size: int = 8, max_overflow: int = 2, application: str = "crm") -> Engine:
    """Return an engine of the `crm_app` login whose transactions must name a plane.

    Arguments: `url` a libpq URI; `pool_size` connections kept (one per thread is best), `max_overflow` beyond them.
    Use it through `execution_options(plane=...)`; without, beginning a transaction raises `NoPlaneError`.
    """
    engine = create_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=10,
        pool_recycle=1800,
        pool_use_lifo=True,
        connect_args={
            "cursor_factory": WallCursor,
            # a plan prepared before a migration fails after it; measured: preparing gains nothing here
            "prepare_threshold": None,
            "application_name": application,
            "connect_timeout": 5,
        },
    )
    event.listen(engine, "begin", _enter_plane)
    event.listen(engine, "checkin", _retire_crowded)
    return engine


def make_owner_engine(url: str) -> Engine:
    """Return an engine of the `crm_owner` login, for migrations and provisioning only: no pool, no plane."""
    from sqlalchemy.pool import NullPool

    return create_engine(
        sqlalchemy_url(url),
        poolclass=NullPool,
        connect_args={"prepare_threshold": None, "application_name": "crm-owner", "connect_timeout": 5},
    )


def sqlalchemy_url(url: str) -> str:
    """Turn a libpq URI into SQLAlchemy's form for psycopg."""
    scheme, rest = url.split("://", 1)
    if scheme not in {"postgresql", "postgres"}:
        msg = "a database address starts with postgresql://"
        raise ValueError(msg)
    return f"postgresql+psycopg://{rest}"


def _enter_plane(connection: Connection) -> None:
    plane: Plane | None = connection.get_execution_options().get("plane")
    if plane is None:
        msg = "begin a transaction through kernel.uow, which names its plane"
        raise NoPlaneError(msg)
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, psycopg.Connection)
    try:
        result = raw.pgconn.exec_(plane.begin)
        failure = None if result.status == ExecStatus.COMMAND_OK else psycopg.errors.error_from_result(result)
    except (RuntimeError, psycopg.Error) as error:
        failure = psycopg.OperationalError(str(error))
    if failure is None:
        connection.info.setdefault("planes", set()).add(plane.name)
        return
    dead = raw.broken or raw.pgconn.status != 0
    if dead:
        connection.invalidate()
    else:
        raw.rollback()
    raise OperationalError("BEGIN", None, failure, connection_invalidated=dead) from failure


def _retire_crowded(_dbapi_connection: object, record: ConnectionPoolEntry) -> None:
    if len(record.info.get("planes", ())) > TENANTS_PER_CONNECTION:
        record.invalidate()


SqlState = str


def sqlstate(error: BaseException) -> SqlState | None:
    """Return the five-character SQLSTATE behind an exception of SQLAlchemy or psycopg, if there is one."""
    original = getattr(error, "orig", error)
    state = getattr(original, "sqlstate", None)
    return state if isinstance(state, str) else None


OnCommit = Callable[..., None]
