"""Why somebody can, or cannot, see or do something to a record: the rule that decides, for each action.

It does not reason anew: the outcome is that of `policy.allows`, which the queries' own condition is tested against,
and the rule names what it was decided on.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import select

from crm_saas.crm.records.actor import Actor, load_actor
from crm_saas.crm.records.policy import OWNER_FIELD, Held, allows, hidden, read_only, visible
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.errors import NotFound
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.own_roles import Role
from crm_saas.tenants.roles import MEMBERS, READ, UPDATE
from crm_saas.tenants.teams import Team

ON_RECORDS: Final = ("read", "update", "delete", "export")
Rule = Literal[
    "not_a_member", "no_right", "sees_all", "is_owner", "created_unowned", "team_of_owner", "owner_elsewhere",
    "not_owner", "unowned",
]  # fmt: skip
RULES: Final[tuple[Rule, ...]] = (
    "not_a_member", "no_right", "sees_all", "is_owner", "created_unowned", "team_of_owner", "owner_elsewhere",
    "not_owner", "unowned",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Named:
    """Names for the ids that a rule speaks of."""

    owner: str | None
    owner_team: tuple[uuid.UUID, str] | None
    member_team: tuple[uuid.UUID, str] | None


def explain(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, member_id: uuid.UUID | None
) -> dict[str, Any]:
    """Return what a member may do to a record and by which rule; None: the actor themselves.

    Raises `NotFound` for a record that the actor does not see, and `Forbidden` about others without the power.
    """
    actor.require(READ, rtype)
    member_id = actor.user_id if member_id is None else member_id
    if member_id != actor.user_id:
        actor.require_power(MEMBERS)
    unseen = hidden(actor, rtype)
    row = unit.connection.execute(
        select(*_held_columns(rtype)).where(rtype.table.c.id == record_id, visible(actor, rtype))
    ).one_or_none()
    if row is None:
        raise NotFound
    held = Held.of(rtype, row)
    person = unit.session.get(Member, member_id)
    if person is None:
        raise NotFound("No such member.")
    named = _named(unit, held, person)
    answer: dict[str, Any] = {
        "member": {"id": person.user_id, "name": person.name, "active": person.active},
        "role": {"key": person.role, "label": _label(unit, person.role)},
        "owner": (
            None if held.owner_id is None or OWNER_FIELD in unseen else {"id": held.owner_id, "name": named.owner}
        ),
        "member_team": _team(named.member_team),
        "owner_team": None if OWNER_FIELD in unseen else _team(named.owner_team),
    }
    if not person.active:
        refused = [_outcome(action, "none", "not_a_member", allowed=False) for action in ON_RECORDS]
        return answer | {"actions": refused, "hidden": [], "read_only": []}
    they = actor if member_id == actor.user_id else load_actor(unit, member_id, actor.source)
    may_change = allows(they, rtype, UPDATE, held)
    return answer | {
        "actions": [_decided(they, rtype, action, held) for action in ON_RECORDS],
        "hidden": [each.name for each in rtype.fields if each.name in hidden(they, rtype) - unseen],
        "read_only": [
            each.name for each in rtype.fields if may_change and each.name in read_only(they, rtype) - unseen
        ],
    }


def _held_columns(rtype: RecordType) -> list[Any]:
    columns = [rtype.table.c.created_by_id]
    return [*columns, rtype.table.c[OWNER_FIELD]] if OWNER_FIELD in rtype.by_name else columns


def _decided(they: Actor, rtype: RecordType, action: str, held: Held) -> dict[str, Any]:
    level = they.level(action, rtype)
    allowed = allows(they, rtype, action, held)
    return _outcome(action, level, _rule(they, level, held, allowed=allowed), allowed=allowed)


def _rule(they: Actor, level: str, held: Held, *, allowed: bool) -> Rule:
    if level == "none":
        return "no_right"
    if level == "all":
        return "sees_all"
    if held.owner_id is None:
        return "created_unowned" if allowed else "unowned"
    if held.owner_id == they.user_id:
        return "is_owner"
    if level == "own":
        return "not_owner"
    return "team_of_owner" if allowed else "owner_elsewhere"


def _outcome(action: str, level: str, rule: Rule, *, allowed: bool) -> dict[str, Any]:
    return {"action": action, "allowed": allowed, "level": level, "rule": rule}


def _label(unit: UnitOfWork, key: str) -> str | None:
    return unit.connection.execute(select(Role.label).where(Role.key == key)).scalar_one_or_none()


def _named(unit: UnitOfWork, held: Held, person: Member) -> _Named:
    wanted = [each for each in (held.owner_id, person.user_id) if each is not None]
    rows = {
        row.user_id: row
        for row in unit.connection.execute(
            select(Member.user_id, Member.name, Team.id, Team.name.label("team"))
            .outerjoin(Team, Team.id == Member.team_id)
            .where(Member.user_id.in_(wanted))
        )
    }

    def team(user_id: uuid.UUID | None) -> tuple[uuid.UUID, str] | None:
        row = None if user_id is None else rows.get(user_id)
        return None if row is None or row.id is None else (row.id, row.team)

    owner = None if held.owner_id is None else rows.get(held.owner_id)
    return _Named(None if owner is None else owner.name, team(held.owner_id), team(person.user_id))


def _team(found: tuple[uuid.UUID, str] | None) -> dict[str, Any] | None:
    return None if found is None else {"id": found[0], "name": found[1]}
