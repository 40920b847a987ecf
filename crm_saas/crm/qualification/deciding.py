"""Qualifying a record: at once, or by asking somebody who confirms it or sends it back. The log tells of each step."""

from __future__ import annotations

import uuid
from typing import Any, Final

from sqlalchemy import select

from crm_saas.crm.qualification.criteria import criterion_json
from crm_saas.crm.qualification.evaluating import Standing, Standings, standings
from crm_saas.crm.qualification.guard import PENDING, QUALIFIED, REASON, SENT_BACK, STATE, STATUS, WAITING
from crm_saas.crm.records import guards
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.kinds import KINDS, Context, ValueProblem
from crm_saas.crm.records.model import RecordColumns
from crm_saas.crm.records.policy import Held, allows, hidden, read_only, require_on, visible
from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.crm.records.rules import check
from crm_saas.crm.records.service import change, locked
from crm_saas.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from crm_saas.kernel.events import Event
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.fields import Fields, ValueFault, sure
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.roles import CONFIRM, UPDATE

LONGEST_REASON: Final = 500
Document = dict[str, Any]


def card(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID) -> Document:
    """Return how a record stands, criterion by criterion, and what may be done; `NotFound` if it is not seen."""
    actor.require("read", rtype)
    record = _seen(unit, actor, rtype, record_id)
    told = _standings(unit, actor, rtype, record)
    names = _names(unit, told)
    unseen = hidden(actor, rtype)
    may_change = _may_change(actor, rtype, record)
    return {
        "score": told.score,
        "total": told.total,
        "threshold": told.threshold,
        "confirm": told.policy.confirm,
        "in_the_way": [fault.as_dict() for fault in told.faults(f"/{STATUS}")],
        "state": None if STATE in unseen else getattr(record, STATE),
        "reason": None if REASON in unseen else getattr(record, REASON),
        "asked": None if STATE in unseen else _asked(unit, rtype, record),
        "may_assess": allows(actor, rtype, UPDATE, Held.of(rtype, record)),
        "may_qualify": may_change and _qualifiable(rtype, record),
        "may_confirm": may_change and (not told.policy.confirm or CONFIRM in actor.powers),
        "criteria": [_standing_json(actor, rtype, each, names) for each in told.each],
    }


def qualify(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, document: object) -> Document:
    """Qualify a record; where somebody has to confirm it and the actor may not, ask for that instead.

    Arguments: `document` may hold a `note` for whoever confirms. Raises `NotFound`, `Forbidden`, `Invalid` with what
    is in the way, and `Conflict` for one that waits already.
    """
    record = _to_change(unit, actor, rtype, record_id)
    note = _reason(document, "note", needed=False)
    told = _require_met(unit, actor, rtype, record)
    if not told.policy.confirm or CONFIRM in actor.powers:
        what = "qualification_confirmed" if getattr(record, STATE) == WAITING else "qualified"
        return _moved(unit, actor, rtype, record, {STATUS: QUALIFIED}, what=what)
    if getattr(record, STATE) == WAITING:
        raise Conflict("It waits for confirmation already.", code="waits_already")
    return _moved(unit, actor, rtype, record, {STATE: WAITING, REASON: note}, what="qualification_asked")


def confirm(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID) -> Document:
    """Confirm a record that waits for it: it is qualified. The criteria are asked once more."""
    record = _waiting(unit, actor, rtype, record_id)
    _require_met(unit, actor, rtype, record)
    return _moved(unit, actor, rtype, record, {STATUS: QUALIFIED}, what="qualification_confirmed")


def send_back(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, document: object) -> Document:
    """Send a record that waits back to who asked, with a reason (`{"reason"}`)."""
    record = _waiting(unit, actor, rtype, record_id)
    reason = _reason(document, "reason", needed=True)
    return _moved(unit, actor, rtype, record, {STATE: SENT_BACK, REASON: reason}, what="qualification_sent_back")


def withdraw(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID) -> Document:
    """Take back that confirmation was asked for."""
    record = _to_change(unit, actor, rtype, record_id)
    _require_waiting(record)
    return _moved(unit, actor, rtype, record, dict.fromkeys(PENDING), what="qualification_withdrawn")


def _seen(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID) -> RecordColumns:
    statement = select(rtype.model).where(rtype.model.id == record_id, visible(actor, rtype))
    record = unit.session.scalars(statement).one_or_none()
    if record is None:
        raise NotFound
    return record


