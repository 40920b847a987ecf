"""What happened to a record: its events, the newest first."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Row, and_, false, or_, select

from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.owning import ASSIGNMENT
from crm_saas.crm.records.policy import OWNER_FIELD, Held, allows, hidden, sees_all, visible
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.errors import NotFound
from crm_saas.kernel.events import Event
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.roles import READ

Place = tuple[int, uuid.UUID | None]
"""A version, and one of the events that happened at it; None: all of them come after."""


def history(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, *, before: Place | None, limit: int
) -> tuple[list[dict[str, Any]], Place | None]:
    """Return a record's events before a place in its history, and the place that the next page comes before.

    A record's version grows with each change, so versions are its order; what is said about a record leaves its
    version as it is. A deleted record has a history too. Raises `NotFound` for a record that never was, or that the
    actor may not see.
    """
    actor.require("read", rtype)
    statement = (
        select(*Event.__table__.c, Member.name.label("actor_name"))
        .outerjoin(Member, Member.user_id == Event.actor_id)
        .where(Event.record_id == record_id, Event.record_type == rtype.name)
        .order_by(Event.version.desc(), Event.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        version, event_id = before
        earlier = false() if event_id is None else and_(Event.version == version, Event.id < event_id)
        statement = statement.where(or_(Event.version < version, earlier))
    rows = unit.connection.execute(statement).all()
    if not rows and before is None:
        raise NotFound
    if not sees_all(actor, rtype) and not _may_see(unit, actor, rtype, record_id):
        raise NotFound
    unseen = hidden(actor, rtype)
    if OWNER_FIELD in unseen:
        unseen |= {ASSIGNMENT}
    data = [_entry(rtype, row, unseen) for row in rows[:limit]]
    return data, (rows[limit - 1].version, rows[limit - 1].id) if len(rows) > limit else None


def _may_see(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID) -> bool:
    """Tell whether the actor sees a record, or would if it had not been deleted."""
    table = rtype.table
    here = unit.connection.execute(select(visible(actor, rtype)).select_from(table).where(table.c.id == record_id))
    seen = here.scalar_one_or_none()
    if seen is not None:
        return bool(seen)
    last = last_event(unit, rtype, record_id)
    return last is not None and allows(actor, rtype, READ, held_before(last))


def last_event(unit: UnitOfWork, rtype: RecordType, record_id: uuid.UUID) -> Event | None:
    """Return the newest event of a record. By version: ids made in one millisecond have no order between processes."""
    return unit.session.scalars(
        select(Event)
        .where(Event.record_id == record_id, Event.record_type == rtype.name)
        .order_by(Event.version.desc(), Event.id.desc())
        .limit(1)
    ).one_or_none()


def held_before(deletion: Event) -> Held:
    """Return whose a record was when it was deleted."""
    owner, creator = (deletion.changes.get(name, [None])[0] for name in (OWNER_FIELD, "created_by_id"))
    return Held(None if owner is None else uuid.UUID(owner), None if creator is None else uuid.UUID(creator))


def _entry(rtype: RecordType, row: Row[*tuple[Any, ...]], unseen: frozenset[str]) -> dict[str, Any]:
    places = {name: place for place, name in enumerate(rtype.by_name)}
    changes = sorted(row.changes.items(), key=lambda change: places.get(change[0], len(places)))
    return {
        "id": row.id,
        "type": row.type,
        "at": row.at,
        "actor": {"kind": row.actor_kind, "id": row.actor_id, "name": row.actor_name},
        "source": row.source,
        "version": row.version,
        "batch_id": row.batch_id,
        "changes": [
            {"field": name, "before": pair[0], "after": pair[1]}
            | ({"redacted": True} if name in (row.redacted or ()) else {})
            for name, pair in changes
            if name not in unseen
        ],
    }
