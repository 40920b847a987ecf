"""The rules a record must keep as a whole: something to know it by, allowed steps, reasons, and those of its type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.kernel.errors import FieldError, Invalid


def check(rtype: RecordType, values: Values, before: Values | None) -> None:
    """Refuse a record that breaks a rule of its type; `before` is what is stored, None for a new record."""
    faults = rule_faults(rtype, values, before)
    if faults:
        raise Invalid(errors=faults)


def rule_faults(rtype: RecordType, values: Values, before: Values | None) -> list[FieldError]:
    """Return every rule of the type that these values break."""
    return [
        *_missing_faults(rtype, values),
        *_identity_faults(rtype, values),
        *_step_faults(rtype, values, before),
        *_reason_faults(rtype, values),
        *rtype.check(values),
    ]


def with_consequences(rtype: RecordType, before: Values, given: Values) -> Values:
    """Return what a record becomes by a change, with what follows from it unless the caller named it.

    Reasons that belong to a value the record no longer has are emptied, and so is what a value settles that it takes.
    """
    after = {**before, **given}
    emptied = [
        reason for name, by_value in rtype.reasons.items() for value, reason in by_value.items() if after[name] != value
    ]
    emptied += [
        settled
        for name, by_value in rtype.settles.items()
        if after[name] != before[name]
        for settled in by_value.get(after[name], ())
    ]
    return after | {name: rtype.by_name[name].empty for name in emptied if name not in given}


def _missing_faults(rtype: RecordType, values: Values) -> Iterator[FieldError]:
    for each in rtype.fields:
        if each.required and each.is_empty(values[each.name]):
            yield FieldError(f"/{each.name}", "required", "This is needed.")


def _identity_faults(rtype: RecordType, values: Values) -> Iterator[FieldError]:
    if all(rtype.by_name[name].is_empty(values[name]) for name in rtype.identity):
        params = {"fields": list(rtype.identity)}
        detail = f"Fill in at least one of: {', '.join(rtype.identity)}."
        yield FieldError("", "nothing_to_know_it_by", detail, params)


def _step_faults(rtype: RecordType, values: Values, before: Values | None) -> Iterator[FieldError]:
    for name, steps in rtype.transitions.items():
        old = None if before is None else before[name]
        new = values[name]
        if old == new or (old is not None and old not in steps):
            continue  # a value from before this declaration may become anything
        allowed = steps[old] if old is not None else tuple(value for value, following in steps.items() if following)
        if new not in allowed:
            params: dict[str, Any] = {"from": old, "to": new, "allowed": list(allowed)}
            detail = f"It cannot go from {old} to {new}." if old else f"A new record cannot be {new}."
            yield FieldError(f"/{name}", "transition_refused", detail, params)


def _reason_faults(rtype: RecordType, values: Values) -> Iterator[FieldError]:
    for name, by_value in rtype.reasons.items():
        for value, reason in by_value.items():
            given = not rtype.by_name[reason].is_empty(values[reason])
            params = {"field": name, "value": value}
            if values[name] == value and not given:
                yield FieldError(f"/{reason}", "reason_required", f"Say why the {name} is {value}.", params)
            elif given and values[name] != value:
                detail = f"Only where the {name} is {value}."
                yield FieldError(f"/{reason}", "reason_not_needed", detail, params)
