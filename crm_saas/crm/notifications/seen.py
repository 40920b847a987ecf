"""Up to where a member has looked at a record's history."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert

from crm_saas.crm.notifications import reading
from crm_saas.crm.notifications.model import RecordSeen
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.history import last_event
from crm_saas.crm.records.policy import visible
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import FieldError, Invalid, NotFound
from crm_saas.kernel.events import Event
from crm_saas.kernel.ids import parse_uuid
from crm_saas.kernel.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Seen:
    """The place in a history that a member has looked up to, and when they did."""

    version: int
    event_id: uuid.UUID
    at: datetime

    def is_new(self, version: int, event_id: uuid.UUID) -> bool:
        """Whether an event has come since."""
        return (version, event_id) > (self.version, self.event_id)


def last(unit: UnitOfWork, actor: Actor, record_id: uuid.UUID) -> Seen | None:
    """Return up to where a member has looked; None if they never did."""
    found = unit.session.get(RecordSeen, (actor.user_id, record_id))
    return None if found is None else Seen(found.version, found.event_id, found.seen_at)


def mark(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, document: object) -> None:
    """Note that a member has looked at a record up to an event (`{"event_id"}`, or `{}` for the newest).

    What told them of it is read. It never goes back. Raises `NotFound`, `Forbidden`, and `Invalid` for an event that
    is not the record's.
    """
    actor.require("read", rtype)
    table = rtype.table
    here = select(table.c.id).where(table.c.id == record_id, visible(actor, rtype))
    if unit.connection.execute(here).first() is None:
        raise NotFound
    event = _event(unit, rtype, record_id, document)
    added = insert(RecordSeen).values(
        member_id=actor.user_id, record_id=record_id, record_type=rtype.name,
        version=event.version, event_id=event.id, seen_at=now(),
    )  # fmt: skip
    told = added.excluded
    unit.connection.execute(
        added.on_conflict_do_update(
            index_elements=["member_id", "record_id"],
            set_={"version": told.version, "event_id": told.event_id, "seen_at": told.seen_at},
            where=tuple_(RecordSeen.version, RecordSeen.event_id) <= tuple_(told.version, told.event_id),
        )
    )
    reading.mark_seen(unit, actor, record_id, event.id)


def _event(unit: UnitOfWork, rtype: RecordType, record_id: uuid.UUID, document: object) -> Event:
    if not isinstance(document, dict) or not set(document) <= {"event_id"}:
        raise Invalid(errors=[FieldError("", "wrong_type", 'Send {"event_id"} or {}.')])
    given = document.get("event_id")
    if given is None:
        found = last_event(unit, rtype, record_id)
    else:
        event_id = parse_uuid(given) if isinstance(given, str) else None
        found = unit.session.get(Event, event_id) if event_id is not None else None
    if found is None or (found.record_type, found.record_id) != (rtype.name, record_id):
        raise Invalid(errors=[FieldError("/event_id", "invalid_id", "Not an event of this record.")])
    return found
