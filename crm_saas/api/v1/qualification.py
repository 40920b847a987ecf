"""What is demanded of leads before they are qualified, how each stands, and who confirms it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from crm_saas.api.body import read_json
from crm_saas.api.edge import Call, Door, Reply, at_workspace_door, etag, in_workspace, record_id, required_version
from crm_saas.api.parameters import only_parameters
from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.qualification import criteria, deciding, findings

qualification = Blueprint("qualification", __name__)


@qualification.get("/qualification")
@in_workspace
def read_qualification(call: Call) -> Reply:
    """Answer what is demanded of leads; everybody who works on them may know."""
    only_parameters()
    call.actor.require("read", LEAD)
    document = criteria.settings(call.unit, call.actor, LEAD)
    return Reply(document, headers=etag(document["version"]))


@qualification.patch("/qualification")
@at_workspace_door
def change_qualification(door: Door) -> Reply:
    """Change the threshold, and whether somebody confirms."""
    only_parameters()
    version, body = required_version(), read_json()
    with door.open() as call:
        policy = criteria.change_policy(call.unit, call.actor, LEAD, body, version=version)
        document = criteria.settings(call.unit, call.actor, LEAD)
        told = criteria.policy_json(policy)
    door.note("qualification.policy_changed", told)
    return Reply(document, headers=etag(document["version"]))


@qualification.post("/qualification/criteria")
@at_workspace_door
def add_criterion(door: Door) -> Reply:
    """Add a criterion."""
    only_parameters()
    body = read_json()
    with door.open() as call:
        made = criteria.add(call.unit, call.actor, LEAD, body)
        document = criteria.criterion_json(call.actor, LEAD, made)
    door.note("qualification.criterion_added", {"name": _name(document)})
    return Reply(document, 201, etag(document["version"]))


@qualification.put("/qualification/criteria/order")
@in_workspace
def order_criteria(call: Call) -> Reply:
    """Put the criteria into an order."""
    only_parameters()
    criteria.put_in_order(call.unit, call.actor, LEAD, call.body())
    return Reply(criteria.settings(call.unit, call.actor, LEAD))


@qualification.patch("/qualification/criteria/<criterion>")
@at_workspace_door
def change_criterion(door: Door, criterion: str) -> Reply:
    """Change the members that the body names."""
    found = record_id(criterion)
    only_parameters()
    version, body = required_version(), read_json()
    with door.open() as call:
        changed = criteria.change(call.unit, call.actor, LEAD, found, body, version=version)
        document = criteria.criterion_json(call.actor, LEAD, changed)
    door.note("qualification.criterion_changed", {"name": _name(document)})
    return Reply(document, headers=etag(document["version"]))


@qualification.delete("/qualification/criteria/<criterion>")
@at_workspace_door
def remove_criterion(door: Door, criterion: str) -> Reply:
    """Remove a criterion with what was found out by it."""
    found = record_id(criterion)
    only_parameters()
    with door.open() as call:
        removed = criteria.criterion_json(call.actor, LEAD, criteria.remove(call.unit, call.actor, found))
    door.note("qualification.criterion_removed", {"name": _name(removed)})
    return Reply()


@qualification.get("/leads/<record>/qualification")
@in_workspace
def read_standing(call: Call, record: str) -> Reply:
    """Answer how a lead stands, criterion by criterion."""
    found = record_id(record)
    only_parameters()
    return Reply(deciding.card(call.unit, call.actor, LEAD, found))


@qualification.put("/leads/<record>/qualification/<criterion>")
@in_workspace
def assess(call: Call, record: str, criterion: str) -> Reply:
    """Keep what was found out about a criterion."""
    found, named = record_id(record), record_id(criterion)
    only_parameters()
    findings.note_down(call.unit, call.actor, LEAD, found, call.body(), criterion_id=named)
    return Reply(deciding.card(call.unit, call.actor, LEAD, found))


@qualification.post("/leads/<record>/qualify")
@in_workspace
def qualify(call: Call, record: str) -> Reply:
    """Qualify a lead, or ask somebody to confirm it."""
    found = record_id(record)
    only_parameters()
    return _lead(deciding.qualify(call.unit, call.actor, LEAD, found, call.body()))


@qualification.post("/leads/<record>/qualification/confirm")
@in_workspace
def confirm(call: Call, record: str) -> Reply:
    """Confirm that a lead is qualified."""
    found = record_id(record)
    only_parameters()
    return _lead(deciding.confirm(call.unit, call.actor, LEAD, found))


@qualification.post("/leads/<record>/qualification/send-back")
@in_workspace
def send_back(call: Call, record: str) -> Reply:
    """Send a lead back with a reason."""
    found = record_id(record)
    only_parameters()
    return _lead(deciding.send_back(call.unit, call.actor, LEAD, found, call.body()))


@qualification.post("/leads/<record>/qualification/withdraw")
@in_workspace
def withdraw(call: Call, record: str) -> Reply:
    """Take back that confirmation was asked for."""
    found = record_id(record)
    only_parameters()
    return _lead(deciding.withdraw(call.unit, call.actor, LEAD, found))


def _lead(document: dict[str, Any]) -> Reply:
    return Reply(document, headers=etag(document["version"]))


def _name(criterion: dict[str, Any]) -> str:
    return str(criterion["name_en"] or criterion["name_zh"])
