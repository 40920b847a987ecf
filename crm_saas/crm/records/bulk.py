"""Changing many records in one unit: COPY for what is new, pipelined statements for what changes, events for all.

Everything a caller of these does to one record follows the same rules as `records.service`; only the writing differs.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

import orjson
import psycopg
from psycopg import sql
from sqlalchemy import Table, bindparam, delete, insert, select, update

from crm_saas.crm.records import log
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.model import ExternalId
from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.crm.records.service import add_options, external_fields, filled, removal_changes, system_columns
from crm_saas.kernel.clock import now
from crm_saas.kernel.events import Event, Outbox
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork

_EVENT_TABLE: Final = cast("Table", Event.__table__)
_EXTERNAL_TABLE: Final = cast("Table", ExternalId.__table__)


@dataclass(slots=True)
class Change:
    """A stored record, locked for this unit, and what its values are to become."""

    record_id: uuid.UUID
    version: int
    """The version that is stored."""
    before: Values
    after: Values


def read_locked(unit: UnitOfWork, rtype: RecordType, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Read and lock records, always in the order of their ids, so that two bulk units never wait for each other."""
    wanted = list(ids)
    if not wanted:
        return {}
    statement = select(rtype.table).where(rtype.table.c.id.in_(wanted)).order_by(rtype.table.c.id).with_for_update()
    return {row.id: row for row in unit.connection.execute(statement)}


def insert_many(
    unit: UnitOfWork,
    actor: Actor,
    rtype: RecordType,
    new: Sequence[tuple[uuid.UUID, Values]],
    *,
    told: Mapping[uuid.UUID, log.Changes] | None = None,
) -> None:
    """Store new records, given as (id, whole checked values), with one `created` event each.

    Arguments: `told` what the event of a record tells beside its fields.
    Raises `IntegrityError` or psycopg's `UniqueViolation` if somebody took an external id since it was looked up.
    """
    if not new:
        return
    names = [column.name for column in rtype.table.columns]
    rows = []
    events = []
    for record_id, values in new:
        stored = {**system_columns(actor, record_id), **rtype.column_values(values)}
        rows.append([_copied(stored[name]) for name in names])
        changes: dict[str, Any] = {name: (None, after) for name, after in rtype.as_json(filled(rtype, values)).items()}
        changes |= (told or {}).get(record_id, {})
        events.append(log.event_row(actor, rtype, "created", record_id, version=1, changes=changes))
    copy_rows(unit, rtype.table, names, rows)
    claims = [pair for record_id, values in new for pair in _claims(rtype, record_id, values)]
    copy_rows(unit, _EXTERNAL_TABLE, [column.name for column in _EXTERNAL_TABLE.columns], claims)
    _remember_options(unit, rtype, [values for _, values in new])
    write_events(unit, actor, events)


def update_many(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, changes: Sequence[Change], *, what: str = "updated"
) -> int:
    """Store changed values of locked records with one event each; returns how many really differed."""
    at = now()
    rows: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    moved: list[Change] = []
    for change in changes:
        names = [name for name in change.after if change.after[name] != change.before[name]]
        if not names:
            continue
        version = change.version + 1
        stored = rtype.column_values(change.after)
        stored |= {"version": version, "updated_at": at, "updated_by_id": actor.user_id, "b_id": change.record_id}
        rows.append(stored)
        old = rtype.as_json({name: change.before[name] for name in names})
        new = rtype.as_json({name: change.after[name] for name in names})
        pairs = {name: (old[name], new[name]) for name in names}
        events.append(log.event_row(actor, rtype, what, change.record_id, version=version, changes=pairs))
        if any(rtype.by_name[name].kind == "external_ids" for name in names):
            moved.append(change)
    if rows:
        columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "b_id"}
        unit.connection.execute(update(rtype.table).where(rtype.table.c.id == bindparam("b_id")).values(columns), rows)
    if moved:
        _release(unit, rtype, [change.record_id for change in moved])
        claims = [pair for change in moved for pair in _claims(rtype, change.record_id, change.after)]
        copy_rows(unit, _EXTERNAL_TABLE, [column.name for column in _EXTERNAL_TABLE.columns], claims)
    _remember_options(unit, rtype, [change.after for change in changes])
    write_events(unit, actor, events)
    return len(events)


