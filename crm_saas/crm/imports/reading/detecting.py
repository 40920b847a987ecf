"""How a file is to be read: format, encoding, dialect, header."""

from __future__ import annotations

import itertools
from pathlib import Path

from crm_saas.crm.imports.reading.dialect import SEP_LINE, find_dialect
from crm_saas.crm.imports.reading.encoding import find_encoding
from crm_saas.crm.imports.reading.header import Head, find_head
from crm_saas.crm.imports.reading.lines import Line, read_lines
from crm_saas.crm.imports.reading.model import MAX_COLUMNS, Detected, Dialect, FileProblem, Hints, Position
from crm_saas.crm.imports.reading.rows import Placed, is_blank, placed_records
from crm_saas.crm.imports.reading.xlsx import Sheet, is_workbook, stage
from crm_saas.crm.imports.rejects import is_guarded

_SAMPLE_LINES = 1_000
_SAMPLE_BYTES = 256 * 1024
_OTHER_KINDS = {
    b"%PDF": "pdf",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"GIF8": "image",
    b"\x1f\x8b": "gzip",
    b"Rar!": "archive",
    b"7z\xbc\xaf": "archive",
    b"{\\rtf": "rtf",
}
_OTHER_TEXTS = {"begin:vcard": "vcard", "<!doctype": "html", "<html": "html", "<table": "html", "<?xml": "xml"}


def detect(path: Path, *, filename: str = "", hints: Hints | None = None) -> Detected:
    """Find out how to read a file; takes one pass over all of it for the encoding. Stages a workbook's sheet as CSV.

    Args:
        path: The file.
        filename: What the uploader calls it; only named in messages, the content decides.
        hints: What the uploader decided by hand.

    Raises:
        FileProblem: the file cannot be read; see the codes in `model`, `encoding` and `xlsx`.
    """
    hints = hints or Hints()
    with path.open("rb") as file:
        start = file.read(4096)
    if not start:
        raise FileProblem("empty_file", "The file is empty.", filename=filename)
    if is_workbook(start):
        return _detect_sheet(stage(path, hints.sheet), hints)
    for mark, kind in _OTHER_KINDS.items():
        if start.startswith(mark):
            raise FileProblem("not_a_table", "Neither a CSV file nor an Excel workbook.", kind=kind, filename=filename)
    return _detect_text(path, hints)


def _detect_text(path: Path, hints: Hints) -> Detected:
    encoding = find_encoding(path, hints.encoding)
    lines = _sample(path, encoding.name, encoding.mark)
    notes = [*encoding.notes]
    _refuse_other_texts(lines)
    start = Position(encoding.mark, 1)
    delimiter = hints.delimiter
    told = SEP_LINE.match(lines[0].text) if lines else None
    if told:
        notes.append("sep_line")
        delimiter = delimiter or told[1]
        start = Position(start.offset + lines[0].size, 2)
        lines = lines[1:]
    dialect = find_dialect(lines, delimiter)
    placed = _first_records(path, encoding.name, dialect, start, len(lines))
    head = _checked(find_head([item.record.cells for item in placed], hints.has_header))
    return Detected(
        format="csv",
        encoding=encoding.name,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        escape=dialect.escape,
        skip_spaces=dialect.skip_spaces,
        has_header=head.row is not None,
        header_line=None if head.row is None else placed[head.row].line,
        headers=tuple(head.names),
        width=head.width,
        start=start if head.row is None else placed[head.row].next,
        bytes_total=path.stat().st_size,
        pad_short=head.pad_short,
        guarded=is_guarded(head.names),
        notes=tuple(notes + _notes(placed, head, start)),
    )


def _detect_sheet(sheet: Sheet, hints: Hints) -> Detected:
    start = Position(0, 1)
    placed = _first_records(sheet.path, "utf-8", Dialect(), start, _SAMPLE_LINES)
    numbers = [int(item.record.cells[0]) for item in placed]
    rows = [item.record.cells[1:] for item in placed]
    head = find_head(rows, hints.has_header)
    head = _checked(head._replace(width=sheet.width, names=(head.names + [""] * sheet.width)[: sheet.width]))
    return Detected(
        format="xlsx",
        encoding="utf-8",
        delimiter=",",
        quote='"',
        escape=None,
        has_header=head.row is not None,
        header_line=None if head.row is None else numbers[head.row],
        headers=tuple(head.names),
        width=head.width,
        start=start if head.row is None else placed[head.row].next,
        bytes_total=sheet.path.stat().st_size,
        pad_short=True,
        guarded=is_guarded(head.names),
        sheets=sheet.names,
        sheet=sheet.name,
        notes=tuple(_notes(placed, head, start, first=numbers[0] if numbers else 1)),
    )


def _sample(path: Path, encoding: str, offset: int) -> list[Line]:
    lines: list[Line] = []
    size = 0
    for line in itertools.islice(read_lines(path, encoding, offset), _SAMPLE_LINES):
        lines.append(line)
        size += line.size
        if size > _SAMPLE_BYTES:
            break
    return lines


def _first_records(path: Path, encoding: str, dialect: Dialect, start: Position, lines: int) -> list[Placed]:
    """The records that begin within the first lines, without the blank ones."""
    found = []
    for item in placed_records(path, encoding, dialect, start):
        if item.line >= start.line + lines:
            break
        if not is_blank(item.record.cells):
            found.append(item)
    return found


def _refuse_other_texts(lines: list[Line]) -> None:
    first = next((line.text.strip().lower() for line in lines if line.text.strip()), "")
    for mark, kind in _OTHER_TEXTS.items():
        if first.startswith(mark):
            raise FileProblem("not_a_table", "Neither a CSV file nor an Excel workbook.", kind=kind)
    text = "".join(line.text for line in lines)
    controls = sum(text.count(chr(code)) for code in (0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17, 18, 19, 20))
    if len(text) > 64 and controls * 20 > len(text):
        raise FileProblem("not_a_table", "Neither a CSV file nor an Excel workbook.", kind="binary")
    if not first:
        raise FileProblem("empty_file", "The file holds nothing but empty lines.")


def _checked(head: Head) -> Head:
    if head.width > MAX_COLUMNS:
        raise FileProblem("too_many_columns", f"At most {MAX_COLUMNS} columns.", max=MAX_COLUMNS, columns=head.width)
    if any(len(name) > 1000 for name in head.names):
        raise FileProblem("header_too_long", "A column's name is longer than 1,000 characters.", max=1000)
    return head


def _notes(placed: list[Placed], head: Head, start: Position, first: int | None = None) -> list[str]:
    notes = []
    if head.row:
        notes.append("preamble")
    if placed and (placed[0].line if first is None else first) > start.line:
        notes.append("empty_lines_first")
    if any(len(item.record.cells) > head.width + (first is not None) for item in placed):
        cut = [item.record.cells[head.width + (first is not None) :] for item in placed]
        if all(is_blank(cells) for cells in cut):
            notes.append("trailing_columns_dropped")
    if head.pad_short:
        notes.append("short_rows_padded")
    if head.row is not None and len(placed) == head.row + 1:
        notes.append("no_data")
    return notes
