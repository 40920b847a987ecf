"""The description of imports."""

from __future__ import annotations

from typing import Final

from apispec import APISpec

from crm_saas.api.openapi.shapes import (
    ANYTHING,
    BOOLEAN,
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
from crm_saas.api.v1.imports import MOST_IMPORTS
from crm_saas.crm.imports.options import BAD_CELLS, DATE_ORDERS, DECIMALS, DUPLICATES, OWNERS
from crm_saas.crm.imports.service import (
    CANCELLED,
    CANCELLING,
    COUNTS,
    DONE,
    FAILED,
    PREVIEW_ROWS,
    QUEUED,
    READY,
    RUNNING,
    SAMPLE_ROWS,
    UNDOING,
    UNDONE,
)
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.crm.records.undoing import COMMENTED, DELETED, EDITED, ERASED

_TAG: Final = "imports"
_STATES: Final = (READY, QUEUED, RUNNING, CANCELLING, CANCELLED, DONE, FAILED, UNDOING, UNDONE)
_READ: Final = (401, 403, 404, 422)
_ACT: Final = (400, 401, 403, 404, 409, 410, 413, 415, 422)
_ID: Final = in_path("The id of an import.")
_IMPORT: Final = ref("Import")


def add(spec: APISpec) -> None:
    """Add imports."""
    spec.components.schema("Import", _import())
    spec.components.schema("ImportPatch", _patch())
    spec.components.schema("ImportPreview", _preview())
    spec.components.schema(
        "UndoConflict",
        record({"id": UUID, "display_name": nullable(STRING), "reason": one_of(EDITED, DELETED, COMMENTED, ERASED)}),
    )
    _add_collection(spec)
    _add_one(spec)
    for action, summary, request_body in (
        ("start", "Import, or try it without storing anything", body(form({"dry_run": BOOLEAN}))),
        ("cancel", "Stop after the chunk it is at", None),
        ("undo", "Remove what was created, put back what was changed, but for what was edited since", None),
    ):
        described = operation(
            f"{action}Import", summary, _TAG, {202: answer("Asked for.", _IMPORT)},
            security=IN_WORKSPACE, parameters=[_ID], request_body=request_body, refusals=_ACT,
        )  # fmt: skip
        path(spec, f"/api/v1/imports/{{id}}/{action}", post=described)


def _add_collection(spec: APISpec) -> None:
    upload = form({"file": {"type": "string", "format": "binary"}, "object": one_of(*_types())}, required=("file",))
    limit = query("limit", {**INTEGER, "minimum": 1, "maximum": MOST_IMPORTS, "default": 50})
    path(
        spec,
        "/api/v1/imports",
        get=operation(
            "listImports", "Imports, the newest first", _TAG, {200: answer("A page.", page(_IMPORT))},
            security=IN_WORKSPACE, parameters=[limit, query("cursor", STRING)], refusals=_READ,
        ),
        post=operation(
            "uploadImport", "Store a file and look at it; nothing is imported yet", _TAG,
            {201: answer("The new import.", _IMPORT, headers=("Location",))},
            security=IN_WORKSPACE, request_body=body(upload, kind="multipart/form-data"), refusals=_ACT,
        ),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/imports/sample",
        post=operation(
            "importSample", "Import sample data, which can be undone", _TAG, {202: answer("Asked for.", _IMPORT)},
            security=IN_WORKSPACE, refusals=_ACT,
        ),
    )  # fmt: skip


def _add_one(spec: APISpec) -> None:
    rows = query("limit", {**INTEGER, "minimum": 1, "maximum": SAMPLE_ROWS, "default": PREVIEW_ROWS})
    csv = {
        "description": "The rows that were rejected, with their reasons.",
        "content": {"text/csv": {"schema": STRING}},
    }
    path(
        spec,
        "/api/v1/imports/{id}",
        get=operation(
            "readImport", "One import, its progress included", _TAG, {200: answer("The import.", _IMPORT)},
            security=IN_WORKSPACE, parameters=[_ID], refusals=_READ,
        ),
        patch=operation(
            "changeImport", "Choose how the file is read and what goes where", _TAG,
            {200: answer("The import.", _IMPORT)},
            security=IN_WORKSPACE, parameters=[_ID], request_body=body(ref("ImportPatch")), refusals=_ACT,
        ),
    )  # fmt: skip
    for name, action, summary, response, parameters in (
        ("preview", "previewImport", "What would become of the first rows",
         answer("Columns and rows.", ref("ImportPreview")), [_ID, rows]),
        ("undo-conflicts", "listUndoConflicts", "What the undoing left alone, and why",
         answer("At most 100 records.", data(ref("UndoConflict"))), [_ID]),
        ("rejected", "downloadRejected", "Rejected rows as a file to correct and import again", csv, [_ID]),
    ):  # fmt: skip
        described = operation(
            action, summary, _TAG, {200: response}, security=IN_WORKSPACE, parameters=parameters, refusals=(*_READ, 410)
        )
        path(spec, f"/api/v1/imports/{{id}}/{name}", get=described)


def _types() -> list[str]:
    return [rtype.name for rtype in REGISTRY]


def _import() -> Json:
    return record(
        {
            "id": UUID,
            "object": one_of(*_types()),
            "filename": STRING,
            "size": {**INTEGER, "description": "Bytes."},
            "state": one_of(*_STATES),
            "dry_run": BOOLEAN,
            "format": one_of("csv", "xlsx"),
            "encoding": nullable(STRING),
            "delimiter": nullable(STRING),
            "has_header": BOOLEAN,
            "sheet": nullable(STRING),
            "sheets": many(STRING),
            "headers": many(STRING),
            "notes": {**many(STRING), "description": "Codes of what was noticed in the file."},
            "mapping": {**table(STRING), "description": "Index of a column, the field it fills."},
            "duplicates": one_of(*DUPLICATES),
            "external_system": nullable(STRING),
            "date_order": nullable(one_of(*DATE_ORDERS)),
            "decimal": nullable(one_of(*DECIMALS)),
            "bad_cells": one_of(*BAD_CELLS),
            "unowned": one_of(*OWNERS),
            "progress": record(
                {
                    "bytes_done": INTEGER,
                    "bytes_total": INTEGER,
                    "rows": INTEGER,
                    "rows_per_second": nullable(NUMBER),
                    "seconds_left": nullable(NUMBER),
                }
            ),
            "counts": record(dict.fromkeys(COUNTS, INTEGER)),
            "undo": nullable(record(dict.fromkeys(("removed", "restored", "skipped"), INTEGER))),
            "error": nullable(record({"code": STRING, "detail": STRING})),
            "created_at": INSTANT,
            "created_by_id": nullable(UUID),
            "started_at": nullable(INSTANT),
            "finished_at": nullable(INSTANT),
        }
    )


def _patch() -> Json:
    return form(
        {
            "encoding": nullable(STRING),
            "delimiter": nullable(one_of(",", ";", "\t", "|")),
            "has_header": nullable(BOOLEAN),
            "sheet": nullable(STRING),
            "mapping": {
                **table(nullable(STRING)),
                "description": "Only the columns named are changed; null leaves out.",
            },
            "duplicates": one_of(*DUPLICATES),
            "external_system": nullable(STRING),
            "date_order": nullable(one_of(*DATE_ORDERS)),
            "decimal": nullable(one_of(*DECIMALS)),
            "bad_cells": one_of(*BAD_CELLS),
            "unowned": one_of(*OWNERS),
        }
    )


def _preview() -> Json:
    column = {
        "index": INTEGER,
        "header": STRING,
        "samples": many(STRING),
        "field": nullable(STRING),
        "suggested": nullable(STRING),
    }
    problem = {
        "column": nullable(INTEGER),
        "field": nullable(STRING),
        "code": STRING,
        "detail": STRING,
        "params": {"type": "object", "additionalProperties": True},
        "fatal": BOOLEAN,
    }
    row = {
        "line": INTEGER,
        "cells": many(STRING),
        "values": table(ANYTHING),
        "problems": many(record(problem)),
        "outcome": one_of("create", "skip", "fill", "update", "reject"),
        "duplicate_of": nullable(record({"id": UUID, "display_name": STRING})),
    }
    return record({"columns": many(record(column)), "rows": many(record(row)), "unmapped": many(INTEGER)})
