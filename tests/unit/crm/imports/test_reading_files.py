"""Every real and nasty file has an expectation, made by others than the reader."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.crm.imports.helpers import DATA, cells, read

SPECTRUM = sorted((DATA / "spectrum").glob("*.csv"))
QUIRKS: dict[str, dict[str, Any]] = json.loads((DATA / "encodings_and_quirks" / "expected.json").read_text("utf-8"))
ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8 with BOM": "utf-8",
    "utf-16 LE with BOM": "utf-16-le",
    "latin-1": "cp1252",  # its superset for all that is printed
    "ascii": "utf-8",
}
POLLUTED = sorted((DATA / "pollution" / "csv").glob("*.csv"))


def test_no_file_is_forgotten() -> None:
    assert len(SPECTRUM) == 11
    assert sorted(QUIRKS) == sorted(path.name for path in (DATA / "encodings_and_quirks").glob("*.csv"))
    assert len(POLLUTED) == 9


@pytest.mark.parametrize("path", SPECTRUM, ids=lambda path: path.stem)
def test_spectrum(path: Path) -> None:
    detected, rows = read(path)
    found = [dict(zip(detected.headers, row, strict=True)) for row in cells(rows)]
    assert found == json.loads(path.with_suffix(".json").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(QUIRKS.keys() - {"bad.csv", "test_skip_lines.csv"}))
def test_encodings_and_quirks(name: str) -> None:
    expected = QUIRKS[name]
    detected, rows = read(DATA / "encodings_and_quirks" / name)
    assert detected.encoding == ENCODINGS[expected["encoding"]]
    assert detected.delimiter == expected["delimiter"]
    header = [list(detected.headers)] if detected.has_header else []
    assert header + cells(rows) == expected["rows_including_header"]
    assert detected.has_header == (name != "no_header_row.csv")


def test_ragged_rows_are_told_with_their_lines_and_cells() -> None:
    _, rows = read(DATA / "encodings_and_quirks" / "bad.csv")
    assert [row.cells for row in rows] == QUIRKS["bad.csv"]["rows_including_header"][1:]
    assert [(row.line, row.problem and row.problem.code) for row in rows] == [
        (2, "too_many_cells"),
        (3, "too_few_cells"),
        (4, None),
    ]


def test_empty_lines_before_the_header_count_as_lines() -> None:
    detected, rows = read(DATA / "encodings_and_quirks" / "test_skip_lines.csv")
    assert (detected.header_line, detected.headers) == (4, ("a", "b", "c"))
    assert [(row.line, row.cells) for row in rows] == [(5, ["1", "2", "3"])]


@pytest.mark.parametrize("path", POLLUTED, ids=lambda path: path.stem)
def test_polluted_files_read_like_the_clean_one(path: Path) -> None:
    with (DATA / "pollution" / "clean" / "source.csv").open(encoding="utf-8", newline="") as file:
        header, *clean = csv.reader(file)
    clean = {"file_header_only": [], "file_one_data_row": clean[:1]}.get(path.stem, clean)
    detected, rows = read(path)
    assert list(detected.headers) == header
    assert cells(rows) == clean
    assert detected.header_line == (3 if path.stem == "file_preamble" else 1)
    assert ("no_data" in detected.notes) == (path.stem == "file_header_only")
    assert ("preamble" in detected.notes) == (path.stem == "file_preamble")


def test_a_workbook_reads_like_its_csv() -> None:
    """But for what a workbook does not say: the made-up name of an unnamed column, `True`, and a midnight's hours."""
    with (DATA / "excel" / "test.expected.csv").open(encoding="utf-8", newline="") as file:
        header, *expected = csv.reader(file)
    detected, rows = read(DATA / "excel" / "test.xlsx")
    assert list(detected.headers) == [*header[:-1], ""]
    shown = [[cell.replace("T", " ", 1) if cell[:1] == "1" else cell for cell in row] for row in expected]
    shown = [
        [cell.lower() if cell in {"True", "False"} else cell.removesuffix(" 00:00:00") for cell in row] for row in shown
    ]
    assert cells(rows) == shown


def test_the_first_sheet_with_content_is_read_and_another_can_be_chosen() -> None:
    path = DATA / "excel" / "sheets.xlsx"
    detected, rows = read(path)
    assert detected.sheets == ("not this one", "data", "ʤ")
    assert (detected.sheet, len(rows)) == ("data", 5)
    detected, rows = read(path, sheet="ʤ")
    assert (detected.headers, cells(rows)) == (("a", "b", "c"), [["1", "2", "3"]])


def test_salesforce_accounts_are_windows_1252() -> None:
    detected, rows = read(DATA / "salesforce" / "accounts.csv")
    table = [dict(zip(detected.headers, row, strict=True)) for row in cells(rows)]
    assert (detected.encoding, len(table), len(detected.headers)) == ("cp1252", 423, 38)
    assert len({row["ID"] for row in table}) == 423
    assert {"Crédito Inmobiliario Terras", "Pébéo of America"} <= {row["NAME"] for row in table}
    assert "00045844 c/ San Romualdo, 26 5º" in {row["BILLINGSTREET"] for row in table}
    assert sum(row["BILLINGCOUNTRY"] == "US" for row in table) == 358
