"""Inviting people to the workspace: who is invited, once more, no longer."""

from __future__ import annotations

import uuid
from typing import Any, Final

from flask import Blueprint

from crm_saas.api import rate_limit
from crm_saas.api.body import read_json
from crm_saas.api.edge import Door, Reply, at_workspace_door, record_id
from crm_saas.api.parameters import only_parameters
from crm_saas.api.session import limits
from crm_saas.api.v1.rights import known_team, require_may_give
from crm_saas.kernel import uow
from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.ids import parse_uuid
from crm_saas.tenants import invitations as service
from crm_saas.tenants import process
from crm_saas.tenants.fields import Fields, ValueFault, sure
from crm_saas.tenants.identity import clean_email, email_key
from crm_saas.tenants.models import Invitation
from crm_saas.tenants.roles import MEMBERS

invitations = Blueprint("invitations", __name__)
ROLE_LENGTH: Final = 100


@invitations.get("/invitations")
@at_workspace_door
def list_invitations(door: Door) -> Reply:
    """Answer the invitations that are still open, expired ones included."""
    only_parameters()
    require_power(door)
    with uow.control() as unit:
        rows = service.listed(unit, door.workspace_id)
        return Reply({"data": [_as_json(found, inviter) for found, inviter in rows]})


@invitations.post("/invitations")
@at_workspace_door
def invite(door: Door) -> Reply:
    """Invite up to 100 addresses in one role; says for each what came of it."""
    only_parameters()
    body = read_json()
    require_power(door)
    emails, role, team_id = _read(body)
    with door.open() as call:
        require_may_give(call, role)
        if team_id is not None:
            known_team(call, team_id)
    for email in emails:
        rate_limit.hit(limits.INVITE_BY_WORKSPACE, str(door.workspace_id))
        rate_limit.hit(limits.INVITE_BY_ACCOUNT, email_key(email))
    seat = service.Seat(role, team_id, door.user_id)
    with uow.control() as unit:
        outcomes = service.invite(unit, door.workspace_id, emails, seat, process.links())
    return Reply({"data": [{"email": email, "outcome": outcome} for email, outcome in outcomes]}, 201)


@invitations.post("/invitations/<invitation>/resend")
@at_workspace_door
def resend(door: Door, invitation: str) -> Reply:
    """Mail a new link; the old one ends."""
    only_parameters()
    require_power(door)
    invitation_id = record_id(invitation)
    rate_limit.hit(limits.RESEND_INVITATION, str(invitation_id))
    with uow.control() as unit:
        found = service.resend(unit, door.workspace_id, invitation_id, actor_id=door.user_id, links=process.links())
        return Reply({"id": found.id, "expires_at": found.expires_at}, 202)


@invitations.delete("/invitations/<invitation>")
@at_workspace_door
def revoke(door: Door, invitation: str) -> Reply:
    """Take an invitation back."""
    only_parameters()
    require_power(door)
    with uow.control() as unit:
        service.revoke(unit, door.workspace_id, record_id(invitation), actor_id=door.user_id)
    return Reply()


def require_power(door: Door) -> None:
    """Refuse somebody who may not manage members, by their row in the workspace."""
    with door.open() as call:
        call.actor.require_power(MEMBERS)


def _as_json(found: Invitation, inviter: str) -> dict[str, Any]:
    return {
        "id": found.id,
        "email": found.email,
        "role": found.role,
        "team_id": found.team_id,
        "state": service.state_of(found),
        "invited_by": {"id": found.invited_by_id, "name": inviter},
        "created_at": found.created_at,
        "sent_at": found.sent_at,
        "expires_at": found.expires_at,
    }


def _read(body: object) -> tuple[list[str], str, uuid.UUID | None]:
    fields = Fields(body, ("emails", "role", "team_id"))
    role = fields.text("role", lambda text: text[:ROLE_LENGTH])
    team_id = fields.optional("team_id", _team)
    emails = _emails(body.get("emails") if isinstance(body, dict) else None, fields)
    fields.check()
    return emails, sure(role), team_id


def _team(text: str) -> uuid.UUID:
    found = parse_uuid(text)
    if found is None:
        raise ValueFault("invalid_id", "This is not an id.")
    return found


def _emails(given: object, fields: Fields) -> list[str]:
    if not isinstance(given, list) or not given:
        fields.fault("emails", ValueFault("required", "Name at least one address."))
        return []
    if len(given) > service.MOST_AT_ONCE:
        most = service.MOST_AT_ONCE
        raise Invalid(errors=[FieldError("/emails", "too_many", f"At most {most} at once.", {"max": most})])
    emails = []
    for number, text in enumerate(given):
        try:
            emails.append(clean_email(text if isinstance(text, str) else ""))
        except ValueFault as fault:
            fields.fault(f"emails/{number}", fault)
    return emails
