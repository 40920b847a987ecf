"""Who belongs to a workspace, and how many seats that takes."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import NotFound, QuotaExceeded
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal
from crm_saas.tenants.entitlements import PLANS, seats_used
from crm_saas.tenants.models import Membership, Workspace
from crm_saas.tenants.roles import ROLES


def add(unit: UnitOfWork, workspace_id: uuid.UUID, user_id: uuid.UUID, role: str, *, actor_id: uuid.UUID) -> Membership:
    """Give a person a seat in a workspace, in the caller's control unit; somebody who left comes back.

    Raises `NotFound` for an unknown workspace and `QuotaExceeded` when no seat is free.
    """
    if role not in ROLES:
        raise ValueError(f"no such role: {role}")
    require_seat(unit, workspace_id)
    found = unit.session.scalars(
        select(Membership).where(Membership.workspace_id == workspace_id, Membership.user_id == user_id)
    ).one_or_none()
    if found is None:
        found = Membership(
            id=uuid7(), workspace_id=workspace_id, user_id=user_id, role=role, active=True, created_at=now(), version=1
        )
        unit.session.add(found)
        kind = "membership.created"
    else:
        found.role, found.active, found.version = role, True, found.version + 1
        kind = "membership.updated"
    journal.record(
        unit, kind, workspace_id=workspace_id, user_id=user_id, actor_id=actor_id, data={"role": role, "active": True}
    )
    unit.session.flush()
    return found


def require_seat(unit: UnitOfWork, workspace_id: uuid.UUID) -> None:
    """Refuse when every seat is taken; the workspace's row is locked, so that two cannot take the last one."""
    plan = unit.connection.execute(
        select(Workspace.plan).where(Workspace.id == workspace_id).with_for_update()
    ).scalar_one_or_none()
    if plan is None:
        raise NotFound
    unit.session.flush()
    allowed, used = PLANS[plan].seats, seats_used(unit, workspace_id)
    if used >= allowed:
        raise QuotaExceeded("Every seat of this plan is taken.", limit="seats", allowed=allowed, used=used)
