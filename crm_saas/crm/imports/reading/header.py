"""Which line holds the column names, if any does."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from crm_saas.crm.imports.mapping.words import is_known_header

_ADDRESS = re.compile(r"\S+@\S+\.\S+|\Ahttps?://", re.IGNORECASE)
_NUMBER = re.compile(r"[^\w]*\d[\d\s.,:/+()%€$£¥￥-]*[^\W\d]{0,3}\Z")
_LOOK_AHEAD = 20


class Head(NamedTuple):
    """Number of the header among the rows given (None: there is none), the names, and how many columns the data has."""

    row: int | None
    names: list[str]
    width: int
    pad_short: bool


def find_head(rows: list[list[str]], has_header: bool | None = None) -> Head:  # noqa: FBT001
    """Look at the first rows that are not blank.

    Lines before the header (a title, a date of the report) have few filled cells compared with the table's.
    """
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    most = sorted(filled)[-(len(filled) // 10 or 1)] if filled else 0
    index = next((i for i, count in enumerate(filled[:_LOOK_AHEAD]) if count * 2 > most), 0)
    if has_header is None:
        has_header = bool(rows) and _is_header(rows[index], rows[index + 1 :])
    names = [" ".join(cell.split()) for cell in rows[index]] if has_header and rows else []
    width, pad_short = _width(names, rows[index + 1 :] if has_header else rows)
    return Head(index if has_header and rows else None, names[:width] + [""] * (width - len(names)), width, pad_short)


def _is_header(row: list[str], below: list[list[str]]) -> bool:
    if any(_ADDRESS.search(cell) for cell in row):
        return False
    score = 0
    for column, cell in enumerate(row):
        text = cell.strip()
        if not text:
            continue
        values = [other[column].strip() for other in below if column < len(other) and other[column].strip()]
        score += _evidence(text, values)
    return score > 0 or (score == 0 and not any(_is_value(cell.strip()) for cell in row))


def _evidence(text: str, values: list[str]) -> int:
    """For (above 0) or against (below 0) `text` being the name of a column with these values."""
    if is_known_header(text):
        return 2
    if len(text) > 100 or text in values:
        return -1
    mostly_values = 2 * sum(map(_is_value, values)) > len(values)
    if _is_value(text):
        return -1 if mostly_values or not values else 0
    return 1 if mostly_values else 0


def _is_value(text: str) -> bool:
    return bool(_NUMBER.match(text) or _ADDRESS.search(text))


def _width(names: list[str], rows: list[list[str]]) -> tuple[int, bool]:
    """Columns of the table without empty ones at the end; whether rows with fewer cells are a habit of the file."""
    named = _last_filled(names)
    used = Counter(_last_filled(row) for row in rows)
    common = max(used.items(), key=lambda item: (item[1], item[0]), default=(0, 0))[0]
    if named == 0:
        usual = [count for count, times in used.items() if 5 * times >= len(rows)]
        width = max(usual, default=0)
    else:
        width = max(named, common if 2 * used[common] > len(rows) else 0)
    short = sum(1 for row in rows if len(row) < width)
    return width, short >= 2 and 5 * short >= len(rows)


def _last_filled(row: list[str]) -> int:
    return next((index for index in range(len(row), 0, -1) if row[index - 1].strip()), 0)
