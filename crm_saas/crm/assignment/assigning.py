"""Giving leads to members by the rules: the first that holds decides, whoever of its members waits longest is next.

Whoever assigns locks the row of the policy until the unit ends, so turns are taken one after the other and nobody is
given more than they can take, however many leads come at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select

from crm_saas.crm.assignment.model import AssignmentPolicy, AssignmentRule
from crm_saas.crm.assignment.people import OPEN, People, Person
from crm_saas.crm.records import guards
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.holding import holding, workspace_context
from crm_saas.crm.records.owning import Assignment, Unowned
from crm_saas.crm.records.policy import OWNER_FIELD, Held, hidden, read_only, require_on
from crm_saas.crm.records.registry import RecordType
from crm_saas.crm.records.service import change, locked
from crm_saas.kernel.errors import Conflict, Forbidden
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.roles import UPDATE

NOBODY, CREATOR, NAMED = "nobody", "creator", "member"
FALLBACKS: Final = (NOBODY, CREATOR, NAMED)
EVERY: Final[dict[str, Any]] = {"all": []}
MOST_TOLD: Final = 10
"""Members who were passed over that a history names."""


def assign(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, records: Sequence[Unowned]
) -> Mapping[uuid.UUID, Assignment] | None:
    """Return who gets each of some new leads; None where no rule is active."""
    asked = select(AssignmentRule.id).where(AssignmentRule.active).limit(1)
    if unit.connection.execute(asked).first() is None:
        return None
    chooser = Chooser(unit, actor, rtype, lock=True)
    chosen = chooser.choose(records)
    chooser.keep_turns()
    return chosen


def assign_one(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID) -> dict[str, Any]:
    """Give a stored lead to whom the rules name now; returns its JSON form.

    Raises `NotFound`, `Forbidden`, and `Conflict` where no rule is active.
    """
    record = locked(unit, rtype, record_id, actor=actor)
    require_on(actor, rtype, UPDATE, Held.of(rtype, record))
    if OWNER_FIELD in hidden(actor, rtype) | read_only(actor, rtype):
        raise Forbidden("Your role may not change the owner.", field=OWNER_FIELD)
    lead = Unowned(record_id, rtype.values_of(record), guards.system_of(record))
    chosen = assign(unit, actor, rtype, [lead])
    if chosen is None:
        raise Conflict("There are no rules to assign it by.", code="no_rules")
    found = chosen[record_id]
    given = {OWNER_FIELD: found.applied({})[OWNER_FIELD]}
    change(unit, actor, rtype, record, given, what="assigned", told=found.told)
    return rtype.dump_model(record, hidden(actor, rtype))


class Chooser:
    """Decides about leads one after the other, each knowing what the ones before it were given."""

    def __init__(self, unit: UnitOfWork, actor: Actor, rtype: RecordType, *, lock: bool = False) -> None:
        self._unit, self._actor, self._rtype = unit, actor, rtype
        policy = select(AssignmentPolicy).where(AssignmentPolicy.record_type == rtype.name)
        rules = select(AssignmentRule).where(AssignmentRule.active)
        fresh: dict[str, Any] = {"execution_options": {"populate_existing": True}}
        self.policy = unit.session.scalars(policy.with_for_update() if lock else policy, **fresh).one()
        order = (AssignmentRule.position, AssignmentRule.id)
        self.rules = list(unit.session.scalars(rules.order_by(*order), **fresh))
        self.people = People(unit, rtype, self.policy)
        self._turns = {rule.id: (rule.turn, dict(rule.turns)) for rule in self.rules}

    def choose(self, records: Sequence[Unowned]) -> dict[uuid.UUID, Assignment]:
        """Return who gets each, in the order given."""
        held = self.held(records)
        return {each.record_id: self._one(each, held[each.record_id]) for each in records}

    def held(self, records: Sequence[Unowned]) -> dict[uuid.UUID, tuple[bool, ...]]:
        """Return for each record which of the rules hold."""
        context = workspace_context(self._unit, self._actor)
        filters = [rule.filter or EVERY for rule in self.rules]
        return holding(self._unit, self._rtype, filters, context, [each.row(self._rtype) for each in records])

    def keep_turns(self) -> None:
        """Store whose turn it was."""
        for rule in self.rules:
            rule.turn, rule.turns = self._turns[rule.id]
        self._unit.session.flush()

    def _one(self, record: Unowned, holds: tuple[bool, ...]) -> Assignment:
        rule = next((rule for rule, held in zip(self.rules, holds, strict=True) if held), None)
        if rule is None:
            return self._otherwise({"why": "no_rule", "rule": None, "passed_over": []})
        named: dict[str, Any] = {"rule": {"id": str(rule.id), "name": rule.name}}
        passed_over: list[dict[str, str]] = []
        for person in self._in_turn(rule):
            reason = self.people.why_not(person)
            if reason is None:
                self._take_turn(rule, person, is_open=record.values["status"] in OPEN)
                told = named | {"why": "rule", "kind": rule.kind, "passed_over": passed_over[:MOST_TOLD]}
                return Assignment(person.id, told)
            passed_over.append({"member": str(person.id), "why": reason})
        return self._otherwise(named | {"why": "nobody_free", "passed_over": passed_over[:MOST_TOLD]})

    def _in_turn(self, rule: AssignmentRule) -> list[Person]:
        """Return the members of a rule, who waits longest first."""
        _, turns = self._turns[rule.id]
        return sorted(self.people.behind(rule), key=lambda person: turns.get(str(person.id), 0))

    def _take_turn(self, rule: AssignmentRule, person: Person, *, is_open: bool) -> None:
        turn, turns = self._turns[rule.id]
        self._turns[rule.id] = turn + 1, turns | {str(person.id): turn + 1}
        if is_open:
            self.people.give(person)

    def _otherwise(self, told: dict[str, Any]) -> Assignment:
        """Return the fallback; a member who has left is nobody."""
        fallback = self.policy.fallback
        owner = {NOBODY: None, CREATOR: self._actor.user_id, NAMED: self.policy.fallback_id}[fallback]
        if fallback == NAMED and owner not in self.people.by_id:
            fallback, owner = NOBODY, None
        return Assignment(owner, told | {"fallback": fallback})
