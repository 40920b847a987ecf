"""Rows of data from a position on, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from crm_saas.crm.imports.reading.lines import read_lines
from crm_saas.crm.imports.reading.model import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_LINE,
    Detected,
    Dialect,
    Position,
    Row,
    RowProblem,
)
from crm_saas.crm.imports.reading.records import Record, RecordReader

_FAULTS = {
    "unterminated_quote": ("A quotation mark is opened and never closed.", {}),
    "undecodable": ("Some bytes are not text in this encoding.", {}),
    "line_too_long": ("The line is too long.", {"max": MAX_LINE}),
    "cell_too_long": ("A cell is too long.", {"max": MAX_CELL}),
}


class Placed(NamedTuple):
    """A record, the line it starts on, and where the next one starts."""

    record: Record
    line: int
    next: Position


def placed_records(
    path: Path, encoding: str, dialect: Dialect, start: Position, width: int | None = None
) -> Iterator[Placed]:
    """Stream the records of a text file from a position on."""
    offset, line = start
    for record in RecordReader(read_lines(path, encoding, offset), dialect, width):
        offset += record.size
        begins, line = line, line + record.lines
        yield Placed(record, begins, Position(offset, line))


def text_rows(path: Path, detected: Detected, start: Position) -> Iterator[Row]:
    """Rows of a CSV file. Rows without any content are passed over."""
    width, pad = detected.width, detected.pad_short
    for record, line, following in placed_records(path, detected.encoding, detected.dialect, start, width):
        cells = record.cells
        if not record.fault and len(cells) == width and record.size <= MAX_CELL:
            if any(cells) and not "".join(cells).isspace():
                yield Row(line, cells, following, None)
        elif record.fault or not is_blank(cells):
            cells, problem = _judged(record, width, pad=pad)
            yield Row(line, cells, following, problem)


def sheet_rows(path: Path, detected: Detected, start: Position) -> Iterator[Row]:
    """Rows of a staged sheet, whose first cell is the row's number in the sheet."""
    width = detected.width
    for record, line, following in placed_records(path, "utf-8", Dialect(), start):
        number, *cells = record.cells or [str(line)]
        if not is_blank(cells):
            cells, problem = _judged(record._replace(cells=cells), width, pad=True)
            yield Row(int(number), cells, following, problem)


def is_blank(cells: list[str]) -> bool:
    """Whether no cell holds anything but white space."""
    return not any(cells) or not "".join(cells).strip()


def _judged(record: Record, width: int, *, pad: bool) -> tuple[list[str], RowProblem | None]:
    cells, fault = record.cells, record.fault
    if fault is None and any(len(cell) > MAX_CELL for cell in cells):
        fault = "cell_too_long"
    if fault is not None:
        detail, params = _FAULTS[fault]
        return cells[:MAX_COLUMNS], RowProblem(fault, detail, dict(params))
    if len(cells) > width:
        if is_blank(cells[width:]):
            return cells[:width], None
        return cells[:MAX_COLUMNS], _ragged("too_many_cells", cells, width)
    if len(cells) < width and not pad:
        return cells, _ragged("too_few_cells", cells, width)
    return cells + [""] * (width - len(cells)), None


def _ragged(code: str, cells: list[str], width: int) -> RowProblem:
    detail = f"{len(cells)} cells where the file has {width} columns."
    return RowProblem(code, detail, {"cells": len(cells), "columns": width})
