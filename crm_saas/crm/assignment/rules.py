"""The rules of assignment as the settings of a workspace show and change them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import func, select

from crm_saas.crm.assignment.assigning import EVERY, FALLBACKS, NAMED, Chooser
from crm_saas.crm.assignment.model import AssignmentMember, AssignmentPolicy, AssignmentRule
from crm_saas.crm.assignment.people import KINDS, MEMBER, TEAM
from crm_saas.crm.assignment.people import as_json as people_json
from crm_saas.crm.records import guards
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.explaining import explain
from crm_saas.crm.records.filters import read_filter
from crm_saas.crm.records.owning import Unowned
from crm_saas.crm.records.policy import visible
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import Invalid, NotFound, QuotaExceeded, require_version
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.fields import (
    Fields,
    ValueFault,
    an_id,
    as_it_is,
    each_once,
    flag,
    one_of,
    plain_line,
    whole_number,
)
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.roles import WORKSPACE
from crm_saas.tenants.teams import Team

MOST_RULES: Final = 50
MOST_CAPACITY: Final = 100_000
LONGEST_NAME: Final = 100
MEMBERS: Final = ("name", "active", "filter", "kind", "member_id", "team_id")
SILENT: Final[dict[str, Any]] = {
    "name": "", "active": True, "filter": None, "kind": "sales", "member_id": None, "team_id": None,
}  # fmt: skip
"""A new rule where its body is silent."""
Document = dict[str, Any]


def settings(unit: UnitOfWork, actor: Actor, rtype: RecordType) -> Document:
    """Return whether rules are at work, for everybody; with the power over the workspace also what they are."""
    policy = unit.session.get_one(AssignmentPolicy, rtype.name)
    rules = _rules(unit)
    told: Document = {"active": any(rule.active for rule in rules)}
    if WORKSPACE not in actor.powers:
        return told
    return told | policy_json(policy) | {"rules": [rule_json(rule) for rule in rules]}


def members(unit: UnitOfWork, actor: Actor, rtype: RecordType) -> list[Document]:
    """Return the active members with what each can take and has."""
    actor.require_power(WORKSPACE)
    return people_json(unit, rtype, unit.session.get_one(AssignmentPolicy, rtype.name))


def change_policy(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, document: object, *, version: int
) -> AssignmentPolicy:
    """Change the capacity of everybody and what happens where no rule decides."""
    actor.require_power(WORKSPACE)
    policy = _held(unit, rtype)
    require_version(policy.version, version)
    fields = Fields(document, ("capacity", "fallback", "fallback_id"))
    before = {"capacity": policy.capacity, "fallback": policy.fallback, "fallback_id": policy.fallback_id}
    given: Document = dict(before)
    if "capacity" in fields:
        given["capacity"] = fields.value("capacity", _capacity)
    if "fallback" in fields:
        given["fallback"] = fields.text("fallback", one_of(*FALLBACKS))
    if "fallback_id" in fields:
        given["fallback_id"] = fields.value("fallback_id", an_id)
    if given["fallback"] != NAMED:
        given["fallback_id"] = None
    elif not fields.is_faulty("fallback_id") and not _is_member(unit, given["fallback_id"]):
        fields.fault("fallback_id", ValueFault("unknown_member", "Name an active member."))
    fields.check()
    for name, value in given.items():
        setattr(policy, name, value)
    policy.version += given != before
    unit.session.flush()
    return policy


def change_member(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, user_id: uuid.UUID, document: object
) -> list[Document]:
    """Say what one member can take (null: as everybody), and whether they are away; returns all members."""
    actor.require_power(WORKSPACE)
    if not _is_member(unit, user_id):
        raise NotFound
    _held(unit, rtype)
    found = unit.session.get(AssignmentMember, user_id)
    fields = Fields(document, ("capacity", "paused"))
    if found is None:
        found = AssignmentMember(user_id=user_id, capacity=None, paused=False)
    capacity = fields.value("capacity", _capacity) if "capacity" in fields else found.capacity
    paused = fields.value("paused", flag) if "paused" in fields else found.paused
    fields.check()
    found.capacity, found.paused = capacity, bool(paused)
    unit.session.add(found)
    unit.session.flush()
    return members(unit, actor, rtype)


def add(unit: UnitOfWork, actor: Actor, rtype: RecordType, document: object) -> AssignmentRule:
    """Add a rule below the others; raises `Invalid`, and `QuotaExceeded` when there are 50."""
    actor.require_power(WORKSPACE)
    given = _read(unit, actor, rtype, document, SILENT)
    _held(unit, rtype)
    used = unit.connection.execute(select(func.count()).select_from(AssignmentRule)).scalar_one()
    if used >= MOST_RULES:
        raise QuotaExceeded("No more rules can be kept.", limit="assignment_rules", allowed=MOST_RULES, used=used)
    at = now()
    made = AssignmentRule(id=uuid7(), turn=0, turns={}, position=used, version=1, created_at=at, updated_at=at, **given)
    unit.session.add(made)
    unit.session.flush()
    return made


def change(
    unit: UnitOfWork,
    actor: Actor,
    rtype: RecordType,
    rule_id: uuid.UUID,
    document: object,
    *,
    version: int,
) -> AssignmentRule:
    """Change the members that the body names."""
    actor.require_power(WORKSPACE)
    _held(unit, rtype)
    found = _one(unit, rule_id)
    require_version(found.version, version)
    before = {name: getattr(found, name) for name in MEMBERS}
    given = _read(unit, actor, rtype, document, before)
    for name, value in given.items():
        setattr(found, name, value)
    if given != before:
        found.version, found.updated_at = found.version + 1, now()
    unit.session.flush()
    return found


def remove(unit: UnitOfWork, actor: Actor, rtype: RecordType, rule_id: uuid.UUID) -> AssignmentRule:
    """Forget a rule; what it has assigned stays."""
    actor.require_power(WORKSPACE)
    _held(unit, rtype)
    found = _one(unit, rule_id)
    unit.session.delete(found)
    unit.session.flush()
    return found


def put_in_order(unit: UnitOfWork, actor: Actor, rtype: RecordType, document: object) -> None:
    """Put the rules into the order of `{"ids"}`, which names each of them once."""
    actor.require_power(WORKSPACE)
    _held(unit, rtype)
    rules = {rule.id: rule for rule in _rules(unit)}
    fields = Fields(document, ("ids",))
    ids = fields.value("ids", each_once(rules))
    fields.check()
    for position, rule_id in enumerate(ids or ()):
        rules[rule_id].position = position
    unit.session.flush()


def trial(unit: UnitOfWork, actor: Actor, rtype: RecordType, document: object) -> Document:
    """Tell which rule would take a lead (`{"lead": id}`) and who would get it now, rule by rule; nothing is changed.

    Raises `NotFound` for a lead that the actor does not see.
    """
    actor.require_power(WORKSPACE)
    fields = Fields(document, ("lead",))
    record_id = fields.value("lead", _needed_id)
    fields.check()
    record = unit.session.scalars(
        select(rtype.model).where(rtype.model.id == record_id, visible(actor, rtype))
    ).one_or_none()
    if record is None:
        raise NotFound
    lead = Unowned(record.id, rtype.values_of(record), guards.system_of(record))
    chooser = Chooser(unit, actor, rtype)
    holds = chooser.held([lead])[record.id]
    found = chooser.choose([lead])[record.id]
    return {
        "owner_id": found.owner_id,
        "why": found.why,
        "rules": [
            {
                "id": rule.id,
                "name": rule.name,
                "holds": held,
                "explanation": _explained(unit, actor, rtype, rule, record.id),
            }
            for rule, held in zip(chooser.rules, holds, strict=True)
        ],
    }


def _explained(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, rule: AssignmentRule, record_id: uuid.UUID
) -> Document | None:
    """Return the tree of a rule's filter; None where the actor may not read all it names."""
    try:
        return explain(unit, actor, rtype, record_id, rule.filter or EVERY)
    except Invalid:
        return None


