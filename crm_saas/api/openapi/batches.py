"""The description of acts on many records."""

from __future__ import annotations

from typing import Final

from apispec import APISpec

from crm_saas.api.openapi.shapes import (
    ANYTHING,
    IN_WORKSPACE,
    INSTANT,
    INTEGER,
    NUMBER,
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
    page,
    path,
    query,
    record,
    ref,
    table,
)
from crm_saas.api.v1.batches import MOST_BATCHES
from crm_saas.crm.batches.acting import DELETE, GONE, UNDO, UPDATE
from crm_saas.crm.batches.service import COUNTS, MOST_IDS, MOST_SEARCHED, MOST_SHOWN, PREVIEWED, STATES
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.crm.records.undoing import COMMENTED, DELETED, EDITED, ERASED, TAKEN

_TAG: Final = "batches"
_READ: Final = (401, 403, 404, 422)
_ACT: Final = (400, 401, 403, 404, 409, 413, 415, 422)
_ID: Final = in_path("The id of a job, which is the `batch_id` of the events it causes.")
_BATCH: Final = ref("Batch")


def add(spec: APISpec) -> None:
    """Add acts on many records."""
    spec.components.schema("Batch", _batch())
    spec.components.schema("BatchInput", _input())
    fault = ref("FieldProblem")
    spec.components.schema(
        "LeftAlone",
        record(
            {
                "id": UUID,
                "display_name": nullable(STRING),
                "reason": one_of("refused", GONE, EDITED, DELETED, TAKEN, COMMENTED, ERASED),
                "fields": many(STRING),
                "errors": many(fault),
            }
        ),
    )
    spec.components.schema(
        "BatchPreview",
        record(
            {
                "count": ref("Count"),
                "missing": INTEGER,
                "looked_at": INTEGER,
                "changed": INTEGER,
                "unchanged": INTEGER,
                "left": many(ref("LeftAlone")),
            }
        ),
    )
    _add_paths(spec)


def _add_paths(spec: APISpec) -> None:
    limit = query("limit", {**INTEGER, "minimum": 1, "maximum": MOST_BATCHES, "default": 50})
    asked = body(ref("BatchInput"))
    started = {202: answer("Asked for.", _BATCH, headers=("Location",))}
    path(
        spec,
        "/api/v1/batches",
        get=operation(
            "listBatches", "One's own jobs, the newest first", _TAG, {200: answer("A page.", page(_BATCH))},
            security=IN_WORKSPACE, parameters=[limit, query("cursor", STRING)], refusals=_READ,
        ),
        post=operation(
            "startBatch", "Change or delete many records", _TAG, started,
            security=IN_WORKSPACE, request_body=asked, refusals=_ACT,
        ),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/batches/preview",
        post=operation(
            "previewBatch", f"How many are chosen, and what would become of the first {PREVIEWED}", _TAG,
            {200: answer("Nothing is stored.", ref("BatchPreview"))},
            security=IN_WORKSPACE, request_body=asked, refusals=_ACT,
        ),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/batches/{id}",
        get=operation(
            "readBatch", "One job, its progress included", _TAG, {200: answer("The job.", _BATCH)},
            security=IN_WORKSPACE, parameters=[_ID], refusals=_READ,
        ),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/batches/{id}/left",
        get=operation(
            "leftAloneByBatch", f"The first {MOST_SHOWN} records it left alone, and why", _TAG,
            {200: answer("Those it kept.", data(ref("LeftAlone")))},
            security=IN_WORKSPACE, parameters=[_ID], refusals=_READ,
        ),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/batches/{id}/cancel",
        post=operation(
            "cancelBatch", "Stop after the records it is at", _TAG, {202: answer("Asked for.", _BATCH)},
            security=IN_WORKSPACE, parameters=[_ID], refusals=_ACT,
        ),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/batches/{id}/undo",
        post=operation(
            "undoBatch", "Take back what it did, but for what was edited since", _TAG, started,
            security=IN_WORKSPACE, parameters=[_ID], refusals=_ACT,
        ),
    )  # fmt: skip


def _input() -> Json:
    return {
        **form(
            {
                "object": one_of(*(rtype.name for rtype in REGISTRY)),
                "kind": one_of(UPDATE, DELETE),
                "ids": many(UUID, most=MOST_IDS),
                "filter": {"anyOf": [ref("Filter"), {"type": "null"}]},
                "q": {**STRING, "maxLength": MOST_SEARCHED},
                "set": table(ANYTHING),
                "add": table(many(STRING)),
                "remove": table(many(STRING)),
            },
            required=("kind",),
        ),
        "description": (
            "Either `ids` or `filter` (null: all), with `q` only what that search finds. `set` as in a change of one; "
            "`add`, `remove` for tags."
        ),
    }


def _batch() -> Json:
    progress = record(
        {"done": INTEGER, "total": INTEGER, "records_per_second": nullable(NUMBER), "seconds_left": nullable(NUMBER)}
    )
    return record(
        {
            "id": UUID,
            "object": STRING,
            "kind": one_of(UPDATE, DELETE, UNDO),
            "state": one_of(*STATES),
            "chosen": nullable(INTEGER),
            "filter": {"anyOf": [ref("Filter"), {"type": "null"}]},
            "set": table(ANYTHING),
            "add": table(many(STRING)),
            "remove": table(many(STRING)),
            "undoes_id": nullable(UUID),
            "undone_by_id": nullable(UUID),
            "progress": progress,
            "counts": record(dict.fromkeys(COUNTS, INTEGER)),
            "error": nullable(record({"code": STRING, "detail": STRING})),
            "created_at": INSTANT,
            "finished_at": nullable(INSTANT),
        }
    )
