"""External ids: what other systems call a record. The table keeps each (type, system, value) with one record only."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.fields import Field
from crm_saas.crm.records.model import ExternalId
from crm_saas.crm.records.policy import visible
from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.kernel.db import sqlstate
from crm_saas.kernel.errors import Conflict, FieldError
from crm_saas.kernel.uow import UnitOfWork

UNIQUE_VIOLATION = "23505"


def external_fields(rtype: RecordType) -> list[Field]:
    """Return the fields of a type that hold external ids."""
    return [each for each in rtype.fields if each.kind == "external_ids"]


def claim_external_ids(
    unit: UnitOfWork, rtype: RecordType, record_id: uuid.UUID, values: Values, *, actor: Actor | None = None
) -> None:
    """Store the external ids of a record.

    Raises `Conflict` with code `external_id_taken` and a pointer to each that another record has, also when that
    record is being stored at this moment: the second waits for the first. The other record's id is told only to an
    actor who may see it.
    """
    rows = [
        {"record_type": rtype.name, "system": system, "value": value, "record_id": record_id}
        for each in external_fields(rtype)
        # in one order, so that two units that claim the same ids wait for each other and do not deadlock
        for system, value in sorted(values[each.name].items())
    ]
    if not rows:
        return
    try:
        with unit.session.begin_nested():
            unit.session.execute(insert(ExternalId).values(rows))
    except IntegrityError as error:
        if sqlstate(error) != UNIQUE_VIOLATION:
            raise
        raise _taken(unit, rtype, record_id, values, actor) from None


def release_external_ids(unit: UnitOfWork, rtype: RecordType, record_id: uuid.UUID) -> None:
    """Forget the external ids of a record."""
    if external_fields(rtype):
        unit.session.execute(
            delete(ExternalId).where(ExternalId.record_type == rtype.name, ExternalId.record_id == record_id)
        )


def _taken(unit: UnitOfWork, rtype: RecordType, record_id: uuid.UUID, values: Values, actor: Actor | None) -> Conflict:
    errors = []
    for each in external_fields(rtype):
        holders = _holders(unit, rtype, values[each.name].items())
        shown = _shown(unit, rtype, holders.values(), actor)
        for index, (system, value) in enumerate(values[each.name].items()):
            holder = holders.get((system, value))
            if holder is not None and holder != record_id:
                params = {"system": system, "value": value} | ({"id": str(holder)} if holder in shown else {})
                detail = f"Another record has this id of {system}."
                errors.append(FieldError(f"/{each.name}/{index}", "external_id_taken", detail, params))
    return Conflict("An external id belongs to one record only.", code="external_id_taken", errors=errors)


def _holders(unit: UnitOfWork, rtype: RecordType, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], uuid.UUID]:
    rows = unit.connection.execute(
        select(ExternalId.system, ExternalId.value, ExternalId.record_id).where(
            ExternalId.record_type == rtype.name, tuple_(ExternalId.system, ExternalId.value).in_(list(pairs))
        )
    )
    return {(system, value): holder for system, value, holder in rows}


def _shown(
    unit: UnitOfWork, rtype: RecordType, record_ids: Iterable[uuid.UUID], actor: Actor | None
) -> frozenset[uuid.UUID]:
    """Return those of some records that the actor may see; the engine itself (None) is shown none."""
    if actor is None:
        return frozenset()
    found = select(rtype.table.c.id).where(rtype.table.c.id.in_(list(record_ids)), visible(actor, rtype))
    return frozenset(unit.connection.execute(found).scalars())
