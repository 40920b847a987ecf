"""The description of the search over every object."""

from __future__ import annotations

from typing import Final

from apispec import APISpec

from crm_saas.api.openapi.shapes import (
    BOOLEAN,
    IN_WORKSPACE,
    INSTANT,
    INTEGER,
    STRING,
    UUID,
    answer,
    many,
    nullable,
    one_of,
    operation,
    path,
    query,
    record,
    ref,
)
from crm_saas.api.v1.list_parameters import MOST_SEARCHED
from crm_saas.api.v1.search import DEFAULT_HITS, MOST_HITS
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.crm.search.service import CLOSENESS

_TAG: Final = "search"


def add_shared(spec: APISpec) -> None:
    """Add what the lists of objects use as well: what was searched for in place of what was typed."""
    spec.components.schema(
        "Corrected",
        {
            **record({"typed": STRING, "shown": STRING}),
            "description": "Nothing has what was `typed`; this is what was found for `shown`, which differs by a slip.",
        },
    )


def add(spec: APISpec) -> None:
    """Add the search over every object."""
    spec.components.schema("Piece", record({"text": STRING, "hit": BOOLEAN}))
    spec.components.schema(
        "SearchHit",
        record(
            {
                "type": one_of(*(rtype.name for rtype in REGISTRY)),
                "id": UUID,
                "display_name": STRING,
                "closeness": one_of(*CLOSENESS),
                "updated_at": INSTANT,
                "name": {**many(ref("Piece")), "description": "The display name, divided by what was typed."},
                "matched": {
                    **nullable(record({"field": STRING, "text": many(ref("Piece"))})),
                    "description": "The field that matched where the name does not show it.",
                },
                "note": {**nullable(STRING), "description": "What else it is known by."},
            }
        ),
    )
    found = record(
        {
            "data": many(ref("SearchHit")),
            "more": {**BOOLEAN, "description": "There are more than were asked for."},
            "corrected": nullable(ref("Corrected")),
        }
    )
    path(
        spec,
        "/api/v1/search",
        get=operation(
            "search",
            "Find records of every object: the nearest to what was typed first, then what changed last",
            _TAG,
            {200: answer("What the caller may see of it.", found)},
            security=IN_WORKSPACE,
            refusals=(401, 403, 404, 422),
            parameters=[
                query(
                    "q",
                    {**STRING, "maxLength": MOST_SEARCHED},
                    "Words, their beginnings, parts of an address, or digits.",
                ),
                query("types", STRING, "Names of objects, with commas: only these."),
                query("limit", {**INTEGER, "minimum": 1, "maximum": MOST_HITS, "default": DEFAULT_HITS}),
            ],
        ),
    )
