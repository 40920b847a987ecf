"""Hand-overs: what there is to hand over, asking for one, and what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from crm_saas.crm.handover.model import HandOver
from crm_saas.crm.records.fields import Field
from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.kernel import jobs
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import Conflict, FieldError, Invalid, NotFound
from crm_saas.kernel.events import Event
from crm_saas.kernel.ids import parse_uuid, uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import Member

QUEUED, DONE, FAILED = "queued", "done", "failed"
STATES: Final = (QUEUED, DONE, FAILED)
WORK: Final = "crm_saas.crm.handover.jobs.work"
NOBODY: Final = "nobody"
MOST_RECIPIENTS: Final = 50
MOST_SHARE: Final = 1000
LISTED: Final = 50


@dataclass(frozen=True, slots=True)
class Share:
    """How much one colleague gets, in proportion to the others."""

    member_id: uuid.UUID
    share: int


@dataclass(frozen=True, slots=True)
class Holding:
    """How many records of a type name a member in a field."""

    rtype: RecordType
    field: Field
    count: int


def owner_fields() -> Iterator[tuple[RecordType, Field]]:
    """Yield every field of every record type that makes a member responsible for a record."""
    for rtype in REGISTRY:
        for each in rtype.fields:
            if each.kind == "member" and not each.read_only:
                yield rtype, each


def holdings(unit: UnitOfWork, member_id: uuid.UUID) -> list[Holding]:
    """Count what a member is responsible for, by type and field."""
    found = []
    for rtype, each in owner_fields():
        column = rtype.table.c[each.columns[0]]
        count = unit.connection.execute(
            select(func.count()).select_from(rtype.table).where(column == member_id)
        ).scalar_one()
        found.append(Holding(rtype, each, count))
    return found


def read_shares(given: object, pointer: str) -> list[Share]:
    """Read `[{"id", "share"}]`; raises `Invalid` with a pointer for every fault."""
    if not isinstance(given, list) or len(given) > MOST_RECIPIENTS:
        raise Invalid(errors=[FieldError(pointer, "wrong_type", f"A list of at most {MOST_RECIPIENTS} colleagues.")])
    faults, shares = [], []
    for number, item in enumerate(given):
        member_id = parse_uuid(item["id"]) if isinstance(item, dict) and isinstance(item.get("id"), str) else None
        share = item.get("share", 1) if isinstance(item, dict) else None
        if member_id is None or (isinstance(item, dict) and set(item) - {"id", "share"}):
            faults.append(FieldError(f"{pointer}/{number}", "wrong_type", 'Send {"id", "share"}.'))
        elif not isinstance(share, int) or isinstance(share, bool) or not 1 <= share <= MOST_SHARE:
            params = {"min": 1, "max": MOST_SHARE}
            faults.append(
                FieldError(f"{pointer}/{number}/share", "out_of_range", "A whole number of 1 or more.", params)
            )
        else:
            shares.append(Share(member_id, share))
    if len({share.member_id for share in shares}) < len(shares):
        faults.append(FieldError(pointer, "repeated_member", "A colleague is named twice."))
    if faults:
        raise Invalid(errors=faults)
    return shares


def require_recipients(unit: UnitOfWork, from_id: uuid.UUID, shares: Sequence[Share], pointer: str) -> None:
    """Refuse with `Invalid` whoever is not an active member, and whoever hands over to themselves."""
    active = active_of(unit, [share.member_id for share in shares])
    faults = [
        FieldError(f"{pointer}/{number}/id", "unknown_member", "Not an active member of this workspace.")
        for number, share in enumerate(shares)
        if share.member_id not in active or share.member_id == from_id
    ]
    if faults:
        raise Invalid(errors=faults)


def active_of(unit: UnitOfWork, ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of some members who are active."""
    return set(unit.session.scalars(select(Member.user_id).where(Member.user_id.in_(list(ids)), Member.active)))


