"""Reads the fields of a JSON object that somebody filled in, collecting every fault before refusing."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final, TypeVar

from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.ids import parse_uuid

T = TypeVar("T")
_BIDI_CONTROLS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They can make a text read differently from what it says, in a mail for instance."""
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


class ValueFault(ValueError):  # noqa: N818 - it becomes a FieldError
    """One value is not right: a stable code, an English sentence, parameters for the translated text."""

    def __init__(self, code: str, detail: str, **params: str | int | list[str]) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.params = params


class Fields:
    """The fields of one body. Read them all, then call `check`; what it lets through is clean.

    fields = Fields(body, ("name", "email"))
    name = fields.text("name", clean_name)
    fields.check()
    """

    def __init__(self, body: object, known: Iterable[str]) -> None:
        if not isinstance(body, dict):
            raise Invalid(errors=[FieldError("", "wrong_type", "Send an object.", {"type": "object"})])
        self._body: dict[str, Any] = body
        self._faults = [
            FieldError(f"/{_escaped(name)}", "unknown_field", "There is no such field.")
            for name in sorted(set(body) - set(known))
        ][:20]

    def __contains__(self, name: str) -> bool:
        return name in self._body

    def text(self, name: str, clean: Callable[[str], T]) -> T | None:
        """Return the required field `name` through `clean`; None (and a fault) when it is missing or wrong."""
        value = self._body.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            self.fault(name, ValueFault("required", "This is needed."))
            return None
        return self._cleaned(name, value, clean)

    def optional(self, name: str, clean: Callable[[str], T]) -> T | None:
        """Return the field `name` through `clean`; None when it is missing or empty."""
        value = self._body.get(name)
        if value is None or value == "":
            return None
        return self._cleaned(name, value, clean)

    def value(self, name: str, read: Callable[[object], T]) -> T | None:
        """Return the field `name`, whatever JSON it is, through `read`; None (and a fault) when it is wrong."""
        try:
            return read(self._body.get(name))
        except ValueFault as fault:
            self.fault(name, fault)
            return None

    def over(self, before: Mapping[str, Any], readers: Mapping[str, Callable[[object], Any]]) -> dict[str, Any]:
        """Return a value for every reader: through it what the body names, else what was before."""
        return {name: self.value(name, read) if name in self else before[name] for name, read in readers.items()}

    def is_faulty(self, name: str) -> bool:
        """Tell whether a fault was noted about a field."""
        return any(fault.pointer == f"/{name}" for fault in self._faults)

    def fault(self, name: str, fault: ValueFault) -> None:
        """Note that a field is not right."""
        self._faults.append(FieldError(f"/{name}", fault.code, fault.detail, fault.params))

    def check(self) -> None:
        """Raise `Invalid` with every fault noted so far, if there is one."""
        if self._faults:
            raise Invalid(errors=self._faults)

    def _cleaned(self, name: str, value: object, clean: Callable[[str], T]) -> T | None:
        if not isinstance(value, str):
            self.fault(name, ValueFault("wrong_type", "This must be text.", type="string"))
            return None
        try:
            return clean(value)
        except ValueFault as fault:
            self.fault(name, fault)
            return None


def flag(raw: object) -> bool:
    """Read a yes or no."""
    if not isinstance(raw, bool):
        raise ValueFault("invalid_boolean", "Say true or false.")
    return raw


def whole_number(least: int, most: int) -> Callable[[object], int]:
    """Return a reader of whole numbers within bounds."""

    def read(raw: object) -> int:
        if not isinstance(raw, int) or isinstance(raw, bool) or not least <= raw <= most:
            raise ValueFault("out_of_range", f"A whole number of {least} to {most}.", min=least, max=most)
        return raw

    return read


def as_it_is(raw: object) -> object:
    """Read whatever JSON it is, for what is read elsewhere."""
    return raw


def an_id(raw: object) -> uuid.UUID | None:
    """Read an id, or null."""
    if raw is None:
        return None
    found = parse_uuid(raw) if isinstance(raw, str) else None
    if found is None:
        raise ValueFault("invalid_id", "Not an id.")
    return found


def each_once(known: Collection[uuid.UUID]) -> Callable[[object], list[uuid.UUID]]:
    """Return a reader of an order: a list that names each of the known ids once."""

    def read(raw: object) -> list[uuid.UUID]:
        ids = [parse_uuid(each) if isinstance(each, str) else None for each in raw] if isinstance(raw, list) else []
        if set(ids) != set(known) or len(ids) != len(known):
            raise ValueFault("not_each_once", "Name each of them once.")
        return [each for each in ids if each is not None]

    return read


def sure(value: T | None) -> T:
    """Return a field's value after `Fields.check`, which has made sure that there is one."""
    if value is None:
        raise RuntimeError("a field was used before Fields.check()")
    return value


def plain_line(text: str, longest: int) -> str:
    """Return one line of text in NFC without surplus blanks; refuses control characters and more than `longest`."""
    for character in text:
        if unicodedata.category(character) in _REFUSED_CATEGORIES or character in _BIDI_CONTROLS:
            raise ValueFault("control_character", "Holds a character that cannot be shown.")
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if len(line) > longest:
        raise ValueFault("too_long", f"At most {longest} characters.", max=longest)
    if not line:
        raise ValueFault("required", "This is needed.")
    return line


def one_of(*options: str) -> Callable[[str], str]:
    """Return a cleaner that accepts only the given words."""

    def clean(text: str) -> str:
        if text not in options:
            raise ValueFault("unknown_option", "Not one of the options.", options=list(options))
        return text

    return clean


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")[:100]
