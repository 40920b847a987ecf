"""Invitations, as the product makes them, with the links that are otherwise only in mails."""

from __future__ import annotations

from sqlalchemy import delete, select

from crm_saas.kernel import uow
from crm_saas.tenants import invitations
from crm_saas.tenants.invitations import Seat
from crm_saas.tenants.links import Links
from crm_saas.tenants.models import Invitation, Mail
from tests.factories.workspaces import WorkspaceInfo

LINKS = Links("http://localhost:8000", "k" * 64)
"""As the deployment of the tests makes them."""


def invite(workspace: WorkspaceInfo, email: str, role: str = "sales") -> tuple[str, str]:
    """Invite an address; the id of the invitation and the token of its link."""
    with uow.control() as unit:
        invitations.invite(unit, workspace.id, [email], Seat(role, None, workspace.owner.id), LINKS)
        found = unit.session.scalars(
            select(Invitation)
            .where(Invitation.workspace_id == workspace.id, Invitation.email == email)
            .order_by(Invitation.id.desc())
            .limit(1)
        ).one()
        unit.connection.execute(delete(Mail).where(Mail.params["invitation_id"].astext == str(found.id)))
        return str(found.id), LINKS.invitation_token(found.id, found.sent)
