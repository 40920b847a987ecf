"""Reading tables out of files: what they are, and their rows from any position on, flat in memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from crm_saas.crm.imports.reading.detecting import detect
from crm_saas.crm.imports.reading.encoding import ENCODINGS
from crm_saas.crm.imports.reading.model import Detected, FileProblem, Hints, Position, Row, RowProblem
from crm_saas.crm.imports.reading.rows import sheet_rows, text_rows
from crm_saas.crm.imports.reading.xlsx import stage, staged_files, staged_path
from crm_saas.crm.imports.rejects import restore

__all__ = [
    "ENCODINGS",
    "Detected",
    "FileProblem",
    "Hints",
    "Position",
    "Row",
    "RowProblem",
    "detect",
    "open_rows",
    "sample",
    "staged_files",
]


def open_rows(path: Path, detected: Detected, start: Position | None = None) -> Iterator[Row]:
    """Stream the rows of data.

    Args:
        path: The file that `detected` is about.
        detected: How to read it.
        start: A `Row.position` of an earlier reading, to go on with the row after that; None for the first row of data.

    Raises:
        FileProblem: a workbook whose staged sheet got lost cannot be staged again.
    """
    position = start or detected.start
    rows = text_rows(path, detected, position) if detected.format == "csv" else _sheet(path, detected, position)
    return _restored(rows) if detected.guarded else rows


def _sheet(path: Path, detected: Detected, position: Position) -> Iterator[Row]:
    staged = staged_path(path, detected.sheets.index(detected.sheet or ""))
    if not staged.exists():
        staged = stage(path, detected.sheet).path
    return sheet_rows(staged, detected, position)


def _restored(rows: Iterator[Row]) -> Iterator[Row]:
    for row in rows:
        yield row._replace(cells=[restore(cell) for cell in row.cells])


def sample(path: Path, detected: Detected, limit: int = 20) -> list[Row]:
    """The first rows of data, for a preview."""
    return list(islice(open_rows(path, detected), limit))
