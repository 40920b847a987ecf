"""The two planes and the wall between tenants.

Every transaction belongs to exactly one *plane*: the control plane, or one tenant's. The plane's role and search path
are set together with BEGIN, in one round trip, by the engine's `begin` event; both are LOCAL, so they end with the
transaction and cannot travel with a pooled connection. A transaction without a plane is refused before it starts.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, cast

import orjson
import psycopg
from psycopg._queries import PostgresQuery
from psycopg.pq import ConnStatus, ExecStatus
from sqlalchemy import BigInteger, Connection, DateTime, Dialect, Engine, MetaData, Text, Uuid, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry, NullPool
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

    @property
    def python_type(self) -> type[datetime]:
        """An aware datetime."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive datetime instead of letting the server guess its zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
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
    """A statement of a kind that no unit of work needs, such as one that would change who the transaction is."""


_NOISE = rb"(?:\s|\(|--[^\n\r]*|/\*(?:(?!\*/|/\*).)*\*/)*+"
"""What may stand before a statement. Not a comment inside a comment: PostgreSQL nests them, so its end is elsewhere."""
_MAY_RUN = re.compile(
    _NOISE
    + rb"(?:select|insert|update|delete|merge|with|values|copy|explain|show|savepoint|release"
    + rb"|rollback\s+to|set\s+local\s+(?:lock_timeout|statement_timeout))\b",
    re.IGNORECASE | re.DOTALL,
)
"""What a unit of work may send. Whatever else PostgreSQL understands (SET ROLE, RESET, COMMIT, DO, CALL, PREPARE,
DECLARE, LISTEN, every kind of DDL) would outlive the transaction or change whose it is."""


class WallCursor(psycopg.Cursor[Any]):
    """A cursor that always uses the extended protocol, which takes one statement at a time.

    Without parameters psycopg would use the simple protocol, and `SELECT 1; SET ROLE other` in one string would run
    as two statements. Statements of another kind than a unit of work needs are refused before they are sent.
    """

    def _execute_send(self, query: PostgresQuery, *, force_extended: bool = False, binary: bool | None = None) -> None:  # noqa: ARG002 - forced below
        if _MAY_RUN.match(query.query) is None:
            raise ForbiddenStatementError(
                "a unit of work reads and writes rows; its plane alone says who and where it is"
            )
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
        hide_parameters=True,  # they are people's data, and errors are logged
        json_deserializer=orjson.loads,  # a page of records holds a JSON object in each row
        connect_args={
            "cursor_factory": WallCursor,
            # a plan prepared before a migration fails after it; measured: preparing gains nothing here
            "prepare_threshold": None,
            "application_name": application,
            "connect_timeout": 5,
            # the driver reads instants in the session's zone: an operator's server may have another than UTC
            "options": "-c timezone=UTC",
        },
    )
    event.listen(engine, "begin", _enter_plane)
    event.listen(engine, "checkin", _retire_crowded)
    return engine


def make_owner_engine(url: str) -> Engine:
    """Return an engine of the `crm_owner` login, for migrations and provisioning only: no pool, no plane."""
    return create_engine(
        sqlalchemy_url(url),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"prepare_threshold": None, "application_name": "crm-owner", "connect_timeout": 5},
    )


def sqlalchemy_url(url: str) -> str:
    """Turn a libpq URI into SQLAlchemy's form for psycopg."""
    scheme, rest = url.split("://", 1)
    if scheme not in {"postgresql", "postgres"}:
        raise ValueError("a database address starts with postgresql://")
    return f"postgresql+psycopg://{rest}"


def _enter_plane(connection: Connection) -> None:
    """Begin the transaction, as its plane, in one round trip; `OperationalError` if the server or the role is gone."""
    plane: Plane | None = connection.get_execution_options().get("plane")
    if plane is None:
        raise NoPlaneError("begin a transaction through kernel.uow, which names its plane")
    raw = cast("psycopg.Connection[Any]", connection.connection.dbapi_connection)
    failure = _send_begin(raw, plane)
    if failure is None:
        connection.info.setdefault("planes", set()).add(plane.name)
        return
    # libpq leaves it to us to notice that the other side has hung up
    dead = raw.closed or raw.pgconn.status != ConnStatus.OK
    if dead:
        connection.invalidate()
    else:
        raw.rollback()
    raise OperationalError("BEGIN", None, failure, connection_invalidated=dead) from failure


def _send_begin(raw: psycopg.Connection[Any], plane: Plane) -> psycopg.Error | None:
    try:
        result = raw.pgconn.exec_(plane.begin)
    except (RuntimeError, psycopg.Error) as error:
        return psycopg.OperationalError(str(error))
    if result.status == ExecStatus.COMMAND_OK:
        return None
    return psycopg.errors.error_from_result(result, encoding="utf-8")


def _retire_crowded(_dbapi_connection: object, record: ConnectionPoolEntry) -> None:
    if len(record.info.get("planes", ())) > TENANTS_PER_CONNECTION:
        record.invalidate()


def sqlstate(error: BaseException) -> str | None:
    """Return the five-character SQLSTATE behind an exception of SQLAlchemy or psycopg, if there is one."""
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    return state if isinstance(state, str) else None
