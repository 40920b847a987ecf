"""The file of rejected rows, and cells that a spreadsheet must not run.

A cell that starts with `=`, `+`, `-`, `@`, TAB or CR may be run as a formula by the program that opens the CSV (OWASP,
"CSV Injection"). Such a cell gets an apostrophe in front, unless it is a plain number. `restore` takes exactly that
apostrophe away again; the reader does so in files it knows by their first columns: a corrected file imports as it is.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Self

_DANGEROUS = re.compile(r"\s*[=+\-@\t\r＝＋－＠]|\s*DDE\s*\(|[\t\r\n]", re.IGNORECASE)
_GUARDED = re.compile(r"'+(?:\s*[=+\-@\t\r＝＋－＠']|\s*DDE\s*\(|[\t\r\n])", re.IGNORECASE)
_HARMLESS = re.compile(r"[+-]?\d[\d .,]*")
COLUMNS = ("import_line", "import_problem")
"""The first columns of the file, by which the reader knows it."""
EXPORT_COLUMNS = ("record_id", "record_version")
"""The first columns of an exported list, whose cells are neutralised as well."""


def is_guarded(headers: Sequence[str]) -> bool:
    """Tell from a file's headers whether its cells are ones that we neutralised."""
    return tuple(headers[: len(COLUMNS)]) in {COLUMNS, EXPORT_COLUMNS}


def neutralise(cell: str) -> str:
    """The cell as a spreadsheet shows it without running it."""
    if not _DANGEROUS.match(cell):
        return "'" + cell if _GUARDED.match(cell) else cell
    return cell if _HARMLESS.fullmatch(cell) else "'" + cell


def restore(cell: str) -> str:
    """Undo `neutralise`; anything else is unchanged."""
    return cell[1:] if _GUARDED.match(cell) else cell


class RejectsWriter:
    """Appends rejected rows to a CSV file (UTF-8 with byte order mark, as Excel wants it), in the units of an import.

    Line and reason come first, then the original cells, however many there are.
    """

    def __init__(self, path: Path, headers: Sequence[str], *, size: int | None = None) -> None:
        """Open for appending.

        Args:
            path: The file; made with its header row if it is missing or empty.
            headers: Names of the import's columns; empty ones are numbered.
            size: Bytes that the last committed unit left (0: none yet). What a killed unit wrote after them is cut off.
        """
        self._path = path
        self._headers = [name or f"column {number}" for number, name in enumerate(headers, 1)]
        self._size = size
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        """Open the file at the end of what is valid."""
        self._file = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        end = self._file.seek(0, os.SEEK_END)
        if self._size is not None and end > self._size:
            self._file.truncate(self._size)
        if self._file.seek(0, os.SEEK_END) == 0:
            self._file.write(codecs.BOM_UTF8 + _line([*COLUMNS, *self._headers]))
        return self

    def __exit__(self, *_: object) -> None:
        """Make what was written durable and close."""
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def write(self, line: int, reasons: str | Sequence[str], cells: Sequence[str]) -> None:
        """Add a row as it was read, with its line in the file and why it was rejected."""
        reason = reasons if isinstance(reasons, str) else "; ".join(reasons)
        self._open.write(_line([str(line), reason, *cells]))

    @property
    def size(self) -> int:
        """Bytes so far; to be stored with the unit's commit and given to the next writer."""
        return self._open.tell()

    @property
    def _open(self) -> BinaryIO:
        if self._file is None:
            raise ValueError("The writer is not open; use it in a with statement.")
        return self._file


def _line(cells: Sequence[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([neutralise(cell) for cell in cells])
    return buffer.getvalue().encode("utf-8", "replace")
