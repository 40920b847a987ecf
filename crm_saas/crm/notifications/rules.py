"""Who should hear of what happened to a record: those it mentions, those it comes to, those who follow it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from crm_saas.crm.comments.mentions import mentioned
from crm_saas.crm.comments.model import Comment
from crm_saas.crm.notifications.following import followers
from crm_saas.crm.notifications.kinds import ASSIGNED, CHANGED, COMMENTED, MENTIONED, Kind, Notice, rule
from crm_saas.crm.records.policy import OWNER_FIELD
from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.kernel.events import Event
from crm_saas.kernel.ids import parse_uuid
from crm_saas.kernel.relay import Happened
from crm_saas.kernel.uow import UnitOfWork

_NO_CHANGE: Final = ("created", "deleted", "restored", "commented", "comment_edited", "comment_deleted")
"""What happens to a record beside changes of its fields."""
BatchKind = Callable[[UnitOfWork, set[uuid.UUID]], dict[uuid.UUID, Kind]]
_batch_kinds: list[BatchKind] = []


def batch_kind(function: BatchKind) -> BatchKind:
    """Declare batches (of those asked about) whose records come to their new owners as another kind than assigned."""
    _batch_kinds.append(function)
    return function


@rule
def commented(unit: UnitOfWork, events: Sequence[Happened]) -> Iterator[Notice]:
    """Tell those whom a comment mentions, and those who follow its record; an edited one those it mentions now."""
    said = {event.id: event for event in events if event.type == f"{event.record_type}.commented"}
    again = [event for event in events if event.type == f"{event.record_type}.comment_edited"]
    ids = [uuid.UUID(each) for each in _after(unit, again, "comment").values()]
    if not said and not ids:
        return
    found = select(Comment).where(Comment.event_id.in_(said) | Comment.id.in_(ids), Comment.deleted_at.is_(None))
    comments = unit.session.scalars(found).all()
    following = _followers(unit, said.values())
    for each in comments:
        about = _about(each)
        for member_id in mentioned(each.body):
            yield Notice(MENTIONED, member_id, **about)
        for member_id in following.get(each.record_id, ()) if each.event_id in said else ():
            yield Notice(COMMENTED, member_id, **about)


def _about(comment: Comment) -> dict[str, Any]:
    return {
        "event_id": comment.event_id,
        "actor_id": comment.author_id,
        "record_type": comment.record_type,
        "record_id": comment.record_id,
        "comment_id": comment.id,
    }


@rule
def assigned(unit: UnitOfWork, events: Sequence[Happened]) -> Iterator[Notice]:
    """Tell the new owner of a record."""
    owned = [event for event in events if _type_of(event) is not None and event.type != f"{event.record_type}.restored"]
    owners = _after(unit, owned, OWNER_FIELD)
    batches = {event.batch_id for event in owned if event.batch_id is not None}
    kinds: dict[uuid.UUID, Kind] = {}
    for named in _batch_kinds if owners and batches else ():
        kinds |= named(unit, batches)
    for event in owned:
        owner_id = parse_uuid(owners.get(event.id, ""))
        if owner_id is not None:
            kind = ASSIGNED if event.batch_id is None else kinds.get(event.batch_id, ASSIGNED)
            yield _notice(kind, owner_id, event, (OWNER_FIELD,))


@rule
def changed(unit: UnitOfWork, events: Sequence[Happened]) -> Iterator[Notice]:
    """Tell those who follow a record that its fields were changed."""
    changes = [event for event in events if event.type.partition(".")[2] not in _NO_CHANGE]
    following = _followers(unit, changes)
    wanted = [event for event in changes if following.get(event.record_id)]
    fields = _fields(unit, wanted)
    for event in wanted:
        for member_id in following[event.record_id]:
            yield _notice(CHANGED, member_id, event, fields.get(event.id, ()))


def _notice(kind: Kind, recipient_id: uuid.UUID, event: Happened, fields: tuple[str, ...]) -> Notice:
    return Notice(
        kind,
        recipient_id,
        event.batch_id or event.id,
        event.actor_id,
        event.record_type,
        event.record_id,
        fields=fields,
        batch=event.batch_id is not None,
    )


def _type_of(event: Happened) -> RecordType | None:
    rtype = REGISTRY.find(event.record_type)
    return rtype if rtype is not None and OWNER_FIELD in rtype.by_name else None


def _followers(unit: UnitOfWork, events: Sequence[Happened] | Any) -> dict[uuid.UUID, set[uuid.UUID]]:  # noqa: ANN401
    """Return record -> followers, for the records of some events."""
    ids: dict[str, set[uuid.UUID]] = defaultdict(set)
    for event in events:
        ids[event.record_type].add(event.record_id)
    found: dict[uuid.UUID, set[uuid.UUID]] = {}
    for name, records in ids.items():
        rtype = REGISTRY.find(name)
        if rtype is not None:
            found |= followers(unit, rtype, records)
    return found


def _after(unit: UnitOfWork, events: Sequence[Happened], name: str) -> dict[uuid.UUID, str]:
    """Return event -> what a field became, for those that changed it to something."""
    value: ColumnElement[str] = Event.changes[name][1].astext
    return dict(_read(unit, events, value, Event.changes.has_key(name), value.is_not(None)))


def _fields(unit: UnitOfWork, events: Sequence[Happened]) -> dict[uuid.UUID, tuple[str, ...]]:
    """Return event -> the fields it changed."""
    return {event_id: tuple(changes) for event_id, changes in _read(unit, events, Event.changes)}


def _read(
    unit: UnitOfWork,
    events: Sequence[Happened],
    column: Any,  # noqa: ANN401
    *conditions: ColumnElement[bool],
) -> list[tuple[uuid.UUID, Any]]:
    if not events:
        return []
    statement = select(Event.id, column).where(Event.id.in_([event.id for event in events]), *conditions)
    return [(row[0], row[1]) for row in unit.connection.execute(statement)]