def policy_json(policy: AssignmentPolicy) -> Document:
    """Return what holds for all rules."""
    return {
        "capacity": policy.capacity,
        "fallback": policy.fallback,
        "fallback_id": policy.fallback_id,
        "version": policy.version,
    }


def rule_json(rule: AssignmentRule) -> Document:
    """Return a rule as the API shows it."""
    return {
        "id": rule.id,
        **{name: getattr(rule, name) for name in MEMBERS},
        "given": rule.turn,
        "version": rule.version,
    }


def _read(unit: UnitOfWork, actor: Actor, rtype: RecordType, document: object, before: Document) -> Document:
    """Return all members of a rule: those that a body names read, the others as they were."""
    fields = Fields(document, MEMBERS)
    readers: dict[str, Callable[[object], Any]] = {
        "name": _name, "active": flag, "filter": as_it_is, "kind": _kind, "member_id": an_id, "team_id": an_id,
    }  # fmt: skip
    given = fields.over(before, readers)
    if not given["name"] and not fields.is_faulty("name"):
        fields.fault("name", ValueFault("required", "This is needed."))
    given["member_id"] = given["member_id"] if given["kind"] == MEMBER else None
    given["team_id"] = given["team_id"] if given["kind"] == TEAM else None
    if {"kind", "member_id", "team_id"} & {name for name in MEMBERS if name in fields} or before is SILENT:
        _require_assignee(unit, given, fields)
    fields.check()
    if "filter" in fields and given["filter"] is not None:
        try:
            read_filter(rtype, given["filter"], actor.context())
        except Invalid as refusal:
            raise refusal.below("/filter") from None
    return given


