"""The description of saved views."""

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
)
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.crm.views.reading import (
    AUDIENCES,
    LAYOUTS,
    LEAST_WIDTH,
    LONGEST_NAME,
    LONGEST_SEARCH,
    MOST_COLUMNS,
    MOST_POSITION,
    MOST_WIDTH,
)

_TAG: Final = "views"
_WORKS: Final = "False: it asks about something that the caller does not see or that is gone; its list is refused."
_IF_MATCH: Final[Json] = {"name": "If-Match", "in": "header", "required": True, "schema": STRING}


def add(spec: APISpec) -> None:
    """Add saved views."""
    _add_schemas(spec)
    changing: dict[str, Any] = {"security": IN_WORKSPACE, "parameters": [in_path("The id of a view."), _IF_MATCH]}
    tagged = answer("The view.", ref("SavedView"), headers=("ETag",))
    path(
        spec,
        "/api/v1/views",
        get=operation(
            "listViews", "The caller's own views of a type and those for everyone, in their order", _TAG,
            {200: answer("As asked.", data(ref("SavedView")))}, security=IN_WORKSPACE, refusals=(401, 403, 404, 422),
            parameters=[{**query("object", _types(), "The type of record."), "required": True}],
        ),
        post=operation(
            "createView", "Keep a view", _TAG, {201: tagged}, security=IN_WORKSPACE,
            refusals=(400, 401, 403, 404, 413, 415, 422), request_body=body(ref("SavedViewInput")),
        ),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/views/{id}",
        patch=operation(
            "changeView", "Change the members that the body names", _TAG, {200: tagged}, **changing,
            refusals=(400, 401, 403, 404, 412, 413, 415, 422, 428), request_body=body(ref("SavedViewPatch")),
        ),
        delete=operation(
            "deleteView", "Forget a view; the records it shows stay", _TAG, {204: answer("Deleted.")}, **changing,
            refusals=(401, 403, 404, 412, 422, 428),
        ),
    )  # fmt: skip


def _types() -> Json:
    return one_of(*(rtype.name for rtype in REGISTRY))


def _add_schemas(spec: APISpec) -> None:
    width = nullable({**INTEGER, "minimum": LEAST_WIDTH, "maximum": MOST_WIDTH})
    column = form({"field": STRING, "width": width}, required=("field",))
    spec.components.schema("ViewColumn", column)
    asked = {
        "filter": nullable(ref("Filter")),
        "q": {**STRING, "maxLength": LONGEST_SEARCH},
        "sort": nullable(STRING),
        "columns": nullable(many(ref("ViewColumn"), most=MOST_COLUMNS)),
    }
    silent = "A sort or columns of null are the type's own."
    spec.components.schema("ViewQuery", {**record(asked), "description": silent})
    shared = {
        "name": {**STRING, "minLength": 1, "maxLength": LONGEST_NAME},
        "audience": {
            **one_of(*AUDIENCES),
            "description": "Sharing with others than one's own team needs the power `views`.",
        },
        "team_id": {
            **nullable(UUID),
            "description": "The team that it is for, with those below; of the audience `team`.",
        },
        "layout": one_of(*LAYOUTS),
        "default_for": {
            **many(STRING),
            "description": "The roles whose list opens with it; they leave the view they had.",
        },
        "position": {**INTEGER, "minimum": 0, "maximum": MOST_POSITION},
    }
    written = {**shared, "query": form(asked)}
    spec.components.schema(
        "SavedView",
        record(
            {
                "id": UUID, "object": _types(), "owner_id": UUID, **shared, "query": ref("ViewQuery"),
                "may_change": BOOLEAN, "works": {**BOOLEAN, "description": _WORKS}, "version": INTEGER,
            }
        ),
    )  # fmt: skip
    spec.components.schema("SavedViewInput", form({"object": _types(), **written}, required=("object", "name")))
    spec.components.schema("SavedViewPatch", form(written))
