"""What the web client needs to draw a workspace: the member, the objects, the members."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint
from sqlalchemy import select

from crm_saas.api.edge import Call, Reply, in_workspace
from crm_saas.api.parameters import only_parameters
from crm_saas.crm.records import policy
from crm_saas.crm.records.describe import describe
from crm_saas.crm.records.options import all_options
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.kernel.files import file_store
from crm_saas.tenants import entitlements
from crm_saas.tenants.mirror import Member, WorkspaceSettings
from crm_saas.tenants.roles import ACTIONS

workspace = Blueprint("workspace", __name__)


@workspace.get("/me")
@in_workspace
def me(call: Call) -> Reply:
    """Answer who the caller is here, what they may do, and what the plan allows and has used."""
    only_parameters()
    settings = call.unit.session.scalars(select(WorkspaceSettings)).one()
    used = entitlements.usage(call.unit, file_store().used_bytes(call.workspace_id))
    return Reply(
        {
            "member": {"id": call.actor.user_id, "name": call.actor.name, "role": call.actor.role},
            "powers": sorted(call.actor.powers),
            "rights": {rtype.name: sorted(call.actor.rights.actions(rtype.name)) for rtype in REGISTRY},
            "levels": {
                rtype.name: {action: call.actor.level(action, rtype) for action in ACTIONS} for rtype in REGISTRY
            },
            "workspace": {
                "id": settings.id, "slug": settings.slug, "name": settings.name, "timezone": settings.timezone,
                "currency": settings.currency, "language": settings.language, "country": settings.country,
            },
            "limits": asdict(entitlements.limits(call.unit)),
            "usage": asdict(used),
            "onboarding": {"has_records": _has_records(call)},
        }
    )  # fmt: skip


def _has_records(call: Call) -> bool:
    """Look into the tables: the counts are kept by the relay and may be a moment late."""
    return any(
        call.unit.connection.execute(select(rtype.table.c.id).limit(1)).first() is not None for rtype in REGISTRY
    )


@workspace.get("/objects")
@in_workspace
def objects(call: Call) -> Reply:
    """Answer the description of every record type, the workspace's own options included."""
    only_parameters()
    own = all_options(call.unit)
    described = [
        describe(
            rtype,
            own.get(rtype.name, {}),
            unseen=policy.hidden(call.actor, rtype),
            fixed=policy.read_only(call.actor, rtype),
        )
        for rtype in REGISTRY
    ]
    return Reply({"data": described})


@workspace.get("/members")
@in_workspace
def members(call: Call) -> Reply:
    """Answer the members, those who left included, since records still name them."""
    only_parameters()
    rows = call.unit.connection.execute(
        select(Member.user_id, Member.name, Member.email, Member.role, Member.team_id, Member.active).order_by(
            Member.name
        )
    )
    names = ("id", "name", "email", "role", "team_id", "active")
    return Reply({"data": [dict(zip(names, row, strict=True)) for row in rows]})
