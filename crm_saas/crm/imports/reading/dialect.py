"""Delimiter, quotation mark and escape of a CSV file: what makes its first lines most regular."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import replace
from typing import NamedTuple

from crm_saas.crm.imports.reading.lines import Line
from crm_saas.crm.imports.reading.model import Dialect
from crm_saas.crm.imports.reading.records import RecordReader, reader, unescaped
from crm_saas.crm.imports.reading.rows import is_blank

DELIMITERS = (",", ";", "\t", "|")
SEP_LINE = re.compile(r"\A\"?sep=(.)\"?\r?\n?\Z", re.IGNORECASE)
"""The first line by which Excel is told the delimiter."""
_SPACED = re.compile(r'\s+"')


class _Score(NamedTuple):
    """Higher is better: how regular the widths are, then how wide."""

    regularity: float
    width: int


def find_dialect(lines: list[Line], delimiter: str | None = None) -> Dialect:
    """Choose by the lines given (a few hundred are plenty); a given delimiter is obeyed."""
    text = "".join(line.text for line in lines)
    candidates = [Dialect(mark) for mark in DELIMITERS if mark in text] if delimiter is None else [Dialect(delimiter)]
    if not candidates:
        return Dialect()
    best = max(candidates, key=lambda dialect: _score(lines, dialect))
    for variant in _variants(text, best):
        if _faults(lines, variant) < _faults(lines, best) or variant.quote != best.quote:
            best = variant
    return best


def _variants(text: str, dialect: Dialect) -> list[Dialect]:
    mark = re.escape(dialect.delimiter)
    found = []
    if '\\"' in text:
        found.append(replace(dialect, escape="\\"))
    if re.search(mark + ' +"', text):
        found.append(replace(dialect, skip_spaces=True))
    if (
        '"' not in text
        and len(re.findall(rf"(?:^|{mark})'[^'\n]*{mark}?[^'\n]*'(?=$|[\r\n]|{mark})", text, re.MULTILINE)) >= 2
    ):
        found.append(replace(dialect, quote="'"))
    return found


def _score(lines: list[Line], dialect: Dialect) -> _Score:
    records = [record for record in RecordReader(iter(lines), dialect) if not is_blank(record.cells)]
    widths = Counter(len(record.cells) for record in records)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
    faults = sum(1 for record in records if record.fault)
    regularity = (count - faults) / max(len(records), 1) * (1 - 1 / width)
    return _Score(round(regularity, 3), width)


def _faults(lines: list[Line], dialect: Dialect) -> int:
    """How often the lines break RFC 4180 under a dialect, counting quotes that a space keeps from being quotes."""
    texts = iter([unescaped(line.text, dialect) for line in lines])
    count = 0
    while True:
        try:
            return count + sum(
                bool(_SPACED.match(cell)) for cells in reader(texts, dialect, strict=True) for cell in cells
            )
        except csv.Error:
            count += 1
