"""Changing records: one way in for every type and every door."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete as sql_delete
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from crm_saas.crm.records import duplicates, log
from crm_saas.crm.records.actor import Actor, members_by_key
from crm_saas.crm.records.fields import Field
from crm_saas.crm.records.kinds import Context
from crm_saas.crm.records.model import ChoiceOption, ExternalId, RecordColumns
from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.crm.records.schema import load
from crm_saas.kernel.clock import now
from crm_saas.kernel.db import sqlstate
from crm_saas.kernel.errors import Conflict, FieldError, Invalid, NotFound, PreconditionFailed
from crm_saas.kernel.events import Event
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork

UNIQUE_VIOLATION = "23505"
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
    if "owner_id" in rtype.by_name and "owner_id" not in given:
        values["owner_id"] = str(actor.user_id)
    check(rtype, values, None)
    if not allow_duplicates:
        duplicates.refuse(unit, rtype, values)
    return insert_record(unit, actor, rtype, values)


def insert_record(unit: UnitOfWork, actor: Actor, rtype: RecordType, values: Values) -> dict[str, Any]:
    """Store checked values as a new record with its event."""
    at = now()
    record_id = uuid7()
    system: dict[str, Any] = {
        "id": record_id,
        "version": 1,
        "created_at": at,
        "created_by_id": actor.user_id,
        "updated_at": at,
        "updated_by_id": actor.user_id,
        "import_id": actor.batch_id,
    }
    record = rtype.model(**system, **rtype.column_values(values))
    unit.session.add(record)
    claim_external_ids(unit, rtype, record_id, values)
    add_options(unit, rtype, values)
    changes = {name: (None, after) for name, after in rtype.as_json(filled(rtype, values)).items()}
    log.write(unit, actor, rtype, "created", record_id, version=1, changes=changes)
    unit.session.flush()
    return rtype.dump_model(record)


def update(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, document: object, *, version: int
) -> dict[str, Any]:
    """Change the fields a caller sent, if the record is still at `version`; returns its JSON form.

    Nothing is written when nothing changes. Raises `NotFound`, `Forbidden`, `Invalid`, and `PreconditionFailed` with
    the record as it is now (`current`).
    """
    record = locked(unit, rtype, record_id)
    actor.require("update", rtype)
    if record.version != version:
        raise PreconditionFailed("The record has changed since you read it.", current=rtype.dump_model(record))
    given = load(rtype, document, reading_context(unit, actor, rtype, document))
    change(unit, actor, rtype, record, given)
    return rtype.dump_model(record)


def change(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, record: RecordColumns, given: Values, *, what: str = "updated"
) -> bool:
    """Apply parsed values to a locked record with its event; False if nothing was different."""
    before = rtype.values_of(record)
    after = {**before, **given}
    if after.get("status") != "unqualified" and before.get("status") == "unqualified" and "unqualified_reason" in after:
        after["unqualified_reason"] = None
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return False
    if what == "updated":
        check(rtype, after, before)
    for column, value in rtype.column_values(after).items():
        if getattr(record, column) != value:
            setattr(record, column, value)
    record.version += 1
    record.updated_at = now()
    record.updated_by_id = actor.user_id
    if any(rtype.by_name[name].kind == "external_ids" for name in changed):
        release_external_ids(unit, rtype, record.id)
        claim_external_ids(unit, rtype, record.id, after)
    add_options(unit, rtype, {name: after[name] for name in changed})
    old = rtype.as_json({name: before[name] for name in changed})
    new = rtype.as_json({name: after[name] for name in changed})
    changes = {name: (old[name], new[name]) for name in changed}
    log.write(unit, actor, rtype, what, record.id, version=record.version, changes=changes)
    unit.session.flush()
    return True


def delete(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, *, version: int) -> None:
    """Remove a record. Its event keeps every field, so that `restore` brings it back as it was."""
    record = locked(unit, rtype, record_id)
    actor.require("delete", rtype)
    if record.version != version:
        raise PreconditionFailed("The record has changed since you read it.", current=rtype.dump_model(record))
    remove(unit, actor, rtype, record)


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

    Raises `NotFound` if there is no such deletion, `Conflict` if the record exists or its external id was taken since.
    """
    actor.require("delete", rtype)
    last = unit.session.scalars(
        select(Event)
        .where(Event.record_id == record_id, Event.record_type == rtype.name)
        .order_by(Event.id.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        raise NotFound
    if last.type != f"{rtype.name}.deleted":
        raise Conflict("The record has not been deleted.", code="not_deleted")
    actor.require_room()
    before = {name: pair[0] for name, pair in last.changes.items()}
    values = {**rtype.blank(), **rtype.from_json(before)}
    stamp = now()
    system: dict[str, Any] = {
        "id": record_id,
        "version": last.version + 1,
        "created_at": _instant(before.get("created_at")) or stamp,
        "created_by_id": _uuid(before.get("created_by_id")),
        "updated_at": stamp,
        "updated_by_id": actor.user_id,
        "import_id": _uuid(before.get("import_id")),
    }
    record = rtype.model(**system, **rtype.column_values(values))
    unit.session.add(record)
    claim_external_ids(unit, rtype, record_id, values)
    changes = {name: (None, value) for name, value in rtype.as_json(filled(rtype, values)).items()}
    log.write(unit, actor, rtype, "restored", record_id, version=record.version, changes=changes)
    unit.session.flush()
    return rtype.dump_model(record)


def locked(unit: UnitOfWork, rtype: RecordType, record_id: uuid.UUID) -> RecordColumns:
    """Read a record and lock its row for this unit; `NotFound` if there is none."""
    record = unit.session.get(rtype.model, record_id, with_for_update=True)
    if record is None:
        raise NotFound
    return record


def check(rtype: RecordType, values: Values, before: Values | None) -> None:
    """Refuse a record that breaks a rule of its type; `before` is what is stored, None for a new record."""
    faults = list(rule_faults(rtype, values, before))
    if faults:
        raise Invalid(errors=faults)


def rule_faults(rtype: RecordType, values: Values, before: Values | None) -> list[FieldError]:
    """Return every rule of the type that these values break."""
    faults = []
    if all(rtype.by_name[name].is_empty(values[name]) for name in rtype.identity):
        needed = ", ".join(rtype.identity)
        faults.append(
            FieldError("", "nothing_to_know_it_by", f"Fill in at least one of: {needed}.", {"fields": needed})
        )
    for name, allowed in rtype.transitions.items():
        old = None if before is None else before[name]
        new = values[name]
        refused = new not in allowed[old] if old is not None and old in allowed and old != new else False
        if old is None and new not in _starting(rtype, name):
            refused = True
        if refused:
            possible = list(allowed.get(old or "", _starting(rtype, name)))
            params = {"from": old, "to": new, "allowed": possible}
            faults.append(FieldError(f"/{name}", "transition_refused", f"It cannot go from {old} to {new}.", params))
    return faults + rtype.check(values)


def _starting(rtype: RecordType, name: str) -> tuple[str, ...]:
    """Values a new record may have: everything that can still become something else."""
    return tuple(value for value, following in rtype.transitions[name].items() if following)


def filled(rtype: RecordType, values: Values) -> Values:
    """Return only the values that hold something: what the event of a new or a deleted record keeps."""
    return {name: value for name, value in values.items() if not rtype.by_name[name].is_empty(value)}


def claim_external_ids(unit: UnitOfWork, rtype: RecordType, record_id: uuid.UUID, values: Values) -> None:
    """Store the external ids of a record; `Conflict` names the one another record has."""
    rows = [
        {"record_type": rtype.name, "system": system, "value": value, "record_id": record_id}
        for each in external_fields(rtype)
        for system, value in values[each.name].items()
    ]
    if not rows:
        return
    try:
        with unit.session.begin_nested():
            unit.session.execute(insert(ExternalId).values(rows))
    except IntegrityError as error:
        if sqlstate(error) != UNIQUE_VIOLATION:
            raise
        raise _taken(unit, rtype, record_id, values) from None


def _taken(unit: UnitOfWork, rtype: RecordType, record_id: uuid.UUID, values: Values) -> Conflict:
    errors = []
    for each in external_fields(rtype):
        for index, (system, value) in enumerate(values[each.name].items()):
            holder = unit.session.get(ExternalId, (rtype.name, system, value))
            if holder is not None and holder.record_id != record_id:
                detail = f"Another record has this id of {system}."
                params = {"system": system, "value": value, "id": str(holder.record_id)}
                errors.append(FieldError(f"/{each.name}/{index}", "external_id_taken", detail, params))
    return Conflict("An external id belongs to one record only.", code="external_id_taken", errors=errors)


def release_external_ids(unit: UnitOfWork, rtype: RecordType, record_id: uuid.UUID) -> None:
    """Forget the external ids of a record."""
    if external_fields(rtype):
        unit.session.execute(
            sql_delete(ExternalId).where(ExternalId.record_type == rtype.name, ExternalId.record_id == record_id)
        )


def external_fields(rtype: RecordType) -> list[Field]:
    """Return the fields of a type that hold external ids."""
    return [each for each in rtype.fields if each.kind == "external_ids"]


def add_options(unit: UnitOfWork, rtype: RecordType, values: Values) -> None:
    """Remember values of extensible choices that the product does not ship, so that they are offered from now on."""
    rows = [
        {"record_type": rtype.name, "field": name, "value": value, "label": value, "position": 0}
        for name, value in values.items()
        if (each := rtype.by_name[name]).extensible and value and value not in {o.value for o in each.options or ()}
    ]
    if rows:
        unit.session.execute(insert(ChoiceOption).values(rows).on_conflict_do_nothing())


def workspace_options(unit: UnitOfWork, rtype: RecordType) -> dict[str, list[tuple[str, str]]]:
    """Return the (value, label) pairs the workspace has added, by field."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows = unit.connection.execute(
        select(ChoiceOption.field, ChoiceOption.value, ChoiceOption.label)
        .where(ChoiceOption.record_type == rtype.name)
        .order_by(ChoiceOption.field, ChoiceOption.position, ChoiceOption.label)
        .limit(5_000)
    )
    for name, value, label in rows:
        found.setdefault(name, []).append((value, label))
    return found


def reading_context(unit: UnitOfWork, actor: Actor, rtype: RecordType, document: object) -> Context:
    """Return what the values of a document are read against; members are looked up only if it names one."""
    context = actor.context()
    names = document.keys() if isinstance(document, dict) else ()
    if any((each := rtype.by_name.get(str(name))) is not None and each.kind == "member" for name in names):
        context = replace(context, members=members_by_key(unit))
    return context


def _uuid(text: str | None) -> uuid.UUID | None:
    return None if text is None else uuid.UUID(text)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
