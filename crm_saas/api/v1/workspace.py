"""What the web client needs to draw a workspace: the member, the objects, the members."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import Blueprint
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from crm_saas.api.body import read_json
from crm_saas.api.edge import Call, Door, Reply, at_workspace_door, etag, in_workspace, required_version
from crm_saas.api.parameters import only_parameters
from crm_saas.crm.records import policy
from crm_saas.crm.records.describe import describe
from crm_saas.crm.records.external import UNIQUE_VIOLATION
from crm_saas.crm.records.kinds import KINDS, Context, ValueProblem
from crm_saas.crm.records.options import all_options
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.kernel import uow
from crm_saas.kernel.db import sqlstate
from crm_saas.kernel.files import file_store
from crm_saas.kernel.text import sort_key
from crm_saas.tenants import entitlements, memberships, workspace_settings
from crm_saas.tenants.fields import Fields, ValueFault
from crm_saas.tenants.identity import clean_organisation
from crm_saas.tenants.mirror import Member, WorkspaceSettings
from crm_saas.tenants.models import Workspace
from crm_saas.tenants.regions import clean_currency, clean_language, clean_timezone
from crm_saas.tenants.roles import ACTIONS, MEMBERS, WORKSPACE
from crm_saas.tenants.slugs import clean_slug

workspace = Blueprint("workspace", __name__)


@workspace.get("/me")
@in_workspace
def me(call: Call) -> Reply:
    """Answer who the caller is here, what they may do, and what the plan allows and has used."""
    only_parameters()
    settings = call.unit.session.scalars(select(WorkspaceSettings)).one()
    call.unit.on_commit(memberships.touch, call.workspace_id, call.actor.user_id)
    used = entitlements.usage(call.unit, file_store().used_bytes(call.workspace_id))
    return Reply(
        {
            "member": {
                "id": call.actor.user_id, "name": call.actor.name, "role": call.actor.role,
                "team_id": call.actor.team_id,
            },
            "powers": sorted(call.actor.powers),
            "two_factor_from": call.actor.two_factor_from,
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


@workspace.get("/workspace")
@in_workspace
def settings(call: Call) -> Reply:
    """Answer the workspace's settings with their version."""
    only_parameters()
    found = call.unit.session.scalars(select(WorkspaceSettings)).one()
    return Reply(_settings(found), headers=etag(found.version))


@workspace.patch("/workspace")
@at_workspace_door
def change_settings(door: Door) -> Reply:
    """Change what the workspace is called and where it is at home."""
    only_parameters()
    body = read_json()
    with door.open() as call:
        call.actor.require_power(WORKSPACE)
    change, version = _change(body), required_version()
    try:
        with uow.control() as unit:
            found = workspace_settings.update(unit, door.workspace_id, change, version=version, actor_id=door.user_id)
            reply = Reply(_settings(found), headers=etag(found.version))
    except IntegrityError as error:
        if sqlstate(error) != UNIQUE_VIOLATION:
            raise
        raise workspace_settings.slug_taken() from None
    return reply


def _settings(found: WorkspaceSettings | Workspace) -> dict[str, Any]:
    return {"id": found.id, **{name: getattr(found, name) for name in workspace_settings.Change.__slots__}}


def _change(body: object) -> workspace_settings.Change:
    cleaners: dict[str, Callable[[str], str]] = {
        "name": clean_organisation, "slug": clean_slug, "timezone": clean_timezone, "currency": clean_currency,
        "language": clean_language, "country": _clean_country,
    }  # fmt: skip
    fields = Fields(body, tuple(cleaners))
    values = {name: fields.text(name, clean) for name, clean in cleaners.items() if name in fields}
    fields.check()
    return workspace_settings.Change(**values)


def _clean_country(text: str) -> str:
    try:
        found: str | None = KINDS["country"].parse(text, Context(default_region="ZZ", currency="USD", timezone="UTC"))
    except ValueProblem:
        found = None
    if found is None:
        raise ValueFault("unknown_country", "There is no such country.")
    return found


@workspace.get("/members")
@in_workspace
def members(call: Call) -> Reply:
    """Answer the members, those who left included, since records still name them."""
    only_parameters()
    rows = call.unit.connection.execute(
        select(Member.user_id, Member.name, Member.email, Member.role, Member.team_id, Member.active, Member.two_factor)
    ).all()
    told = MEMBERS in call.actor.powers
    names = ("id", "name", "email", "role", "team_id", "active")
    return Reply(
        {
            "data": [
                dict(zip(names, row[:6], strict=True)) | ({"two_factor": bool(row[6])} if told else {})
                for row in sorted(rows, key=lambda row: (sort_key(row.name), row.user_id.int))
            ]
        }
    )
