from __future__ import annotations

import codecs
import csv
import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm_saas.crm.imports.rejects import RejectsWriter, neutralise, restore
from tests.unit.crm.imports.helpers import DATA, cells, read

INJECTION = json.loads((DATA / "csv_injection.json").read_text("utf-8"))
PAYLOADS: list[str] = INJECTION["payloads"]
HARMLESS: list[str] = INJECTION["must_survive"]["values"]
HEADERS = ["name", "note"]


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_there_are_payloads_and_harmless_values() -> None:
    assert (len(PAYLOADS), len(HARMLESS)) == (6, 8)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_neutralised_and_comes_back(payload: str) -> None:
    assert neutralise(payload) == "'" + payload
    assert restore(neutralise(payload)) == payload


@pytest.mark.parametrize("value", HARMLESS)
def test_a_harmless_value_is_untouched(value: str) -> None:
    assert neutralise(value) == value
    assert restore(value) == value


@pytest.mark.parametrize(
    "cell", ["=1+1", " =1+1", "@x", "+1-418-656-9254", "-2-3", "\tx", "\rx", "\n=1", "＝1+1", "-x", "+a", "dde(1)"]
)
def test_what_a_spreadsheet_might_run_never_starts_a_cell(cell: str) -> None:
    assert neutralise(cell).startswith("'")


@given(st.text(alphabet=st.one_of(st.sampled_from("'=+-@\t\r\n 1aDE("), st.characters()), max_size=12))
@example("'=1")
@example("''")
@example("'-5")
@settings(deadline=None)
def test_restoring_gives_back_exactly_what_was_neutralised(cell: str) -> None:
    assert restore(neutralise(cell)) == cell


def test_the_file_has_a_mark_for_excel_and_a_header(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    with RejectsWriter(path, ["姓名", ""]) as writer:
        writer.write(7, ["emails: foo", "phones: bar"], ["张三", "=cmd|' /C calc'!A0"])
    assert path.read_bytes().startswith(codecs.BOM_UTF8)
    assert rows_of(path) == [
        ["import_line", "import_problem", "姓名", "column 2"],
        ["7", "emails: foo; phones: bar", "张三", "'=cmd|' /C calc'!A0"],
    ]


def test_units_append_and_what_a_killed_unit_wrote_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    with RejectsWriter(path, HEADERS) as writer:
        writer.write(2, "one", ["a", "b"])
        committed = writer.size
    with RejectsWriter(path, HEADERS, size=committed) as writer:
        writer.write(3, "killed before its commit", ["c", "d"])
    with RejectsWriter(path, HEADERS, size=committed) as writer:
        writer.write(3, "two", ["c", "d"])
        assert writer.size == path.stat().st_size or writer.size > committed
    assert [row[:2] for row in rows_of(path)[1:]] == [["2", "one"], ["3", "two"]]


def test_the_first_unit_that_was_killed_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    with RejectsWriter(path, HEADERS, size=0) as writer:
        writer.write(2, "killed", ["a", "b"])
    with RejectsWriter(path, HEADERS, size=0) as writer:
        writer.write(2, "kept", ["a", "b"])
    assert [row[1] for row in rows_of(path)] == ["import_problem", "kept"]


def test_a_row_with_too_many_or_odd_cells_is_kept_whole(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    with RejectsWriter(path, HEADERS) as writer:
        writer.write(2, "too_many_cells", ["a", "b", "c\r\nd", 'say "hi"'])
        writer.write(3, "lone_surrogate", ["\ud800"])
    assert rows_of(path)[1:] == [["2", "too_many_cells", "a", "b", "c\r\nd", 'say "hi"'], ["3", "lone_surrogate", "?"]]


def test_a_corrected_file_imports_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    originals = [["=1+1", "'quoted'"], ["+49 30 123456", "-x"], ["plain", "'=x"]]
    with RejectsWriter(path, HEADERS) as writer:
        for line, row in enumerate(originals, 2):
            writer.write(line, "reason", row)
    detected, rows = read(path)
    assert detected.guarded
    assert detected.headers == ("import_line", "import_problem", "name", "note")
    assert [row[2:] for row in cells(rows)] == originals


def test_writing_needs_an_open_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not open"):
        RejectsWriter(tmp_path / "x.csv", HEADERS).write(1, "x", [])
