"""Which records an actor may see and act on: one condition, used by every read and every change of the engine.

A record outside it does not exist for the actor: not in lists and counts, not as a duplicate, not as the holder of an
external id. A record belongs to its owner; one without an owner is nobody's, and beside those who reach `all` only who
created it reaches it. The same rule is written twice, once as SQL and once on values in hand; the permission
matrix (`tests/guards/test_permissions.py`) holds the two together.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, any_, false, literal, or_, true

from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.fields import Field
from crm_saas.crm.records.filters import filter_field
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.errors import Forbidden
from crm_saas.tenants.roles import READ

OWNER_FIELD = "owner_id"


@dataclass(frozen=True, slots=True)
class Held:
    """Whose a record is: what rights by row are decided on."""

    owner_id: uuid.UUID | None
    created_by_id: uuid.UUID | None

    @classmethod
    def of(cls, rtype: RecordType, record: Any) -> Held:  # noqa: ANN401 - a model or a row
        """Read it from a stored record."""
        return cls(record.owner_id if OWNER_FIELD in rtype.by_name else None, record.created_by_id)


def visible(actor: Actor, rtype: RecordType, action: str = READ) -> ColumnElement[bool]:
    """Return the condition on the type's table that holds for the records this actor may do `action` to.

    It never reaches further than reading.
    """
    level = actor.level(action, rtype)
    if level == "all":
        return true()
    if level == "none":
        return false()
    mine = rtype.table.c.created_by_id == actor.user_id
    if OWNER_FIELD not in rtype.by_name:
        return mine if level == "own" else rtype.table.c.created_by_id == _any(actor.reach)
    owner = rtype.table.c[OWNER_FIELD]
    owned = owner == actor.user_id if level == "own" else owner == _any(actor.reach)
    return or_(owned, and_(owner.is_(None), mine))


def _any(members: tuple[uuid.UUID, ...]) -> ColumnElement[Any]:
    return any_(literal(list(members), ARRAY(Uuid)))


def sees_all(actor: Actor, rtype: RecordType) -> bool:
    """Tell whether `visible` leaves nothing out, so that counts of the whole workspace may be shown."""
    return reaches_all(actor, rtype, READ)


def reaches_all(actor: Actor, rtype: RecordType, action: str) -> bool:
    """Tell whether `visible` leaves nothing out for an action."""
    return actor.level(action, rtype) == "all"


def allows(actor: Actor, rtype: RecordType, action: str, held: Held) -> bool:
    """Tell whether the actor may do something to a record; the same rule as `visible`, on values in hand."""
    level = actor.level(action, rtype)
    if level in {"all", "none"}:
        return level == "all"
    reach = {actor.user_id} if level == "own" else {actor.user_id, *actor.reach}
    if OWNER_FIELD not in rtype.by_name:
        return held.created_by_id in reach
    if held.owner_id is None:
        return held.created_by_id == actor.user_id
    return held.owner_id in reach


def require_on(actor: Actor, rtype: RecordType, action: str, held: Held) -> None:
    """Refuse with `Forbidden` what the actor may not do to a record that they may see."""
    actor.require(action, rtype)
    if not allows(actor, rtype, action, held):
        raise Forbidden(
            f"Your role may not {action} this record.",
            action=action,
            type=rtype.name,
            level=actor.level(action, rtype),
        )


def hidden(actor: Actor, rtype: RecordType) -> frozenset[str]:
    """Return the fields of a type whose values this actor may not see in any record."""
    return actor.rights.hidden(rtype.name)


def read_only(actor: Actor, rtype: RecordType) -> frozenset[str]:
    """Return the fields of a type that this actor sees and may not change."""
    return actor.rights.read_only(rtype.name)


def writable(actor: Actor, rtype: RecordType) -> tuple[Field, ...]:
    """Return the fields of a type that this actor may fill."""
    limited = hidden(actor, rtype) | read_only(actor, rtype)
    return tuple(each for each in rtype.fields if not each.read_only and each.name not in limited)


def filterable_fields(actor: Actor, rtype: RecordType) -> frozenset[str]:
    """Return the fields of a type, system fields beside, that this actor may filter by."""
    return frozenset(
        name for name in rtype.members if filter_field(rtype, name) is not None and name not in hidden(actor, rtype)
    )
