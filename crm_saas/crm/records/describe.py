"""A record type as the web client and integrators see it: what tables, forms and filters are drawn from."""

from __future__ import annotations

from typing import Any

from crm_saas.crm.records.fields import SYSTEM_FIELDS, Field
from crm_saas.crm.records.ordering import sortable
from crm_saas.crm.records.registry import RecordType


def describe(
    rtype: RecordType,
    own_options: dict[str, list[tuple[str, str]]],
    *,
    unseen: frozenset[str] = frozenset(),
    fixed: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Return the description of a type; `own_options` are the workspace's (value, label) pairs by field.

    Fields that are `unseen` do not exist, those that are `fixed` are read only.
    """
    sorts = sortable(rtype, unseen)
    return {
        "name": rtype.name,
        "plural": rtype.plural,
        "fields": [
            _field(rtype, each, own_options.get(each.name, []))
            | {"sortable": each.name in sorts}
            | ({"read_only": True, "importable": False} if each.name in fixed else {})
            for each in rtype.fields
            if each.name not in unseen
        ],
        "system_fields": [_system(each) for each in SYSTEM_FIELDS],
        "identity": [name for name in rtype.identity if name not in unseen],
        "transitions": {
            name: {old: list(new) for old, new in steps.items()}
            for name, steps in rtype.transitions.items()
            if name not in unseen
        },
        "reasons": {
            name: {value: reason for value, reason in by_value.items() if reason not in unseen}
            for name, by_value in rtype.reasons.items()
            if name not in unseen
        },
        "default_sort": rtype.default_sort,
    }


def _field(rtype: RecordType, each: Field, own: list[tuple[str, str]]) -> dict[str, Any]:
    options: list[dict[str, str | None]] | None = None
    if each.options is not None:
        shipped = [
            {"value": option.value, "label_key": f"{rtype.name}.{each.name}.{option.value}", "label": None}
            for option in each.options
        ]
        options = [*shipped, *({"value": value, "label_key": None, "label": label} for value, label in own)]
    return {
        "name": each.name,
        "kind": each.kind,
        "label_key": f"{rtype.name}.field.{each.name}",
        "group": each.group,
        "required": each.required,
        "read_only": each.read_only,
        "filterable": each.filterable,
        "sortable": each.sort_column is not None,
        "importable": each.importable,
        "personal": each.personal,
        "list_default": each.in_list,
        "max_length": each.max_length,
        "extensible": each.extensible,
        "options": options,
        "operators": list(each.operators),
        "help_key": None,
    }


def _system(each: Field) -> dict[str, Any]:
    return {
        "name": each.name,
        "kind": each.kind,
        "label_key": f"record.field.{each.name}",
        "sortable": each.sort_column is not None,
        "filterable": each.filterable,
        "operators": list(each.operators),
    }
