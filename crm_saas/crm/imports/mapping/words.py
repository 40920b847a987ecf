"""Looking up what people and programs call their columns (`words.toml`)."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from crm_saas.crm.records.kinds.labels import label_key

_NUMBER = re.compile(r"\d+")


class _Words(NamedTuple):
    targets: dict[str, str]
    ignored: frozenset[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    found = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    targets: dict[str, str] = {}
    for target, words in found["targets"].items():
        for word in words:
            targets.setdefault(label_key(word), target)
    return _Words(targets, frozenset(map(label_key, found["ignored"])))


def target_of(header: str) -> str | None:
    """The target a header names: `E-mail 2 Address`, `BILLINGSTREET`, `手机号码`; None for an unknown one."""
    key = label_key(header)
    words = _words()
    if not key or key in words.ignored:
        return None
    return words.targets.get(key) or words.targets.get(_NUMBER.sub("", key))


def is_known_header(text: str) -> bool:
    """Whether a cell reads like the name of a column rather than like a value."""
    return len(text) <= 60 and (target_of(text) is not None or label_key(text) in _words().ignored)
