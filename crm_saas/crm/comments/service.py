"""Saying something about a record, changing what one said, taking it back: each is an event of the record."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert

from crm_saas.crm.comments.mentions import mentioned, read_body
from crm_saas.crm.comments.model import Comment
from crm_saas.crm.records import log
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.policy import visible
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import Conflict, Forbidden, NotFound, PreconditionFailed
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.roles import WORKSPACE

Document = dict[str, Any]
_COLUMNS: Final = (*Comment.__table__.c, Member.name.label("author_name"))


def add(
    unit: UnitOfWork,
    actor: Actor,
    rtype: RecordType,
    record_id: uuid.UUID,
    body: object,
    *,
    request_key: uuid.UUID | None = None,
) -> Document:
    """Say something about a record; whoever may read it may. Raises `NotFound`, `Forbidden`, `Invalid`.

    Said again with the same `request_key`, also at the same moment, it is the comment that is there already; `Conflict`
    if that is another record's.
    """
    version = _record_version(unit, actor, rtype, record_id)
    text = read_body(unit, body)
    comment_id, event_id = uuid7(), uuid7()
    row = insert(Comment).values(
        id=comment_id, record_type=rtype.name, record_id=record_id, event_id=event_id, author_id=actor.user_id,
        body=text, version=1, created_at=now(), edited_at=None, deleted_at=None, request_key=request_key,
    )  # fmt: skip
    if unit.connection.execute(row.on_conflict_do_nothing().returning(Comment.id)).first() is None:
        return _said_already(unit, actor, rtype, record_id, request_key)
    changes = {"comment": (None, str(comment_id))}
    log.write(unit, actor, rtype, "commented", record_id, version=version, changes=changes, event_id=event_id)
    return _get(unit, rtype, record_id, comment_id)


def _said_already(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, request_key: uuid.UUID | None
) -> Document:
    mine = (Comment.author_id == actor.user_id, Comment.request_key == request_key)
    row = unit.connection.execute(_of_record(rtype, record_id).where(*mine, Comment.deleted_at.is_(None))).one_or_none()
    if row is None:
        raise Conflict("Another comment was sent with this Idempotency-Key.")
    return as_json(row)


def edit(
    unit: UnitOfWork,
    actor: Actor,
    rtype: RecordType,
    record_id: uuid.UUID,
    body: object,
    *,
    comment_id: uuid.UUID,
    version: int,
) -> Document:
    """Change what one said oneself; the same text changes nothing. Raises `PreconditionFailed` besides."""
    record_version = _record_version(unit, actor, rtype, record_id)
    comment = _locked(unit, rtype, record_id, comment_id)
    if comment.author_id != actor.user_id:
        raise Forbidden("Only who wrote a comment may change it.")
    if comment.version != version:
        raise PreconditionFailed("The comment has changed since you read it.")
    text = read_body(unit, body, before=comment.body)
    if text != comment.body:
        comment.body = text
        comment.version += 1
        comment.edited_at = now()
        unit.session.flush()
        changes = {"comment": (str(comment_id), str(comment_id))}
        log.write(unit, actor, rtype, "comment_edited", record_id, version=record_version, changes=changes)
    return _get(unit, rtype, record_id, comment_id)


def remove(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, comment_id: uuid.UUID) -> None:
    """Take a comment back: one's own, or anybody's with the power over the workspace. What it said is gone."""
    record_version = _record_version(unit, actor, rtype, record_id)
    comment = _locked(unit, rtype, record_id, comment_id)
    if comment.author_id != actor.user_id:
        actor.require_power(WORKSPACE)
    comment.body = ""
    comment.version += 1
    comment.deleted_at = now()
    unit.session.flush()
    changes = {"comment": (str(comment_id), None)}
    log.write(unit, actor, rtype, "comment_deleted", record_id, version=record_version, changes=changes)


def page(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, *, before: uuid.UUID | None, limit: int
) -> tuple[list[Document], uuid.UUID | None]:
    """Return what was said about a record, the newest first, and the comment that the next page comes before."""
    _record_version(unit, actor, rtype, record_id, lock=False)
    statement = _of_record(rtype, record_id).where(Comment.deleted_at.is_(None)).order_by(Comment.id.desc())
    if before is not None:
        statement = statement.where(Comment.id < before)
    rows = unit.connection.execute(statement.limit(limit + 1)).all()
    return [as_json(row) for row in rows[:limit]], rows[limit - 1].id if len(rows) > limit else None


def of_events(unit: UnitOfWork, event_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Document | None]:
    """Return event -> comment for events of a history that the caller may read; None for a deleted one."""
    if not event_ids:
        return {}
    statement = select(*_COLUMNS).outerjoin(Member, Member.user_id == Comment.author_id)
    rows = unit.connection.execute(statement.where(Comment.event_id.in_(event_ids)))
    return {row.event_id: None if row.deleted_at else as_json(row) for row in rows}


def as_json(row: Row[*tuple[Any, ...]]) -> Document:
    """Return a comment as the API tells it."""
    return {
        "id": row.id,
        "author": {"id": row.author_id, "name": row.author_name},
        "body": row.body,
        "mentions": mentioned(row.body),
        "version": row.version,
        "created_at": row.created_at,
        "edited_at": row.edited_at,
    }


def _get(unit: UnitOfWork, rtype: RecordType, record_id: uuid.UUID, comment_id: uuid.UUID) -> Document:
    statement = _of_record(rtype, record_id).where(Comment.id == comment_id)
    return as_json(unit.connection.execute(statement).one())


def _of_record(rtype: RecordType, record_id: uuid.UUID) -> Any:  # noqa: ANN401 - a select of many columns
    return (
        select(*_COLUMNS)
        .outerjoin(Member, Member.user_id == Comment.author_id)
        .where(Comment.record_id == record_id, Comment.record_type == rtype.name)
    )


def _record_version(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, *, lock: bool = True
) -> int:
    """Return the version of a record that the actor may see; with `lock` it is not deleted meanwhile."""
    actor.require("read", rtype)
    table = rtype.table
    statement = select(table.c.version).where(table.c.id == record_id, visible(actor, rtype))
    locked = statement.with_for_update(read=True) if lock else statement
    version: int | None = unit.connection.execute(locked).scalar_one_or_none()
    if version is None:
        raise NotFound
    return version


def _locked(unit: UnitOfWork, rtype: RecordType, record_id: uuid.UUID, comment_id: uuid.UUID) -> Comment:
    statement = select(Comment).where(
        Comment.id == comment_id,
        Comment.record_id == record_id,
        Comment.record_type == rtype.name,
        Comment.deleted_at.is_(None),
    )
    found = unit.session.scalars(statement.with_for_update()).one_or_none()
    if found is None:
        raise NotFound
    return found
