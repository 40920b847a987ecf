"""The description of how long records are kept."""

from __future__ import annotations

from typing import Final

from apispec import APISpec

from crm_saas.api.openapi.shapes import (
    ANYTHING,
    BOOLEAN,
    IN_WORKSPACE,
    INSTANT,
    INTEGER,
    STRING,
    UUID,
    answer,
    body,
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
from crm_saas.crm.batches.service import STATES
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.crm.retention.rules import MOST_MONTHS

_TAG: Final = "privacy"
_READ: Final = (401, 403, 404, 422)
_ACT: Final = (400, 401, 403, 404, 409, 412, 413, 415, 422, 428)
_IF_MATCH: Final = {"name": "If-Match", "in": "header", "required": True, "schema": STRING}
_MONTHS: Final = {**INTEGER, "minimum": 1, "maximum": MOST_MONTHS}


def add(spec: APISpec) -> None:
    """Add the rules of retention and what they have deleted."""
    objects = one_of(*(rtype.name for rtype in REGISTRY))
    count = record({"value": INTEGER, "exact": BOOLEAN})
    asked = {"months": nullable(_MONTHS), "filter": nullable(ANYTHING), "history_months": nullable(_MONTHS)}
    rule = {
        "object": objects, **asked, "next_run_at": nullable(INSTANT),
        "due": {**nullable(count), "description": "What goes then, if nothing happens on it."}, "version": INTEGER,
    }  # fmt: skip
    spec.components.schema("RetentionRule", record(rule))
    spec.components.schema("RetentionRuleInput", form(asked, required=tuple(asked)))
    run = {
        "id": UUID, "object": objects, "months": INTEGER, "filter": nullable(ANYTHING), "started_at": INSTANT,
        "erase_at": {**INSTANT, "description": "Until then it can be brought back."},
        "erased_at": nullable(INSTANT), "state": one_of(*STATES), "deleted": INTEGER,
        "undoing": {**nullable(one_of(*STATES)), "description": "How far it is brought back; null: nobody asked."},
    }  # fmt: skip
    spec.components.schema("RetentionRun", record(run))
    listed = record({"data": many(ref("RetentionRule")), "runs": many(ref("RetentionRun"))})
    path(
        spec,
        "/api/v1/retention",
        get=operation(
            "readRetention", "How long records are kept, and what was deleted for it", _TAG,
            {200: answer("Both.", listed)}, security=IN_WORKSPACE, refusals=_READ,
        ),
    )  # fmt: skip
    named = {**in_path("The name of an object."), "schema": objects}
    path(
        spec,
        "/api/v1/retention/{id}",
        put=operation(
            "changeRetention", "Say how long records of a type are kept; If-Match is 0 where nothing was said", _TAG,
            {200: answer("The rule.", ref("RetentionRule"))}, security=IN_WORKSPACE, parameters=[named, _IF_MATCH],
            request_body=body(ref("RetentionRuleInput")), refusals=_ACT,
        ),
    )  # fmt: skip
    shown = record({"id": UUID, "display_name": STRING, "last_at": INSTANT})
    path(
        spec,
        "/api/v1/retention/{id}/preview",
        post=operation(
            "previewRetention", "How many records a rule would delete now", _TAG,
            {200: answer("The longest untouched by name.", record({"count": count, "records": many(shown)}))},
            security=IN_WORKSPACE, parameters=[named],
            request_body=body(form({"months": _MONTHS, "filter": nullable(ANYTHING)}, required=("months",))),
            refusals=_ACT,
        ),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/retention/runs/{id}/undo",
        post=operation(
            "undoRetention", "Bring back what a rule has deleted", _TAG,
            {202: answer("The job that does it.", ref("Batch"), headers=("Location",))}, security=IN_WORKSPACE,
            parameters=[in_path("The id of a deletion.")], refusals=_ACT,
        ),
    )  # fmt: skip
