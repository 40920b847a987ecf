"""What a member is shown: never of a record, a field or a comment that they may not see at this moment."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, delete, exists, literal, not_, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from crm_saas.crm.comments.mentions import excerpt, mentioned
from crm_saas.crm.comments.model import Comment
from crm_saas.crm.notifications.model import Notification
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.duplicates import shown_names
from crm_saas.crm.records.policy import hidden, visible
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.ids import parse_uuid
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import Member

MOST_COUNTED: Final = 100
"""Unread ones are counted up to here: a bell says 99+."""
MOST_MARKED: Final = 100
READ_KEPT: Final = timedelta(days=90)
UNREAD_KEPT: Final = timedelta(days=365)
MOST_FORGOTTEN: Final = 5_000
Document = dict[str, Any]


def page(
    unit: UnitOfWork, actor: Actor, *, unread: bool, before: uuid.UUID | None, limit: int
) -> tuple[list[Document], uuid.UUID | None]:
    """Return a member's notifications, the newest first, and the one that the next page comes before."""
    statement = _shown(actor).where(Notification.product).order_by(Notification.id.desc()).limit(limit + 1)
    if unread:
        statement = statement.where(Notification.read_at.is_(None))
    if before is not None:
        statement = statement.where(Notification.id < before)
    rows = unit.connection.execute(statement).all()
    return _documents(unit, actor, rows[:limit]), rows[limit - 1].id if len(rows) > limit else None


def of_mail(unit: UnitOfWork, actor: Actor, mail_id: uuid.UUID, most: int) -> list[Document]:
    """Return what of a mail's notifications is still to be told, the oldest first."""
    wanted = (Notification.mail_id == mail_id, Notification.read_at.is_(None))
    rows = unit.connection.execute(_shown(actor).where(*wanted).order_by(Notification.id).limit(most)).all()
    return _documents(unit, actor, rows)


def unread(unit: UnitOfWork, actor: Actor) -> tuple[int, uuid.UUID | None]:
    """Return how many a member has not read, up to `MOST_COUNTED`, and the newest of them."""
    some = (
        select(Notification.id)
        .where(_may_see(actor), Notification.product, Notification.read_at.is_(None))
        .order_by(Notification.id.desc())
        .limit(MOST_COUNTED)
        .subquery()
    )
    ids = unit.connection.scalars(select(some.c.id)).all()
    return len(ids), ids[0] if ids else None


def mark_read(unit: UnitOfWork, actor: Actor, document: object) -> None:
    """Mark some (`ids`), those up to one (`until`) or `all` as read, of the member's own.

    Ids of others' name nothing. Raises `Invalid`.
    """
    _mark(unit, actor, _which(document))


def mark_seen(unit: UnitOfWork, actor: Actor, record_id: uuid.UUID, event_id: uuid.UUID) -> None:
    """Mark as read what tells of a record up to an event that the member has looked at."""
    _mark(unit, actor, and_(Notification.record_id == record_id, Notification.event_id <= event_id))


def _mark(unit: UnitOfWork, actor: Actor, which: ColumnElement[bool]) -> None:
    mine = and_(Notification.recipient_id == actor.user_id, Notification.read_at.is_(None))
    unit.connection.execute(update(Notification).where(mine, which).values(read_at=now()))


def _which(document: object) -> ColumnElement[bool]:
    if not isinstance(document, dict) or len(document) != 1 or not set(document) <= {"ids", "until", "all"}:
        raise Invalid(errors=[FieldError("", "wrong_type", 'Send one of "ids", "until" and "all".')])
    (name, value), *_ = document.items()
    if name == "all":
        if value is not True:
            raise Invalid(errors=[FieldError("/all", "wrong_type", "Expected true.")])
        return Notification.product.is_(True)
    if name == "until":
        return Notification.id <= _id(value, "/until")
    if not isinstance(value, list) or len(value) > MOST_MARKED:
        raise Invalid(errors=[FieldError("/ids", "wrong_type", f"A list of at most {MOST_MARKED} ids.")])
    return Notification.id.in_([_id(each, f"/ids/{number}") for number, each in enumerate(value)])


