"""Workbooks: refused where they cannot be read safely, else staged once as CSV beside the upload.

Measured on 100,000 rows x 12 columns (61 MB unpacked): python-calamine 1.6 s and 120 MB, openpyxl read-only 16.7 s and
108 MB (both keep the shared strings in memory). Neither can start in the middle of a sheet, so each short unit of an
import would pay for the whole file again. Staged as CSV, a sheet is read like any other file: flat in memory, resumable
at a byte. The conversion runs in a child process with a memory limit, so that a hostile workbook cannot take the worker
with it.
"""

from __future__ import annotations

import glob
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

from crm_saas.crm.imports.reading.model import FileProblem

MAX_UNPACKED = 1 << 30
"""Bytes of all parts of a workbook, unpacked: a full sheet of 1,048,576 rows x 12 columns is about 0.65 of it."""
MAX_PARTS = 5_000
MEMORY = 3 << 30
SECONDS = 180
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class Sheet(NamedTuple):
    """A staged sheet."""

    path: Path
    name: str
    names: tuple[str, ...]
    width: int


def is_workbook(start: bytes) -> bool:
    """Whether a file's first bytes are those of a ZIP archive or of a compound document."""
    return start.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE))


def staged_files(path: Path) -> list[Path]:
    """What lies beside an upload because of it; to be deleted with it."""
    name = glob.escape(path.name)
    return sorted([*path.parent.glob(f"{name}.*.sheet.csv"), *path.parent.glob(f"{name}.*.part")])


def staged_path(path: Path, index: int) -> Path:
    """Where the sheet with this number is staged."""
    return path.with_name(f"{path.name}.{index}.sheet.csv")


def stage(path: Path, sheet: str | None = None) -> Sheet:
    """Convert a sheet (None: the first that is not empty). An earlier conversion is replaced in one step.

    Raises:
        FileProblem: old_excel, ods, password_protected, broken_spreadsheet, spreadsheet_too_large, not_a_table,
            unknown_sheet, no_data, too_many_columns.
    """
    check_archive(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        answer = _convert(path, sheet, part)
        target = staged_path(path, int(answer["index"]))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return Sheet(target, str(answer["sheet"]), tuple(answer["sheets"]), int(answer["width"]))


def check_archive(path: Path) -> None:
    """Refuse what is no workbook of today's kind, and an archive that unpacks to too much, without unpacking it."""
    with path.open("rb") as file:
        start = file.read(1 << 16)
        file.seek(max(path.stat().st_size - (1 << 20), 0))
        end = file.read()
    if start.startswith(_OLE):
        if _ENCRYPTED in start or _ENCRYPTED in end:  # the compound document's directory is at either end
            raise FileProblem("password_protected", "The workbook is protected by a password.")
        raise FileProblem("old_excel", "Excel's format of before 2007; save it as .xlsx or CSV.")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise FileProblem("broken_spreadsheet", "The workbook is damaged.") from None
    _check_parts(parts, path)


def _check_parts(parts: list[zipfile.ZipInfo], path: Path) -> None:
    names = {part.filename for part in parts}
    if "content.xml" in names:
        raise FileProblem("ods", "An OpenDocument file; save it as .xlsx or CSV.")
    if "xl/workbook.xml" not in names:
        kind = "xlsb" if "xl/workbook.bin" in names else "archive"
        raise FileProblem("not_a_table", "Neither a CSV file nor an Excel workbook.", kind=kind)
    # The directory may lie about sizes; the child's memory limit stands behind this check.
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise FileProblem(
            "spreadsheet_too_large", "The workbook is too large; save the sheet as CSV.", max=MAX_UNPACKED
        )
    if any(part.flag_bits & 1 for part in parts):
        raise FileProblem("password_protected", "The workbook is protected by a password.", file=path.name)


def _convert(path: Path, sheet: str | None, target: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", f"{__package__}.xlsx_child", str(path), sheet or "", str(target), str(MEMORY)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, env=_environment())
    except subprocess.TimeoutExpired:
        raise FileProblem("spreadsheet_too_large", "The workbook takes too long; save the sheet as CSV.") from None
    if done.returncode != 0:
        raise FileProblem("broken_spreadsheet", "The workbook cannot be read.", status=done.returncode)
    answer: dict[str, Any] = json.loads(done.stdout)
    if "error" in answer:
        raise FileProblem(answer["error"], answer["detail"], sheets=answer.get("sheets", []))
    return answer


def _environment() -> dict[str, str]:
    """The child needs the import path and nothing else: no secrets of this process."""
    return {"PYTHONPATH": os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)}
