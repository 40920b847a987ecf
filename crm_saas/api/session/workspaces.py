"""More workspaces of the signed-in person, and whether they are ready."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from flask import Blueprint, Response, jsonify

from crm_saas.api import rate_limit
from crm_saas.api.auth import principal, require_recent_authentication, signed_in
from crm_saas.api.body import read_json
from crm_saas.api.session import forms, limits
from crm_saas.kernel import uow
from crm_saas.tenants import workspaces
from crm_saas.tenants.fields import Fields, sure
from crm_saas.tenants.keeping import closing

blueprint = Blueprint("workspaces", __name__, url_prefix="/api/session/workspaces")


@blueprint.post("")
@signed_in
def create() -> tuple[Response, int]:
    """Make one more workspace; it is being built when the answer arrives."""
    person = principal().person
    draft = forms.workspace(read_json())
    rate_limit.hit(limits.WORKSPACE_BY_PERSON, str(person.id))
    with uow.control() as unit:
        forms.require_free_slug(unit, draft.slug)
        made = workspaces.create(unit, draft, person.id)
        summary = workspaces.one_of_person(unit, person.id, made.id)
    return jsonify(asdict(summary)), 202


@blueprint.get("/<uuid:workspace_id>")
@signed_in
def show(workspace_id: UUID) -> Response:
    """Return one of the person's workspaces, with its state."""
    with uow.control() as unit:
        return jsonify(asdict(workspaces.one_of_person(unit, principal().person.id, workspace_id)))


@blueprint.post("/<uuid:workspace_id>/close")
@signed_in
def close(workspace_id: UUID) -> Response:
    """Close a workspace that the person owns; its name is typed to be sure. It is deleted after the grace period."""
    require_recent_authentication()
    person = principal().person
    fields = Fields(read_json(), ("name",))
    name = fields.text("name", str)
    fields.check()
    rate_limit.hit(limits.CLOSE_BY_PERSON, str(person.id))
    with uow.control() as unit:
        closing.close(unit, workspace_id, person.id, sure(name))
        return jsonify(asdict(workspaces.one_of_person(unit, person.id, workspace_id)))


@blueprint.post("/<uuid:workspace_id>/reopen")
@signed_in
def reopen(workspace_id: UUID) -> Response:
    """Open a closed workspace again."""
    person = principal().person
    with uow.control() as unit:
        closing.reopen(unit, workspace_id, person.id)
        unit.session.flush()
        return jsonify(asdict(workspaces.one_of_person(unit, person.id, workspace_id)))