def ask(unit: UnitOfWork, from_id: uuid.UUID, shares: Sequence[Share], *, asked_by_id: uuid.UUID) -> HandOver:
    """Ask for a hand-over of everything somebody owns who is no longer active; a worker is told after the commit.

    Raises `Conflict` while they are active, since more could come to them, and while another one is under way.
    """
    member = unit.session.get(Member, from_id, with_for_update=True)
    if member is None:
        raise NotFound
    if member.active:
        raise Conflict("Deactivate the member first.", code="wrong_state")
    open_one = select(HandOver.id).where(HandOver.from_id == from_id, HandOver.state == QUEUED)
    if unit.connection.execute(open_one).first() is not None:
        raise Conflict("This is under way already.", code="already_under_way")
    made = HandOver(
        id=uuid7(),
        from_id=from_id,
        shares=[{"id": str(share.member_id), "share": share.share} for share in shares],
        state=QUEUED,
        total=sum(holding.count for holding in holdings(unit, from_id)),
        given={},
        error=None,
        failures=0,
        created_at=now(),
        created_by_id=asked_by_id,
        finished_at=None,
        lease_until=None,
    )
    unit.session.add(made)
    unit.session.flush()
    unit.on_commit(hint, unit.workspace_id, made.id)
    return made


def hint(workspace_id: uuid.UUID, hand_over_id: uuid.UUID) -> None:
    """Wake a worker for a hand-over."""
    jobs.enqueue("bulk", WORK, workspace_id, hand_over_id, unique=unique(hand_over_id))


def unique(hand_over_id: uuid.UUID | str) -> str:
    """Return what names the work at this hand-over among messages."""
    return f"hand-over:{hand_over_id}"


def one(unit: UnitOfWork, hand_over_id: uuid.UUID) -> HandOver:
    """Return a hand-over or raise `NotFound`."""
    found = unit.session.get(HandOver, hand_over_id)
    if found is None:
        raise NotFound
    return found


def newest(unit: UnitOfWork) -> list[HandOver]:
    """Return the newest hand-overs of the workspace."""
    return list(unit.session.scalars(select(HandOver).order_by(HandOver.id.desc()).limit(LISTED)))


def as_json(found: HandOver) -> dict[str, Any]:
    """Return a hand-over as the API shows it."""
    return {
        "id": found.id,
        "from_id": found.from_id,
        "to": found.shares,
        "state": found.state,
        "total": found.total,
        "moved": sum(found.given.values()),
        "given": found.given,
        "views": found.views,
        "error": found.error,
        "created_at": found.created_at,
        "created_by_id": found.created_by_id,
        "finished_at": found.finished_at,
    }


@dataclass(frozen=True, slots=True)
class Moved:
    """One record that moved. Its name is today's; empty when it was deleted since."""

    event_id: uuid.UUID
    record_type: str
    record_id: uuid.UUID
    display_name: str
    to_id: str | None


def moved(unit: UnitOfWork, hand_over_id: uuid.UUID, after: uuid.UUID | None, limit: int) -> list[Moved]:
    """Return what a hand-over moved, in the order it happened, from after an event on."""
    query = select(Event.id, Event.record_type, Event.record_id, Event.changes).where(Event.batch_id == hand_over_id)
    if after is not None:
        query = query.where(Event.id > after)
    rows = unit.connection.execute(query.order_by(Event.id).limit(limit)).all()
    names: dict[uuid.UUID, str] = {}
    for rtype in REGISTRY:
        ids = [row.record_id for row in rows if row.record_type == rtype.name]
        table = rtype.table
        if ids:
            found = unit.connection.execute(select(table.c.id, table.c.display_name).where(table.c.id.in_(ids)))
            names |= {row.id: row.display_name for row in found}
    return [
        Moved(row.id, row.record_type, row.record_id, names.get(row.record_id, ""), next(iter(row.changes.values()))[1])
        for row in rows
    ]
