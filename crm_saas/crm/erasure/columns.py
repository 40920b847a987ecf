"""Every column of a tenant's schema that can hold words, read from the catalogue: no table is left out by oversight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from psycopg import sql
from sqlalchemy import Connection, text

from crm_saas.crm.erasure.model import Erasure
from crm_saas.crm.erasure.person import Person
from crm_saas.kernel.migrate import MIGRATION_TABLE
from crm_saas.tenants.mirror import Member, WorkspaceSettings
from crm_saas.tenants.own_roles import Role
from crm_saas.tenants.teams import Team

OF_MEMBERS: Final = frozenset(each.__tablename__ for each in (Member, WorkspaceSettings, Role, Team))
"""About those who work here, who are not erased as persons whom the workspace knows."""
OWN: Final = Erasure.__tablename__
"""Holds what is looked for until the end."""
PAGE: Final = 500
_COLUMNS: Final = """
    SELECT c.relname AS name, a.attname AS column, format_type(a.atttypid, NULL) AS kind,
           coalesce(a.attnum = ANY (i.indkey::int2[]), false) AS in_key
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
    ORDER BY c.relname, a.attnum
"""
_WORDY: Final = frozenset({"text", "character varying", "jsonb", "text[]", "character varying[]", "tsvector"})
JSONB, TSVECTOR = "jsonb", "tsvector"


@dataclass(frozen=True, slots=True)
class WordyTable:
    """A table, its primary key, and its columns that can hold words with their types."""

    name: str
    key: tuple[str, ...]
    columns: dict[str, str]
    others: frozenset[str]
    """The rest of its columns."""

    def has(self, *names: str) -> bool:
        """Tell whether it has columns of these names."""
        return all(name in self.columns or name in self.others for name in names)


def wordy_tables(connection: Connection) -> list[WordyTable]:
    """Return the tables of the schema in which the connection is, but for those about members and searches."""
    rows: dict[str, list[Any]] = {}
    for row in connection.execute(text(_COLUMNS)):
        if row.name not in OF_MEMBERS | {OWN, MIGRATION_TABLE}:
            rows.setdefault(row.name, []).append(row)
    return [
        WordyTable(
            name,
            tuple(row.column for row in columns if row.in_key),
            {row.column: row.kind for row in columns if row.kind in _WORDY},
            frozenset(row.column for row in columns if row.kind not in _WORDY),
        )
        for name, columns in rows.items()
    ]


@dataclass(frozen=True, slots=True)
class Mention:
    """A row that says something of somebody: its key, all of its wordy columns, and those that say it."""

    key: tuple[Any, ...]
    values: dict[str, Any]
    saying: tuple[str, ...]
    record_id: Any = None
    """The record it is about, in a table that says so."""


def mentions(
    connection: Connection, table: WordyTable, person: Person, *, also: sql.Composable | None = None
) -> Iterator[Mention]:
    """Yield the rows of a table that say something of a person.

    The server looks for what may be it, roughly and without an index, in one pass; each such row is then read.

    Arguments: `also` a further condition.
    """
    if not table.columns or not (person.words or person.digits):
        return
    about = ("record_id",) if table.has("record_id") else ()
    names = tuple(dict.fromkeys((*table.key, *table.columns, *about)))
    of_all = sql.SQL("concat_ws(E'\\n', {})").format(
        sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in table.columns)
    )
    statement = sql.SQL(
        "SELECT {names} FROM {table}, LATERAL (SELECT {of_all} AS said OFFSET 0) AS said"
        " WHERE (lower(said) LIKE ANY (:words) OR regexp_replace(said, '[^0-9]', '', 'g') LIKE ANY (:digits)) {also}"
        " ORDER BY {key}"
    ).format(
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        table=sql.Identifier(table.name),
        of_all=of_all,
        also=sql.SQL("AND {}").format(also) if also is not None else sql.SQL(""),
        key=sql.SQL(", ").join(map(sql.Identifier, table.key)),
    )
    values = {"words": [_like(word) for word in person.words], "digits": [_like(each) for each in person.digits]}
    for row in connection.execute(
        text(statement.as_string()), values, execution_options={"yield_per": PAGE}
    ).mappings():
        found = {name: row[name] for name in table.columns}
        saying = tuple(name for name, value in found.items() if person.is_in(value))
        if saying:
            yield Mention(tuple(row[name] for name in table.key), found, saying, row["record_id"] if about else None)


def _like(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
