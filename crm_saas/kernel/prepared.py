"""Statements that nearly every request makes: compiled once, run by the driver, rows as plain tuples.

Measured on the read of one record: `Connection.execute` takes two to five times the processor time for the same
statement, most of it to recognise the statement and to describe its result. Nothing of SQLAlchemy touches the rows: the
caller gets what psycopg makes of the columns (UUID, aware datetime, str, int, bool, list, dict).
"""

from __future__ import annotations

from typing import Any, Final, cast

import psycopg
from sqlalchemy import Connection, Executable
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from crm_saas.kernel.uow import UnitOfWork

Row = tuple[Any, ...]
_DIALECT: Final = psycopg_dialect.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it untyped


class Prepared:
    """A Core statement whose only variable parts are `bindparam("name")`s, or the columns of an INSERT.

    Made once, at import. Without `in_`: how many values that has is not known before it runs; use `any_`.
    """

    def __init__(self, statement: Executable) -> None:
        compiled = cast("SQLCompiler", statement.compile(dialect=_DIALECT))  # type: ignore[attr-defined]
        self._sql = str(compiled).encode()
        self._constants = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        processors = {
            name: bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT) for name, bind in compiled.binds.items()
        }
        self._processors = tuple((name, process) for name, process in processors.items() if process is not None)

    def all(self, unit: UnitOfWork, **values: Any) -> list[Row]:  # noqa: ANN401 - what columns hold
        """Run it and return every row. Errors are SQLAlchemy's, as everywhere."""
        return self._run(unit, values).fetchall()

    def first(self, unit: UnitOfWork, **values: Any) -> Row | None:  # noqa: ANN401
        """Run it and return the first row, if there is one."""
        return self._run(unit, values).fetchone()

    def run(self, unit: UnitOfWork, **values: Any) -> None:  # noqa: ANN401
        """Run a statement that returns no rows."""
        self._run(unit, values)

    def _run(self, unit: UnitOfWork, values: dict[str, Any]) -> psycopg.Cursor[Row]:
        raw = cast("psycopg.Connection[Row]", unit.connection.connection.dbapi_connection)
        given = {**self._constants, **values}
        for name, process in self._processors:
            given[name] = process(given[name])
        try:
            return raw.execute(self._sql, given)
        except psycopg.Error as error:
            raise _wrapped(unit.connection, self._sql.decode(), error) from error


def _wrapped(connection: Connection, sql: str, error: psycopg.Error) -> BaseException:
    """Return the driver's error as SQLAlchemy raises it, the connection given up if the other side has hung up."""
    lost = connection.dialect.is_disconnect(cast("Any", error), connection.connection.dbapi_connection, None)
    if lost:
        connection.invalidate(error)
    return cast(
        "BaseException",
        DBAPIError.instance(
            sql, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=lost, dialect=_DIALECT
        ),
    )
