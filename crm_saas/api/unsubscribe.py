"""Where mail programs post that their reader wants no more of a sort of mail (RFC 8058): without signing in."""

from __future__ import annotations

import hmac
import uuid
from typing import Final

from flask import Blueprint, Flask, Response, redirect

from crm_saas.api import security
from crm_saas.api.auth import public
from crm_saas.crm.notifications import choices
from crm_saas.crm.notifications.kinds import DIGEST, SOON
from crm_saas.kernel import uow
from crm_saas.kernel.directory import UnknownTenantError
from crm_saas.kernel.errors import NotFound
from crm_saas.tenants import process
from crm_saas.tenants.mirror import Member, WorkspaceSettings

unsubscribing = Blueprint("unsubscribing", __name__)
_SORTS: Final = (SOON, DIGEST)
_ADDRESS: Final = "/unsubscribe/<uuid:workspace_id>/<uuid:member_id>/<sort>/<token>"


@unsubscribing.post(_ADDRESS)
@public
def unsubscribe(workspace_id: uuid.UUID, member_id: uuid.UUID, sort: str, token: str) -> Response:
    """Write no more of these mails to a member. Twice is once."""
    _require(workspace_id, member_id, sort, token)
    try:
        with uow.tenant(workspace_id) as unit:
            if unit.session.get(Member, member_id) is None:
                raise NotFound
            choices.no_mail(unit, member_id, sort)
    except UnknownTenantError:
        raise NotFound from None
    return Response(status=204)


@unsubscribing.get(_ADDRESS)
@public
def choose(workspace_id: uuid.UUID, member_id: uuid.UUID, sort: str, token: str) -> Response:
    """Lead a person who follows the link to where they choose: reading it changes nothing."""
    _require(workspace_id, member_id, sort, token)
    try:
        with uow.tenant(workspace_id) as unit:
            slug = unit.session.get_one(WorkspaceSettings, workspace_id).slug
    except UnknownTenantError:
        raise NotFound from None
    target = redirect(f"{process.links().base_url}/w/{slug}/settings/notifications")
    return Response(headers=target.headers, status=target.status_code)


def _require(workspace_id: uuid.UUID, member_id: uuid.UUID, sort: str, token: str) -> None:
    wanted = process.links().unsubscribe_token(workspace_id, member_id, sort)
    if sort not in _SORTS or not hmac.compare_digest(token.encode(), wanted.encode()):
        raise NotFound


def register(app: Flask) -> None:
    """Add the address. A mail program has no token of a session, and the one in the address is the proof."""
    security.csrf.exempt(unsubscribing)
    app.register_blueprint(unsubscribing)
