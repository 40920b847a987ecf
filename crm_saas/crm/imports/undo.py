"""Undoing an import from the event log: created records are removed, changed ones get their old values back.

A record edited since is left alone and listed. Whether a record has been dealt with is itself read from the log: the
undoing is a batch of its own, so a killed worker goes on where it was.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import exists, select, tuple_
from sqlalchemy.orm import aliased

from crm_saas.crm.imports import service
from crm_saas.crm.imports.model import Import
from crm_saas.crm.records import bulk
from crm_saas.crm.records.actor import load_actor
from crm_saas.crm.records.model import ExternalId
from crm_saas.crm.records.registry import RecordType
from crm_saas.crm.records.service import external_fields
from crm_saas.kernel import uow
from crm_saas.kernel.events import Event
from crm_saas.kernel.uow import UnitOfWork

CHUNK_RECORDS: Final = 500
MOST_CONFLICTS: Final = 100


def work(workspace_id: uuid.UUID, import_id: uuid.UUID, *, until: float) -> bool:
    """Undo until the given monotonic time; True if there is more to do."""
    while time.monotonic() < until:
        if not _step(workspace_id, import_id):
            return False
    return True


def _step(workspace_id: uuid.UUID, import_id: uuid.UUID) -> bool:
    with uow.tenant(workspace_id) as unit:
        run = unit.session.get(Import, import_id, with_for_update=True)
        if run is None or run.state != service.UNDOING:
            return False
        state = dict(run.result["undo"])
        after = None if state["after"] is None else uuid.UUID(state["after"])
        ids = _records_after(unit, import_id, after)
        if not ids:
            run.state, run.lease_until = service.UNDONE, None
            run.version += 1
            return False
        removed, restored = _undo(unit, run, ids, batch=uuid.UUID(state["batch"]))
        state["removed"] += removed
        state["restored"] += restored
        state["skipped"] += len(ids) - removed - restored
        state["after"] = str(ids[-1])
        run.result = {**run.result, "undo": state}
        run.version += 1
    return True


def _records_after(unit: UnitOfWork, import_id: uuid.UUID, after: uuid.UUID | None) -> list[uuid.UUID]:
    statement = select(Event.record_id).where(Event.batch_id == import_id).distinct().order_by(Event.record_id)
    if after is not None:
        statement = statement.where(Event.record_id > after)
    return list(unit.session.scalars(statement.limit(CHUNK_RECORDS)))


def _undo(unit: UnitOfWork, run: Import, ids: Sequence[uuid.UUID], *, batch: uuid.UUID) -> tuple[int, int]:
    """Undo what the import did to some records; returns how many were removed and how many restored."""
    rtype = service.rtype_of(run)
    actor = load_actor(unit, run.created_by_id, "import", batch_id=batch)
    stored = bulk.read_locked(unit, rtype, ids)
    done = _by_record(unit, run.id, ids)
    untouched = {record_id: row for record_id, row in stored.items() if row.version == done[record_id][-1].version}
    gone = [row for record_id, row in untouched.items() if done[record_id][0].type == f"{rtype.name}.created"]
    bulk.delete_many(unit, actor, rtype, gone)
    removed = {row.id for row in gone}
    changes = [
        _change_back(rtype, row, done[record_id]) for record_id, row in untouched.items() if record_id not in removed
    ]
    changes = _without_taken_ids(unit, rtype, changes)
    bulk.update_many(unit, actor, rtype, changes)
    return len(gone), len(changes)


def _without_taken_ids(unit: UnitOfWork, rtype: RecordType, changes: list[bulk.Change]) -> list[bulk.Change]:
    """Leave out records whose old external id has been given to another record since."""
    wanted = {
        pair: change.record_id
        for change in changes
        for each in external_fields(rtype)
        for pair in change.after[each.name].items()
    }
    if not wanted:
        return changes
    holders = unit.connection.execute(
        select(ExternalId.system, ExternalId.value, ExternalId.record_id).where(
            ExternalId.record_type == rtype.name, tuple_(ExternalId.system, ExternalId.value).in_(sorted(wanted))
        )
    )
    taken = {wanted[system, value] for system, value, holder in holders if holder != wanted[system, value]}
    return [change for change in changes if change.record_id not in taken]


def _by_record(unit: UnitOfWork, import_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Event]]:
    """Return the import's events of each record, in order."""
    found: dict[uuid.UUID, list[Event]] = {}
    statement = select(Event).where(Event.batch_id == import_id, Event.record_id.in_(ids)).order_by(Event.id)
    for event in unit.session.scalars(statement):
        found.setdefault(event.record_id, []).append(event)
    return found


def _change_back(rtype: RecordType, row: Any, events: Sequence[Event]) -> bulk.Change:  # noqa: ANN401
    """Fold the import's events of one record into the values it had before the first of them."""
    before = rtype.values_of(row)
    old: dict[str, Any] = {}
    for event in events:
        for name, pair in event.changes.items():
            old.setdefault(name, pair[0])
    return bulk.Change(row.id, row.version, before, {**before, **rtype.from_json(old)})


def conflicts(unit: UnitOfWork, run: Import) -> list[dict[str, Any]]:
    """Return at most 100 records the undoing left alone: `{id, display_name, reason}`, `edited` or `deleted`."""
    state = run.result.get("undo")
    if state is None:
        return []
    rtype = service.rtype_of(run)
    table = rtype.table
    undone = aliased(Event)
    handled = exists().where(undone.batch_id == uuid.UUID(state["batch"]), undone.record_id == Event.record_id)
    statement = (
        select(Event.record_id, table.c.display_name)
        .outerjoin(table, table.c.id == Event.record_id)
        .where(Event.batch_id == run.id, ~handled)
        .distinct()
        .order_by(Event.record_id)
        .limit(MOST_CONFLICTS)
    )
    if state["after"] is not None:
        statement = statement.where(Event.record_id <= uuid.UUID(state["after"]))
    return [
        {"id": row.record_id, "display_name": row.display_name, "reason": "edited" if row.display_name else "deleted"}
        for row in unit.connection.execute(statement)
    ]
