"""By what a person is recognised in any text, and how that is taken out of it.

E-mail addresses are compared without case, and are not found inside longer ones. A phone number is found however its
digits are grouped, with or without the code of its country; a name as it is written, in whole words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import phonenumbers
from phonenumbers import NumberParseException

from crm_saas.crm.records.kinds.emails import normalise_email
from crm_saas.kernel.text import CJK_CHARACTER, DIGITS, TRUNK_ZERO

GONE: Final = "█████"
"""Stands where something was taken out of a text. No letter of any language, so no search finds it."""
_GROUPED: Final = re.compile(r"(?<![0-9])\+?\(?[0-9](?:[0-9\s()./\-]*[0-9])?")
_SHORTEST: Final = 7
"""Digits from which on a number is recognised inside a longer run of digits."""


@dataclass(frozen=True)
class Person:
    """Addresses as they are stored, numbers in E.164 without extension, names as they are written."""

    emails: frozenset[str] = field(default_factory=frozenset)
    phones: frozenset[str] = field(default_factory=frozenset)
    names: frozenset[str] = field(default_factory=frozenset)

    def __or__(self, other: Person) -> Person:
        """Return what recognises either."""
        return Person(self.emails | other.emails, self.phones | other.phones, self.names | other.names)

    def without_names(self) -> Person:
        """Return the same person, not to be recognised by name."""
        return Person(self.emails, self.phones)

    def to_json(self) -> dict[str, list[str]]:
        """Return plain values for a row."""
        return {"emails": sorted(self.emails), "phones": sorted(self.phones), "names": sorted(self.names)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Iterable[str]]) -> Person:
        """Read what `to_json` wrote."""
        return cls(*(frozenset(stored.get(name, ())) for name in ("emails", "phones", "names")))

    @property
    def keys(self) -> list[str]:
        """The exact look-up keys of records that hold an address or number of theirs."""
        emails = {f"email:{normalise_email(email)}" for email in self.emails}
        return sorted(emails | {f"phone:{number}" for number in self.phones})

    @cached_property
    def words(self) -> list[str]:
        """What the lower-case text of a value holds, in its own form or that of JSON, where it may be about them."""
        spelt = {spelling.lower() for each in (*self.emails, *self.names) for spelling in (each, _in_json(each))}
        return sorted(spelt | {normalise_email(email) for email in self.emails})

    @cached_property
    def digits(self) -> list[str]:
        """What the digits of a value hold, all other characters taken out, where it may be about them."""
        return sorted({national for _, national in self._numbers})

    @cached_property
    def _numbers(self) -> list[tuple[str, str]]:
        """(all digits, those without the code of the country) of each number."""
        return [("".join(DIGITS.findall(phone)), _national(phone)) for phone in sorted(self.phones)]

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        emails = {spelling for each in self.emails for spelling in (each, normalise_email(each))}
        parts = [rf"(?<![\w.%+\-]){re.escape(email)}(?![\w\-]|\.\w)" for email in sorted(emails, key=len, reverse=True)]
        parts += [_name_pattern(name) for name in sorted(self.names, key=len, reverse=True)]
        return re.compile("|".join(parts), re.IGNORECASE) if parts else None

    def is_in(self, value: Any) -> bool:  # noqa: ANN401 - a value of JSON
        """Tell whether a value, however deep, says something of them."""
        return bool(self.taken_out(value) != value)

    def taken_out(self, value: Any) -> Any:  # noqa: ANN401
        """Return a value without what recognises them; equal to it if there was nothing."""
        if isinstance(value, str):
            return self._cleaned(value)
        if isinstance(value, list):
            return [self.taken_out(item) for item in value]
        if isinstance(value, dict):
            return {self._cleaned(name): self.taken_out(item) for name, item in value.items()}
        if isinstance(value, int) and not isinstance(value, bool) and self._is_number(str(value)):
            return None
        return value

    def _cleaned(self, text: str) -> str:
        """Taking out one thing may lay bare another: an address stood beside a number."""
        while (cleaned := self._cleaned_once(text)) != text:
            text = cleaned
        return text

    def _cleaned_once(self, text: str) -> str:
        if self._pattern is not None:
            text = self._pattern.sub(GONE, text)
        return _GROUPED.sub(self._cleaned_number, text) if self._numbers else text

    def _cleaned_number(self, found: re.Match[str]) -> str:
        return GONE if self._is_number(found.group()) else found.group()

    def _is_number(self, typed: str) -> bool:
        digits = "".join(DIGITS.findall(typed.replace(TRUNK_ZERO, "")))
        bare = digits.lstrip("0")
        return any(
            bare in {whole, national} or whole in digits or (len(national) >= _SHORTEST and national in digits)
            for whole, national in self._numbers
        )


def _in_json(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _name_pattern(name: str) -> str:
    spaced = r"\s+".join(map(re.escape, name.split()))
    return spaced if CJK_CHARACTER.search(name) else rf"(?<!\w){spaced}(?!\w)"


def _national(phone: str) -> str:
    try:
        return str(phonenumbers.parse(phone, None).national_number)
    except NumberParseException:
        return "".join(DIGITS.findall(phone))