def delete_many(unit: UnitOfWork, actor: Actor, rtype: RecordType, rows: Sequence[Any]) -> None:
    """Remove records, given as locked rows of their table, with one `deleted` event each that keeps every field."""
    if not rows:
        return
    events = [
        log.event_row(actor, rtype, "deleted", row.id, version=row.version + 1, changes=removal_changes(rtype, row))
        for row in rows
    ]
    ids = [row.id for row in rows]
    _release(unit, rtype, ids)
    unit.connection.execute(delete(rtype.table).where(rtype.table.c.id.in_(ids)))
    write_events(unit, actor, events)


def values_before(rtype: RecordType, deletion: Event) -> Values:
    """Return the whole values that the event of a deletion keeps."""
    return {**rtype.nothing(), **rtype.from_json({name: pair[0] for name, pair in deletion.changes.items()})}


def restore_many(unit: UnitOfWork, actor: Actor, rtype: RecordType, deletions: Sequence[Event]) -> None:
    """Bring records back as the events of their deletion keep them, with one `restored` event each.

    Raises `QuotaExceeded` where the plan has no room, and as `insert_many` if somebody was faster.
    """
    if not deletions:
        return
    actor.require_room(len(deletions))
    at = now()
    names = [column.name for column in rtype.table.columns]
    rows, events, claims = [], [], []
    for deletion in deletions:
        kept = {name: pair[0] for name, pair in deletion.changes.items()}
        values = values_before(rtype, deletion)
        created_at = kept.get("created_at")
        stored: dict[str, Any] = {
            "id": deletion.record_id,
            "version": deletion.version + 1,
            "created_at": at if created_at is None else datetime.fromisoformat(created_at),
            "created_by_id": kept.get("created_by_id"),
            "updated_at": at,
            "updated_by_id": actor.user_id,
            "import_id": kept.get("import_id"),
            **rtype.column_values(values),
        }
        rows.append([_copied(stored[name]) for name in names])
        claims += _claims(rtype, deletion.record_id, values)
        changes = {name: (None, after) for name, after in rtype.as_json(filled(rtype, values)).items()}
        version = deletion.version + 1
        events.append(log.event_row(actor, rtype, "restored", deletion.record_id, version=version, changes=changes))
    copy_rows(unit, rtype.table, names, rows)
    copy_rows(unit, _EXTERNAL_TABLE, [column.name for column in _EXTERNAL_TABLE.columns], claims)
    write_events(unit, actor, events)


def write_events(unit: UnitOfWork, actor: Actor, events: Sequence[dict[str, Any]]) -> None:
    """Add events of one batch with a single outbox row for all of them."""
    if not events:
        return
    names = [column.name for column in _EVENT_TABLE.columns]
    copy_rows(unit, _EVENT_TABLE, names, [[_copied(event[name]) for name in names] for event in events])
    unit.connection.execute(
        insert(Outbox).values(
            id=uuid7(),
            event_id=None,
            first_event_id=min(event["id"] for event in events),
            last_event_id=max(event["id"] for event in events),
            batch_id=actor.batch_id,
        )
    )
    unit.on_commit(log.wake_relay, unit.workspace_id)


def copy_rows(unit: UnitOfWork, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """COPY rows into a table of the plane. Values are as psycopg adapts them; JSON and lists by `_copied`."""
    if not rows:
        return
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(sql.Identifier(name) for name in names)
    )
    raw = cast("psycopg.Connection[Any]", unit.connection.connection.dbapi_connection)
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _copied(value: Any) -> Any:  # noqa: ANN401
    return orjson.dumps(value).decode() if isinstance(value, dict) else value


def _claims(rtype: RecordType, record_id: uuid.UUID, values: Values) -> list[tuple[str, str, str, uuid.UUID]]:
    return [
        (rtype.name, system, value, record_id)
        for each in external_fields(rtype)
        for system, value in values[each.name].items()
    ]


def _release(unit: UnitOfWork, rtype: RecordType, ids: list[uuid.UUID]) -> None:
    if external_fields(rtype):
        unit.connection.execute(
            delete(ExternalId).where(ExternalId.record_type == rtype.name, ExternalId.record_id.in_(ids))
        )


def _remember_options(unit: UnitOfWork, rtype: RecordType, all_values: Sequence[Values]) -> None:
    for each in rtype.fields:
        if each.extensible:
            for value in {values[each.name] for values in all_values if values[each.name]}:
                add_options(unit, rtype, {each.name: value})
