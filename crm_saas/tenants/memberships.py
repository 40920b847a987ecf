"""Who belongs to a workspace, and how many seats that takes.

Whatever changes the members of a workspace locks its row first: two cannot take the last seat, and two owners cannot
take the role from each other at once.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import or_, select, update

from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, QuotaExceeded
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal, mirroring
from crm_saas.tenants.entitlements import PLANS, seats_used
from crm_saas.tenants.models import Membership, Workspace
from crm_saas.tenants.own_roles import is_key
from crm_saas.tenants.roles import OWNER, SHIPPED

SEEN_AGAIN_AFTER: Final = timedelta(minutes=5)


class LastOwner(Conflict):
    """A workspace is never without an active owner."""

    code, title = "last_owner", "A workspace needs an owner"


def add(
    unit: UnitOfWork,
    workspace_id: uuid.UUID,
    user_id: uuid.UUID,
    role: str,
    *,
    actor_id: uuid.UUID,
    team_id: uuid.UUID | None = None,
) -> Membership:
    """Give a person a seat in a workspace, in the caller's control unit; somebody who left comes back.

    Raises `NotFound` for an unknown workspace and `QuotaExceeded` when no seat is free.
    """
    if not is_key(role):
        raise ValueError(f"no such role: {role}")
    require_seat(unit, workspace_id)
    found = find(unit, workspace_id, user_id)
    if found is None:
        found = Membership(
            id=uuid7(), workspace_id=workspace_id, user_id=user_id, role=role, team_id=team_id, active=True,
            created_at=now(), ended_at=None, seen_at=None, version=1,
        )  # fmt: skip
        unit.session.add(found)
        kind = "membership.created"
    else:
        found.role, found.active, found.ended_at, found.version = role, True, None, found.version + 1
        found.team_id = team_id
        kind = "membership.updated"
    _record(unit, found, kind, actor_id, {"role": role, "active": True})
    return found


def change_role(
    unit: UnitOfWork, workspace_id: uuid.UUID, user_id: uuid.UUID, role: str, *, actor_id: uuid.UUID
) -> Membership:
    """Give a member another role. Only owners make owners or change one; the last owner stays one."""
    found = _locked(unit, workspace_id, user_id)
    require_may_give(unit, workspace_id, role, actor_id, now_has=found.role)
    if found.role == role:
        return found
    if found.role == OWNER and found.active:
        _require_other_owner(unit, workspace_id, user_id)
    before, found.role, found.version = found.role, role, found.version + 1
    _record(unit, found, "membership.role_changed", actor_id, {"role": [before, role]})
    copied_at_once(unit, workspace_id)
    return found


def change_team(
    unit: UnitOfWork, workspace_id: uuid.UUID, user_id: uuid.UUID, team_id: uuid.UUID | None, *, actor_id: uuid.UUID
) -> Membership:
    """Put a member into a team of the workspace, or into none; the caller has seen that there is such a team."""
    found = _locked(unit, workspace_id, user_id)
    require_may_give(unit, workspace_id, found.role, actor_id)
    if found.team_id == team_id:
        return found
    before, found.team_id, found.version = found.team_id, team_id, found.version + 1
    data = {"team_id": [str(each) if each else None for each in (before, team_id)]}
    _record(unit, found, "membership.team_changed", actor_id, data)
    copied_at_once(unit, workspace_id)
    return found


def deactivate(unit: UnitOfWork, workspace_id: uuid.UUID, user_id: uuid.UUID, *, actor_id: uuid.UUID) -> Membership:
    """End a member's access and free the seat; leaving is deactivating oneself. Their name stays in the history.

    Raises `LastOwner`, and `Forbidden` when somebody who is no owner deactivates one.
    """
    found = _locked(unit, workspace_id, user_id)
    if actor_id != user_id:
        require_may_give(unit, workspace_id, found.role, actor_id)
    if not found.active:
        return found
    if found.role == OWNER:
        _require_other_owner(unit, workspace_id, user_id)
    found.active, found.ended_at, found.version = False, now(), found.version + 1
    kind = "membership.left" if actor_id == user_id else "membership.deactivated"
    _record(unit, found, kind, actor_id, {"role": found.role})
    copied_at_once(unit, workspace_id)
    return found


def reactivate(unit: UnitOfWork, workspace_id: uuid.UUID, user_id: uuid.UUID, *, actor_id: uuid.UUID) -> Membership:
    """Give somebody who was deactivated access again, with the role they had; takes a seat."""
    found = _locked(unit, workspace_id, user_id)
    require_may_give(unit, workspace_id, found.role, actor_id)
    if found.active:
        return found
    require_seat(unit, workspace_id)
    found.active, found.ended_at, found.version = True, None, found.version + 1
    _record(unit, found, "membership.reactivated", actor_id, {"role": found.role})
    copied_at_once(unit, workspace_id)
    return found


def require_seat(unit: UnitOfWork, workspace_id: uuid.UUID, *, seats: int = 1, promised: int = 0) -> None:
    """Refuse when fewer than `seats` are free beside those `promised`; the workspace's row is locked."""
    plan = lock(unit, workspace_id)
    allowed, used = PLANS[plan].seats, seats_used(unit, workspace_id) + promised
    if used + seats > allowed:
        raise QuotaExceeded("Every seat of this plan is taken.", limit="seats", allowed=allowed, used=used)


