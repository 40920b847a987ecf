"""Who follows a record: who said so, and its owner unless they said no."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.dialects.postgresql import insert

from crm_saas.crm.notifications.model import Follow, NotificationChoice
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.policy import OWNER_FIELD, visible
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import NotFound
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import Member


def followers(unit: UnitOfWork, rtype: RecordType, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Return record -> members who follow it, whether they may see it or not."""
    said = unit.connection.execute(
        select(Follow.record_id, Follow.member_id, Follow.following).where(Follow.record_id.in_(ids))
    ).all()
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for record_id, owner_id in _owners(unit, rtype, ids).items():
        found[record_id].add(owner_id)
    for row in said:
        (found[row.record_id].add if row.following else found[row.record_id].discard)(row.member_id)
    return found


def _owners(unit: UnitOfWork, rtype: RecordType, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Return record -> its owner, of those who follow what they own."""
    if OWNER_FIELD not in rtype.by_name:
        return {}
    table, owner = rtype.table, rtype.table.c[OWNER_FIELD]
    rows = unit.connection.execute(
        select(table.c.id, owner)
        .outerjoin(NotificationChoice, NotificationChoice.member_id == owner)
        .where(table.c.id.in_(ids), owner.is_not(None), _by_themselves())
    )
    return {row[0]: row[1] for row in rows}


def _by_themselves() -> ColumnElement[bool]:
    return NotificationChoice.auto_follow.is_distinct_from(False)


def follow_by_themselves(
    unit: UnitOfWork, rtype: RecordType, taking_part: Collection[tuple[uuid.UUID, uuid.UUID]]
) -> None:
    """Let members follow what they take part in, given as (record, member), unless they said no to it."""
    if not taking_part:
        return
    asked = NotificationChoice.member_id.in_({member_id for _, member_id in taking_part})
    no = set(
        unit.connection.scalars(
            select(NotificationChoice.member_id).where(asked, NotificationChoice.auto_follow.is_(False))
        )
    )
    rows = [_row(rtype, *each) for each in taking_part if each[1] not in no]
    if rows:
        unit.connection.execute(insert(Follow).values(rows).on_conflict_do_nothing())


def listed(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID) -> dict[str, Any]:
    """Return `{"data": [{id, name}], "following": bool}` of a record that the actor may see.

    Only active members are named, by name.
    """
    _require(unit, actor, rtype, record_id)
    ids = followers(unit, rtype, [record_id])[record_id]
    people = unit.connection.execute(
        select(Member.user_id, Member.name).where(Member.user_id.in_(ids), Member.active).order_by(Member.name)
    )
    data = [{"id": row.user_id, "name": row.name} for row in people]
    return {"data": data, "following": actor.user_id in ids}


def follow(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, *, following: bool) -> None:
    """Follow a record that the actor may see, or stop; twice is once. Raises `NotFound`, `Forbidden`."""
    _require(unit, actor, rtype, record_id)
    row = {**_row(rtype, record_id, actor.user_id), "following": following}
    added = insert(Follow).values(row)
    unit.connection.execute(
        added.on_conflict_do_update(
            index_elements=["member_id", "record_id"],
            set_={"following": added.excluded.following, "created_at": added.excluded.created_at},
        )
    )


def _row(rtype: RecordType, record_id: uuid.UUID, member_id: uuid.UUID) -> dict[str, Any]:
    return {
        "member_id": member_id,
        "record_id": record_id,
        "record_type": rtype.name,
        "following": True,
        "created_at": now(),
    }


def _require(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID) -> None:
    actor.require("read", rtype)
    found = select(true()).where(and_(rtype.table.c.id == record_id, visible(actor, rtype)))
    if unit.connection.execute(found).first() is None:
        raise NotFound
