"""The staff of a workspace: members in a tree of teams, and somebody to ask for each level of rights."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from crm_saas.crm.leads.type import LEAD
from crm_saas.kernel import uow
from crm_saas.kernel.ids import uuid7
from crm_saas.tenants import own_roles, teams
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.roles import CREATE, DELETE, EXPORT, READ, SALES, UPDATE, Level, Rights
from tests.factories.workspaces import Person, add_member

STAFF: Final = 200
REGIONS: Final = 2
BRANCHES: Final = 5
"""Below each region; the staff is spread over the branches."""
ROLES: Final = ("sales",) * 15 + ("manager",) * 2 + ("viewer",) * 2 + ("service",)
"""What one member after the other is, over and over."""


@dataclass(frozen=True, slots=True)
class Office:
    """Who works in a workspace."""

    staff: list[uuid.UUID]
    by_team: Person
    """Of a region, with level `team`: reaches all of its branches, which is half of the staff."""
    by_own: Person
    """With level `own`; one lead of a great many is theirs."""


def make_office(workspace_id: uuid.UUID) -> Office:
    """Add teams, staff, and the two who can sign in."""
    with uow.tenant(workspace_id) as unit:
        head = teams.add(unit, teams.Draft("Head office", None, 0)).id
        regions = [teams.add(unit, teams.Draft(f"Region {number}", head, number)).id for number in range(REGIONS)]
        branches = [
            teams.add(unit, teams.Draft(f"Branch {number}", region, number)).id
            for number in range(BRANCHES)
            for region in regions
        ]
        roles = {level: own_roles.add(unit, _role(level)).key for level in ("team", "own")}
        staff = [_member(number, branches[number % len(branches)]) for number in range(STAFF)]
        unit.session.add_all(staff)
        ids = [each.user_id for each in staff]
    office = Office(ids, *(add_member(workspace_id, roles[level]) for level in ("team", "own")))
    with uow.tenant(workspace_id) as unit:
        for person, team in ((office.by_team, regions[0]), (office.by_own, branches[0])):
            unit.session.get_one(Member, person.id).team_id = team
    return office


def _role(level: Level) -> own_roles.Draft:
    levels: dict[str, Level] = {READ: level, CREATE: "all", UPDATE: level, DELETE: level, EXPORT: level}
    return own_roles.Draft(f"At level {level}", SALES, Rights(types={LEAD.name: levels}))


def _member(number: int, team_id: uuid.UUID) -> Member:
    return Member(
        user_id=uuid7(), name=f"Colleague {number}", email=f"colleague{number}@example.com",
        role=ROLES[number % len(ROLES)], team_id=team_id, active=True, language="en", timezone="Europe/Berlin",
        version=2, two_factor=False,
    )  # fmt: skip
