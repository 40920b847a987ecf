"""Joining given and family name in the order of their script."""

from __future__ import annotations

import re

_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af\U00020000-\U0003134f]")


def join_name(given: str | None, family: str | None) -> str | None:
    """`张` + `三` is 张三; `Ada` + `Lovelace` is Ada Lovelace."""
    if not given or not family:
        return given or family
    if _CJK.match(family) and _CJK.match(given):
        return family + given
    return f"{given} {family}"