def _id(given: object, pointer: str) -> uuid.UUID:
    found = parse_uuid(given) if isinstance(given, str) else None
    if found is None:
        raise Invalid(errors=[FieldError(pointer, "invalid_id", "Not the id of a notification.")])
    return found


def forget_old(unit: UnitOfWork) -> int:
    """Delete some that were read long ago, or lie unread for a year; returns how many."""
    at = now()
    old = or_(Notification.read_at < at - READ_KEPT, Notification.created_at < at - UNREAD_KEPT)
    some = select(Notification.id).where(old).limit(MOST_FORGOTTEN)
    return int(unit.connection.execute(delete(Notification).where(Notification.id.in_(some))).rowcount)


def _shown(actor: Actor) -> Any:  # noqa: ANN401 - a select of many columns
    return (
        select(*Notification.__table__.c, Member.name.label("actor_name"), Comment.body)
        .outerjoin(Member, Member.user_id == Notification.actor_id)
        .outerjoin(Comment, Comment.id == Notification.comment_id)
        .where(_may_see(actor))
    )


def _may_see(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on the notifications of a member that holds for what they may see now."""
    stands = aliased(Comment)
    said = exists().where(stands.id == Notification.comment_id, stands.deleted_at.is_(None))
    about: list[ColumnElement[bool]] = [Notification.record_id.is_(None)]
    for rtype in REGISTRY:
        table = rtype.table
        sees: ColumnElement[bool] = exists().where(table.c.id == Notification.record_id, visible(actor, rtype))
        secret = hidden(actor, rtype)
        if secret:
            only_secret = Notification.fields.op("<@", is_comparison=True)(literal(sorted(secret), JSONB))
            sees = and_(sees, not_(and_(Notification.fields != literal([], JSONB), only_secret)))
        about.append(and_(Notification.record_type == rtype.name, sees))
    return and_(Notification.recipient_id == actor.user_id, or_(*about), or_(Notification.comment_id.is_(None), said))


def _documents(unit: UnitOfWork, actor: Actor, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[Document]:
    titles = _titles(unit, actor, rows)
    names = _names(unit, {each for row in rows for each in mentioned(row.body or "")})
    return [_document(actor, row, titles, names) for row in rows]


def _document(
    actor: Actor,
    row: Row[*tuple[Any, ...]],
    titles: Mapping[uuid.UUID, str],
    names: Mapping[uuid.UUID, str],
) -> Document:
    rtype = REGISTRY.find(row.record_type or "")
    secret = hidden(actor, rtype) if rtype is not None else frozenset()
    record = {"type": row.record_type, "id": row.record_id, "display_name": titles.get(row.record_id, "")}
    at: datetime | None = row.read_at
    return {
        "id": row.id,
        "kind": row.kind,
        "object": row.record_type,
        "record": None if row.record_id is None else record,
        "count": row.count,
        "actor": None if row.actor_id is None else {"id": row.actor_id, "name": row.actor_name},
        "excerpt": None if row.body is None else excerpt(row.body, names),
        "fields": [name for name in row.fields if name not in secret],
        "about": row.about,
        "created_at": row.created_at,
        "read_at": at,
    }


def _titles(unit: UnitOfWork, actor: Actor, rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[uuid.UUID, str]:
    ids: dict[str, list[uuid.UUID]] = defaultdict(list)
    for row in rows:
        if row.record_id is not None:
            ids[row.record_type].append(row.record_id)
    found: dict[uuid.UUID, str] = {}
    for rtype in REGISTRY:
        if rtype.name in ids:
            found |= shown_names(unit, rtype, ids[rtype.name], hidden(actor, rtype))
    return found


def _names(unit: UnitOfWork, ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    if not ids:
        return {}
    rows = unit.connection.execute(select(Member.user_id, Member.name).where(Member.user_id.in_(ids)))
    return {row.user_id: row.name for row in rows}
