"""The description of the HTTP API, OpenAPI 3.1: made from the registry of record types, so that it keeps up."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from apispec import APISpec
from flask import Flask, Response

import crm_saas.crm.catalogue  # noqa: F401 - registers the record types
from crm_saas.api.auth import public
from crm_saas.api.openapi import (
    account,
    assignment,
    batches,
    comments,
    erasures,
    imports,
    keeping,
    notifications,
    people,
    qualification,
    records,
    retention,
    rights,
    search,
    session,
    shapes,
    views,
    workspace,
)
from crm_saas.crm.records.registry import REGISTRY

VERSION = "1.0"
ADDRESS = "/api/v1/openapi.json"
CACHE_SECONDS = 3600
_ABOUT = (
    "Every call to `/api/v1` names its workspace in the header `X-Workspace`. Refusals are problem documents "
    "(RFC 9457) with a stable `code`, and for a body or a query one entry of `errors` for each fault. Every answer "
    "carries `X-Request-Id`."
)


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """Return the whole description; the same object each time, not to be changed."""
    spec = APISpec("CRM", VERSION, "3.1.0", info={"description": _ABOUT})
    shapes.add(spec)
    session.add(spec)
    account.add(spec)
    workspace.add(spec)
    keeping.add(spec)
    erasures.add(spec)
    retention.add(spec)
    people.add(spec)
    search.add_shared(spec)
    rights.add(spec)
    comments.add_shared(spec)
    for rtype in REGISTRY:
        records.add(spec, rtype)
        comments.add(spec, rtype)
        notifications.add_record(spec, rtype)
    views.add(spec)
    imports.add(spec)
    batches.add(spec)
    qualification.add(spec)
    assignment.add(spec)
    search.add(spec)
    notifications.add(spec)
    described: dict[str, Any] = spec.to_dict()
    return described


def as_text() -> str:
    """Return the description as JSON, the same bytes for the same product."""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


def register(app: Flask) -> None:
    """Serve the description to everybody."""

    @app.get(ADDRESS)
    @public
    def openapi() -> Response:
        """Answer the description of the HTTP API."""
        response = Response(as_text(), content_type="application/json")
        response.cache_control.public = True
        response.cache_control.max_age = CACHE_SECONDS
        return response
