"""Taking what recognises a person out of every table: each row that says it, changed or removed."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from crm_saas.crm.erasure.columns import JSONB, PAGE, TSVECTOR, Mention, WordyTable, mentions
from crm_saas.crm.erasure.person import Person
from crm_saas.crm.erasure.records import Hand, redact_event, redact_mention
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.kernel.events import Event
from crm_saas.kernel.ids import uuid7

_VERSION: Final = "version"


def clean(hand: Hand, table: WordyTable, person: Person, *, most: int = PAGE) -> int:
    """Clean at most so many rows of a table; returns how many, 0 when no row says anything."""
    found = list(islice(mentions(hand.connection, table, person), most))
    for mention in found:
        _clean_row(hand, table, mention, person)
    return len(found)


def _clean_row(hand: Hand, table: WordyTable, mention: Mention, person: Person) -> None:
    rtype = next((each for each in REGISTRY if each.table.name == table.name), None)
    if rtype is not None:
        redact_mention(hand, rtype, mention.key[0], person)
    elif table.name == Event.__tablename__:
        _clean_event(hand, table, mention, person)
    elif set(mention.saying) & set(table.key):
        _run(hand, table, mention, sql.SQL("DELETE FROM {table} WHERE {key}"), {})
    else:
        _rewrite(hand, table, mention, person)


def _clean_event(hand: Hand, table: WordyTable, mention: Mention, person: Person) -> None:
    changes: dict[str, list[Any]] = mention.values["changes"]
    names = [name for name, pair in changes.items() if person.is_in(pair)]
    redact_event(hand.connection, mention.key[0], changes, mention.values["redacted"], names)
    others = tuple(name for name in mention.saying if name != "changes")
    if others:
        _rewrite(hand, table, Mention(mention.key, mention.values, others), person)


def _rewrite(hand: Hand, table: WordyTable, mention: Mention, person: Person) -> None:
    """Write the cleaned values of a row; where they must be unlike those of other rows, something unlike is added."""
    cleaned = {name: person.taken_out(mention.values[name]) for name in mention.saying}
    cleaned |= {name: "" for name in mention.saying if table.columns[name] == TSVECTOR}
    try:
        with hand.connection.begin_nested():
            _update(hand, table, mention, cleaned)
    except IntegrityError:
        unlike = uuid7().hex[-8:]
        _update(
            hand, table, mention,
            {name: f"{value} {unlike}" if isinstance(value, str) else value for name, value in cleaned.items()},
        )  # fmt: skip


def _update(hand: Hand, table: WordyTable, mention: Mention, values: dict[str, Any]) -> None:
    parts: list[sql.Composable] = [
        sql.SQL("{} = CAST(:{} AS {})").format(
            sql.Identifier(name), sql.SQL(f"v{number}"), sql.SQL(table.columns[name])
        )
        for number, name in enumerate(values)
    ]
    if _VERSION in table.others:
        parts.append(sql.SQL("version = version + 1"))
    statement = sql.SQL("UPDATE {table} SET {values} WHERE {key}").format(
        table=sql.Identifier(table.name), values=sql.SQL(", ").join(parts), key=_key(table)
    )
    given = {
        f"v{number}": psycopg.types.json.Jsonb(value) if table.columns[name] == JSONB else value
        for number, (name, value) in enumerate(values.items())
    }
    hand.connection.execute(text(statement.as_string()), given | _key_values(mention))


def _run(hand: Hand, table: WordyTable, mention: Mention, statement: sql.SQL, values: dict[str, Any]) -> None:
    composed = statement.format(table=sql.Identifier(table.name), key=_key(table))
    hand.connection.execute(text(composed.as_string()), values | _key_values(mention))


def _key(table: WordyTable) -> sql.Composed:
    return sql.SQL(" AND ").join(
        sql.SQL("{} = :{}").format(sql.Identifier(name), sql.SQL(f"k{number}")) for number, name in enumerate(table.key)
    )


def _key_values(mention: Mention) -> dict[str, Any]:
    return {f"k{number}": value for number, value in enumerate(mention.key)}
