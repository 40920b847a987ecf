"""The description of what a workspace says about itself."""

from __future__ import annotations

from typing import Final, get_args

from apispec import APISpec

from crm_saas.api.openapi.records import add_shared
from crm_saas.api.openapi.shapes import (
    BOOLEAN,
    IN_WORKSPACE,
    INSTANT,
    INTEGER,
    STRING,
    UUID,
    Json,
    answer,
    data,
    many,
    nullable,
    one_of,
    operation,
    path,
    record,
    ref,
    table,
)
from crm_saas.crm.records.fields import KindName
from crm_saas.tenants.roles import ACTIONS, LEVELS_OF, POWERS

_TAG: Final = "workspace"
_REFUSALS: Final = (401, 404, 422)


def add(spec: APISpec) -> None:
    """Add the member, the objects and the members."""
    add_shared(spec)
    rights = sorted(ACTIONS)
    spec.components.schema("Me", _me(rights))
    spec.components.schema("Member", record(
        {"id": UUID, "name": STRING, "email": STRING, "role": STRING, "team_id": nullable(UUID), "active": BOOLEAN,
         "two_factor": {**BOOLEAN, "description": "Told to who may look after members."}},
        optional=("two_factor",),
    ))  # fmt: skip
    spec.components.schema("FieldOption", record(
        {"value": STRING, "label_key": nullable(STRING), "label": nullable(STRING)}
    ))  # fmt: skip
    spec.components.schema("Field", _FIELD)
    spec.components.schema("SystemField", _SYSTEM_FIELD)
    spec.components.schema("ObjectType", _OBJECT_TYPE)
    for name, action, summary, schema in (
        ("me", "readMe", "Who I am here, what I may do, what the plan allows and has used", ref("Me")),
        ("objects", "listObjects", "What tables, forms and filters are made of", data(ref("ObjectType"))),
        ("members", "listMembers", "Everybody who is or was a member", data(ref("Member"))),
    ):
        described = operation(
            action, summary, _TAG, {200: answer("As asked.", schema)}, security=IN_WORKSPACE, refusals=_REFUSALS
        )
        path(spec, f"/api/v1/{name}", get=described)
    path(
        spec,
        "/api/v1/openapi.json",
        get=operation(
            "readDescription", "This description", _TAG, {200: answer("OpenAPI 3.1.", {"type": "object"})}, security=[]
        ),
    )


def _me(rights: list[str]) -> Json:
    usage = {"seats": INTEGER, "records": INTEGER, "storage_bytes": INTEGER}
    return record(
        {
            "member": record({"id": UUID, "name": STRING, "role": STRING, "team_id": nullable(UUID)}),
            "two_factor_from": nullable(INSTANT),
            "powers": {**many(one_of(*POWERS)), "description": "What the role may do beside records."},
            "rights": {**table(many(one_of(*rights))), "description": "By record type: on some records at least."},
            "levels": {
                **table(record({action: one_of(*LEVELS_OF[action]) for action in ACTIONS})),
                "description": "By record type and action, how far it reaches.",
            },
            "workspace": record(
                {
                    "id": UUID,
                    **dict.fromkeys(("slug", "name", "timezone", "currency", "language", "country"), STRING),
                }
            ),
            "limits": record({**usage, "file_bytes": INTEGER}),
            "usage": record(usage),
            "onboarding": record({"has_records": BOOLEAN}),
        }
    )


_KIND: Final = one_of(*get_args(KindName))
_FLAGS: Final = (
    "required", "read_only", "filterable", "sortable", "importable", "personal", "list_default", "extensible",
)  # fmt: skip
_FIELD: Final = record(
    {
        "name": STRING,
        "kind": _KIND,
        "label_key": STRING,
        "group": STRING,
        **dict.fromkeys(_FLAGS, BOOLEAN),
        "max_length": nullable(INTEGER),
        "options": nullable(many(ref("FieldOption"))),
        "operators": many(STRING),
        "help_key": nullable(STRING),
    }
)
_SYSTEM_FIELD: Final = record(
    {
        "name": STRING,
        "kind": _KIND,
        "label_key": STRING,
        "sortable": BOOLEAN,
        "filterable": BOOLEAN,
        "operators": many(STRING),
    }
)
_OBJECT_TYPE: Final = record(
    {
        "name": STRING,
        "plural": STRING,
        "fields": many(ref("Field")),
        "system_fields": many(ref("SystemField")),
        "identity": {**many(STRING), "description": "At least one of these must hold something."},
        "transitions": {
            **table(table(many(STRING))),
            "description": "Field, its value, the values it may become.",
        },
        "reasons": {**table(table(STRING)), "description": "Field, its value, the field that then says why."},
        "default_sort": STRING,
    }
)
