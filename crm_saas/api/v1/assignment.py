"""The rules by which leads that name no owner are given to members."""

from __future__ import annotations

from flask import Blueprint

from crm_saas.api.body import read_json
from crm_saas.api.edge import Call, Door, Reply, at_workspace_door, etag, in_workspace, record_id, required_version
from crm_saas.api.parameters import only_parameters
from crm_saas.crm.assignment import assigning, rules
from crm_saas.crm.leads.type import LEAD

assignment = Blueprint("assignment", __name__)


@assignment.get("/assignment")
@in_workspace
def read_assignment(call: Call) -> Reply:
    """Answer whether rules assign leads, and to those who may change them what they are."""
    only_parameters()
    call.actor.require("read", LEAD)
    return Reply(rules.settings(call.unit, call.actor, LEAD))


@assignment.patch("/assignment")
@at_workspace_door
def change_assignment(door: Door) -> Reply:
    """Change the capacity of everybody, and what happens where no rule decides."""
    only_parameters()
    version, body = required_version(), read_json()
    with door.open() as call:
        rules.change_policy(call.unit, call.actor, LEAD, body, version=version)
        document = rules.settings(call.unit, call.actor, LEAD)
    door.note("assignment.policy_changed")
    return Reply(document, headers=etag(document["version"]))


@assignment.post("/assignment/rules")
@at_workspace_door
def add_rule(door: Door) -> Reply:
    """Add a rule below the others."""
    only_parameters()
    body = read_json()
    with door.open() as call:
        document = rules.rule_json(rules.add(call.unit, call.actor, LEAD, body))
    door.note("assignment.rule_added", {"name": document["name"]})
    return Reply(document, 201, etag(document["version"]))


@assignment.put("/assignment/rules/order")
@in_workspace
def order_rules(call: Call) -> Reply:
    """Put the rules into an order."""
    only_parameters()
    rules.put_in_order(call.unit, call.actor, LEAD, call.body())
    return Reply(rules.settings(call.unit, call.actor, LEAD))


@assignment.patch("/assignment/rules/<rule>")
@at_workspace_door
def change_rule(door: Door, rule: str) -> Reply:
    """Change the members that the body names."""
    found = record_id(rule)
    only_parameters()
    version, body = required_version(), read_json()
    with door.open() as call:
        document = rules.rule_json(rules.change(call.unit, call.actor, LEAD, found, body, version=version))
    door.note("assignment.rule_changed", {"name": document["name"]})
    return Reply(document, headers=etag(document["version"]))


@assignment.delete("/assignment/rules/<rule>")
@at_workspace_door
def remove_rule(door: Door, rule: str) -> Reply:
    """Forget a rule; what it has assigned stays."""
    found = record_id(rule)
    only_parameters()
    with door.open() as call:
        name = rules.remove(call.unit, call.actor, LEAD, found).name
    door.note("assignment.rule_removed", {"name": name})
    return Reply()


@assignment.post("/assignment/trial")
@in_workspace
def try_rules(call: Call) -> Reply:
    """Answer which rule would take a lead, and why; nothing is changed."""
    only_parameters()
    return Reply(rules.trial(call.unit, call.actor, LEAD, call.body()))


@assignment.get("/assignment/members")
@in_workspace
def list_loads(call: Call) -> Reply:
    """Answer the active members with what each can take and has."""
    only_parameters()
    return Reply({"data": rules.members(call.unit, call.actor, LEAD)})


@assignment.patch("/assignment/members/<member>")
@in_workspace
def change_load(call: Call, member: str) -> Reply:
    """Say what a member can take, and whether they are away."""
    found = record_id(member)
    only_parameters()
    return Reply({"data": rules.change_member(call.unit, call.actor, LEAD, found, call.body())})


@assignment.post("/leads/<record>/assign")
@in_workspace
def assign_lead(call: Call, record: str) -> Reply:
    """Give a lead to whom the rules name now."""
    found = record_id(record)
    only_parameters()
    document = assigning.assign_one(call.unit, call.actor, LEAD, found)
    return Reply(document, headers=etag(document["version"]))
