"""Options that a workspace adds to a choice, by using them: at most 200 for each field."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from crm_saas.crm.records.kinds.labels import Labels
from crm_saas.crm.records.model import ChoiceOption
from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.uow import UnitOfWork

MOST_OPTIONS = 200
Own = dict[str, list[tuple[str, str]]]
"""Field -> (value, label) pairs."""


def settle(unit: UnitOfWork, rtype: RecordType, values: Values) -> Values:
    """Return `values` with own options spelled as the workspace first spelled them, and remember new ones.

    `trade show` after `Trade Show` is the same option. Raises `Invalid` with code `too_many_options` at the 201st of
    a field: a list of thousands is a text, and nobody can choose from it. (Two units that add at the same moment may
    pass the bound by one; it is there to keep the list usable.)
    """
    typed = {name: value for name, value in values.items() if value and _is_own(rtype, name, value)}
    if not typed:
        return values
    known = workspace_options(unit, rtype)
    settled, faults, new = dict(values), [], []
    for name, value in typed.items():
        own = known.get(name, [])
        same = Labels(own).find(value)
        settled[name] = same or value
        if same is None and len(own) >= MOST_OPTIONS:
            detail = f"This field has {MOST_OPTIONS} options of your own already; choose one of them."
            faults.append(FieldError(f"/{name}", "too_many_options", detail, {"max": MOST_OPTIONS}))
        elif same is None:
            new.append({"record_type": rtype.name, "field": name, "value": value, "label": value, "position": len(own)})
    if faults:
        raise Invalid(errors=faults)
    if new:
        unit.connection.execute(insert(ChoiceOption).values(new).on_conflict_do_nothing())
    return settled


def add_options(unit: UnitOfWork, rtype: RecordType, values: Values) -> None:
    """Remember values of extensible choices as they are; for jobs that have settled them before."""
    rows = [
        {"record_type": rtype.name, "field": name, "value": value, "label": value, "position": 0}
        for name, value in values.items()
        if value and _is_own(rtype, name, value)
    ]
    if rows:
        unit.connection.execute(insert(ChoiceOption).values(rows).on_conflict_do_nothing())


def workspace_options(unit: UnitOfWork, rtype: RecordType) -> Own:
    """Return the options the workspace has added to a type's choices, by field."""
    return all_options(unit, rtype.name).get(rtype.name, {})


def all_options(unit: UnitOfWork, type_name: str | None = None) -> dict[str, Own]:
    """Return the options the workspace has added, by record type and field."""
    query = select(ChoiceOption.record_type, ChoiceOption.field, ChoiceOption.value, ChoiceOption.label).order_by(
        ChoiceOption.record_type, ChoiceOption.field, ChoiceOption.position, ChoiceOption.label
    )
    if type_name is not None:
        query = query.where(ChoiceOption.record_type == type_name)
    found: dict[str, Own] = {}
    for of_type, name, value, label in unit.connection.execute(query):
        found.setdefault(of_type, {}).setdefault(name, []).append((value, label))
    return found


def _is_own(rtype: RecordType, name: str, value: str) -> bool:
    each = rtype.by_name[name]
    return each.extensible and value not in {option.value for option in each.options or ()}
