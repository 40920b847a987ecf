"""The description of roles, teams, and why somebody may or may not do something to a record."""

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
    query,
    record,
    ref,
    table,
)
from crm_saas.crm.records.access import ON_RECORDS, RULES
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.tenants.roles import ACTIONS, FIELD_ACCESS, LEVELS, LEVELS_OF, POWERS, SHIPPED

_TAG: Final = "rights"
_READ: Final = (401, 403, 404, 422)
_ACT: Final = (400, 401, 403, 404, 409, 413, 415, 422)
_ROLE: Final[Json] = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": STRING,
    "description": "The key of a role of the workspace's own.",
}


def add(spec: APISpec) -> None:
    """Add everything about rights."""
    _add_roles(spec)
    _add_teams(spec)
    _add_access(spec)


def _add_roles(spec: APISpec) -> None:
    levels = {action: one_of(*LEVELS_OF[action]) for action in ACTIONS}
    spec.components.schema("RoleLevels", record(levels))
    spec.components.schema("RoleRights", record(
        {
            "types": {**table(ref("RoleLevels")), "description": "By record type."},
            "fields": {**table(table(one_of(*FIELD_ACCESS))), "description": "By record type and field."},
            "powers": many(one_of(*POWERS)),
        }
    ))  # fmt: skip
    spec.components.schema("Role", record(
        {
            "key": STRING, "label": nullable(STRING), "based_on": nullable(one_of(*SHIPPED)), "own": BOOLEAN,
            "rights": ref("RoleRights"), "version": nullable(INTEGER), "members": INTEGER,
            "may_give": {**BOOLEAN, "description": "Whether the caller may give it, or change who has it."},
        }
    ))  # fmt: skip
    spec.components.schema("RoleRightsDraft", form(
        {
            "types": table(form(levels)),
            "fields": table(table(one_of(*FIELD_ACCESS, "writable"))),
            "powers": many(one_of(*POWERS)),
        }
    ))  # fmt: skip
    new = form(
        {
            "label": STRING,
            "based_on": one_of(*SHIPPED),
            "copy_of": {**STRING, "description": "The key of the role it starts as; else that of `based_on`."},
            "rights": ref("RoleRightsDraft"),
        },
        required=("label", "based_on"),
    )
    changed = form({"label": STRING, "rights": ref("RoleRightsDraft")})
    tagged = {200: answer("The role.", ref("Role"), headers=("ETag",))}
    made = {201: answer("The role.", ref("Role"), headers=("ETag", "Location"))}
    path(
        spec,
        "/api/v1/roles",
        get=_operation("listRoles", "The roles: those that are shipped, then the workspace's own",
                       {200: answer("All of them.", data(ref("Role")))}),
        post=_operation("addRole", "Add a role as a copy of another", made, new),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/roles/{id}",
        patch=_operation("changeRole", "Change a role of the workspace's own", tagged, changed, at=_ROLE, tagged=True),
        delete=_operation(
            "removeRole", "Remove a role that nobody has", {204: answer("Removed.")}, at=_ROLE, acts=True
        ),
    )


def _add_teams(spec: APISpec) -> None:
    spec.components.schema("Team", record(
        {"id": UUID, "name": STRING, "parent_id": nullable(UUID), "position": INTEGER, "members": INTEGER}
    ))  # fmt: skip
    draft = {"name": STRING, "parent_id": nullable(UUID), "position": INTEGER}
    made = {201: answer("The team.", ref("Team"), headers=("Location",))}
    at = in_path("The id of a team.")
    path(
        spec,
        "/api/v1/teams",
        get=_operation("listTeams", "The teams, those above before those below",
                       {200: answer("All of them.", data(ref("Team")))}),
        post=_operation("addTeam", "Add a team", made, form(draft, required=("name",))),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/teams/{id}",
        patch=_operation(
            "changeTeam", "Rename or move a team", {200: answer("The team.", ref("Team"))}, form(draft), at=at
        ),
        delete=_operation("removeTeam", "Remove a team that nobody is in", {204: answer("Removed.")}, at=at, acts=True),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/members/{id}/team",
        put=_operation(
            "moveMember", "Put a member into a team, or into none",
            {200: answer("Where they are now.", record({"id": UUID, "team_id": nullable(UUID)}))},
            form({"team_id": nullable(UUID)}, required=("team_id",)), at=in_path("The id of a member."),
        ),
    )  # fmt: skip


def _add_access(spec: APISpec) -> None:
    named = record({"id": UUID, "name": STRING})
    decided = record(
        {"action": one_of(*ON_RECORDS), "allowed": BOOLEAN, "level": one_of(*LEVELS), "rule": one_of(*RULES)}
    )
    spec.components.schema("RecordAccess", record(
        {
            "member": record({"id": UUID, "name": STRING, "active": BOOLEAN}),
            "role": record({"key": STRING, "label": nullable(STRING)}),
            "owner": nullable(record({"id": UUID, "name": nullable(STRING)})),
            "member_team": nullable(named),
            "owner_team": nullable(named),
            "actions": many(decided),
            "hidden": many(STRING),
            "read_only": many(STRING),
        }
    ))  # fmt: skip
    for rtype in REGISTRY:
        name = rtype.name.title().replace("_", "")
        path(
            spec,
            f"/api/v1/{rtype.plural}/{{id}}/access",
            get=operation(
                f"access{name}", "What a member may do to it, and by which rule", rtype.plural,
                {200: answer("What they may do.", ref("RecordAccess"))},
                security=IN_WORKSPACE, refusals=_READ,
                parameters=[in_path("The id of a record."), query("member", UUID, "About whom; else the caller.")],
            ),
        )  # fmt: skip


def _operation(
    name: str,
    summary: str,
    responses: dict[int, Json],
    sent: Json | None = None,
    *,
    at: Json | None = None,
    acts: bool = False,
    tagged: bool = False,
) -> Json:
    parameters: list[Any] = [] if at is None else [at]
    if tagged:
        parameters.append({"name": "If-Match", "in": "header", "required": True, "schema": STRING})
    refusals = _ACT if acts or sent is not None else _READ
    return operation(
        name,
        summary,
        _TAG,
        responses,
        security=IN_WORKSPACE,
        refusals=(*refusals, 412, 428) if tagged else refusals,
        parameters=parameters,
        request_body=None if sent is None else body(sent),
    )
