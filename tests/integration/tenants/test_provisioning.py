from __future__ import annotations

from sqlalchemy import select, text

from crm_saas.kernel import uow
from crm_saas.tenants.mirror import Member, WorkspaceSettings
from tests.factories.workspaces import WorkspaceInfo


def test_a_provisioned_workspace_knows_itself_and_its_owner(workspace: WorkspaceInfo) -> None:
    with uow.tenant(workspace.id) as unit:
        assert unit.session.scalars(select(WorkspaceSettings.id)).all() == [workspace.id]
        member = unit.session.scalars(select(Member)).one()
        assert (member.user_id, member.role, member.active) == (workspace.owner.id, "owner", True)


def test_a_tenant_unit_acts_as_the_tenants_role_in_the_tenants_schema(workspace: WorkspaceInfo) -> None:
    with uow.tenant(workspace.id) as unit:
        row = unit.connection.execute(text("SELECT current_user, current_schema()")).one()
    assert tuple(row) == (workspace.schema, workspace.schema)
