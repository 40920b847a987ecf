"""Invitations: a seat offered to an address, taken by whoever opens the link that was mailed there.

The link proves that its holder reads the mails of the address; nobody else learns whether it has an account. Locks
are taken in one order, the workspace's row and then the invitation's, so that taking back and accepting wait for each
other.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import Conflict, Forbidden, Gone, NotFound
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal, memberships, outgoing
from crm_saas.tenants.identity import email_key
from crm_saas.tenants.links import Links
from crm_saas.tenants.models import Invitation, Membership, User, Workspace
from crm_saas.tenants.sessions import token_hash

LIFE: Final = timedelta(days=7)
MOST_AT_ONCE: Final = 100
THEME, DENSITY = "system", "comfortable"
PENDING, EXPIRED, ACCEPTED, REVOKED = "pending", "expired", "accepted", "revoked"
STATES: Final = (PENDING, EXPIRED, ACCEPTED, REVOKED)


class OtherAddress(Forbidden):
    """The link is for another address than that of the signed-in person."""

    code, title = "other_address", "This invitation is for another address"


@dataclass(frozen=True, slots=True)
class Seat:
    """What is offered, and by whom."""

    role: str
    team_id: uuid.UUID | None
    invited_by_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Offer:
    """What the link's page shows."""

    workspace: str
    invited_by: str
    email: str
    role: str
    language: str
    """Of the workspace."""
    timezone: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What somebody new says about themselves; every value is clean, the password hashed."""

    name: str
    password_hash: str
    language: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Who has a seat now, and where."""

    user_id: uuid.UUID
    workspace_id: uuid.UUID


def state_of(invitation: Invitation) -> str:
    """Return pending, expired, accepted or revoked."""
    if invitation.accepted_at is not None:
        return ACCEPTED
    if invitation.revoked_at is not None:
        return REVOKED
    return PENDING if invitation.expires_at > now() else EXPIRED


def invite(
    unit: UnitOfWork,
    workspace_id: uuid.UUID,
    emails: Sequence[str],
    seat: Seat,
    links: Links,
) -> list[tuple[str, str]]:
    """Invite clean addresses, in the caller's control unit; returns (address, outcome) in their order.

    An outcome is invited, already_member or already_invited; an invitation that has expired is sent again as a new one.
    Raises `QuotaExceeded` when there are fewer free seats than new invitations; then nobody is invited.
    """
    memberships.lock(unit, workspace_id)
    memberships.require_may_give(unit, workspace_id, seat.role, seat.invited_by_id)
    keys: dict[str, str] = {}
    for email in emails:
        keys.setdefault(email_key(email), email)
    members = _member_keys(unit, workspace_id, keys)
    open_ones = {found.email_key: found for found in _open(unit, workspace_id)}
    waiting = {key for key, found in open_ones.items() if state_of(found) == PENDING}
    new = [key for key in keys if key not in members and key not in waiting]
    if new:
        memberships.require_seat(unit, workspace_id, seats=len(new), promised=len(waiting))
    for key in new:
        if key in open_ones:  # it has expired: the new one takes its place
            open_ones[key].revoked_at = now()
            unit.session.flush()
        _add(unit, workspace_id, keys[key], seat, links)
    outcome = dict.fromkeys(keys, "invited") | dict.fromkeys(waiting & keys.keys(), "already_invited")
    outcome |= dict.fromkeys(members, "already_member")
    return [(email, outcome[key]) for key, email in keys.items()]


def resend(
    unit: UnitOfWork, workspace_id: uuid.UUID, invitation_id: uuid.UUID, *, actor_id: uuid.UUID, links: Links
) -> Invitation:
    """Send an open invitation again with a new link that works for another seven days; the old link ends."""
    memberships.lock(unit, workspace_id)
    found = _locked(unit, workspace_id, invitation_id)
    memberships.require_may_give(unit, workspace_id, found.role, actor_id)
    if state_of(found) not in {PENDING, EXPIRED}:
        raise Conflict("This invitation is no longer open.", code="wrong_state")
    if state_of(found) == EXPIRED:
        memberships.require_seat(unit, workspace_id, promised=pending(unit, workspace_id))
    found.sent += 1
    found.sent_at, found.expires_at = now(), now() + LIFE
    found.token_hash = token_hash(links.invitation_token(found.id, found.sent))
    _record(unit, found, "invitation.sent_again", actor_id)
    _mail(unit, found)
    return found


