"""Whose a record becomes whose maker named no owner: as the workspace's rules decide, else the maker's."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.policy import OWNER_FIELD
from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.kernel.uow import UnitOfWork

ASSIGNMENT: Final = "assignment"
"""The member of an event's changes that tells why."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Whose a record becomes, and why; `why` is JSON for its history, None where no rule was asked."""

    owner_id: uuid.UUID | None
    why: Mapping[str, Any] | None = None

    def applied(self, values: Values) -> Values:
        """Return the values of a record with its owner."""
        return {**values, OWNER_FIELD: None if self.owner_id is None else str(self.owner_id)}

    @property
    def told(self) -> dict[str, tuple[None, Any]]:
        """What the event of the record tells of it."""
        return {} if self.why is None else {ASSIGNMENT: (None, dict(self.why))}


@dataclass(frozen=True, slots=True)
class Unowned:
    """A record that is about to be somebody's."""

    record_id: uuid.UUID
    values: Values
    system: Mapping[str, Any]
    """Its columns beside the fields of its type."""

    def row(self, rtype: RecordType) -> dict[str, Any]:
        """Return the columns of the record as it would be stored."""
        return {**self.system, **rtype.column_values(self.values)}


Assign = Callable[[UnitOfWork, Actor, RecordType, Sequence[Unowned]], Mapping[uuid.UUID, Assignment] | None]
"""Returns who gets each; None where the workspace has no rules."""


def assign(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, records: Sequence[Unowned]
) -> Mapping[uuid.UUID, Assignment]:
    """Return whose each of some new records becomes."""
    chosen = rtype.assign(unit, actor, rtype, records) if rtype.assign is not None and records else None
    return chosen if chosen is not None else {each.record_id: Assignment(actor.user_id) for each in records}
