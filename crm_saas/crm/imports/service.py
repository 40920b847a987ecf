"""Imports as their users act on them: upload, choose, preview, start, cancel, undo."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import or_, select

from crm_saas.crm.imports.mapping import MappingProblem, guess_hints, suggest, unmapped
from crm_saas.crm.imports.model import Import
from crm_saas.crm.imports.options import (
    BAD_CELLS,
    DATE_ORDERS,
    DECIMALS,
    DUPLICATES,
    OWNERS,
    RULES,
    Options,
    importable,
)
from crm_saas.crm.imports.plan import Planned, Planner
from crm_saas.crm.imports.reading import ENCODINGS, Detected, FileProblem, Hints, detect, sample, staged_files
from crm_saas.crm.records.actor import Actor, members_by_key
from crm_saas.crm.records.fields import Field
from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.kernel import jobs
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from crm_saas.kernel.files import file_store
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork

READY, QUEUED, RUNNING = "ready", "queued", "running"
CANCELLING, CANCELLED, DONE, FAILED = "cancelling", "cancelled", "done", "failed"
UNDOING, UNDONE = "undoing", "undone"
AT_WORK: Final = (QUEUED, RUNNING, CANCELLING, UNDOING)
"""States in which a worker has something to do."""
COUNTS: Final = ("created", "updated", "filled", "skipped", "rejected")
PREVIEW_ROWS: Final = 20
SAMPLE_ROWS: Final = 200
"""Rows looked at to match columns and guess habits."""
_READING: Final = ("encoding", "delimiter", "has_header", "sheet")
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "duplicates": DUPLICATES,
    "date_order": DATE_ORDERS,
    "decimal": DECIMALS,
    "bad_cells": BAD_CELLS,
    "unowned": OWNERS,
}
_READING_CHOICES: Final[dict[str, tuple[str, ...]]] = {"encoding": tuple(ENCODINGS), "delimiter": (",", ";", "\t", "|")}
_MAY_BE_NONE: Final = frozenset({"date_order", "decimal", "encoding", "delimiter"})
_TYPES: Final = {"has_header": bool | None, "sheet": str | None, "external_system": str | None}
MOST_SYSTEM: Final = 60


def rtype_of(run: Import) -> RecordType:
    """Return the record type that an import fills."""
    rtype = REGISTRY.find(run.record_type)
    if rtype is None:
        raise NotFound
    return rtype


def read_file(path: Path, filename: str, hints: Hints) -> Detected:
    """Look at a file outside any transaction; `Invalid` says why it cannot be read."""
    try:
        return detect(path, filename=filename, hints=hints)
    except FileProblem as problem:
        raise Invalid(
            problem.detail, errors=[FieldError("/file", problem.code, problem.detail, problem.params)]
        ) from None


def first_options(
    path: Path, detected: Detected, rtype: RecordType, *, filename: str, actor: Actor | None = None
) -> Options:
    """Return the options a new import starts with: columns matched, habits of the file guessed."""
    options = Options(detected=detected.to_json(), external_system=_system_name(filename))
    return _matched(path, options, rtype, actor)


def _matched(path: Path, options: Options, rtype: RecordType, actor: Actor | None) -> Options:
    detected = options.reading
    cells = [row.cells for row in sample(path, detected, SAMPLE_ROWS) if row.problem is None]
    fields = importable(rtype, actor)
    mapping = suggest(detected.headers, cells, fields)
    date_order, decimal = guess_hints(cells, mapping, fields)
    return replace(
        options,
        mapping={str(index): target for index, target in mapping.items()},
        date_order=date_order,
        decimal="." if detected.format == "xlsx" else decimal,  # the numbers of a sheet are always read with a point
    )


def _system_name(filename: str) -> str:
    """Name the system that bare ids come from after the file, until somebody says better."""
    return Path(filename).stem.strip()[:MOST_SYSTEM] or "import"


def create(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, *, filename: str, file_key: str, size: int, options: Options
) -> Import:
    """Add an import of a stored file."""
    actor.require("import", rtype)
    run = Import(
        id=uuid7(),
        record_type=rtype.name,
        filename=filename,
        size=size,
        file_key=file_key,
        state=READY,
        options=options.to_json(),
        progress=new_progress(),
        result={},
        created_at=now(),
        created_by_id=actor.user_id,
        started_at=None,
        finished_at=None,
        lease_until=None,
        version=1,
    )
    unit.session.add(run)
    unit.session.flush()
    return run


def new_progress() -> dict[str, Any]:
    """Return the progress of an import that has not begun."""
    return {"position": None, "rows": 0, "seconds": 0.0, "failures": 0, "rejects_size": 0} | dict.fromkeys(COUNTS, 0)


def get(unit: UnitOfWork, actor: Actor, import_id: uuid.UUID, *, lock: bool = False) -> Import:
    """Return an import; `NotFound` if there is none, or one of somebody else where the actor has only their own."""
    run = unit.session.get(Import, import_id, with_for_update=lock)
    if run is None:
        raise NotFound
    rtype = rtype_of(run)
    actor.require("import", rtype)
    if actor.level("import", rtype) != "all" and run.created_by_id != actor.user_id:
        raise NotFound
    return run


def recent(unit: UnitOfWork, actor: Actor, *, before: uuid.UUID | None, limit: int) -> list[Import]:
    """Return imports, the newest first, one more than `limit` if there are more."""
    for rtype in REGISTRY:
        actor.require("import", rtype)
    whole = [rtype.name for rtype in REGISTRY if actor.level("import", rtype) == "all"]
    shown = or_(Import.created_by_id == actor.user_id, Import.record_type.in_(whole))
    statement = select(Import).where(shown).order_by(Import.id.desc()).limit(limit + 1)
    if before is not None:
        statement = statement.where(Import.id < before)
    return list(unit.session.scalars(statement))


def changed_options(run: Import, actor: Actor, document: object, path: Path) -> Options:
    """Return the options after what a caller changed; reads the file again where that is needed.

    Called outside any transaction. Raises `Invalid` with a pointer for every fault.
    """
    if not isinstance(document, dict):
        raise Invalid(errors=[FieldError("", "wrong_type", "Expected an object.")])
    faults = [fault for name, value in document.items() if (fault := _fault_of(name, value)) is not None]
    if faults:
        raise Invalid(errors=faults)
    options = Options.from_json(run.options)
    chosen = {name: document[name] for name in _READING if name in document}
    if chosen:
        hints = {**options.hints, **chosen}
        detected = read_file(path, run.filename, Hints(**hints))
        options = _matched(path, replace(options, hints=hints, detected=detected.to_json()), rtype_of(run), actor)
    if "mapping" in document:
        merged = {**options.mapping, **document["mapping"]}
        options = replace(options, mapping={index: target for index, target in merged.items() if target is not None})
    if "external_system" in document:
        options = replace(options, external_system=(document["external_system"] or "").strip() or None)
    return replace(options, **{name: document[name] for name in _CHOICES if name in document})


def _fault_of(name: str, value: object) -> FieldError | None:
    """Return what is wrong with one option, if anything."""
    if name not in {*_READING, *_CHOICES, "mapping", "external_system"}:
        return FieldError(f"/{name[:100]}", "unknown_field", "There is no such option.")
    allowed = _CHOICES.get(name) or _READING_CHOICES.get(name)
    if allowed is not None:
        fits = value in allowed or (value is None and name in _MAY_BE_NONE)
        params = {"options": list(allowed)}
        return None if fits else FieldError(f"/{name}", "unknown_option", "Not one of the options.", params)
    if name == "external_system" and isinstance(value, str) and len(value) > MOST_SYSTEM:
        return FieldError(f"/{name}", "too_long", f"At most {MOST_SYSTEM} characters.", {"max": MOST_SYSTEM})
    fits = _is_mapping(value) if name == "mapping" else isinstance(value, _TYPES[name])
    return None if fits else FieldError(f"/{name}", "wrong_type", "Not the kind of value this option takes.")


def _is_mapping(value: object) -> bool:
    return isinstance(value, dict) and all(
        key.isascii() and key.isdigit() and len(key) < 5 and isinstance(target, str | None)
        for key, target in value.items()
    )


def set_options(unit: UnitOfWork, actor: Actor, import_id: uuid.UUID, options: Options) -> Import:
    """Keep changed options, if the mapping can be used and the import has not begun."""
    run = get(unit, actor, import_id, lock=True)
    _require_state(run, _may_start(run), "Its options can be changed only before it starts.")
    rtype = rtype_of(run)
    try:
        options.mapper(rtype, actor, members_by_key(unit))
    except MappingProblem as problem:
        raise Invalid(errors=[FieldError("/mapping", problem.code, problem.detail, problem.params)]) from None
    run.options = options.to_json()
    run.version += 1
    if run.state != READY:
        run.state, run.progress, run.result, run.finished_at = READY, new_progress(), {}, None
    return run


def preview(unit: UnitOfWork, actor: Actor, run: Import, limit: int) -> dict[str, Any]:
    """Show what would become of the first rows, and what is known of each column."""
    rtype = rtype_of(run)
    options = Options.from_json(run.options)
    detected = options.reading
    path = file_store().path(unit.workspace_id, run.file_key)
    rows = sample(path, detected, SAMPLE_ROWS)
    mapper = options.mapper(rtype, actor, members_by_key(unit))
    planner = Planner(rtype, mapper, options.duplicates, by_rules=options.unowned == RULES)
    plan = planner.plan(unit, actor, rows[:limit])
    cells = [row.cells for row in rows if row.problem is None]
    mapping = {int(index): target for index, target in options.mapping.items()}
    return {
        "columns": _columns(detected, cells, mapping, importable(rtype, actor)),
        "unmapped": unmapped(detected.headers, cells, mapping),
        "rows": [_row(rtype, row) for row in plan.rows],
    }


def _columns(
    detected: Detected, cells: list[list[str]], mapping: Mapping[int, str], fields: Sequence[Field]
) -> list[dict[str, Any]]:
    suggested = suggest(detected.headers, cells, fields)
    return [
        {
            "index": index,
            "header": header,
            "samples": [row[index] for row in cells if row[index]][:3],
            "field": mapping.get(index),
            "suggested": suggested.get(index),
        }
        for index, header in enumerate(detected.headers)
    ]


def _row(rtype: RecordType, row: Planned) -> dict[str, Any]:
    return {
        "line": row.line,
        "cells": row.cells,
        "values": rtype.as_json(row.values),
        "problems": [
            {
                "column": f.column,
                "field": f.field,
                "code": f.code,
                "detail": f.detail,
                "params": f.params,
                "fatal": f.fatal,
            }
            for f in row.faults
        ],
        "outcome": row.outcome,
        "duplicate_of": None if row.match is None else {"id": row.match[0], "display_name": row.match[1]},
    }


def _may_start(run: Import) -> bool:
    dry = bool(run.options.get("dry_run"))
    return run.state == READY or (dry and run.state in {DONE, CANCELLED, FAILED})


def start(unit: UnitOfWork, actor: Actor, import_id: uuid.UUID, *, dry_run: bool) -> Import:
    """Ask for the import, or for a dry run of it, which stores nothing."""
    run = get(unit, actor, import_id, lock=True)
    _require_state(run, _may_start(run), "It has been started already.")
    if not run.options["mapping"]:
        detail = "Say which column fills which field."
        raise Invalid(errors=[FieldError("/mapping", "nothing_mapped", detail)])
    run.options = {**run.options, "dry_run": dry_run}
    run.state, run.progress, run.result = QUEUED, new_progress(), {}
    run.started_at, run.finished_at, run.lease_until = now(), None, None
    run.version += 1
    unit.on_commit(hint, unit.workspace_id, run.id)
    return run


def cancel(unit: UnitOfWork, actor: Actor, import_id: uuid.UUID) -> Import:
    """Ask the import to stop after the chunk it is at; what is stored stays, and can be undone."""
    run = get(unit, actor, import_id, lock=True)
    if run.state != CANCELLING:
        _require_state(run, run.state in {QUEUED, RUNNING}, "Only a running import can be cancelled.")
        run.state = CANCELLING
        run.version += 1
    unit.on_commit(hint, unit.workspace_id, run.id)
    return run


def undo(unit: UnitOfWork, actor: Actor, import_id: uuid.UUID) -> Import:
    """Ask for the import's undoing: created records are removed, changed ones get their old values back."""
    run = get(unit, actor, import_id, lock=True)
    rtype = rtype_of(run)
    actor.require("delete", rtype)
    if actor.level("delete", rtype) != "all" and run.created_by_id != actor.user_id:
        raise Forbidden("Your role may not undo what others have imported.", action="delete", type=rtype.name)
    ended = run.state in {DONE, CANCELLED, FAILED} and not run.options.get("dry_run")
    _require_state(run, ended, "Only a finished import can be undone.")
    run.state, run.lease_until = UNDOING, None
    run.result = {
        **run.result,
        "undo": {"batch": str(uuid7()), "after": None, "removed": 0, "restored": 0, "skipped": 0},
    }
    run.version += 1
    unit.on_commit(hint, unit.workspace_id, run.id)
    return run


