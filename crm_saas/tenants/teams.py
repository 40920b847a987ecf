"""Teams of a workspace as a tree: head office, branch, shop. A member belongs to one, or to none.

The table is in the workspace's schema, because rights are decided there. Each team keeps the way to it from the top,
so that "my team and what is below it" is one look-up; the way is rewritten when a team moves.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ARRAY, ForeignKey, Index, Uuid, func, select
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.db import TenantBase
from crm_saas.kernel.errors import Conflict, FieldError, Invalid, NotFound
from crm_saas.kernel.ids import parse_uuid, uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import Member

MOST_TEAMS: Final = 500
MOST_DEPTH: Final = 8
LONGEST_NAME: Final = 100


class Team(TenantBase):
    """A team; the one above it sees what it sees at level `team`."""

    __tablename__ = "team"
    __table_args__ = (Index("ix_team_path", "path", postgresql_using="gin"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("team.id"), index=True)
    path: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid))
    """The ids of the teams from the top down to this one, itself included."""
    position: Mapped[int]
    """Among those with the same parent."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A team as somebody asks for it; everything is clean."""

    name: str
    parent_id: uuid.UUID | None
    position: int


def listed(unit: UnitOfWork) -> list[dict[str, Any]]:
    """Return the teams from the top down, each with how many active members are in it."""
    counted = select(Member.team_id, func.count()).where(Member.active).group_by(Member.team_id)
    inside = dict(unit.connection.execute(counted).all())
    teams = unit.session.scalars(select(Team).order_by(func.cardinality(Team.path), Team.position, Team.name, Team.id))
    return [as_json(team) | {"members": inside.get(team.id, 0)} for team in teams]


def names(unit: UnitOfWork, ids: Iterable[str]) -> dict[str, str]:
    """Return what those of the ids that are teams are called."""
    known = [found for each in ids if (found := parse_uuid(each)) is not None]
    query = select(Team.id, Team.name).where(Team.id.in_(known))
    return {str(row.id): row.name for row in unit.connection.execute(query)}


def as_json(team: Team) -> dict[str, Any]:
    """Return the JSON form of the API."""
    return {"id": team.id, "name": team.name, "parent_id": team.parent_id, "position": team.position}


def get(unit: UnitOfWork, team_id: uuid.UUID, *, lock: bool = False) -> Team:
    """Return a team; `NotFound` if there is none."""
    found = unit.session.get(Team, team_id, with_for_update=lock)
    if found is None:
        raise NotFound
    return found


def add(unit: UnitOfWork, draft: Draft) -> Team:
    """Add a team; raises `Invalid` for a parent that is unknown or too deep, `Conflict` for too many teams."""
    teams = _locked(unit)
    if len(teams) >= MOST_TEAMS:
        raise Conflict(f"At most {MOST_TEAMS} teams.", code="too_many", max=MOST_TEAMS)
    team_id = uuid7()
    path = [*_path_of(teams, draft.parent_id), team_id]
    _require_depth(len(path))
    team = Team(id=team_id, name=draft.name, parent_id=draft.parent_id, path=path, position=draft.position)
    unit.session.add(team)
    unit.session.flush()
    return team


def change(unit: UnitOfWork, team_id: uuid.UUID, draft: Draft) -> Team:
    """Rename a team or move it with everything below it; raises `Invalid` if it would stand below itself."""
    teams = _locked(unit)
    team = teams.get(team_id)
    if team is None:
        raise NotFound
    above = _path_of(teams, draft.parent_id)
    if team_id in above:
        raise _refused("team_cycle", "A team cannot be below itself.")
    before = len(team.path)
    below = [each for each in teams.values() if team_id in each.path]
    _require_depth(len(above) + 1 + max(len(each.path) - before for each in below))
    for each in below:
        each.path = [*above, *each.path[before - 1 :]]
    team.name, team.parent_id, team.position = draft.name, draft.parent_id, draft.position
    unit.session.flush()
    return team


def remove(unit: UnitOfWork, team_id: uuid.UUID) -> Team:
    """Remove an empty team; raises `Conflict` with code `in_use` while somebody, or a team, is in it."""
    teams = _locked(unit)
    team = teams.get(team_id)
    if team is None:
        raise NotFound
    inside = unit.session.scalars(select(Member.user_id).where(Member.team_id == team_id).limit(1)).first()
    if inside is not None or any(each.parent_id == team_id for each in teams.values()):
        raise Conflict("Move its members and the teams below it first.", code="in_use")
    unit.session.delete(team)
    unit.session.flush()
    return team


def _locked(unit: UnitOfWork) -> dict[uuid.UUID, Team]:
    """Return all teams, locked in one order: two moves at once could make a circle."""
    return {team.id: team for team in unit.session.scalars(select(Team).order_by(Team.id).with_for_update())}


def _path_of(teams: dict[uuid.UUID, Team], team_id: uuid.UUID | None) -> list[uuid.UUID]:
    if team_id is None:
        return []
    if team_id not in teams:
        raise _refused("unknown_team", "There is no such team.")
    return teams[team_id].path


def _require_depth(depth: int) -> None:
    if depth > MOST_DEPTH:
        detail = f"At most {MOST_DEPTH} levels."
        raise Invalid(errors=[FieldError("/parent_id", "too_deep", detail, {"max": MOST_DEPTH})])


def _refused(code: str, detail: str) -> Invalid:
    return Invalid(errors=[FieldError("/parent_id", code, detail)])
