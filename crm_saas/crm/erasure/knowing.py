"""What a record, and its history, tell of the person behind it; and which records are about the same person."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ARRAY, Connection, Text, bindparam, select

from crm_saas.crm.erasure.person import Person
from crm_saas.crm.records.kinds import KINDS
from crm_saas.crm.records.registry import REGISTRY, RecordType, Values
from crm_saas.kernel.events import Event

MOST_RECORDS: Final = 200
"""Records looked at together; whoever shares more than that with others is no person but a switchboard."""
DELETED: Final = "deleted"


@dataclass(frozen=True, slots=True)
class Ref:
    """A record by its type and id."""

    rtype: RecordType
    id: uuid.UUID

    def to_json(self) -> list[str]:
        """Return plain values."""
        return [self.rtype.name, str(self.id)]

    @classmethod
    def read(cls, pairs: Iterable[Sequence[str]]) -> list[Ref]:
        """Read what `to_json` wrote, without records of types that are no more."""
        found = ((REGISTRY.find(name), uuid.UUID(record_id)) for name, record_id in pairs)
        return [cls(rtype, record_id) for rtype, record_id in found if rtype is not None]


def who_is(rtype: RecordType, values: Values) -> Person:
    """Return by what the person of a record with these values is recognised."""
    emails: set[str] = set()
    phones: set[str] = set()
    names: set[str] = set()
    for each in rtype.fields:
        value = values.get(each.name)
        if not each.personal or not value:
            continue
        if each.kind == "email_list":
            emails.update(value)
        elif each.kind == "phone_list":
            phones.update(number.partition(";")[0] for number in value)
        elif each.kind == "text" and each.name in rtype.display:
            names.add(value)
    return Person(frozenset(emails), frozenset(phones), frozenset(names))


def known_of(connection: Connection, ref: Ref) -> Person:
    """Return by what the person of a record is recognised: what it holds, and what its history says it held."""
    rtype, found = ref.rtype, Person()
    row: Any = connection.execute(select(rtype.table).where(rtype.table.c.id == ref.id)).one_or_none()
    if row is not None:
        found |= who_is(rtype, rtype.values_of(row))
    statement = select(Event.changes).where(Event.record_id == ref.id, Event.record_type == rtype.name)
    for (changes,) in connection.execute(statement):
        for values in _sides(rtype, changes):
            found |= who_is(rtype, values)
    return found


def _sides(rtype: RecordType, changes: dict[str, Any]) -> Iterator[Values]:
    """Yield what an event says was there before, and after."""
    for side in (0, 1):
        yield rtype.from_json({name: pair[side] for name, pair in changes.items() if pair[side] is not None})


def sharing(connection: Connection, person: Person) -> list[tuple[Ref, list[str]]]:
    """Return the living records that have an address or number of a person, with the keys they share."""
    wanted = person.keys
    if not wanted:
        return []
    found = []
    for rtype in REGISTRY:
        table = rtype.table
        condition = table.c["keys"].op("&&")(bindparam("wanted", wanted, type_=ARRAY(Text)))
        rows = connection.execute(select(table.c.id, table.c["keys"]).where(condition).order_by(table.c.id))
        found += [(Ref(rtype, row[0]), sorted(set(row[1]) & set(wanted))) for row in rows.fetchmany(MOST_RECORDS)]
    return found


def deleted_about(connection: Connection, person: Person) -> list[Ref]:
    """Return deleted records whose deletion names an address or number of a person."""
    found = []
    for rtype in REGISTRY:
        fields = [each for each in rtype.fields if each.kind in {"email_list", "phone_list"}]
        statement = select(Event.record_id, Event.changes).where(Event.type == f"{rtype.name}.{DELETED}")
        table = rtype.table
        statement = statement.where(Event.record_id.not_in(select(table.c.id)))
        for row in connection.execute(statement, execution_options={"yield_per": 1000}):
            held = {each.name: row.changes.get(each.name, [None])[0] or [] for each in fields}
            keys = {key for each in fields for key in KINDS[each.kind].identity_keys(held[each.name])}
            if not keys.isdisjoint(person.keys):
                found.append(Ref(rtype, row.record_id))
    return list(dict.fromkeys(found))[:MOST_RECORDS]


def effective(connection: Connection, person: Person, chosen: Sequence[Ref]) -> tuple[Person, Person]:
    """Return by what a person is to be recognised everywhere, and what stays because another record has it too."""
    ours = {(ref.rtype.name, ref.id) for ref in chosen}
    kept = {key for ref, keys in sharing(connection, person) if (ref.rtype.name, ref.id) not in ours for key in keys}
    emails = frozenset(each for each in person.emails if not kept.intersection(Person(frozenset({each})).keys))
    phones = frozenset(each for each in person.phones if f"phone:{each}" not in kept)
    return Person(emails, phones, person.names), Person(person.emails - emails, person.phones - phones)
