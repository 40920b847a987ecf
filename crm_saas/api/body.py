"""Reading a JSON body strictly: what is ambiguous, unbounded or cannot be stored is refused with a pointer."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NoReturn

from flask import request

from crm_saas.kernel.errors import BadRequest, FieldError, Invalid, UnsupportedMedia

JSON_BYTES: Final = 1024 * 1024
"""The largest JSON body; a route that takes files sets its own limit on the request."""
MAX_DEPTH: Final = 32
MAX_INTEGER: Final = 2**63 - 1
MAX_FAULTS: Final = 50
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class _Repeated:
    """Stands where an object had the same member twice."""

    def __init__(self, key: str) -> None:
        self.key = key


def read_json() -> Any:  # noqa: ANN401 - JSON is what it is
    """Return the request's JSON body.

    Raises:
        UnsupportedMedia: the content type is not JSON in UTF-8.
        BadRequest: the body is not JSON.
        Invalid: repeated members, numbers out of range, text that cannot be stored, nesting over 32.
        werkzeug's RequestEntityTooLarge: over the limit of the request.
    """
    if request.mimetype != "application/json" or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        raise UnsupportedMedia("Send application/json in UTF-8.")
    return parse_json(request.get_data(cache=False))


def parse_json(data: bytes) -> Any:  # noqa: ANN401
    """Return the value of a JSON document; see `read_json`."""
    try:
        value = _DECODER.decode(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.", code="invalid_json") from None
    except RecursionError:
        raise Invalid(errors=[_too_deep("")]) from None
    except ValueError:
        raise BadRequest("The body is not JSON.", code="invalid_json") from None
    faults: list[FieldError] = []
    _check(value, "", 0, faults)
    if faults:
        raise Invalid(errors=faults)
    return value


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Repeated:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    return _Repeated(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_no_constant, strict=True)


def _check(value: object, pointer: str, depth: int, faults: list[FieldError]) -> None:
    """Walk the value; `pointer` leads to it. Stops adding at 50 faults."""
    if len(faults) >= MAX_FAULTS:
        return
    if isinstance(value, dict | list):
        if depth >= MAX_DEPTH:
            faults.append(_too_deep(pointer))
            return
        for name, item in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(name, str) and _UNSTORABLE.search(name):
                faults.append(_unstorable(pointer))
            else:
                _check(item, f"{pointer}/{_escaped(name)}", depth + 1, faults)
        return
    fault = _fault_of(value, pointer)
    if fault is not None:
        faults.append(fault)


def _fault_of(value: object, pointer: str) -> FieldError | None:
    """Return what is wrong with a value that holds no others."""
    if isinstance(value, str) and _UNSTORABLE.search(value):
        return _unstorable(pointer)
    if isinstance(value, _Repeated):
        key = value.key.encode("utf-8", "replace").decode()[:100]
        return FieldError(pointer, "repeated_member", "An object names the same member twice.", {"name": key})
    infinite = isinstance(value, float) and not math.isfinite(value)
    if infinite or (isinstance(value, int) and abs(value) > MAX_INTEGER):
        return FieldError(pointer, "number_out_of_range", "The number is too large.")
    return None


def _escaped(name: str | int) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def _unstorable(pointer: str) -> FieldError:
    return FieldError(pointer, "invalid_character", "Holds a character that cannot be stored.")


def _too_deep(pointer: str) -> FieldError:
    return FieldError(pointer, "too_deep", "Nested too deeply.", {"max": MAX_DEPTH})
