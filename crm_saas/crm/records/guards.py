"""Rules of the workspace's own that are asked before a record takes a value, whatever door the change comes through.

A type names its guards by field and value (`RecordType.guards`). They are asked by everything that changes records:
forms and the API, boards, bulk edits, and imports that change what is stored. Undoing and restoring bring back what
was, and an import may add records that were such before they came here; neither asks.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.uow import UnitOfWork

_SYSTEM: Final = ("id", "version", "created_at", "created_by_id", "updated_at", "updated_by_id", "import_id")


@dataclass(frozen=True, slots=True)
class Step:
    """One record on its way from what is stored to what it would become."""

    record_id: uuid.UUID
    before: Values | None
    """None: a new record."""
    after: Values
    system: Mapping[str, Any]
    """Its columns beside the fields of its type, as they are stored."""

    def row(self, rtype: RecordType) -> dict[str, Any]:
        """Return the columns of the record as it would be stored."""
        return {**self.system, **rtype.column_values(self.after)}


Guard = Callable[[UnitOfWork, Actor, RecordType, Sequence[Step]], Mapping[uuid.UUID, list[FieldError]]]
"""Returns the faults of those records that may not take the value."""


def system_of(record: Any) -> dict[str, Any]:  # noqa: ANN401 - a model or a row
    """Return the columns that every record has, of a stored one."""
    return {name: getattr(record, name) for name in _SYSTEM}


def refuse(unit: UnitOfWork, actor: Actor, rtype: RecordType, step: Step) -> None:
    """Refuse with `Invalid` a change of one record that a guard does not let through."""
    faults = refusals(unit, actor, rtype, [step]).get(step.record_id)
    if faults:
        raise Invalid(errors=faults)


def refusals(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, steps: Sequence[Step]
) -> dict[uuid.UUID, list[FieldError]]:
    """Return the faults of the records that a guard does not let through."""
    found: dict[uuid.UUID, list[FieldError]] = {}
    for name, by_value in rtype.guards.items():
        for value, guard in by_value.items():
            asked = [step for step in steps if _takes(step, name, value)]
            for record_id, faults in (guard(unit, actor, rtype, asked) if asked else {}).items():
                found.setdefault(record_id, []).extend(faults)
    return found


def _takes(step: Step, name: str, value: str) -> bool:
    return bool(step.after[name] == value and (step.before is None or step.before[name] != value))
