"""Closing a workspace, opening it again, and saying which are due to be deleted."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import delete, select

from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import ACTIVE, CLOSED, PURGING, Placement
from crm_saas.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal, outgoing, process
from crm_saas.tenants.keeping import tasks
from crm_saas.tenants.keeping.model import OPEN, Closing, KeepingTask
from crm_saas.tenants.models import Membership, User, Workspace
from crm_saas.tenants.roles import OWNER


def close(unit: UnitOfWork, workspace_id: uuid.UUID, actor_id: uuid.UUID, typed_name: str) -> Closing:
    """Close a workspace for everybody, in a control unit; it is deleted after the grace period.

    Other processes know within 30 s, when their answers about where tenants live have run out. Raises `NotFound` for
    somebody else's workspace, `Forbidden` for who is not an owner, `Invalid` when the name is not the workspace's.
    """
    placement = _owned(unit, workspace_id, actor_id)
    workspace = unit.session.get_one(Workspace, workspace_id)
    if typed_name.strip() != workspace.name.strip():
        raise Invalid(errors=[FieldError("/name", "name_differs", "Type the name of the workspace.")])
    if placement.state != ACTIVE:
        raise Conflict("Only a workspace that is in use can be closed.", code="not_active")
    placement.state, placement.changed_at = CLOSED, now()
    closing = Closing(
        workspace_id=workspace_id,
        asked_by_id=actor_id,
        asked_at=now(),
        purge_at=now() + timedelta(days=process.settings().purge_days),
    )
    unit.session.add(closing)
    unit.session.flush()
    journal.record(unit, "workspace.closed", workspace_id=workspace_id, actor_id=actor_id)
    for user in _owners(unit, workspace_id):
        outgoing.post(
            unit, to=user.email, template="workspace_closed", language=user.language,
            params={"workspace_id": str(workspace_id), "user_id": str(user.id)},
        )  # fmt: skip
    unit.on_commit(_forget, workspace_id)
    return closing


def reopen(unit: UnitOfWork, workspace_id: uuid.UUID, actor_id: uuid.UUID) -> None:
    """Open a closed workspace again, as it was; `Conflict` when it is not closed or is being deleted already."""
    placement = _owned(unit, workspace_id, actor_id)
    if placement.state != CLOSED:
        raise Conflict("This workspace is not closed.", code="not_closed")
    placement.state, placement.changed_at = ACTIVE, now()
    unit.connection.execute(delete(Closing).where(Closing.workspace_id == workspace_id))
    journal.record(unit, "workspace.reopened", workspace_id=workspace_id, actor_id=actor_id)


def ask_due() -> int:
    """Ask for the purge of every workspace whose grace period is over; returns how many."""
    asked = select(KeepingTask.id).where(
        KeepingTask.workspace_id == Closing.workspace_id, KeepingTask.kind == "purge", KeepingTask.state.in_(OPEN)
    )
    with uow.control() as unit:
        due = unit.connection.execute(
            select(Closing.workspace_id, Placement.node_id)
            .join(Placement, Placement.tenant_id == Closing.workspace_id)
            .where(Closing.purge_at <= now(), Placement.state.in_((CLOSED, PURGING)), ~asked.exists())
        ).all()
        for workspace_id, node_id in due:
            tasks.ask(unit, "purge", workspace_id, {"node": node_id})
    return len(due)


def _owned(unit: UnitOfWork, workspace_id: uuid.UUID, actor_id: uuid.UUID) -> Placement:
    """Return the placement, locked, of a workspace that the actor owns."""
    role = unit.connection.execute(
        select(Membership.role).where(
            Membership.workspace_id == workspace_id, Membership.user_id == actor_id, Membership.active
        )
    ).scalar_one_or_none()
    placement = unit.session.get(Placement, workspace_id, with_for_update=True)
    if role is None or placement is None or (placement.state in {CLOSED, PURGING} and role != OWNER):
        raise NotFound
    if role != OWNER:
        raise Forbidden("Only an owner may close a workspace or open it again.", code="owners_only")
    return placement


def _owners(unit: UnitOfWork, workspace_id: uuid.UUID) -> list[User]:
    return list(
        unit.session.scalars(
            select(User)
            .join(Membership, Membership.user_id == User.id)
            .where(Membership.workspace_id == workspace_id, Membership.role == OWNER, Membership.active)
        )
    )


def _forget(workspace_id: uuid.UUID) -> None:
    uow.directory().forget(workspace_id)