def require_may_give(
    unit: UnitOfWork, workspace_id: uuid.UUID, role: str, actor_id: uuid.UUID, *, now_has: str = ""
) -> None:
    """Refuse with `Forbidden` somebody who is no owner and would make or change one; also who is no member (any more).

    The workspace's row must be locked.
    """
    actor = find(unit, workspace_id, actor_id)
    if actor is None or not actor.active:
        raise NotFound("No such workspace.")
    if OWNER in {role, now_has} and actor.role != OWNER:
        raise Forbidden("Only an owner can do this.", code="owners_only")


def known_role(role: str) -> str:
    """Return what may be the key of a role; else raises `Invalid`. Whether the workspace has it, its schema knows."""
    if not is_key(role):
        raise Invalid(errors=[FieldError("/role", "unknown_option", "There is no such role.", {"options": [*SHIPPED]})])
    return role


def lock(unit: UnitOfWork, workspace_id: uuid.UUID) -> str:
    """Lock the workspace's row until the unit ends and return its plan; `NotFound` if there is none."""
    plan = unit.connection.execute(
        select(Workspace.plan).where(Workspace.id == workspace_id).with_for_update()
    ).scalar_one_or_none()
    if plan is None:
        raise NotFound
    unit.session.flush()
    return plan


def find(unit: UnitOfWork, workspace_id: uuid.UUID, user_id: uuid.UUID) -> Membership | None:
    """Return a person's membership, active or not."""
    return unit.session.scalars(
        select(Membership).where(Membership.workspace_id == workspace_id, Membership.user_id == user_id),
        execution_options={"populate_existing": True},
    ).one_or_none()


def touch(workspace_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Note that a member is here, at most every few minutes; in a unit of its own."""
    with uow.control() as unit:
        unit.connection.execute(
            update(Membership)
            .where(
                Membership.workspace_id == workspace_id,
                Membership.user_id == user_id,
                or_(Membership.seen_at.is_(None), Membership.seen_at < now() - SEEN_AGAIN_AFTER),
            )
            .values(seen_at=now())
        )


def _locked(unit: UnitOfWork, workspace_id: uuid.UUID, user_id: uuid.UUID) -> Membership:
    lock(unit, workspace_id)
    found = find(unit, workspace_id, user_id)
    if found is None:
        raise NotFound
    return found


def _require_other_owner(unit: UnitOfWork, workspace_id: uuid.UUID, user_id: uuid.UUID) -> None:
    other = select(Membership.id).where(
        Membership.workspace_id == workspace_id,
        Membership.user_id != user_id,
        Membership.role == OWNER,
        Membership.active,
    )
    if unit.connection.execute(other.limit(1)).first() is None:
        raise LastOwner("Make somebody else an owner first.")


def _record(unit: UnitOfWork, member: Membership, kind: str, actor_id: uuid.UUID, data: dict[str, Any]) -> None:
    journal.record(unit, kind, workspace_id=member.workspace_id, user_id=member.user_id, actor_id=actor_id, data=data)
    unit.session.flush()


def copied_at_once(unit: UnitOfWork, workspace_id: uuid.UUID) -> None:
    """Copy the members into the workspace's schema right after the commit, not only when the relay comes round."""
    unit.on_commit(mirroring.copy_workspace, workspace_id)
