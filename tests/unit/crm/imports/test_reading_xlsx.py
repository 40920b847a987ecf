from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from crm_saas.crm.imports.reading import Position, detect, open_rows, staged_files
from crm_saas.crm.imports.reading import xlsx as xlsx_module
from crm_saas.crm.imports.reading.xlsx_child import to_text
from tests.unit.crm.imports.helpers import cells, read, refusal, write

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def workbook(
    folder: Path, sheets: dict[str, list[list[Any]]], name: str = "leads.xlsx", hidden: tuple[str, ...] = ()
) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column, value)
        if title in hidden:
            sheet.sheet_state = "hidden"
    path = folder / name
    book.save(path)
    return path


def archive(folder: Path, names: dict[str, bytes], name: str = "file.xlsx") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for member, content in names.items():
            file.writestr(member, content)
    return path


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (1.5, "1.5"),
        (0.1 + 0.2, "0.30000000000000004"),
        (13800138000.0, "13800138000"),
        (110101199003074514.0, "110101199003074512"),  # as Excel keeps it: 15 digits
        (1e20, "100000000000000000000"),
        (1.5e-5, "0.000015"),
        (float(2**53), "9007199254740992"),
        (True, "true"),
        (False, "false"),
        (date(2024, 5, 14), "2024-05-14"),
        (datetime(2024, 5, 14), "2024-05-14"),  # noqa: DTZ001 - sheets know no zones
        (datetime(2024, 5, 14, 3, 4, 5), "2024-05-14 03:04:05"),  # noqa: DTZ001
        (time(3, 4), "03:04:00"),
        (timedelta(hours=30, minutes=5), "30:05:00"),
        ("#N/A", "#N/A"),
        (None, ""),
    ],
)
def test_cells_become_faithful_text(value: object, text: str) -> None:
    assert to_text(value) == text


def test_numbers_dates_and_text_come_through_a_real_workbook(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["id", "姓名", "phone", "since", "paid"],
        ["007", "张三", 13800138000, date(2024, 5, 14), True],
        [8, "Ann\nLee", 1.5, None, False],
    ]
    detected, found = read(workbook(tmp_path, {"leads": rows}))
    assert detected.headers == ("id", "姓名", "phone", "since", "paid")
    assert cells(found) == [["007", "张三", "13800138000", "2024-05-14", "true"], ["8", "Ann\nLee", "1.5", "", "false"]]


def test_rows_carry_their_number_in_the_sheet(tmp_path: Path) -> None:
    rows: list[list[Any]] = [[], ["name", "city"], [], ["Ann", "Leeds\nUK"], [], [], ["Bob", "York"]]
    detected, found = read(workbook(tmp_path, {"leads": rows}))
    assert (detected.header_line, "empty_lines_first" in detected.notes) == (2, True)
    assert [(row.line, row.cells[0]) for row in found] == [(4, "Ann"), (7, "Bob")]


def test_the_default_is_the_first_visible_sheet_with_content(tmp_path: Path) -> None:
    table: list[list[Any]] = [["name"], ["Ann"]]
    path = workbook(tmp_path, {"empty": [], "secret": table, "leads": table, "more": table}, hidden=("secret",))
    detected = detect(path)
    assert (detected.sheet, detected.sheets) == ("leads", ("empty", "secret", "leads", "more"))
    assert read(path, sheet="secret")[0].sheet == "secret"
    assert refusal(path, sheet="nowhere").code == "unknown_sheet"


def test_columns_without_a_name_but_with_content_are_kept(tmp_path: Path) -> None:
    detected, found = read(
        workbook(tmp_path, {"leads": [["name", "city"], ["Ann", "Leeds"], ["Bob", "York", None, "x"]]})
    )
    assert detected.headers == ("name", "city", "", "")
    assert cells(found) == [["Ann", "Leeds", "", ""], ["Bob", "York", "", "x"]]


