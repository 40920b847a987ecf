"""Recognising again whoever was erased, of whom only keyed hashes are kept: in what a restored backup brought back."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any, Final

from psycopg import sql
from sqlalchemy import Connection, select, text

from crm_saas.crm.erasure.columns import PAGE, TSVECTOR, WordyTable, wordy_tables
from crm_saas.crm.erasure.person import Person
from crm_saas.crm.records.kinds.base import ValueProblem
from crm_saas.crm.records.kinds.emails import normalise_email
from crm_saas.crm.records.kinds.phones import parse_phone
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.kernel.text import GROUPED_DIGITS, fold
from crm_saas.tenants.erased import hash_of
from crm_saas.tenants.mirror import WorkspaceSettings

_EMAIL: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~\-]+@[\w\-]+(?:\.[\w\-]+)+")
_TRIMMED: Final = "'\"*`{}|=.-"
_SHORTEST: Final = 6


def keys_of(person: Person, *, by_name: bool) -> list[str]:
    """Return what is hashed of a person."""
    return person.keys + ([f"name:{fold(name)}" for name in sorted(person.names)] if by_name else [])


def recognised(connection: Connection, workspace_id: uuid.UUID, hashes: frozenset[str]) -> Person:
    """Return the addresses, numbers and names anywhere in the schema whose hash is among some."""
    region = connection.execute(select(WorkspaceSettings.country)).scalar_one()
    emails: set[str] = set()
    phones: set[str] = set()
    names: set[str] = set()
    for value in _texts(connection):
        emails.update(each for each in _emails(value) if _is_one(workspace_id, f"email:{_key(each)}", hashes))
        phones.update(each for each in _phones(value, region) if _is_one(workspace_id, f"phone:{each}", hashes))
    for rtype in REGISTRY:
        for name in (name for name in rtype.display if rtype.by_name[name].kind == "text"):
            column = rtype.table.c[name]
            for (value,) in connection.execute(select(column).where(column.is_not(None)).distinct()):
                if _is_one(workspace_id, f"name:{fold(value)}", hashes):
                    names.add(value)
    return Person(frozenset(emails), frozenset(phones), frozenset(names))


def _is_one(workspace_id: uuid.UUID, key: str, hashes: frozenset[str]) -> bool:
    return hash_of(workspace_id, key) in hashes


def _key(email: str) -> str:
    try:
        return normalise_email(email)
    except (UnicodeError, ValueError):
        return email


def _texts(connection: Connection) -> Iterator[str]:
    """Yield the words of every row, as the server writes them."""
    for table in wordy_tables(connection):
        columns = [name for name, kind in table.columns.items() if kind != TSVECTOR]
        if columns:
            yield from _rows(connection, table, columns)


def _rows(connection: Connection, table: WordyTable, columns: list[str]) -> Iterator[str]:
    said = sql.SQL("concat_ws(E'\\n', {})").format(
        sql.SQL(", ").join(sql.SQL("CAST({} AS text)").format(sql.Identifier(name)) for name in columns)
    )
    statement = sql.SQL("SELECT {} FROM {}").format(said, sql.Identifier(table.name)).as_string()
    rows: Any = connection.execute(text(statement), execution_options={"yield_per": PAGE})
    yield from rows.scalars()


def _emails(value: str) -> Iterator[str]:
    for found in _EMAIL.findall(value):
        yield found
        yield found.strip(_TRIMMED)


def _phones(value: str, region: str) -> Iterator[str]:
    for found in GROUPED_DIGITS.findall(value):
        if sum(map(str.isdigit, found)) >= _SHORTEST:
            try:
                yield parse_phone(found, region).partition(";")[0]
            except ValueProblem:
                continue
