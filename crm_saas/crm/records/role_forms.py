"""Reads the rights of a role as somebody fills them in, against the record types there are."""

from __future__ import annotations

from typing import Any, Final, cast

from crm_saas.crm.records.registry import REGISTRY
from crm_saas.kernel.errors import FieldError, Forbidden, Invalid
from crm_saas.tenants.roles import ACTIONS, FIELD_ACCESS, LEVELS_OF, POWERS, SHIPPED, FieldAccess, Level, Rights

_MEMBERS: Final = frozenset({"types", "fields", "powers"})


def whole(rights: Rights) -> dict[str, Any]:
    """Return rights as the API shows them: every type with every action, as the role names them."""
    return {
        "types": {rtype.name: {action: rights.given(action, rtype.name) for action in ACTIONS} for rtype in REGISTRY},
        "fields": {rtype.name: dict(rights.fields.get(rtype.name, {})) for rtype in REGISTRY},
        "powers": sorted(rights.powers),
    }


def read_rights(document: object, before: Rights) -> Rights:
    """Read rights: what is not named stays as it was. Raises `Invalid` with a pointer for every fault."""
    faults: list[FieldError] = []
    if not isinstance(document, dict):
        raise Invalid(errors=[FieldError("/rights", "wrong_type", "Expected an object.")])
    faults += [_unknown(f"/rights/{_short(name)}") for name in document if name not in _MEMBERS]
    types = _types(document.get("types", {}), before, faults)
    fields = _fields(document.get("fields", {}), before, faults)
    powers = document.get("powers", sorted(before.powers))
    if not isinstance(powers, list) or not all(isinstance(power, str) and power in POWERS for power in powers):
        faults.append(_not_one("/rights/powers", POWERS))
        powers = []
    if faults:
        raise Invalid(errors=faults[:100])
    return Rights(types=types, fields=fields, powers=frozenset(powers))


def _types(document: object, before: Rights, faults: list[FieldError]) -> dict[str, dict[str, Level]]:
    found = {rtype.name: {action: before.given(action, rtype.name) for action in ACTIONS} for rtype in REGISTRY}
    for name, levels in _tables(document, "/rights/types", faults):
        for action, level in levels.items():
            pointer = f"/rights/types/{name}/{_short(action)}"
            if action not in ACTIONS:
                faults.append(_unknown(pointer))
            elif not isinstance(level, str) or level not in LEVELS_OF[action]:
                faults.append(_not_one(pointer, LEVELS_OF[action]))
            else:
                found[name][action] = level
    return found


def _fields(document: object, before: Rights, faults: list[FieldError]) -> dict[str, dict[str, FieldAccess]]:
    found = {rtype.name: dict(before.fields.get(rtype.name, {})) for rtype in REGISTRY}
    for name, limits in _tables(document, "/rights/fields", faults):
        rtype = REGISTRY.find(name)
        for field, access in limits.items():
            pointer = f"/rights/fields/{name}/{_short(field)}"
            if rtype is None or field not in rtype.by_name:
                faults.append(_unknown(pointer))
            elif access is None or access == "writable":
                found[name].pop(field, None)
            elif not isinstance(access, str) or access not in FIELD_ACCESS:
                faults.append(_not_one(pointer, (*FIELD_ACCESS, "writable")))
            else:
                found[name][field] = cast("FieldAccess", access)
    return found


def _tables(document: object, pointer: str, faults: list[FieldError]) -> list[tuple[str, dict[str, Any]]]:
    """Return (type, object) for each record type that is named."""
    if not isinstance(document, dict):
        faults.append(FieldError(pointer, "wrong_type", "Expected an object."))
        return []
    found = []
    for name, inside in document.items():
        if REGISTRY.find(name) is None:
            faults.append(_unknown(f"{pointer}/{_short(name)}"))
        elif not isinstance(inside, dict):
            faults.append(FieldError(f"{pointer}/{name}", "wrong_type", "Expected an object."))
        else:
            found.append((name, inside))
    return found


def _unknown(pointer: str) -> FieldError:
    return FieldError(pointer, "unknown_field", "There is no such field.")


def _not_one(pointer: str, options: tuple[str, ...]) -> FieldError:
    return FieldError(pointer, "unknown_option", "Not one of the options.", {"options": list(options)})


def _short(name: object) -> str:
    return str(name)[:100].replace("~", "~0").replace("/", "~1")


def require_covers(giver: Rights, given: Rights) -> None:
    """Refuse with `Forbidden` to give, or take, rights beyond one's own: nobody raises themselves or a friend."""
    if not covers(giver, given):
        raise Forbidden("This role may do more than yours.", code="beyond_own_rights")


def covers(giver: Rights, given: Rights) -> bool:
    """Tell whether a role may do everything that another may, to every type of record there is."""
    return giver.covers(given, [rtype.name for rtype in REGISTRY])


def shipped() -> list[dict[str, Any]]:
    """Return the shipped roles as the API shows them."""
    return [
        {"key": key, "label": None, "based_on": None, "own": False, "rights": whole(rights), "version": None}
        for key, rights in SHIPPED.items()
    ]