def _require_state(run: Import, fits: bool, detail: str) -> None:  # noqa: FBT001
    if not fits:
        raise Conflict(detail, code="wrong_state", state=run.state)


def hint(workspace_id: uuid.UUID, import_id: uuid.UUID) -> None:
    """Wake a worker for an import; the sweep does it otherwise."""
    jobs.enqueue("bulk", "crm_saas.crm.imports.jobs.work", workspace_id, import_id, unique=f"import:{import_id}")


def rejects_path(path: Path) -> Path:
    """Return where the rejected rows of an uploaded file are kept."""
    return path.with_name(f"{path.name}.rejects.csv")


def tidy(workspace_id: uuid.UUID, file_key: str, dry_run: bool) -> None:  # noqa: FBT001 - called on commit
    """After a run, remove the file it has read; after a dry run, only what that remembered."""
    path = file_store().path(workspace_id, file_key)
    seen_path(path).unlink(missing_ok=True)
    if not dry_run:
        for file in (*staged_files(path), path):
            file.unlink(missing_ok=True)


def seen_path(path: Path) -> Path:
    """Return where a dry run remembers the keys it has seen."""
    return path.with_name(f"{path.name}.seen")


def as_json(run: Import) -> dict[str, Any]:
    """Return the JSON form of the API."""
    options = Options.from_json(run.options)
    detected = options.reading
    progress = run.progress
    return {
        "id": run.id,
        "object": run.record_type,
        "filename": run.filename,
        "size": run.size,
        "state": run.state,
        "dry_run": options.dry_run,
        "format": detected.format,
        "encoding": detected.encoding,
        "delimiter": detected.delimiter,
        "has_header": detected.has_header,
        "sheet": detected.sheet,
        "sheets": list(detected.sheets),
        "headers": list(detected.headers),
        "notes": list(detected.notes),
        "mapping": options.mapping,
        "duplicates": options.duplicates,
        "external_system": options.external_system,
        "date_order": options.date_order,
        "decimal": options.decimal,
        "bad_cells": options.bad_cells,
        "unowned": options.unowned,
        "progress": _progress(progress, detected, finished=run.finished_at),
        "counts": {name: progress[name] for name in COUNTS},
        "undo": _undo(run.result.get("undo"), run.state),
        "error": run.result.get("error"),
        "created_at": run.created_at,
        "created_by_id": run.created_by_id,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }


def _progress(progress: Mapping[str, Any], detected: Detected, *, finished: datetime | None) -> dict[str, Any]:
    start = detected.start.offset
    total = max(detected.bytes_total - start, 0)
    done = 0 if progress["position"] is None else max(progress["position"][0] - start, 0)
    rate = progress["rows"] / progress["seconds"] if progress["seconds"] > 0 else None
    left = None
    if done and finished is None:
        left = max(total - done, 0) * progress["seconds"] / done
    return {
        "bytes_done": total if finished is not None and progress["position"] is not None else min(done, total),
        "bytes_total": total,
        "rows": progress["rows"],
        "rows_per_second": rate,
        "seconds_left": left,
    }


def _undo(undo_result: Mapping[str, Any] | None, state: str) -> dict[str, Any] | None:
    if undo_result is None or state not in {UNDOING, UNDONE}:
        return None
    return {name: undo_result[name] for name in ("removed", "restored", "skipped")}