def _require_assignee(unit: UnitOfWork, given: Document, fields: Fields) -> None:
    if given["kind"] == MEMBER and not fields.is_faulty("member_id") and not _is_member(unit, given["member_id"]):
        fields.fault("member_id", ValueFault("unknown_member", "Name an active member."))
    if given["kind"] == TEAM and not fields.is_faulty("team_id"):
        team_id = given["team_id"]
        if team_id is None or unit.session.get(Team, team_id) is None:
            fields.fault("team_id", ValueFault("unknown_team", "There is no such team."))


def _is_member(unit: UnitOfWork, user_id: uuid.UUID | None) -> bool:
    statement = select(Member.user_id).where(Member.user_id == user_id, Member.active)
    return user_id is not None and unit.connection.execute(statement).first() is not None


def _rules(unit: UnitOfWork) -> list[AssignmentRule]:
    order = (AssignmentRule.position, AssignmentRule.id)
    return list(unit.session.scalars(select(AssignmentRule).order_by(*order)))


def _one(unit: UnitOfWork, rule_id: uuid.UUID) -> AssignmentRule:
    found = unit.session.get(AssignmentRule, rule_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def _held(unit: UnitOfWork, rtype: RecordType) -> AssignmentPolicy:
    """Wait for whoever assigns, and let nobody assign until the unit ends."""
    return unit.session.get_one(AssignmentPolicy, rtype.name, with_for_update=True)


def _name(raw: object) -> str:
    if not isinstance(raw, str):
        raise ValueFault("wrong_type", "This must be text.", type="string")
    return plain_line(raw, LONGEST_NAME) if raw.strip() else ""


def _kind(raw: object) -> str:
    if not isinstance(raw, str) or raw not in KINDS:
        raise ValueFault("unknown_option", "Not one of the options.", options=list(KINDS))
    return raw


def _capacity(raw: object) -> int | None:
    return None if raw is None else whole_number(0, MOST_CAPACITY)(raw)


def _needed_id(raw: object) -> uuid.UUID:
    found = an_id(raw)
    if found is None:
        raise ValueFault("required", "This is needed.")
    return found