def _moved(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, record: RecordColumns, given: Values, *, what: str
) -> Document:
    change(unit, actor, rtype, record, given, what=what)
    return rtype.dump_model(record, hidden(actor, rtype))


def _to_change(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID) -> RecordColumns:
    """Lock a record whose status the actor may change."""
    record = locked(unit, rtype, record_id, actor=actor)
    require_on(actor, rtype, UPDATE, Held.of(rtype, record))
    if not _may_change(actor, rtype, record):
        raise Forbidden("Your role may not change the status.", field=STATUS)
    return record


def _waiting(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID) -> RecordColumns:
    """Lock a record that waits for the actor, among others, to decide."""
    record = _to_change(unit, actor, rtype, record_id)
    actor.require_power(CONFIRM)
    _require_waiting(record)
    return record


def _require_waiting(record: RecordColumns) -> None:
    if getattr(record, STATE) != WAITING:
        raise Conflict("It does not wait for confirmation.", code="not_waiting")


def _may_change(actor: Actor, rtype: RecordType, record: RecordColumns) -> bool:
    limited = hidden(actor, rtype) | read_only(actor, rtype)
    return STATUS not in limited and allows(actor, rtype, UPDATE, Held.of(rtype, record))


def _qualifiable(rtype: RecordType, record: RecordColumns) -> bool:
    return QUALIFIED in rtype.transitions[STATUS].get(getattr(record, STATUS), ())


def _require_met(unit: UnitOfWork, actor: Actor, rtype: RecordType, record: RecordColumns) -> Standings:
    """Refuse with `Invalid` what may not take this step, or does not meet the criteria."""
    before = rtype.values_of(record)
    if before[STATUS] == QUALIFIED:
        raise Conflict("It is qualified already.", code="wrong_state")
    check(rtype, {**before, STATUS: QUALIFIED}, before)
    told = _standings(unit, actor, rtype, record)
    faults = told.faults(f"/{STATUS}")
    if faults:
        raise Invalid(errors=faults)
    return told


def _standings(unit: UnitOfWork, actor: Actor, rtype: RecordType, record: RecordColumns) -> Standings:
    row = guards.Step(record.id, None, rtype.values_of(record), guards.system_of(record)).row(rtype)
    return standings(unit, actor, rtype, [row])[record.id]


def _reason(document: object, name: str, *, needed: bool) -> str | None:
    fields = Fields({} if document is None else document, (name,))
    told = fields.text(name, _clean) if needed else fields.optional(name, _clean)
    fields.check()
    return sure(told) if needed else told


def _clean(text: str) -> str:
    try:
        cleaned = KINDS["text"].parse(text, Context(max_length=LONGEST_REASON))
    except ValueProblem as problem:
        raise ValueFault(problem.code, problem.detail, **problem.params) from None
    if not cleaned:
        raise ValueFault("required", "This is needed.")
    return str(cleaned)


def _asked(unit: UnitOfWork, rtype: RecordType, record: RecordColumns) -> Document | None:
    """Return who asked for confirmation, and when, for a record that waits."""
    if getattr(record, STATE) != WAITING:
        return None
    row = unit.connection.execute(
        select(Event.at, Event.actor_id, Member.name)
        .outerjoin(Member, Member.user_id == Event.actor_id)
        .where(Event.record_id == record.id, Event.type == f"{rtype.name}.qualification_asked")
        .order_by(Event.version.desc(), Event.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else {"by": {"id": row.actor_id, "name": row.name}, "at": row.at}


def _names(unit: UnitOfWork, told: Standings) -> dict[uuid.UUID, str]:
    ids = {each.finding.found_by_id for each in told.each if each.finding is not None}
    rows = unit.connection.execute(select(Member.user_id, Member.name).where(Member.user_id.in_(ids)))
    return dict(rows.all())


def _standing_json(actor: Actor, rtype: RecordType, standing: Standing, names: dict[uuid.UUID, str]) -> Document:
    found = standing.finding
    told = (
        None
        if found is None
        else {
            "verdict": found.verdict,
            "evidence_kind": found.evidence_kind,
            "evidence_on": found.evidence_on,
            "note": found.note,
            "by": {"id": found.found_by_id, "name": names.get(found.found_by_id)},
            "at": found.found_at,
        }
    )
    return {
        **criterion_json(actor, rtype, standing.criterion),
        "why": standing.why,
        "met": standing.met,
        "finding": told,
    }