def test_reading_goes_on_from_any_row_even_if_the_staged_sheet_is_lost(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"leads": [["name", "note"], *[[f"n{i}", "two\nlines"] for i in range(30)]]})
    detected = detect(path)
    rows = list(open_rows(path, detected))
    assert len(staged_files(path)) == 1
    for index in (0, 7, 29):
        for staged in staged_files(path):
            staged.unlink()
        position = Position.from_json(rows[index].position.to_json())
        assert list(open_rows(path, detected, position)) == rows[index + 1 :]
    assert rows[-1].position.offset == detected.bytes_total


def test_staged_sheets_are_found_for_deletion_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"a": [["x"], ["1"]], "b": [["y"], ["2"]]}, name="odd [1]*.xlsx")
    read(path)
    read(path, sheet="b")
    assert sorted([path, *staged_files(path)]) == sorted(tmp_path.iterdir())
    assert len(staged_files(path)) == 2


def test_what_a_killed_conversion_left_is_found_for_deletion(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"a": [["x"], ["1"]]})
    left = write(tmp_path, "half", f"{path.name}.abc.part")
    assert staged_files(path) == [left]


def test_a_workbook_without_content_is_refused(tmp_path: Path) -> None:
    assert refusal(workbook(tmp_path, {"a": [], "b": []})).code == "no_data"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (OLE, "old_excel"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password_protected"),
        (b"PK\x03\x04 cut off", "broken_spreadsheet"),
    ],
)
def test_files_that_only_look_like_workbooks_are_refused(tmp_path: Path, content: bytes, code: str) -> None:
    assert refusal(write(tmp_path, content, "x.xlsx")).code == code


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ({"content.xml": b"<x/>", "mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "ods"),
        ({"word/document.xml": b"<x/>"}, "not_a_table"),
        ({"xl/workbook.bin": b"x"}, "not_a_table"),
        ({"xl/workbook.xml": b"<workbook><sheets>"}, "broken_spreadsheet"),
    ],
)
def test_archives_that_are_no_workbooks_are_refused(tmp_path: Path, names: dict[str, bytes], code: str) -> None:
    assert refusal(archive(tmp_path, names)).code == code


def test_a_damaged_workbook_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"leads": [["name"], ["Ann"]]})
    content = bytearray(path.read_bytes())
    at = content.index(b"xl/worksheets/sheet1.xml") + 40
    content[at : at + 60] = bytes(60)
    path.write_bytes(content)
    assert refusal(path).code == "broken_spreadsheet"
    assert list(tmp_path.iterdir()) == [path]


def test_a_zip_bomb_is_refused_without_unpacking_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_module, "MAX_UNPACKED", 1 << 20)
    path = archive(tmp_path, {"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": bytes((1 << 20) + 1)})
    assert path.stat().st_size < 10_000
    assert refusal(path).code == "spreadsheet_too_large"


def test_a_workbook_of_too_many_parts_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_module, "MAX_PARTS", 3)
    assert refusal(workbook(tmp_path, {"leads": [["name"], ["Ann"]]})).code == "spreadsheet_too_large"


def test_a_workbook_that_needs_too_much_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive's directory may lie; then the child process meets its limit, not the caller."""
    monkeypatch.setattr(xlsx_module, "MEMORY", 400 << 20)
    rows = b"".join(
        b'<row r="%d"><c r="XFD%d"><v>1</v></c><c r="A%d"><v>1</v></c></row>' % (n, n, n) for n in range(1, 60_000)
    )
    path = workbook(tmp_path, {"leads": [["name"], ["Ann"]]})
    parts = {}
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    start, end = sheet.index(b"<sheetData>") + 11, sheet.index(b"</sheetData>")
    parts["xl/worksheets/sheet1.xml"] = sheet[:start] + rows + sheet[end:]
    path.unlink()
    assert refusal(archive(tmp_path, parts)).code in {"spreadsheet_too_large", "broken_spreadsheet"}


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    assert refusal(workbook(tmp_path, {"leads": [[f"c{n}" for n in range(501)]]})).code == "too_many_columns"


def test_the_child_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_SECRET_KEY", "x" * 40)
    assert set(xlsx_module._environment()) == {"PYTHONPATH"}