def revoke(unit: UnitOfWork, workspace_id: uuid.UUID, invitation_id: uuid.UUID, *, actor_id: uuid.UUID) -> None:
    """Take an invitation back: its link ends. Raises `Conflict` when it was accepted by now."""
    memberships.lock(unit, workspace_id)
    found = _locked(unit, workspace_id, invitation_id)
    memberships.require_may_give(unit, workspace_id, found.role, actor_id)
    if found.accepted_at is not None:
        raise Conflict("This invitation was accepted already.", code="wrong_state")
    if found.revoked_at is None:
        found.revoked_at = now()
        _record(unit, found, "invitation.revoked", actor_id)


def offer(unit: UnitOfWork, token: str) -> Offer:
    """Return what a link offers; raises `Gone` when it does not work (any more)."""
    found = _by_token(unit, token)
    _require_open(found)
    workspace = unit.session.get_one(Workspace, found.workspace_id)
    inviter = unit.session.get_one(User, found.invited_by_id)
    return Offer(
        workspace.name, inviter.name, found.email, found.role, workspace.language, workspace.timezone, found.expires_at
    )


def accept(unit: UnitOfWork, token: str, user_id: uuid.UUID) -> Joined:
    """Give the signed-in person the seat, in the caller's control unit.

    Raises `Gone`, `OtherAddress` and `QuotaExceeded`. A link that the same person has used is fine.
    """
    found = _lock_by_token(unit, token)
    user = unit.session.get_one(User, user_id)
    if user.email_key != found.email_key:
        raise OtherAddress(f"This invitation is for {found.email}.", email=found.email)
    if found.accepted_by_id == user_id:
        member = memberships.find(unit, found.workspace_id, user_id)
        if member is not None and member.active:
            return Joined(user_id, found.workspace_id)
    _require_open(found)
    return _join(unit, found, user_id)


def accept_as_new(unit: UnitOfWork, token: str, person: NewPerson) -> Joined:
    """Make an account for the address of the link and give it the seat; the link has verified the address.

    Raises `Gone`, `QuotaExceeded`, and `Conflict` with code `account_exists`, which only the link's holder gets to see.
    """
    found = _lock_by_token(unit, token)
    _require_open(found)
    user_id = uuid7()
    statement = insert(User).values(
        id=user_id,
        email=found.email,
        email_key=found.email_key,
        name=person.name,
        password_hash=person.password_hash,
        language=person.language,
        timezone=person.timezone,
        theme=THEME,
        density=DENSITY,
        verified_at=now(),
        created_at=now(),
        version=1,
    )
    statement = statement.on_conflict_do_nothing(index_elements=["email_key"])
    if unit.connection.execute(statement.returning(User.id)).first() is None:
        raise Conflict("You have an account already: sign in with it.", code="account_exists")
    journal.record(unit, "user.created", user_id=user_id, actor_id=user_id)
    return _join(unit, found, user_id)


def listed(unit: UnitOfWork, workspace_id: uuid.UUID) -> list[tuple[Invitation, str]]:
    """Return a workspace's open invitations with the name of who invites, the newest first."""
    rows = unit.session.execute(
        select(Invitation, User.name)
        .join(User, User.id == Invitation.invited_by_id)
        .where(
            Invitation.workspace_id == workspace_id, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None)
        )
        .order_by(Invitation.id.desc())
    )
    return [(row[0], row[1]) for row in rows]


def pending(unit: UnitOfWork, workspace_id: uuid.UUID) -> int:
    """Count the invitations that may still be accepted."""
    return unit.connection.execute(
        select(func.count())
        .select_from(Invitation)
        .where(
            Invitation.workspace_id == workspace_id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now(),
        )
    ).scalar_one()


