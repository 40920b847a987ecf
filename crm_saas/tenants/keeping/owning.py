"""What only an owner may ask for, having typed the name of the workspace to be sure."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from crm_saas.kernel.directory import CLOSED, PURGING, Placement
from crm_saas.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.models import Membership, User, Workspace
from crm_saas.tenants.roles import OWNER


def owned(unit: UnitOfWork, workspace_id: uuid.UUID, actor_id: uuid.UUID) -> Placement:
    """Return the placement, locked, of a workspace that the actor owns.

    Raises `Forbidden` for other members and `NotFound` for others, to whom a closed workspace is gone.
    """
    role = unit.connection.execute(
        select(Membership.role).where(
            Membership.workspace_id == workspace_id, Membership.user_id == actor_id, Membership.active
        )
    ).scalar_one_or_none()
    placement = unit.session.get(Placement, workspace_id, with_for_update=True)
    if role is None or placement is None or (placement.state in {CLOSED, PURGING} and role != OWNER):
        raise NotFound
    if role != OWNER:
        raise Forbidden("Only an owner of the workspace may do this.", code="owners_only")
    return placement


def require_name(unit: UnitOfWork, workspace_id: uuid.UUID, typed: str) -> None:
    """Refuse with `Invalid` what is not the name of the workspace."""
    if typed.strip() != unit.session.get_one(Workspace, workspace_id).name.strip():
        raise Invalid(errors=[FieldError("/name", "name_differs", "Type the name of the workspace.")])


def owners(unit: UnitOfWork, workspace_id: uuid.UUID) -> list[User]:
    """Return the active owners of a workspace."""
    return list(
        unit.session.scalars(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(Membership.workspace_id == workspace_id, Membership.role == OWNER, Membership.active)
        )
    )
