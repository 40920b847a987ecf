"""Closing a workspace, opening it again, and saying which are due to be deleted."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import delete, select

from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import ACTIVE, CLOSED, PURGING, Placement
from crm_saas.kernel.errors import Conflict
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal, outgoing, process
from crm_saas.tenants.keeping import tasks
from crm_saas.tenants.keeping.model import OPEN, Closing, KeepingTask
from crm_saas.tenants.keeping.owning import owned, owners, require_name


def close(unit: UnitOfWork, workspace_id: uuid.UUID, actor_id: uuid.UUID, typed_name: str) -> Closing:
    """Close a workspace for everybody, in a control unit; it is deleted after the grace period.

    Other processes know within 30 s, when their answers about where tenants live have run out. Raises `NotFound` for
    somebody else's workspace, `Forbidden` for who is not an owner, `Invalid` when the name is not the workspace's.
    """
    placement = owned(unit, workspace_id, actor_id)
    require_name(unit, workspace_id, typed_name)
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
    for user in owners(unit, workspace_id):
        outgoing.post(
            unit, to=user.email, template="workspace_closed", language=user.language,
            params={"workspace_id": str(workspace_id), "user_id": str(user.id)},
        )  # fmt: skip
    unit.on_commit(_forget, workspace_id)
    return closing


def reopen(unit: UnitOfWork, workspace_id: uuid.UUID, actor_id: uuid.UUID) -> None:
    """Open a closed workspace again, as it was; `Conflict` when it is not closed or is being deleted already."""
    placement = owned(unit, workspace_id, actor_id)
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


def _forget(workspace_id: uuid.UUID) -> None:
    uow.directory().forget(workspace_id)
