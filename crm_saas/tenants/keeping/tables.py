"""The tables of a tenant's schema as they are on a server, and COPY of their content in one canonical form.

Rows are ordered by primary key and written under fixed settings, so that equal content has an equal SHA-256 on any
node, whatever the physical order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

import psycopg
from psycopg import sql
from sqlalchemy import Connection, text

from crm_saas.kernel.migrate import MIGRATION_TABLE

_CANONICAL: Final = (
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL intervalstyle = 'iso_8601'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL client_encoding = 'UTF8'",
)
_TABLES: Final = """
    SELECT c.relname AS name,
           array(SELECT a.attname::text FROM pg_attribute a
                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                 ORDER BY a.attnum) AS columns,
           array(SELECT a.attname::text FROM pg_index i JOIN unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, n)
                 ON true JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
                 WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY k.n) AS key,
           array(SELECT r.relname::text FROM pg_constraint f JOIN pg_class r ON r.oid = f.confrelid
                 WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid) AS needs
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = :schema AND c.relkind = 'r' AND c.relname <> :versions
    ORDER BY c.relname
"""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns in order, and its primary key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What a table held: two tables with the same content have the same."""

    rows: int
    sha256: str
    size: int
    """Bytes in COPY's text form."""


def tables_of(connection: Connection, schema: str) -> list[Table]:
    """Return every table of a schema but Alembic's, those that others refer to first.

    Read from the catalogue and not from the models: what a backup leaves out must not depend on which modules a
    process has imported.
    """
    rows = connection.execute(text(_TABLES), {"schema": schema, "versions": MIGRATION_TABLE}).all()
    waiting = {row.name: set(row.needs) for row in rows}
    tables = {row.name: Table(row.name, tuple(row.columns), tuple(row.key)) for row in rows}
    ordered: list[Table] = []
    while waiting:
        free = sorted(name for name, needs in waiting.items() if not needs & waiting.keys())
        if not free:
            raise RuntimeError(f"foreign keys in a circle: {sorted(waiting)}")
        for name in free:
            del waiting[name]
            ordered.append(tables[name])
    return ordered


def canonical(connection: Connection) -> None:
    """Set what the text form of values depends on, until the transaction ends."""
    for statement in _CANONICAL:
        connection.exec_driver_sql(statement)


def read(connection: Connection, schema: str, table: Table) -> Iterator[bytes]:
    """Yield a table's rows in the order of its key, in COPY's text form."""
    statement = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
        _names(table.columns), sql.Identifier(schema, table.name), _names(table.key)
    )
    with _raw(connection).cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            yield bytes(block)


def write(connection: Connection, schema: str, table: Table, blocks: Iterator[bytes]) -> None:
    """Store rows in COPY's text form."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(schema, table.name), _names(table.columns))
    with _raw(connection).cursor() as cursor, cursor.copy(statement) as copy:
        for block in blocks:
            copy.write(block)


class Counting:
    """Passes blocks on and knows afterwards what their content was; calls `each` for every block, if given."""

    def __init__(self, blocks: Iterator[bytes], each: Callable[[], None] | None = None) -> None:
        self._blocks = blocks
        self._each = each
        self._digest = hashlib.sha256()
        self._rows = self._size = 0

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            self._digest.update(block)
            self._rows += block.count(b"\n")  # a line break inside a value is written as \n
            self._size += len(block)
            if self._each is not None:
                self._each()
            yield block

    def content(self) -> Content:
        """Return what has passed."""
        return Content(self._rows, self._digest.hexdigest(), self._size)


def content_of(connection: Connection, schema: str, table: Table) -> Content:
    """Read a table and return what it holds."""
    counting = Counting(read(connection, schema, table))
    for _ in counting:
        pass
    return counting.content()


def _names(names: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)


def _raw(connection: Connection) -> psycopg.Connection[Any]:
    return cast("psycopg.Connection[Any]", connection.connection.dbapi_connection)