def _join(unit: UnitOfWork, found: Invitation, user_id: uuid.UUID) -> Joined:
    member = memberships.find(unit, found.workspace_id, user_id)
    if member is None or not member.active:  # who has become a member in another way keeps their role
        memberships.add(unit, found.workspace_id, user_id, found.role, actor_id=user_id, team_id=found.team_id)
    found.accepted_at, found.accepted_by_id = now(), user_id
    _record(unit, found, "invitation.accepted", user_id)
    unit.session.flush()
    memberships.copied_at_once(unit, found.workspace_id)
    return Joined(user_id, found.workspace_id)


def _add(unit: UnitOfWork, workspace_id: uuid.UUID, email: str, seat: Seat, links: Links) -> None:
    invitation_id = uuid7()
    made = Invitation(
        id=invitation_id,
        workspace_id=workspace_id,
        email=email,
        email_key=email_key(email),
        role=seat.role,
        team_id=seat.team_id,
        token_hash=token_hash(links.invitation_token(invitation_id, 1)),
        sent=1,
        sent_at=now(),
        expires_at=now() + LIFE,
        invited_by_id=seat.invited_by_id,
        created_at=now(),
        accepted_at=None,
        accepted_by_id=None,
        revoked_at=None,
    )
    unit.session.add(made)
    _record(unit, made, "invitation.created", seat.invited_by_id)
    _mail(unit, made)


def _mail(unit: UnitOfWork, invitation: Invitation) -> None:
    """Ask for the mail: in the person's language if they have one, else in the workspace's."""
    own = select(User.language).where(User.email_key == invitation.email_key)
    language = unit.connection.execute(own).scalar_one_or_none()
    if language is None:
        language = unit.session.get_one(Workspace, invitation.workspace_id).language
    outgoing.post(
        unit,
        to=invitation.email,
        template="invitation",
        language=language,
        params={"invitation_id": str(invitation.id), "sent": str(invitation.sent)},
    )


def _record(unit: UnitOfWork, invitation: Invitation, kind: str, actor_id: uuid.UUID) -> None:
    journal.record(
        unit,
        kind,
        workspace_id=invitation.workspace_id,
        user_id=invitation.accepted_by_id,
        actor_id=actor_id,
        data={"email": invitation.email, "role": invitation.role, **_team(invitation.team_id)},
    )


def _team(team_id: uuid.UUID | None) -> dict[str, str]:
    return {} if team_id is None else {"team_id": str(team_id)}


def _member_keys(unit: UnitOfWork, workspace_id: uuid.UUID, keys: Sequence[str] | dict[str, str]) -> set[str]:
    return set(
        unit.session.scalars(
            select(User.email_key)
            .join(Membership, Membership.user_id == User.id)
            .where(Membership.workspace_id == workspace_id, Membership.active, User.email_key.in_(list(keys)))
        )
    )


def _open(unit: UnitOfWork, workspace_id: uuid.UUID) -> list[Invitation]:
    return [found for found, _ in listed(unit, workspace_id)]


def _locked(unit: UnitOfWork, workspace_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation:
    found = unit.session.scalars(
        select(Invitation)
        .where(Invitation.workspace_id == workspace_id, Invitation.id == invitation_id)
        .with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def _by_token(unit: UnitOfWork, token: str) -> Invitation:
    found = unit.session.scalars(select(Invitation).where(Invitation.token_hash == token_hash(token))).one_or_none()
    if found is None:
        raise Gone("This link is not known.", code="link_unknown")
    return found


def _lock_by_token(unit: UnitOfWork, token: str) -> Invitation:
    """Lock workspace and invitation; the link may have been renewed while we waited."""
    seen = _by_token(unit, token)
    memberships.lock(unit, seen.workspace_id)
    found = _locked(unit, seen.workspace_id, seen.id)
    if found.token_hash != token_hash(token):
        raise Gone("This link is not known.", code="link_unknown")
    return found


def _require_open(found: Invitation) -> None:
    state = state_of(found)
    if state == ACCEPTED:
        raise Gone("This link was used already. Sign in instead.", code="link_used")
    if state == REVOKED:
        raise Gone("This invitation was taken back.", code="invitation_revoked")
    if state == EXPIRED:
        raise Gone("This link has expired. Ask for a new one.", code="link_expired")
