"""The description of assignment: rules, what each member can take, trying them, and giving one lead away."""

from __future__ import annotations

from typing import Any, Final

from apispec import APISpec

from crm_saas.api.openapi.shapes import (
    BOOLEAN,
    IN_WORKSPACE,
    INTEGER,
    STRING,
    UUID,
    Json,
    answer,
    body,
    data,
    form,
    in_path,
    many,
    nullable,
    one_of,
    operation,
    path,
    record,
    ref,
)
from crm_saas.crm.assignment.assigning import FALLBACKS
from crm_saas.crm.assignment.people import KINDS
from crm_saas.crm.assignment.rules import LONGEST_NAME, MOST_CAPACITY, MOST_RULES

_TAG: Final = "assignment"
_READ: Final = (401, 403, 404, 422)
_WRITE: Final = (400, 401, 403, 404, 409, 413, 415, 422)
_ACT: Final = (401, 403, 404, 409, 422)
_IF_MATCH: Final[Json] = {"name": "If-Match", "in": "header", "required": True, "schema": STRING}


def add(spec: APISpec) -> None:
    """Add the settings and the acts."""
    _add_schemas(spec)
    whole = answer("The rules, and what holds for all of them.", ref("Assignment"))
    path(
        spec,
        "/api/v1/assignment",
        get=_operation(
            "readAssignment", "Whether rules assign leads; with the power `workspace` also what they are", {200: whole},
            _READ,
        ),
        patch=_operation(
            "changeAssignment", "Change the capacity of everybody, and what happens where no rule decides",
            {200: whole}, (*_WRITE, 412, 428), [_IF_MATCH], ref("AssignmentPatch"),
        ),
    )  # fmt: skip
    one = answer("The rule.", ref("AssignmentRule"), headers=("ETag",))
    at = in_path("The id of a rule.")
    path(
        spec,
        "/api/v1/assignment/rules",
        post=_operation("addRule", "Add a rule below the others", {201: one}, _WRITE, [], ref("AssignmentRuleInput")),
    )
    path(
        spec,
        "/api/v1/assignment/rules/order",
        put=_operation(
            "orderRules", "Put the rules into an order", {200: whole}, _WRITE, [],
            form({"ids": many(UUID, most=MOST_RULES)}, required=("ids",)),
        ),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/assignment/rules/{id}",
        patch=_operation(
            "changeRule", "Change the members that the body names", {200: one}, (*_WRITE, 412, 428), [at, _IF_MATCH],
            ref("AssignmentRuleInput"),
        ),
        delete=_operation(
            "removeRule", "Forget a rule; what it has assigned stays", {204: answer("Removed.")}, _ACT, [at]
        ),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/assignment/trial",
        post=_operation(
            "tryRules", "Which rule would take a lead, and who would get it now; nothing is changed",
            {200: answer("What would happen.", ref("AssignmentTrial"))}, _WRITE, [],
            form({"lead": UUID}, required=("lead",)),
        ),
    )  # fmt: skip
    _add_members(spec)


def _add_members(spec: APISpec) -> None:
    all_of_them = {200: answer("The active members.", data(ref("AssignmentLoad")))}
    path(
        spec,
        "/api/v1/assignment/members",
        get=_operation("listLoads", "What each member can take, and has", all_of_them, _READ),
    )
    path(
        spec,
        "/api/v1/assignment/members/{id}",
        patch=_operation(
            "changeLoad", "Say what a member can take, and whether they are away", all_of_them, _WRITE,
            [in_path("The id of a member.")], form({"capacity": _capacity(), "paused": BOOLEAN}),
        ),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/leads/{id}/assign",
        post=_operation(
            "assignLead", "Give a lead to whom the rules name now",
            {200: answer("The lead as it is now.", ref("Lead"), headers=("ETag",))}, _ACT,
            [in_path("The id of a lead.")],
        ),
    )  # fmt: skip


def _capacity() -> Json:
    return nullable({**INTEGER, "minimum": 0, "maximum": MOST_CAPACITY})


def _add_schemas(spec: APISpec) -> None:
    rule = {
        "name": {**STRING, "maxLength": LONGEST_NAME},
        "active": BOOLEAN,
        "filter": {**nullable(ref("Filter")), "description": "Null: every lead."},
        "kind": {**one_of(*KINDS), "description": "One member, a team with those below it, or all of sales."},
        "member_id": nullable(UUID),
        "team_id": nullable(UUID),
    }
    given = {**INTEGER, "description": "How many leads it has assigned."}
    spec.components.schema("AssignmentRule", record({"id": UUID, **rule, "given": given, "version": INTEGER}))
    spec.components.schema("AssignmentRuleInput", form(rule))
    policy = {
        "capacity": {**_capacity(), "description": "The most open leads of a member; null: no bound."},
        "fallback": {**one_of(*FALLBACKS), "description": "Where no rule holds, or nobody is free."},
        "fallback_id": nullable(UUID),
    }
    spec.components.schema("AssignmentPatch", form(policy))
    told = {**policy, "version": INTEGER, "rules": many(ref("AssignmentRule"))}
    spec.components.schema("Assignment", record({"active": BOOLEAN, **told}, optional=tuple(told)))
    spec.components.schema(
        "AssignmentLoad",
        record(
            {
                "id": UUID, "name": STRING, "sells": BOOLEAN,
                "may": {**BOOLEAN, "description": "May change leads at all; else no rule gives them any."},
                "capacity": {**nullable(INTEGER), "description": "Their own; null: as everybody."},
                "limit": nullable(INTEGER), "paused": BOOLEAN, "open": INTEGER,
            }
        ),
    )  # fmt: skip
    passed = record({"member": UUID, "why": one_of("may_not", "away", "full")})
    spec.components.schema(
        "AssignmentReason",
        record(
            {
                "why": one_of("rule", "no_rule", "nobody_free"),
                "rule": nullable(record({"id": UUID, "name": STRING})),
                "kind": one_of(*KINDS),
                "fallback": one_of(*FALLBACKS),
                "passed_over": many(passed),
            },
            optional=("kind", "fallback"),
        ),
    )
    tried = {"id": UUID, "name": STRING, "holds": BOOLEAN, "explanation": nullable(ref("Explanation"))}
    spec.components.schema(
        "AssignmentTrial",
        record({"owner_id": nullable(UUID), "why": ref("AssignmentReason"), "rules": many(record(tried))}),
    )


def _operation(
    name: str,
    summary: str,
    responses: dict[int, Json],
    refusals: tuple[int, ...],
    *more: Any,  # noqa: ANN401 - its parameters, then the schema of what is sent
) -> Json:
    parameters, sent = (*more, None, None)[:2]
    return operation(
        name, summary, _TAG, responses, security=IN_WORKSPACE, refusals=refusals, parameters=parameters or (),
        request_body=None if sent is None else body(sent),
    )  # fmt: skip
