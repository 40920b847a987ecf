"""Undoing an import from the event log: created records are removed, changed ones get their old values back.

A record edited since is left alone and listed. Whether a record has been dealt with is itself read from the log: the
undoing is a batch of its own, so a killed worker goes on where it was.
"""

from __future__ import annotations

import time
import uuid
from typing import Any, Final

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from crm_saas.crm.imports import service
from crm_saas.crm.imports.model import Import
from crm_saas.crm.records import undoing
from crm_saas.crm.records.actor import load_actor
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
        ids = undoing.records_after(unit, import_id, after, CHUNK_RECORDS)
        if not ids:
            run.state, run.lease_until = service.UNDONE, None
            run.version += 1
            return False
        actor = load_actor(unit, run.created_by_id, "import", batch_id=uuid.UUID(state["batch"]))
        undone = undoing.undo_some(unit, actor, service.rtype_of(run), import_id, ids)
        state["removed"] += undone.removed
        state["restored"] += undone.changed
        state["skipped"] += len(undone.left)
        state["after"] = str(ids[-1])
        run.result = {**run.result, "undo": state}
        run.version += 1
    return True


def conflicts(unit: UnitOfWork, run: Import) -> list[dict[str, Any]]:
    """Return at most 100 records the undoing left alone: `{id, display_name, reason}`."""
    state = run.result.get("undo")
    if state is None:
        return []
    rtype = service.rtype_of(run)
    table = rtype.table
    undone = aliased(Event)
    handled = exists().where(undone.batch_id == uuid.UUID(state["batch"]), undone.record_id == Event.record_id)
    statement = (
        select(Event.record_id, table.c.display_name, func.bool_or(Event.redacted.is_not(None)).label("erased"))
        .outerjoin(table, table.c.id == Event.record_id)
        .where(Event.batch_id == run.id, ~handled)
        .group_by(Event.record_id, table.c.display_name)
        .order_by(Event.record_id)
        .limit(MOST_CONFLICTS)
    )
    if state["after"] is not None:
        statement = statement.where(Event.record_id <= uuid.UUID(state["after"]))
    rows = unit.connection.execute(statement).all()
    said = undoing.commented(unit, rtype, [row.record_id for row in rows])
    return [{"id": row.record_id, "display_name": row.display_name, "reason": _reason(row, said)} for row in rows]


def _reason(row: Any, said: set[uuid.UUID]) -> str:  # noqa: ANN401
    if row.erased:
        return undoing.ERASED
    if row.display_name is None:
        return undoing.DELETED
    return undoing.COMMENTED if row.record_id in said else undoing.EDITED
