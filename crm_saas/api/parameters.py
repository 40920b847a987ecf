"""Reading the query of a request strictly: an unknown parameter, or one given twice, is refused by name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from flask import request

from crm_saas.kernel.errors import FieldError, Invalid

WORKSPACE_PARAMETER: Final = "workspace"
"""Names the workspace where a browser cannot send a header, such as in the link of a download."""
_YES: Final = frozenset({"1", "true"})
_NO: Final = frozenset({"", "0", "false"})


def only_parameters(*names: str, many: Collection[str] = ()) -> None:
    """Refuse with `Invalid` any parameter but `names`, and any but those of `many` that is given more than once."""
    faults = []
    for name, values in request.args.lists():
        if name not in names and name not in many and name != WORKSPACE_PARAMETER:
            faults.append(unknown_parameter(name))
        elif len(values) > 1 and name not in many:
            faults.append(repeated_parameter(name))
    if faults:
        raise Invalid(errors=faults)


def unknown_parameter(name: str) -> FieldError:
    """Return the fault of a parameter that the route does not have."""
    return FieldError(pointer_of(name), "unknown_parameter", "There is no such parameter.", {"name": name[:100]})


def repeated_parameter(name: str) -> FieldError:
    """Return the fault of a parameter that can be given once only."""
    return FieldError(pointer_of(name), "repeated_parameter", "Give this parameter once.", {"name": name[:100]})


def pointer_of(name: str) -> str:
    """Return the JSON pointer to a parameter, the query taken as an object."""
    return "/" + name[:100].replace("~", "~0").replace("/", "~1")


def int_parameter(name: str, default: int, *, most: int) -> int:
    """Read a whole number of 1 to `most` from the query."""
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= most):
        detail = f"A whole number of 1 to {most}."
        raise Invalid(errors=[FieldError(pointer_of(name), "out_of_range", detail, {"min": 1, "max": most})])
    return int(text)


def flag_parameter(name: str) -> bool:
    """Read a yes/no parameter of the query: 1 or true, 0 or false."""
    text = request.args.get(name, "").lower()
    if text not in _YES | _NO:
        raise Invalid(errors=[FieldError(pointer_of(name), "invalid_boolean", "Say 1 or 0.")])
    return text in _YES
