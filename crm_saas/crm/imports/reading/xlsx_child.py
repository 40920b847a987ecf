"""Turns a sheet of a workbook into CSV, as a process of its own: what a hostile file does to it stays in it.

Run as `python -m crm_saas.crm.imports.reading.xlsx_child WORKBOOK SHEET TARGET BYTES`; SHEET may be empty, BYTES is the
most memory it may take. Writes one line of JSON: `{"sheets": [...], "sheet": "...", "index": 0, "width": 12}` or
`{"error": code, "detail": text}`.
"""

from __future__ import annotations

import contextlib
import csv
import json
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TextIO

import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

_WHOLE = 2**53
_MAX_COLUMNS = 500


def main(arguments: list[str]) -> int:
    """Stage one sheet and say which sheets there are."""
    workbook, sheet, target, memory = arguments
    _limit_memory(int(memory))
    answer: dict[str, object]
    try:
        answer = _stage(Path(workbook), sheet or None, Path(target))
    except python_calamine.PasswordError:
        answer = {
            "error": "password_protected",
            "detail": "The workbook is protected by a password.",
        }
    except MemoryError:
        answer = {"error": "spreadsheet_too_large", "detail": "The workbook is too large; save the sheet as CSV."}
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        answer = {"error": "broken_spreadsheet", "detail": str(error)[:200]}
    sys.stdout.write(json.dumps(answer))
    return 0


def _limit_memory(limit: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on every platform

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _stage(path: Path, wanted: str | None, target: Path) -> dict[str, object]:
    with CalamineWorkbook.from_path(str(path)) as workbook:
        metas = [meta for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        names = [meta.name for meta in metas]
        if wanted is not None and wanted not in names:
            return {"error": "unknown_sheet", "detail": "The workbook has no such sheet.", "sheets": names}
        shown = [meta.name for meta in metas if meta.visible == SheetVisibleEnum.Visible]
        sheet = _first_filled(workbook, [wanted] if wanted is not None else shown)
        if sheet is None:
            return {"error": "no_data", "detail": "There is nothing in this workbook.", "sheets": names}
        if sheet.width > _MAX_COLUMNS:
            return {"error": "too_many_columns", "detail": f"At most {_MAX_COLUMNS} columns.", "sheets": names}
        with target.open("w", encoding="utf-8", newline="") as file:
            width = _write(sheet, file)
    return {"sheets": names, "sheet": sheet.name, "index": names.index(sheet.name), "width": width}


def _first_filled(workbook: CalamineWorkbook, names: list[str]) -> CalamineSheet | None:
    sheets = (workbook.get_sheet_by_name(name) for name in names)
    return next((sheet for sheet in sheets if sheet.height), None)


def _write(sheet: CalamineSheet, file: TextIO) -> int:
    """Write `row number, cells...` for each row that holds anything; return the number of columns in use."""
    writer = csv.writer(file)
    used = 0
    for number, cells in enumerate(sheet.iter_rows(), 1):  # from the sheet's first row, whatever the table's
        texts = [cell if isinstance(cell, str) else to_text(cell) for cell in cells]
        if any(texts):
            writer.writerow([number, *texts])
            if any(texts[used:]):
                used = max(index for index, text in enumerate(texts, 1) if text)
    return used


def to_text(value: object) -> str:
    """What the cell means as text: `1.0` is 1, no exponents, ISO 8601 dates, true and false."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        value = value.replace(microsecond=0)
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    return "" if value is None else str(value)


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 10**21:
        return str(int(value)) if abs(value) <= _WHOLE else format(value, ".0f")
    text = repr(value)
    return format(value, "f").rstrip("0") if "e" in text and abs(value) > 1e-6 else text


def _duration(value: timedelta) -> str:
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
