"""Text: cleaned in one documented way, never silently damaged.

The rule, for every kind made of text:
- Unicode NFC; white space at both ends is dropped; an empty rest is no value.
- One line (`text`): a run of line breaks and tabs becomes one space.
- Several lines (`long_text`): CR LF, CR, VT and FF become LF.
- NUL, the other control characters (C0, DEL, C1) and lone surrogates are refused, naming the character and its place:
  PostgreSQL cannot store NUL, and the others are traces of a wrong encoding that would otherwise go unnoticed.
- Everything else stays: bidirectional marks, zero-width characters, emoji, private use, unassigned.
"""

from __future__ import annotations

import re
import unicodedata

from crm_saas.crm.records.kinds.base import Context, PlainKind, ValueProblem, wrong_type

HARD_LIMIT = 100_000
"""Code points, where a field names no limit of its own."""
_BREAKS = re.compile(r"[ ]*[\t\n\r\x0b\x0c]+[ ]*")
_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c]")
_REFUSED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_ENDS = (
    " \t\n\r\x0b\x0c\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What is dropped at both ends: Unicode white space and the byte order mark. str.strip would take controls too."""


def clean(raw: object, *, lines: bool = False) -> str:
    """Apply the rule at the top of this module; `lines` keeps line breaks and tabs.

    Raises:
        ValueProblem: `control_character`, `lone_surrogate`, or `wrong_type` for anything but text and numbers.
    """
    if not isinstance(raw, str):
        raw = _from_native(raw)
    if raw.isprintable():
        text = raw.strip(_ENDS)
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    text = raw.strip(_ENDS)
    text = _LINE_ENDS.sub("\n", text) if lines else _BREAKS.sub(" ", text)
    refused = _REFUSED.search(text)
    if refused:
        raise _refusal(refused)
    return unicodedata.normalize("NFC", text)


def limited(text: str, limit: int | None) -> str:
    """Return `text` if it is no longer than `limit` code points; raises `too_long`."""
    limit = limit or HARD_LIMIT
    if len(text) > limit:
        raise ValueProblem("too_long", f"At most {limit} characters.", max=limit, length=len(text))
    return text


class Text(PlainKind):
    """Text of one line (or of several)."""

    def __init__(self, *, lines: bool = False) -> None:
        self._lines = lines

    def parse(self, raw: object, context: Context) -> str | None:
        """Read text."""
        if raw is None:
            return None
        if isinstance(raw, str) and raw.isascii() and raw.isprintable():  # what `clean` does with most cells, sooner
            text = raw.strip()
            if len(text) <= (context.max_length or HARD_LIMIT):
                return text or None
        return limited(clean(raw, lines=self._lines), context.max_length) or None


def _from_native(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise wrong_type("text")
    return str(raw)


def _refusal(match: re.Match[str]) -> ValueProblem:
    char, place = match.group(), match.start() + 1
    name = f"U+{ord(char):04X}"
    if "\ud800" <= char <= "\udfff":
        return ValueProblem("lone_surrogate", f"Half a character ({name}) at {place}.", char=name, place=place)
    return ValueProblem("control_character", f"Control character {name} at {place}.", char=name, place=place)
