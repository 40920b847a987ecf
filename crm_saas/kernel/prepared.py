"""Statements of the hot path: compiled once, run by the driver, rows as plain tuples.

Measured on the read of one record: `Connection.execute` takes two to five times the processor time for the same
statement, most of it to recognise the statement and to describe its result. Nothing of SQLAlchemy touches the rows: the
caller gets what psycopg makes of the columns (UUID, aware datetime, str, int, bool, list, dict).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Final, cast

import psycopg
from sqlalchemy import BindParameter, Connection, Executable, Select
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.cache_key import CacheKey
from sqlalchemy.sql.compiler import SQLCompiler

from crm_saas.kernel.uow import UnitOfWork

Row = tuple[Any, ...]
MOST_STRUCTURES: Final = 1_000
_DIALECT: Final = psycopg_dialect.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it untyped


class Prepared:
    """A Core statement. `bindparam("name")`s without a value, and the columns of an INSERT, are given when it runs.

    TypeError for `in_` with values: the text would depend on how many there are. `any_` of an array does the same.
    """

    def __init__(self, statement: Executable) -> None:
        self._text = _Text(statement)
        self._constants = self._text.constants

    def all(self, unit: UnitOfWork, **values: Any) -> list[Row]:  # noqa: ANN401 - what columns hold
        """Run it and return every row. Errors are SQLAlchemy's, as everywhere."""
        return self._text.run(unit, {**self._constants, **values}).fetchall()

    def first(self, unit: UnitOfWork, **values: Any) -> Row | None:  # noqa: ANN401
        """Run it and return the first row, if there is one."""
        return self._text.run(unit, {**self._constants, **values}).fetchone()

    def run(self, unit: UnitOfWork, **values: Any) -> None:  # noqa: ANN401
        """Run a statement that returns no rows."""
        self._text.run(unit, {**self._constants, **values})

    @classmethod
    def alike(cls, statement: Select[Any]) -> Prepared:
        """Prepare a statement that was put together for one request, such as that of a filtered list.

        Statements of one structure, whatever the values in it, are compiled once.
        """
        key = statement._generate_cache_key()  # noqa: SLF001 - what Connection.execute looks its statements up by
        if key is None:
            return cls(statement)
        text = _texts.get(key.key)
        if text is None:
            if len(_texts) >= MOST_STRUCTURES:
                _texts.clear()
            text = _texts[key.key] = _Text(statement, key)
        made = cls.__new__(cls)
        made._text = text  # noqa: SLF001 - its own
        made._constants = text.constants_of(key.bindparams)  # noqa: SLF001
        return made


class _Text:
    """A statement as the driver takes it."""

    def __init__(self, statement: Executable, cache_key: CacheKey | None = None) -> None:
        compiled = cast("SQLCompiler", statement.compile(dialect=_DIALECT, cache_key=cache_key))  # type: ignore[attr-defined]
        if compiled.post_compile_params or compiled.literal_execute_params:
            raise TypeError("a prepared statement has no in_ with values; use any_ of an array")
        self._compiled = compiled
        self._sql = str(compiled).encode()
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        self._required = frozenset(name for name, bind in binds.items() if bind.required)
        self.constants = self.constants_of(None)
        processors = {name: bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT) for name, bind in binds.items()}
        self._processors = tuple((name, process) for name, process in processors.items() if process is not None)

    def constants_of(self, binds: Sequence[BindParameter[Any]] | None) -> dict[str, Any]:
        """Return the values inside a statement of this structure, by parameter; None: of the one it was made of."""
        found = self._compiled.construct_params(extracted_parameters=binds, _check=False)
        return {name: value for name, value in found.items() if name not in self._required}

    def run(self, unit: UnitOfWork, values: dict[str, Any]) -> psycopg.Cursor[Row]:
        raw = cast("psycopg.Connection[Row]", unit.connection.connection.dbapi_connection)
        for name, process in self._processors:
            if name in values:
                values[name] = process(values[name])
        try:
            return raw.execute(self._sql, values)
        except psycopg.Error as error:
            raise _wrapped(unit.connection, self._sql.decode(), error) from error


_texts: dict[Hashable, _Text] = {}


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
