"""Changing records: one way in for every type and every door."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from crm_saas.crm.records import duplicates, guards, log, options, owning
from crm_saas.crm.records.actor import Actor, members_by_key
from crm_saas.crm.records.external import (
    UNIQUE_VIOLATION,
    claim_external_ids,
    external_fields,
    release_external_ids,
)
from crm_saas.crm.records.history import held_before, last_event
from crm_saas.crm.records.kinds import KINDS, Context, ValueProblem
from crm_saas.crm.records.model import RecordColumns
from crm_saas.crm.records.options import add_options, workspace_options
from crm_saas.crm.records.policy import OWNER_FIELD, Held, allows, hidden, require_on, visible
from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.crm.records.rules import check, rule_faults, with_consequences
from crm_saas.crm.records.schema import load
from crm_saas.kernel.clock import now
from crm_saas.kernel.db import sqlstate
from crm_saas.kernel.errors import Conflict, NotFound, PreconditionFailed
from crm_saas.kernel.events import Event
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.roles import READ

__all__ = [
    "add_options",
    "change",
    "check",
    "claim_external_ids",
    "create",
    "delete",
    "external_fields",
    "filled",
    "insert_record",
    "locked",
    "reading_context",
    "release_external_ids",
    "removal_changes",
    "remove",
    "restore",
    "rule_faults",
    "update",
    "workspace_options",
]

ERASED = "erased"
"""Participle of the last event of a record that was erased to protect a person."""
_KEPT_AT_DELETION = ("created_at", "created_by_id", "import_id")


def create(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, document: object, *, allow_duplicates: bool = False
) -> dict[str, Any]:
    """Add a record from what a caller sent; returns its JSON form.

    Raises `Invalid`, `Forbidden`, `QuotaExceeded`, and `Conflict` with code `duplicate_record` when another record
    has one of its e-mail addresses or phone numbers, unless `allow_duplicates`.
    """
    actor.require("create", rtype)
    actor.require_room()
    given = load(rtype, document, reading_context(unit, actor, rtype, document))
    values = {**rtype.blank(), **given}
    check(rtype, values, None)
    system = system_columns(actor, uuid7())
    guards.refuse(unit, actor, rtype, guards.Step(system["id"], None, values, system))
    if not allow_duplicates:
        duplicates.refuse(unit, actor, rtype, values)
    told: log.Changes = {}
    if OWNER_FIELD in rtype.by_name and OWNER_FIELD not in given:
        record_id = system["id"]
        found = owning.assign(unit, actor, rtype, [owning.Unowned(record_id, values, system)])[record_id]
        values, told = found.applied(values), found.told
    return insert_record(unit, actor, rtype, values, system, told=told)


def system_columns(actor: Actor, record_id: uuid.UUID) -> dict[str, Any]:
    """Return what a record has beside the fields of its type when it is made."""
    at = now()
    return {
        "id": record_id,
        "version": 1,
        "created_at": at,
        "created_by_id": actor.user_id,
        "updated_at": at,
        "updated_by_id": actor.user_id,
        "import_id": actor.batch_id,
    }


def insert_record(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, values: Values, system: dict[str, Any], *, told: log.Changes
) -> dict[str, Any]:
    """Store checked values as a new record with its event.

    Arguments: `system` its `system_columns`; `told` what the event tells beside its fields.
    """
    values = options.settle(unit, rtype, values)
    record_id: uuid.UUID = system["id"]
    row = {**system, **rtype.column_values(values)}
    rtype.insertion.run(unit, **row)
    claim_external_ids(unit, rtype, record_id, values, actor=actor)
    changes = {name: (None, after) for name, after in rtype.as_json(filled(rtype, values)).items()}
    log.write(unit, actor, rtype, "created", record_id, version=1, changes={**changes, **told})
    shape = rtype.shape(None, hidden(actor, rtype))
    return shape.dump(tuple(row[column.name] for column in shape.columns))


def update(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, document: object, *, version: int
) -> dict[str, Any]:
    """Change the fields a caller sent, if the record is still at `version`; returns its JSON form.

    Nothing is written when nothing changes. Raises `NotFound`, `Forbidden`, `Invalid`, and `PreconditionFailed` with
    the record as it is now (`current`).
    """
    record = _at_version(unit, actor, rtype, record_id, version=version, action="update")
    before = rtype.values_of(record)
    context = reading_context(unit, actor, rtype, document, stored=before)
    change(unit, actor, rtype, record, load(rtype, document, context))
    return rtype.dump_model(record, hidden(actor, rtype))


def change(
    unit: UnitOfWork,
    actor: Actor,
    rtype: RecordType,
    record: RecordColumns,
    given: Values,
    *,
    what: str = "updated",
    told: log.Changes | None = None,
) -> bool:
    """Apply parsed values to a locked record with its event; False if nothing was different.

    Arguments: `told` what the event tells beside the fields.
    """
    before = rtype.values_of(record)
    given = {name: value for name, value in given.items() if value != before[name]}
    given = options.settle(unit, rtype, given)
    after = with_consequences(rtype, before, given)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return False
    if what == "updated":
        check(rtype, after, before)
        guards.refuse(unit, actor, rtype, guards.Step(record.id, before, after, guards.system_of(record)))
    _store(record, rtype.column_values(before), rtype.column_values(after))
    record.version += 1
    record.updated_at = now()
    record.updated_by_id = actor.user_id
    if any(rtype.by_name[name].kind == "external_ids" for name in changed):
        release_external_ids(unit, rtype, record.id)
        claim_external_ids(unit, rtype, record.id, after, actor=actor)
    old = rtype.as_json({name: before[name] for name in changed})
    new = rtype.as_json({name: after[name] for name in changed})
    changes = {name: (old[name], new[name]) for name in changed} | dict(told or {})
    log.write(unit, actor, rtype, what, record.id, version=record.version, changes=changes)
    unit.session.flush()
    return True


def delete(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, *, version: int) -> None:
    """Remove a record. Its event keeps every field, so that `restore` brings it back as it was."""
    remove(unit, actor, rtype, _at_version(unit, actor, rtype, record_id, version=version, action="delete"))


def remove(unit: UnitOfWork, actor: Actor, rtype: RecordType, record: RecordColumns) -> None:
    """Remove a locked record with its event."""
    changes = removal_changes(rtype, record)
    release_external_ids(unit, rtype, record.id)
    log.write(unit, actor, rtype, "deleted", record.id, version=record.version + 1, changes=changes)
    unit.session.delete(record)
    unit.session.flush()


def removal_changes(rtype: RecordType, record: RecordColumns) -> dict[str, tuple[Any, None]]:
    """Return what the event of a deletion keeps: every field that holds something, and who created it and when."""
    changes = {name: (value, None) for name, value in rtype.as_json(filled(rtype, rtype.values_of(record))).items()}
    for name in _KEPT_AT_DELETION:
        value = getattr(record, name)
        changes[name] = (None if value is None else str(value), None)
    return changes


def restore(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID) -> dict[str, Any]:
    """Bring a deleted record back under its own id, as its deletion recorded it; undoes `delete`.

    Raises `NotFound` if no such record was ever deleted, `Conflict` with code `not_deleted` if it exists (also when
    somebody else restores it at this moment), `external_id_taken` if another record took its external id, or `erased`.
    """
    actor.require("delete", rtype)
    last = last_event(unit, rtype, record_id)
    if last is None:
        raise NotFound
    _require_restorable(unit, actor, rtype, record_id, last)
    if last.type == f"{rtype.name}.{ERASED}" or not set(rtype.identity).isdisjoint(last.redacted or ()):
        raise Conflict("What was known of it was erased to protect a person.", code="erased")
    if last.type != f"{rtype.name}.deleted":
        raise _not_deleted()
    actor.require_room()
    before = {name: pair[0] for name, pair in last.changes.items()}
    values = {**rtype.nothing(), **rtype.from_json(before)}
    system: dict[str, Any] = {
        "id": record_id,
        "version": last.version + 1,
        "created_at": _instant(before.get("created_at")) or now(),
        "created_by_id": _uuid(before.get("created_by_id")),
        "updated_at": now(),
        "updated_by_id": actor.user_id,
        "import_id": _uuid(before.get("import_id")),
    }
    record = rtype.model(**system, **rtype.column_values(values))
    _add_restored(unit, record)
    claim_external_ids(unit, rtype, record_id, values, actor=actor)
    changes = {name: (None, value) for name, value in rtype.as_json(filled(rtype, values)).items()}
    log.write(unit, actor, rtype, "restored", record_id, version=record.version, changes=changes)
    unit.session.flush()
    return rtype.dump_model(record, hidden(actor, rtype))


def _require_restorable(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, last: Event) -> None:
    """Refuse as `delete` would: with `NotFound` what the actor did not see, with `Forbidden` what was not theirs."""
    if actor.level("delete", rtype) == "all":
        return
    gone = last.type in {f"{rtype.name}.deleted", f"{rtype.name}.{ERASED}"}
    held = held_before(last) if gone else Held.of(rtype, locked(unit, rtype, record_id))
    if not allows(actor, rtype, READ, held):
        raise NotFound
    require_on(actor, rtype, "delete", held)


def locked(unit: UnitOfWork, rtype: RecordType, record_id: uuid.UUID, *, actor: Actor | None = None) -> RecordColumns:
    """Read a record and lock its row for this unit; `NotFound` if there is none, or none that the actor may see."""
    query = select(rtype.model).where(rtype.model.id == record_id).with_for_update()
    if actor is not None:
        query = query.where(visible(actor, rtype))
    record = unit.session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
    if record is None:
        raise NotFound
    return record


def filled(rtype: RecordType, values: Values) -> Values:
    """Return only the values that hold something: what the event of a new or a deleted record keeps."""
    return {name: value for name, value in values.items() if not rtype.by_name[name].is_empty(value)}


def reading_context(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, document: object, *, stored: Values | None = None
) -> Context:
    """Return what the values of a document are read against; members are looked up only if it names one.

    A member must be active, or be the one that the record names already (`stored`). A phone number without a country
    code is one of the record's own country, else of the workspace's.
    """
    context = _at_home(rtype, actor.context(), document, stored)
    names = document.keys() if isinstance(document, dict) else ()
    named = [name for name in names if (each := rtype.by_name.get(str(name))) is not None and each.kind == "member"]
    if not named:
        return context
    kept = {str(stored[name]): str(stored[name]) for name in named if stored and stored[name]}
    return replace(context, members=members_by_key(unit) | kept)


def _at_home(rtype: RecordType, context: Context, document: object, stored: Values | None) -> Context:
    each = next((each for each in rtype.fields if each.kind == "country"), None)
    if each is None or not isinstance(document, dict):
        return context
    try:
        country = KINDS["country"].parse(document.get(each.name), context)
    except ValueProblem:
        return context  # it is refused where it stands
    country = country if each.name in document else (stored or {}).get(each.name)
    return context if country is None else replace(context, default_region=country)


def _at_version(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, *, version: int, action: str
) -> RecordColumns:
    """Lock a record for an action; of two callers with the same version, the second finds another one."""
    record = locked(unit, rtype, record_id, actor=actor)
    require_on(actor, rtype, action, Held.of(rtype, record))
    if record.version != version:
        current = rtype.dump_model(record, hidden(actor, rtype))
        raise PreconditionFailed("The record has changed since you read it.", current=current)
    return record


def _store(record: RecordColumns, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Write the columns that differ. Compared as computed: the server spells a tsvector in its own way."""
    for column, value in after.items():
        if before[column] != value:
            setattr(record, column, value)


def _add_restored(unit: UnitOfWork, record: RecordColumns) -> None:
    try:
        with unit.session.begin_nested():
            unit.session.add(record)
    except IntegrityError as error:
        if sqlstate(error) != UNIQUE_VIOLATION:
            raise
        raise _not_deleted() from None


def _not_deleted() -> Conflict:
    return Conflict("The record has not been deleted.", code="not_deleted")


def _uuid(text: str | None) -> uuid.UUID | None:
    return None if text is None else uuid.UUID(text)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
