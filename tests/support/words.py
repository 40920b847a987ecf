"""The texts of the web client, so that one script walks through it in every language."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

LOCALES = Path(__file__).parents[2] / "frontend" / "src" / "locales"


class Words:
    """Call it for a text: `words("people:invite.open")`, with its parameters as keywords."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **parameters: object) -> str:
        """Return a text; `count` chooses the plural form."""
        text = self._find(key, parameters.get("count"))
        return re.sub(r"\{\{(\w+)\}\}", lambda found: str(parameters[found[1]]), text)

    def _find(self, key: str, count: object) -> str:
        namespace, _, path = key.partition(":")
        *way, last = path.split(".")
        node: Any = texts(self.language, namespace)
        for step in way:
            node = node[step]
        plural = "one" if count == 1 and self.language == "en" else "other"
        return str(node[last] if last in node else node[f"{last}_{plural}"])


@cache
def texts(language: str, namespace: str) -> Any:  # noqa: ANN401
    """Return the file of a namespace."""
    return json.loads((LOCALES / language / f"{namespace}.json").read_text(encoding="utf-8"))
