"""Saved views of lists."""

from __future__ import annotations

from flask import Blueprint, request

from crm_saas.api.edge import Call, Reply, etag, in_workspace, record_id, required_version
from crm_saas.api.parameters import only_parameters
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.crm.views import service
from crm_saas.kernel.errors import FieldError, Invalid

views = Blueprint("views", __name__)


@views.get("/views")
@in_workspace
def list_views(call: Call) -> Reply:
    """Answer the views of one type of record that the caller may use."""
    only_parameters("object")
    rtype = REGISTRY.find(request.args.get("object", ""))
    if rtype is None:
        raise Invalid(errors=[FieldError("/object", "unknown_option", "Name a type of record.")])
    return Reply({"data": service.list_of(call.unit, call.actor, rtype)})


@views.post("/views")
@in_workspace
def create_view(call: Call) -> Reply:
    """Keep a view."""
    only_parameters()
    document = service.create(call.unit, call.actor, call.body())
    return Reply(document, 201, etag(document["version"]))


@views.patch("/views/<view>")
@in_workspace
def change_view(call: Call, view: str) -> Reply:
    """Change the members that the body names."""
    found = record_id(view)
    only_parameters()
    version = required_version()
    document = service.change(call.unit, call.actor, found, call.body(), version=version)
    return Reply(document, headers=etag(document["version"]))


@views.delete("/views/<view>")
@in_workspace
def delete_view(call: Call, view: str) -> Reply:
    """Forget a view."""
    found = record_id(view)
    only_parameters()
    service.delete(call.unit, call.actor, found, version=required_version())
    return Reply()
