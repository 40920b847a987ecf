"""Roles and teams of a workspace, who is in them, and why somebody may or may not do something to a record."""

from __future__ import annotations

import uuid
from typing import Any, Final

from flask import Blueprint, request
from sqlalchemy import select

from crm_saas.api.body import read_json
from crm_saas.api.edge import Call, Door, Reply, at_workspace_door, etag, in_workspace, record_id, required_version
from crm_saas.api.parameters import only_parameters
from crm_saas.api.v1.records import rtype_of
from crm_saas.crm.records import access, role_forms
from crm_saas.kernel import uow
from crm_saas.kernel.errors import Conflict, FieldError, Invalid, NotFound
from crm_saas.kernel.ids import parse_uuid
from crm_saas.tenants import memberships, own_roles, teams
from crm_saas.tenants.fields import Fields, ValueFault, one_of, plain_line, sure
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.models import Invitation
from crm_saas.tenants.own_roles import Role
from crm_saas.tenants.roles import MEMBERS, OWNER, SHIPPED, Rights
from crm_saas.tenants.teams import Team

rights = Blueprint("rights", __name__)
MOST_POSITION: Final = 10_000


@rights.get("/roles")
@in_workspace
def list_roles(call: Call) -> Reply:
    """Answer every role with its rights and how many members have it; everybody may know what roles may do."""
    only_parameters()
    held = own_roles.holders(call.unit)
    found = [*role_forms.shipped(), *(_role_json(role) for role in own_roles.listed(call.unit))]
    return Reply({"data": [role | _in_use(call, role["key"], held) for role in found]})


@rights.post("/roles")
@at_workspace_door
def add_role(door: Door) -> Reply:
    """Add a role of the workspace's own, as a copy of another with changes."""
    only_parameters()
    body = read_json()
    fields = Fields(body, ("label", "based_on", "copy_of", "rights"))
    with door.open() as call:
        call.actor.require_power(MEMBERS)
        label = fields.text("label", _label)
        based_on = fields.text("based_on", one_of(*SHIPPED))
        copied = fields.optional("copy_of", lambda key: key[:100])
        fields.check()
        before = own_roles.rights_of(call.unit, copied or sure(based_on))
        given = role_forms.read_rights(body.get("rights", {}), before)
        role_forms.require_covers(call.actor.rights, given)
        role = own_roles.add(call.unit, own_roles.Draft(sure(label), sure(based_on), given))
        answer = _role_json(role) | _in_use(call, role.key, {})
    door.note(
        "role.created",
        {"key": answer["key"], "label": [None, answer["label"]], "rights": [None, answer["rights"]]},
    )
    return Reply(answer, 201, {**etag(answer["version"]), "Location": f"/api/v1/roles/{answer['key']}"})


@rights.patch("/roles/<role>")
@at_workspace_door
def change_role(door: Door, role: str) -> Reply:
    """Change a role of the workspace's own; its members have the new rights from their next request on."""
    only_parameters()
    version = required_version()
    body = read_json()
    fields = Fields(body, ("label", "rights"))
    with door.open() as call:
        call.actor.require_power(MEMBERS)
        found = own_roles.get(call.unit, role, lock=True)
        before = _role_json(found)
        now_has = own_roles.rights_of(call.unit, role)
        label = fields.text("label", _label) if "label" in fields else found.label
        fields.check()
        given = role_forms.read_rights(body.get("rights", {}), now_has)
        role_forms.require_covers(call.actor.rights, now_has)
        role_forms.require_covers(call.actor.rights, given)
        found = own_roles.change(call.unit, role, sure(label), given, version=version)
        answer = _role_json(found) | _in_use(call, role, own_roles.holders(call.unit))
    changed = {name: [before[name], answer[name]] for name in ("label", "rights") if before[name] != answer[name]}
    door.note("role.updated", {"key": role, "label_now": answer["label"], **changed})
    return Reply(answer, headers=etag(answer["version"]))


@rights.delete("/roles/<role>")
@at_workspace_door
def remove_role(door: Door, role: str) -> Reply:
    """Remove a role that nobody has and nobody is invited to."""
    only_parameters()
    with door.open() as call:
        call.actor.require_power(MEMBERS)
        found = _role_json(own_roles.get(call.unit, role))
        role_forms.require_covers(call.actor.rights, own_roles.rights_of(call.unit, role))
    _require_not_promised(door, Invitation.role == role)
    with door.open() as call:
        own_roles.remove(call.unit, role)
    door.note("role.deleted", {"key": role, "label": [found["label"], None], "rights": [found["rights"], None]})
    return Reply()


@rights.get("/teams")
@in_workspace
def list_teams(call: Call) -> Reply:
    """Answer the teams, those above before those below."""
    only_parameters()
    return Reply({"data": teams.listed(call.unit)})


@rights.post("/teams")
@at_workspace_door
def add_team(door: Door) -> Reply:
    """Add a team."""
    only_parameters()
    body = read_json()
    with door.open() as call:
        call.actor.require_power(MEMBERS)
        answer = teams.as_json(teams.add(call.unit, _team_draft(body, None))) | {"members": 0}
    door.note("team.created", _team_note(None, answer))
    return Reply(answer, 201, {"Location": f"/api/v1/teams/{answer['id']}"})


@rights.patch("/teams/<team>")
@at_workspace_door
def change_team(door: Door, team: str) -> Reply:
    """Rename a team, or move it with everything below it."""
    only_parameters()
    team_id = record_id(team)
    body = read_json()
    with door.open() as call:
        call.actor.require_power(MEMBERS)
        found = teams.get(call.unit, team_id)
        before = teams.as_json(found)
        changed = teams.change(call.unit, team_id, _team_draft(body, found))
        answer = next(each for each in teams.listed(call.unit) if each["id"] == changed.id)
    door.note("team.updated", _team_note(before, answer))
    return Reply(answer)


