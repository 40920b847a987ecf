"""Notices become notifications: of those who may see it and want it, one each, however often it is tried."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from crm_saas.crm.notifications import choices
from crm_saas.crm.notifications.kinds import KINDS, OFF, Notice
from crm_saas.crm.notifications.model import Notification
from crm_saas.crm.records.actor import Actor, load_actor
from crm_saas.crm.records.policy import hidden, visible
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import NotFound
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork


def tell(unit: UnitOfWork, notices: Iterable[Notice]) -> list[Notice]:
    """Write notifications in the caller's unit; returns the notices to those who may see what they are about.

    Nobody hears of what they did themselves, and who has left hears nothing. An event that is several kinds is told as
    the first of them.
    """
    seen = sorted(_seen(unit, _strongest(notices)), key=lambda notice: notice.event_id)
    if seen:
        _write(unit, seen)
    return seen


def _strongest(notices: Iterable[Notice]) -> list[Notice]:
    best: dict[tuple[Any, ...], Notice] = {}
    for notice in notices:
        if notice.recipient_id == notice.actor_id:
            continue
        key = (notice.recipient_id, notice.event_id, notice.record_id)
        if key not in best or KINDS.rank(notice.kind.name) < KINDS.rank(best[key].kind.name):
            best[key] = notice
    return list(best.values())


def _seen(unit: UnitOfWork, notices: Sequence[Notice]) -> list[Notice]:
    """Return the notices whose recipient is a member and may see what they are about."""
    by_person: dict[uuid.UUID, list[Notice]] = defaultdict(list)
    for notice in notices:
        by_person[notice.recipient_id].append(notice)
    found: list[Notice] = []
    for member_id, theirs in sorted(by_person.items()):
        try:
            actor = load_actor(unit, member_id, "system")
        except NotFound:
            continue
        told = [each for each in theirs if _tells(actor, each)]
        records = _visible(unit, actor, told)
        found += [each for each in told if each.record_id is None or each.record_id in records]
    return found


def _tells(actor: Actor, notice: Notice) -> bool:
    """Tell whether there is anything in it that is not hidden from its recipient."""
    rtype = REGISTRY.find(notice.record_type or "")
    return rtype is None or not notice.fields or not hidden(actor, rtype).issuperset(notice.fields)


def _visible(unit: UnitOfWork, actor: Actor, notices: Sequence[Notice]) -> set[uuid.UUID]:
    found: set[uuid.UUID] = set()
    for rtype in REGISTRY:
        ids = {each.record_id for each in notices if each.record_type == rtype.name and each.record_id is not None}
        if ids:
            column = rtype.table.c.id
            found |= set(unit.connection.scalars(select(column).where(column.in_(ids), visible(actor, rtype))))
    return found


def _write(unit: UnitOfWork, notices: Sequence[Notice]) -> None:
    chosen = choices.of_members(unit, {notice.recipient_id for notice in notices})
    single = [_row(each, chosen) for each in notices if not each.batch]
    together: dict[tuple[Any, ...], list[Notice]] = defaultdict(list)
    for each in notices:
        if each.batch:
            together[each.recipient_id, each.event_id, each.kind.name].append(each)
    single = [row for row in single if row["product"] or row["mail"]]
    if single:
        unit.connection.execute(insert(Notification).values(single).on_conflict_do_nothing())
    batches = [_row(each[0], chosen) | _of_many(each) for each in together.values()]
    batches = [row for row in batches if row["product"] or row["mail"]]
    if batches:
        added = insert(Notification).values(batches)
        unit.connection.execute(
            added.on_conflict_do_update(
                index_elements=["recipient_id", "event_id", "kind"],
                set_={"count": Notification.count + added.excluded.count, "record_id": None},
            )
        )


def _of_many(notices: Collection[Notice]) -> dict[str, Any]:
    """Return what differs where one notification stands for the records of a batch; one record alone is named."""
    return {} if len(notices) == 1 else {"count": len(notices), "record_id": None, "fields": []}


def _row(notice: Notice, chosen: Mapping[uuid.UUID, choices.Choices]) -> dict[str, Any]:
    wanted = chosen[notice.recipient_id]
    mail = wanted.mail(notice.kind)
    return {
        "id": uuid7(),
        "recipient_id": notice.recipient_id,
        "kind": notice.kind.name,
        "record_type": notice.record_type,
        "record_id": notice.record_id,
        "event_id": notice.event_id,
        "actor_id": notice.actor_id,
        "comment_id": notice.comment_id,
        "fields": list(notice.fields),
        "count": notice.count,
        "about": dict(notice.about),
        "product": wanted.product(notice.kind),
        "mail": None if mail == OFF else mail,
        "mail_id": None,
        "created_at": now(),
        "read_at": None,
    }
