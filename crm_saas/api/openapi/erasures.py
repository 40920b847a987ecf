"""The description of what is held about persons, and of its erasure."""

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
from crm_saas.crm.erasure.records import MODES
from crm_saas.crm.erasure.service import DONE, FAILED, QUEUED, STATES
from crm_saas.crm.records.registry import REGISTRY

_TAG: Final = "privacy"
_READ: Final = (401, 403, 404, 422)
_ACT: Final = (400, 401, 403, 404, 409, 413, 415, 422, 429)
_ID: Final = in_path("The id of a search, which becomes an erasure when it is confirmed.")
_ERASURE: Final = ref("Erasure")


def add(spec: APISpec) -> None:
    """Add searches for persons and erasures."""
    place = {"place": {**STRING, "description": "A table, or uploads, rejects, exports, mails."}, "count": INTEGER}
    spec.components.schema("PlaceCount", record(place))
    counts = many(ref("PlaceCount"))
    found = {
        "type": STRING, "id": UUID, "display_name": STRING, "named": BOOLEAN, "shares": many(one_of("email", "phone")),
        "deleted": BOOLEAN, "places": counts,
    }  # fmt: skip
    spec.components.schema("PersonRecord", record(found))
    erasure = {
        "id": UUID, "state": one_of(*STATES), "title": {**STRING, "description": "What is typed to confirm."},
        "person": record({name: many(STRING) for name in ("emails", "phones", "names")}),
        "records": many(ref("PersonRecord")),
        "places": {**counts, "description": "What says it and belongs to none of these records."},
        "names": {**counts, "description": "What holds no more than the name."},
        "mode": nullable(one_of(*MODES)), "result": counts, "created_at": INSTANT, "finished_at": nullable(INSTANT),
    }  # fmt: skip
    spec.components.schema("Erasure", record(erasure))
    certificate = {
        "id": UUID, "state": one_of(QUEUED, DONE, FAILED), "mode": one_of(*MODES), "asked_by_id": UUID,
        "asked_at": INSTANT, "finished_at": nullable(INSTANT), "records": INTEGER, "counts": counts,
        "kept": {**INTEGER, "description": "Addresses and numbers that other records have too."},
        "tables": {**INTEGER, "description": "Looked through afterwards, nothing found."}, "files": INTEGER,
    }  # fmt: skip
    spec.components.schema("ErasureCertificate", record(certificate))
    _add_paths(spec)


def _add_paths(spec: APISpec) -> None:
    named = form({"type": one_of(*(rtype.name for rtype in REGISTRY)), "id": UUID}, required=("type", "id"))
    subject = form({"record": named, "email": STRING, "phone": STRING})
    waiting = many(record({"id": UUID, "state": one_of(QUEUED, FAILED)}))
    listed = record({"data": many(ref("ErasureCertificate")), "waiting": waiting})
    path(
        spec,
        "/api/v1/erasures",
        get=operation(
            "listErasures", "What was erased, the newest first, and what waits", _TAG,
            {200: answer("As asked.", listed)}, security=IN_WORKSPACE, refusals=_READ,
        ),
        post=operation(
            "lookForPerson", "Look for everything that is held about a person", _TAG,
            {202: answer("Asked for.", _ERASURE, headers=("Location",))}, security=IN_WORKSPACE,
            request_body=body({**subject, "description": "One of the three."}), refusals=_ACT,
        ),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/erasures/{id}",
        get=operation(
            "readErasure", "What a search has found, or how far an erasure is", _TAG, {200: answer("It.", _ERASURE)},
            security=IN_WORKSPACE, parameters=[_ID], refusals=_READ,
        ),
        delete=operation(
            "forgetSearch", "Give up a search, with what it has found", _TAG, {204: answer("Forgotten.")},
            security=IN_WORKSPACE, parameters=[_ID], refusals=_ACT,
        ),
    )  # fmt: skip
    confirmed = form(
        {"mode": one_of(*MODES), "records": many(named), "by_name": BOOLEAN, "typed": STRING},
        required=("mode", "records", "typed"),
    )
    path(
        spec,
        "/api/v1/erasures/{id}/confirm",
        post=operation(
            "confirmErasure", "Erase what a search has found; it cannot be undone", _TAG,
            {202: answer("Asked for.", _ERASURE)}, security=IN_WORKSPACE, parameters=[_ID],
            request_body=body(confirmed), refusals=_ACT,
        ),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/erasures/{id}/download",
        get=operation(
            "downloadPerson", "Everything that a search has found, to be handed to the person", _TAG,
            {200: answer("The file.", ANYTHING)}, security=IN_WORKSPACE, parameters=[_ID], refusals=(*_READ, 409),
        ),
    )  # fmt: skip