@rights.delete("/teams/<team>")
@at_workspace_door
def remove_team(door: Door, team: str) -> Reply:
    """Remove a team that nobody is in."""
    only_parameters()
    team_id = record_id(team)
    with door.open() as call:
        call.actor.require_power(MEMBERS)
        before = teams.as_json(teams.get(call.unit, team_id))
    _require_not_promised(door, Invitation.team_id == team_id)
    with door.open() as call:
        teams.remove(call.unit, team_id)
    door.note("team.deleted", _team_note(before, None))
    return Reply()


@rights.put("/members/<member>/team")
@at_workspace_door
def move_member(door: Door, member: str) -> Reply:
    """Put a member into a team, or into none."""
    only_parameters()
    user_id = record_id(member)
    body = read_json()
    fields = Fields(body, ("team_id",))
    team_id = fields.optional("team_id", _id)
    fields.check()
    with door.open() as call:
        require_may_change(call, user_id)
        if team_id is not None:
            known_team(call, team_id)
    with uow.control() as unit:
        memberships.change_team(unit, door.workspace_id, user_id, team_id, actor_id=door.user_id)
    return Reply({"id": user_id, "team_id": team_id})


@rights.get("/<plural>/<record>/access")
@in_workspace
def why(call: Call, plural: str, record: str) -> Reply:
    """Answer what a member may do to a record, and by which rule."""
    rtype, found = rtype_of(plural), record_id(record)
    only_parameters("member")
    named = request.args.get("member")
    member_id = parse_uuid(named) if named else None
    if named and member_id is None:
        raise Invalid(errors=[FieldError("/member", "invalid_id", "Not the id of a member.")])
    return Reply(access.explain(call.unit, call.actor, rtype, found, member_id))


def require_may_change(call: Call, user_id: uuid.UUID, *, role: str | None = None) -> None:
    """Refuse to change a member who may do more than the caller, or to give them a role that may.

    `Invalid` for a role that does not exist, `NotFound` for somebody who never was a member.
    """
    call.actor.require_power(MEMBERS)
    person = call.unit.session.get(Member, user_id)
    if person is None:
        raise NotFound
    role_forms.require_covers(call.actor.rights, own_roles.rights_of(call.unit, person.role))
    if role is not None:
        require_may_give(call, role)


def require_may_give(call: Call, role: str) -> None:
    """Refuse to give a role that does not exist, or that may do more than the caller's own."""
    own_roles.known(call.unit, role)
    role_forms.require_covers(call.actor.rights, own_roles.rights_of(call.unit, role))


def _in_use(call: Call, key: str, held: dict[str, int]) -> dict[str, Any]:
    """Return how many have a role, and whether the caller may give it, or change somebody who has it."""
    actor = call.actor
    able = MEMBERS in actor.powers and (key != OWNER or actor.role == OWNER)
    return {
        "members": held.get(key, 0),
        "may_give": able and role_forms.covers(actor.rights, own_roles.rights_of(call.unit, key)),
    }


def known_team(call: Call, team_id: uuid.UUID) -> None:
    """Refuse a team that does not exist."""
    if call.unit.session.get(Team, team_id) is None:
        raise Invalid(errors=[FieldError("/team_id", "unknown_team", "There is no such team.")])


def _role_json(role: Role) -> dict[str, Any]:
    given = Rights.from_json(role.rights, role.based_on)
    return {
        "key": role.key,
        "label": role.label,
        "based_on": role.based_on,
        "own": True,
        "rights": role_forms.whole(given),
        "version": role.version,
    }


def _label(text: str) -> str:
    return plain_line(text, own_roles.LONGEST_LABEL)


def _id(text: str) -> uuid.UUID:
    found = parse_uuid(text)
    if found is None:
        raise ValueFault("invalid_id", "This is not an id.")
    return found


def _team_draft(body: object, before: Team | None) -> teams.Draft:
    fields = Fields(body, ("name", "parent_id", "position"))
    name = before.name if before is not None and "name" not in fields else fields.text("name", _team_name)
    kept = before.parent_id if before is not None and "parent_id" not in fields else None
    parent_id = fields.optional("parent_id", _id) or kept
    position = body.get("position", before.position if before is not None else 0) if isinstance(body, dict) else 0
    if type(position) is not int or not 0 <= position <= MOST_POSITION:
        fields.fault("position", ValueFault("out_of_range", "Not a place.", min=0, max=MOST_POSITION))
    fields.check()
    return teams.Draft(sure(name), parent_id, position)


def _team_name(text: str) -> str:
    return plain_line(text, teams.LONGEST_NAME)


def _team_note(before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, Any]:
    known = after or before or {}
    pairs = {
        name: [None if before is None else before[name], None if after is None else after[name]]
        for name in ("name", "parent_id", "position")
    }
    changed = {name: [_text(old), _text(new)] for name, (old, new) in pairs.items() if old != new}
    return {"id": str(known["id"]), "name_now": known["name"], **changed}


def _text(value: object) -> object:
    return str(value) if isinstance(value, uuid.UUID) else value


def _require_not_promised(door: Door, condition: Any) -> None:  # noqa: ANN401 - a condition on invitations
    with uow.control() as unit:
        promised = select(Invitation.id).where(
            Invitation.workspace_id == door.workspace_id,
            condition,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        if unit.connection.execute(promised.limit(1)).first() is not None:
            raise Conflict("Somebody is invited to it; take the invitation back first.", code="in_use")
