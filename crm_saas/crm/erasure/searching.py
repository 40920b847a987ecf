"""Looking for everything that is held about a person: which records, and how much elsewhere."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, func, select

from crm_saas.crm.erasure import files
from crm_saas.crm.erasure.columns import mentions, wordy_tables
from crm_saas.crm.erasure.knowing import Ref, deleted_about, known_of, sharing
from crm_saas.crm.erasure.person import Person
from crm_saas.crm.erasure.records import belonging
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.kernel.db import TenantBase
from crm_saas.kernel.events import Event

MOST_REFS: Final = 1_000
"""Rows of each table that are remembered for the file of what is held; all are counted."""


@dataclass(slots=True)
class Found:
    """What is held about somebody."""

    records: list[dict[str, Any]] = field(default_factory=list)
    """`{type, id, shares, deleted, places}`: the keys it shares with the person, counts by table."""
    places: Counter[str] = field(default_factory=Counter)
    """Rows that say it and belong to none of these records, by table; files by what they are."""
    names: Counter[str] = field(default_factory=Counter)
    """Rows that hold no more than the name, by table."""
    refs: dict[str, list[list[str]]] = field(default_factory=dict)
    """Table -> keys of the rows in `places`."""

    def to_json(self) -> dict[str, Any]:
        """Return plain values for the row of the search."""
        return {
            "records": self.records, "places": dict(self.places), "names": dict(self.names), "refs": self.refs,
        }  # fmt: skip


def begin(connection: Connection, subject: Mapping[str, Any]) -> tuple[Person, list[Ref]]:
    """Return the person that a search begins with, and the record that it began at.

    Records with one address are about one person; a number may be that of a firm.
    """
    if "phone" in subject:
        return Person(phones=frozenset({subject["phone"]})), []
    if "email" in subject:
        person, named = Person(frozenset({subject["email"]})), []
        known = [ref for ref, _ in sharing(connection, person)]
    else:
        person, named = Person(), Ref.read([(subject["record"]["type"], subject["record"]["id"])])
        known = named
    for ref in known:
        person |= known_of(connection, ref)
    return person, named


def look(connection: Connection, workspace_id: uuid.UUID, subject: Mapping[str, Any]) -> tuple[Person, Found]:
    """Search the whole workspace; returns by what the person is recognised, and what was found."""
    person, named = begin(connection, subject)
    found = Found()
    shared = {(ref.rtype.name, ref.id): (ref, keys) for ref, keys in sharing(connection, person)}
    refs = {(ref.rtype.name, ref.id): ref for ref in named} | {key: ref for key, (ref, _) in shared.items()}
    refs |= {(ref.rtype.name, ref.id): ref for ref in deleted_about(connection, person)}
    for key, ref in refs.items():
        found.records.append(
            {
                "type": ref.rtype.name,
                "id": str(ref.id),
                "named": ref in named,
                "shares": shared[key][1] if key in shared else [],
                "deleted": _is_gone(connection, ref),
                "places": dict(_belonging(connection, ref)),
            }
        )
    _elsewhere(connection, person, refs.values(), found)
    found.places += files.holding(connection, workspace_id, person.without_names()).counts
    return person, found


def _is_gone(connection: Connection, ref: Ref) -> bool:
    table = ref.rtype.table
    return connection.execute(select(table.c.id).where(table.c.id == ref.id)).first() is None


def _belonging(connection: Connection, ref: Ref) -> Counter[str]:
    """Count what goes with a record: its history, and the rows of tables that are about records."""
    counts: Counter[str] = Counter()
    for table in (TenantBase.metadata.tables[Event.__tablename__], *belonging()):
        statement = select(func.count()).where(table.c.record_id == ref.id, table.c.record_type == ref.rtype.name)
        counts[table.name] = connection.execute(statement.select_from(table)).scalar_one()
    return +counts


def _elsewhere(connection: Connection, person: Person, refs: Iterable[Ref], found: Found) -> None:
    """Count the rows of every table that say something of them and do not belong to the records found."""
    ours = {str(ref.id) for ref in refs}
    surely = person.without_names()
    types = {rtype.table.name for rtype in REGISTRY}
    for table in wordy_tables(connection):
        for mention in mentions(connection, table, person):
            owner = mention.key[0] if table.name in types else mention.record_id
            if str(owner) in ours:
                continue
            if not any(surely.is_in(mention.values[name]) for name in mention.saying):
                found.names[table.name] += 1
                continue
            found.places[table.name] += 1
            keys = found.refs.setdefault(table.name, [])
            if len(keys) < MOST_REFS:
                keys.append([str(part) for part in mention.key])
