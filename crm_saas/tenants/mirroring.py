"""Copies what a tenant's transactions need of the control plane into the tenant's schema.

Copies carry versions: an older one never replaces a newer one, so it does not matter how often or in which order they
are made. A tenant that is not active is passed over, because becoming active is an event that copies everything.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from crm_saas.kernel import uow
from crm_saas.kernel.directory import UnknownTenantError
from crm_saas.kernel.relay import ControlHappened, control_consumer
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import Member, WorkspaceSettings
from crm_saas.tenants.models import Membership, Workspace
from crm_saas.tenants.provisioning import member_row, members_of, settings_row

_NOTHING_TO_COPY: Final = frozenset(
    {
        "user.signed_in",
        "user.signed_out",
        "user.sessions_ended",
        "user.second_factor_refused",
        "user.email_change_asked",
    }
)
"""What happens often and changes nothing that a workspace keeps a copy of."""


@control_consumer
def copy_changes(events: Sequence[ControlHappened]) -> None:
    """Copy every workspace that the events are about into its schema, as it is now."""
    workspaces = {event.workspace_id for event in events if event.workspace_id is not None}
    people = {
        event.user_id
        for event in events
        if event.user_id is not None and event.workspace_id is None and event.type not in _NOTHING_TO_COPY
    }
    if people:
        memberships = select(Membership.workspace_id).where(Membership.user_id.in_(people))
        with uow.control() as unit:
            workspaces |= set(unit.connection.execute(memberships).scalars())
    for workspace_id in sorted(workspaces):
        copy_workspace(workspace_id)


def copy_workspace(workspace_id: uuid.UUID) -> None:
    """Copy a workspace's settings and members into its schema, if it is active, where they are newer."""
    with uow.control() as unit:
        workspace = unit.session.get(Workspace, workspace_id)
        if workspace is None:
            return
        settings = settings_row(workspace)
        members = [member_row(membership, user) for membership, user in unit.session.execute(members_of(workspace_id))]
    try:
        with uow.tenant(workspace_id) as unit:
            _replace_older(unit, WorkspaceSettings, "id", [settings])
            # in one order, so that two relays at once wait for each other instead of locking each other out
            _replace_older(unit, Member, "user_id", sorted(members, key=lambda row: row["user_id"].int))
    except UnknownTenantError:
        return


def _replace_older(
    unit: UnitOfWork, model: type[Member | WorkspaceSettings], key: str, rows: list[dict[str, Any]]
) -> None:
    if not rows:
        return
    statement = insert(model).values(rows)
    given = {name: statement.excluded[name] for name in rows[0] if name != key}
    unit.connection.execute(
        statement.on_conflict_do_update(
            index_elements=[key], set_=given, where=model.version < statement.excluded.version
        )
    )
