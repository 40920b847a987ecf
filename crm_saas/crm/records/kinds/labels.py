"""Finding an option by its value or by any of its labels, as people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_NOT_WORD = re.compile(r"[\W_]+")


def label_key(text: str) -> str:
    """Fold case, width, accents, punctuation and spaces away: `Lost-customers ` and `lost customers` are one."""
    if text.isascii():
        return _NOT_WORD.sub("", text).lower()
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", _NOT_WORD.sub("", bare).casefold())


class Labels:
    """The options of a choice: each a value followed by its labels."""

    __slots__ = ("_by_exact", "_by_key", "values")

    def __init__(self, options: Iterable[tuple[str, ...]]) -> None:
        rows = [row for row in options if row]
        self.values = tuple(row[0] for row in rows)
        self._by_exact = {value: value for value in self.values}
        self._by_key: dict[str, str] = {}
        for row in rows:
            for text in row:
                self._by_key.setdefault(label_key(text), row[0])

    def find(self, text: str) -> str | None:
        """The option's value, or None."""
        return self._by_exact.get(text) or self._by_key.get(label_key(text))
