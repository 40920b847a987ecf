"""Taking back what a batch of events did to some records: an import, a bulk edit, a deletion, an undo.

Added records are removed, changed ones get their old values back, deleted ones come back. A record that is no longer
as the batch left it is left alone, with the fields that differ; so is an added one that somebody has commented on.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import case, func, select, tuple_

from crm_saas.crm.records import bulk
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.model import ExternalId
from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.crm.records.service import external_fields
from crm_saas.kernel.events import Event
from crm_saas.kernel.uow import UnitOfWork

EDITED, DELETED, TAKEN, COMMENTED, ERASED = "edited", "deleted", "external_id_taken", "commented", "erased"
"""Why a record is left alone; `erased`: what the batch knew of it was taken out of the log to protect a person."""
_BROUGHT: Final = frozenset({"created", "restored"})


@dataclass(slots=True)
class Undone:
    """What became of some records."""

    removed: int = 0
    changed: int = 0
    restored: int = 0
    left: list[tuple[uuid.UUID, str, list[str]]] = field(default_factory=list)
    """Records left alone: id, reason, and the fields that were changed since."""


def records_after(unit: UnitOfWork, batch_id: uuid.UUID, after: uuid.UUID | None, most: int) -> list[uuid.UUID]:
    """Return the next records that a batch has touched, by id."""
    statement = select(Event.record_id).where(Event.batch_id == batch_id).distinct().order_by(Event.record_id)
    if after is not None:
        statement = statement.where(Event.record_id > after)
    return list(unit.session.scalars(statement.limit(most)))


def undo_some(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, batch_id: uuid.UUID, ids: Sequence[uuid.UUID]
) -> Undone:
    """Take back what a batch did to these records; `actor.batch_id` is the batch of the undoing."""
    stored = bulk.read_locked(unit, rtype, ids)
    done = _by_record(unit, batch_id, ids)
    newest = _newest(unit, rtype, [record_id for record_id in ids if record_id not in stored])
    gone: list[Any] = []
    changes: list[bulk.Change] = []
    back: list[Event] = []
    undone = Undone()
    for record_id in ids:
        events, row = done[record_id], stored.get(record_id)
        last = events[-1]
        if any(event.redacted for event in events):
            undone.left.append((record_id, ERASED, []))
        elif row is None:
            was_there = _what(events[0]) not in _BROUGHT
            if was_there and _what(last) == "deleted" and newest.get(record_id) == last.version:
                back.append(last)
            else:
                undone.left.append((record_id, DELETED, []))
        elif _what(last) == "deleted":
            undone.left.append((record_id, EDITED, []))
        elif row.version != last.version and (fields := _edited_since(unit, rtype, last)):
            undone.left.append((record_id, EDITED, fields))
        elif _what(events[0]) in _BROUGHT:
            gone.append(row)
        else:
            changes.append(_change_back(rtype, row, events))
    said = commented(unit, rtype, [row.id for row in gone])
    undone.left += [(record_id, COMMENTED, []) for record_id in sorted(said)]
    gone = [row for row in gone if row.id not in said]
    bulk.delete_many(unit, actor, rtype, gone)
    wanted = {change.record_id: change.after for change in changes} | {
        event.record_id: bulk.values_before(rtype, event) for event in back
    }
    taken = _taken(unit, rtype, wanted)
    undone.left += [(record_id, TAKEN, []) for record_id in sorted(taken)]
    changes = [change for change in changes if change.record_id not in taken]
    back = [event for event in back if event.record_id not in taken]
    bulk.update_many(unit, actor, rtype, changes)
    bulk.restore_many(unit, actor, rtype, back)
    undone.removed, undone.changed, undone.restored = len(gone), len(changes), len(back)
    return undone


def commented(unit: UnitOfWork, rtype: RecordType, ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of some records that somebody has said something about: removing them would lose it."""
    if not ids:
        return set()
    balance = func.sum(case((Event.type == f"{rtype.name}.commented", 1), else_=-1))
    statement = (
        select(Event.record_id)
        .where(Event.record_id.in_(ids), Event.type.in_([f"{rtype.name}.commented", f"{rtype.name}.comment_deleted"]))
        .group_by(Event.record_id)
        .having(balance > 0)
    )
    return set(unit.connection.execute(statement).scalars())


def _what(event: Event) -> str:
    return event.type.rpartition(".")[2]


def _by_record(unit: UnitOfWork, batch_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Event]]:
    """Return the batch's events of each record, in order."""
    found: dict[uuid.UUID, list[Event]] = {}
    statement = select(Event).where(Event.batch_id == batch_id, Event.record_id.in_(ids)).order_by(Event.version)
    for event in unit.session.scalars(statement):
        found.setdefault(event.record_id, []).append(event)
    return found


def _newest(unit: UnitOfWork, rtype: RecordType, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Return the version of the last event of each record."""
    if not ids:
        return {}
    statement = (
        select(Event.record_id, func.max(Event.version))
        .where(Event.record_id.in_(ids), Event.record_type == rtype.name)
        .group_by(Event.record_id)
    )
    return {row[0]: row[1] for row in unit.connection.execute(statement)}


def _edited_since(unit: UnitOfWork, rtype: RecordType, last: Event) -> list[str]:
    """Return the fields that differ from what the batch left; a later act that was undone has changed nothing."""
    statement = (
        select(Event.changes)
        .where(Event.record_id == last.record_id, Event.record_type == rtype.name, Event.version > last.version)
        .order_by(Event.version)
    )
    was: dict[str, Any] = {}
    now: dict[str, Any] = {}
    for changes in unit.session.scalars(statement):
        for name, (before, after) in changes.items():
            was.setdefault(name, before)
            now[name] = after
    return sorted(name for name, value in now.items() if name in rtype.by_name and not _same(rtype, name, was, value))


def _same(rtype: RecordType, name: str, was: Mapping[str, Any], value: Any) -> bool:  # noqa: ANN401
    each = rtype.by_name[name]
    return bool(was[name] == value) or (each.is_empty(was[name]) and each.is_empty(value))


def _taken(unit: UnitOfWork, rtype: RecordType, wanted: Mapping[uuid.UUID, Values]) -> set[uuid.UUID]:
    """Return the records whose old external id has been given to another record since."""
    pairs = {
        pair: record_id
        for record_id, values in wanted.items()
        for each in external_fields(rtype)
        for pair in values[each.name].items()
    }
    if not pairs:
        return set()
    holders = unit.connection.execute(
        select(ExternalId.system, ExternalId.value, ExternalId.record_id).where(
            ExternalId.record_type == rtype.name, tuple_(ExternalId.system, ExternalId.value).in_(sorted(pairs))
        )
    )
    return {pairs[system, value] for system, value, holder in holders if holder != pairs[system, value]}


def _change_back(rtype: RecordType, row: Any, events: Sequence[Event]) -> bulk.Change:  # noqa: ANN401
    """Fold the batch's events of one record into the values it had before the first of them."""
    before = rtype.values_of(row)
    old: dict[str, Any] = {}
    for event in events:
        for name, pair in event.changes.items():
            old.setdefault(name, pair[0])
    return bulk.Change(row.id, row.version, before, {**before, **rtype.from_json(old)})
