"""Who can be given a lead: the members behind a rule, what each can take, and how much they have."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from crm_saas.crm.assignment.model import AssignmentMember, AssignmentPolicy, AssignmentRule
from crm_saas.crm.records.policy import OWNER_FIELD
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.own_roles import Role
from crm_saas.tenants.roles import NO_RIGHTS, SALES, SHIPPED, UPDATE, Rights
from crm_saas.tenants.teams import Team

MEMBER, TEAM, ALL_SALES = "member", "team", "sales"
KINDS: Final = (MEMBER, TEAM, ALL_SALES)
OPEN: Final = ("new", "working")
"""The states of a lead that somebody still works on."""


@dataclass(frozen=True, slots=True)
class Person:
    """An active member as rules see them."""

    id: uuid.UUID
    name: str
    sells: bool
    """Has the role `sales`, or one based on it."""
    may: bool
    """May change leads at all."""
    teams: frozenset[uuid.UUID]
    """Their team and those above it."""
    capacity: int | None
    own_capacity: int | None
    paused: bool


class People:
    """The active members of a workspace, and the number of open leads of each, counted when it is asked for."""

    def __init__(self, unit: UnitOfWork, rtype: RecordType, policy: AssignmentPolicy) -> None:
        self._unit = unit
        self._rtype = rtype
        own = {each.user_id: each for each in unit.session.scalars(select(AssignmentMember))}
        rows = unit.connection.execute(
            select(Member.user_id, Member.name, Member.role, Role.rights, Role.based_on, Team.path)
            .outerjoin(Role, Role.key == Member.role)
            .outerjoin(Team, Team.id == Member.team_id)
            .where(Member.active)
            .order_by(Member.name, Member.user_id)
        )
        self.by_id: dict[uuid.UUID, Person] = {}
        for row in rows:
            rights = (
                SHIPPED.get(row.role, NO_RIGHTS) if row.rights is None else Rights.from_json(row.rights, row.based_on)
            )
            found = own.get(row.user_id)
            limit = None if found is None else found.capacity
            self.by_id[row.user_id] = Person(
                id=row.user_id,
                name=row.name,
                sells=SALES in {row.role, row.based_on},
                may=rights.level(UPDATE, rtype.name) != "none",
                teams=frozenset(row.path or ()),
                capacity=policy.capacity if limit is None else limit,
                own_capacity=limit,
                paused=found is not None and found.paused,
            )
        self._open: dict[uuid.UUID, int] = {}

    def behind(self, rule: AssignmentRule) -> list[Person]:
        """Return the active members that a rule names, by name."""
        if rule.kind == MEMBER:
            found = None if rule.member_id is None else self.by_id.get(rule.member_id)
            return [] if found is None else [found]
        if rule.kind == TEAM:
            return [each for each in self.by_id.values() if rule.team_id in each.teams]
        return [each for each in self.by_id.values() if each.sells]

    def why_not(self, person: Person) -> str | None:
        """Return why somebody can be given nothing now: may_not, away or full."""
        if not person.may:
            return "may_not"
        if person.paused:
            return "away"
        return "full" if person.capacity is not None and self._count(person) >= person.capacity else None

    def give(self, person: Person) -> None:
        """Count one more open lead of somebody."""
        if person.id in self._open:
            self._open[person.id] += 1

    def _count(self, person: Person) -> int:
        """Count the open leads of somebody, as far as their capacity reaches."""
        if person.id not in self._open:
            table = self._rtype.table
            theirs = (
                select(table.c.id)
                .where(table.c[OWNER_FIELD] == person.id, table.c.status.in_(OPEN))
                .limit(person.capacity)
                .subquery()
            )
            self._open[person.id] = self._unit.connection.execute(select(func.count()).select_from(theirs)).scalar_one()
        return self._open[person.id]


def open_leads(unit: UnitOfWork, rtype: RecordType) -> dict[uuid.UUID, int]:
    """Return how many open leads each owner has."""
    table = rtype.table
    owner = table.c[OWNER_FIELD]
    counted = select(owner, func.count()).where(owner.is_not(None), table.c.status.in_(OPEN)).group_by(owner)
    return dict(unit.connection.execute(counted).all())


def as_json(unit: UnitOfWork, rtype: RecordType, policy: AssignmentPolicy) -> list[dict[str, Any]]:
    """Return the active members with what they can take and what they have."""
    held = open_leads(unit, rtype)
    return [
        {
            "id": each.id,
            "name": each.name,
            "sells": each.sells,
            "may": each.may,
            "capacity": each.own_capacity,
            "limit": each.capacity,
            "paused": each.paused,
            "open": held.get(each.id, 0),
        }
        for each in People(unit, rtype, policy).by_id.values()
    ]
