"""Which records an actor may see: one condition, used by every read of the engine.

A record outside it does not exist for the actor: not in lists and counts, not as a duplicate, not as the holder of an
external id. Today a role sees all records of a type or none; rights by owner and team are compiled in here.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, true

from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.registry import RecordType

READ = "read"


def visible(actor: Actor, rtype: RecordType) -> ColumnElement[bool]:  # noqa: ARG001 - rights by type and row come here
    """Return the condition on the type's table that holds for the records this actor may see."""
    return true() if READ in actor.rights else false()


def sees_all(actor: Actor, rtype: RecordType) -> bool:  # noqa: ARG001 - as above
    """Tell whether `visible` leaves nothing out, so that counts of the whole workspace may be shown."""
    return READ in actor.rights


def hidden(actor: Actor, rtype: RecordType) -> frozenset[str]:  # noqa: ARG001 - as above
    """Return the fields of a type whose values this actor may not see in any record."""
    return frozenset()
