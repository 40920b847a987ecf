"""The exact duplicate check: another record with one of the same e-mail addresses or phone numbers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, Text, Uuid, any_, bindparam, literal, select, true

from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.policy import hidden, sees_all, visible
from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.kernel.errors import Conflict
from crm_saas.kernel.prepared import Prepared
from crm_saas.kernel.uow import UnitOfWork

MOST = 10
LOOKED_AT = 1_000
"""Records with a key in common that are looked at; a switchboard's number may be on more."""


def find(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, keys: list[str], *, exclude: uuid.UUID | None = None
) -> list[dict[str, Any]]:
    """Return at most ten records the actor may see that share one of `keys`: `{id, display_name, reasons}`.

    The oldest come first. A reason is the kind of key they share: `email` or `phone`.
    """
    unseen = hidden(actor, rtype)
    keys = [key for key in keys if key.partition(":")[0] not in _kinds_of(rtype, unseen)]
    if not keys:
        return []
    if sees_all(actor, rtype):
        statement = _sharing_of_all(rtype)
    else:
        statement = Prepared.alike(_sharing(rtype, visible(actor, rtype)))
    wanted = set(keys)
    found = [
        {
            "id": record_id,
            "display_name": display_name,
            "reasons": sorted({key.partition(":")[0] for key in shared if key in wanted}),
        }
        for record_id, display_name, shared in statement.all(unit, wanted=keys, exclude=exclude)
    ]
    if found and not unseen.isdisjoint(rtype.display):
        names = shown_names(unit, rtype, [each["id"] for each in found], unseen)
        found = [each | {"display_name": names.get(each["id"], "")} for each in found]
    return found


def _kinds_of(rtype: RecordType, unseen: frozenset[str]) -> frozenset[str]:
    """Return the kinds of key that would tell what a hidden field holds."""
    kinds = {"email_list": "email", "phone_list": "phone"}
    return frozenset(kinds[each.kind] for each in rtype.fields if each.name in unseen and each.kind in kinds)


def shown_names(
    unit: UnitOfWork, rtype: RecordType, ids: Sequence[uuid.UUID], unseen: frozenset[str]
) -> dict[uuid.UUID, str]:
    """Return what some records are called to somebody who does not see certain fields."""
    shape = rtype.shape(frozenset({"display_name"}), unseen)
    rows = unit.connection.execute(
        select(*shape.columns).where(rtype.table.c.id == any_(literal(list(ids), ARRAY(Uuid))))
    )
    return {document["id"]: document["display_name"] for document in map(shape.dump, rows)}


def _sharing(rtype: RecordType, condition: ColumnElement[bool]) -> Select[Any]:
    """Find the records of `condition` that have one of the keys `wanted`, but for `exclude`."""
    table = rtype.table
    # on its own: asked for the first ten by id, the planner would walk all ids in the hope of meeting ten soon
    sharing = (
        select(table.c.id, table.c.display_name, table.c["keys"].label("shared"))
        .where(
            table.c["keys"].op("&&")(bindparam("wanted", type_=ARRAY(Text))),
            table.c.id.is_distinct_from(bindparam("exclude", type_=Uuid)),
            condition,
        )
        .limit(LOOKED_AT)
        .cte("sharing")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return select(sharing).order_by(sharing.c.id).limit(MOST)


@lru_cache(maxsize=64)
def _sharing_of_all(rtype: RecordType) -> Prepared:
    return Prepared(_sharing(rtype, true()))


def refuse(unit: UnitOfWork, actor: Actor, rtype: RecordType, values: Values) -> None:
    """Raise `Conflict` with code `duplicate_record` if another record shares an identity with these values."""
    found = find(unit, actor, rtype, rtype.identity_keys(values))
    if found:
        raise Conflict(
            "There is already a record with this e-mail address or phone number.",
            code="duplicate_record",
            duplicates=found,
        )
