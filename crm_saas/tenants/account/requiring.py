"""Two-factor sign-in required of every member of a workspace."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from crm_saas.kernel.clock import now
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal
from crm_saas.tenants.models import Membership, User, Workspace


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a workspace asks, and whom it would keep out."""

    required_from: datetime | None
    members: int
    without: int
    """Active members who have not set it up."""


def of_workspace(unit: UnitOfWork, workspace_id: uuid.UUID) -> Requirement:
    """Return what a workspace asks now."""
    since = unit.session.get_one(Workspace, workspace_id).two_factor_from
    members, having = unit.connection.execute(
        select(func.count(), func.count(User.two_factor_at))
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(Membership.workspace_id == workspace_id, Membership.active)
    ).one()
    return Requirement(since, members, members - having)


def change(unit: UnitOfWork, workspace_id: uuid.UUID, actor_id: uuid.UUID, grace_days: int | None) -> None:
    """Require it after days of grace; None: it is each one's own choice. Members hear of it when they come."""
    workspace = unit.session.get_one(Workspace, workspace_id, with_for_update=True)
    workspace.two_factor_from = None if grace_days is None else now() + timedelta(days=grace_days)
    workspace.version += 1
    kind = "workspace.two_factor_optional" if grace_days is None else "workspace.two_factor_required"
    journal.record(unit, kind, workspace_id=workspace_id, actor_id=actor_id, data={"grace_days": grace_days})
    unit.session.flush()
