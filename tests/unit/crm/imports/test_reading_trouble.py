"""Files that are wrong in some way: nothing is lost silently, the line is named, the rest is read."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from crm_saas.crm.imports.reading import detect, open_rows
from crm_saas.crm.imports.reading.model import MAX_CELL, MAX_LINE
from tests.unit.crm.imports.helpers import cells, read, refusal, write

HEADER = "name,city,notes\n"
ROW = "Ann,Leeds,fine\n"


def problems(folder: Path, content: str | bytes) -> list[tuple[int, str | None]]:
    _, rows = read(write(folder, content))
    return [(row.line, row.problem.code if row.problem else None) for row in rows]


def test_an_unclosed_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    assert problems(tmp_path, HEADER + ROW + 'Bob,"Yor,k\n' + ROW * 3) == [
        (2, None),
        (3, "unterminated_quote"),
        (4, None),
        (5, None),
        (6, None),
    ]


def test_an_unclosed_quote_that_meets_another_costs_its_own_line_only(tmp_path: Path) -> None:
    content = HEADER + 'Bob,"York,x\n' + ROW + 'Cy,"Bath, Avon",y\n' + ROW
    assert problems(tmp_path, content) == [(2, "unterminated_quote"), (3, None), (4, None), (5, None)]


def test_an_unclosed_quote_far_from_any_other_costs_its_own_line_only(tmp_path: Path) -> None:
    found = problems(tmp_path, HEADER + 'Bob,"York,x\n' + ROW * 20_000)
    assert found[0] == (2, "unterminated_quote")
    assert found[1:] == [(line, None) for line in range(3, 20_003)]


def test_a_quote_within_a_cell_is_a_character(tmp_path: Path) -> None:
    _, rows = read(write(tmp_path, HEADER + "Bob,5\" pipe,6'\n"))
    assert cells(rows) == [["Bob", '5" pipe', "6'"]]


def test_a_quoted_cell_may_span_lines(tmp_path: Path) -> None:
    _, rows = read(write(tmp_path, HEADER + 'Bob,York,"one\n\ntwo, three\n"\n' + ROW))
    assert [(row.line, row.cells) for row in rows] == [
        (2, ["Bob", "York", "one\n\ntwo, three\n"]),
        (6, ROW[:-1].split(",")),
    ]


def test_quotes_escaped_by_backslashes(tmp_path: Path) -> None:
    content = 'name,size\n"a \\"b\\", c","C:\\temp"\n"d \\"e\\"","\\\\"\n'
    detected, rows = read(write(tmp_path, content))
    assert detected.escape == "\\"
    assert cells(rows) == [['a "b", c', "C:\\temp"], ['d "e"', "\\"]]


def test_backslashes_are_text_where_quotes_are_doubled(tmp_path: Path) -> None:
    detected, rows = read(write(tmp_path, 'name,path\n"say ""hi""","C:\\new\\"\n'))
    assert detected.escape is None
    assert cells(rows) == [['say "hi"', "C:\\new\\"]]


def test_spaces_between_delimiter_and_quote(tmp_path: Path) -> None:
    detected, rows = read(write(tmp_path, '"name", "city"\n"Lee, Ann", "Leeds"\n"Ray, Bob", "York, UK"\n'))
    assert detected.headers == ("name", "city")
    assert cells(rows) == [["Lee, Ann", "Leeds"], ["Ray, Bob", "York, UK"]]


def test_single_quotes_as_quotes(tmp_path: Path) -> None:
    detected, rows = read(write(tmp_path, "'name','city'\n'Lee, Ann','Leeds'\n'Ray, Bob','York'\n"))
    assert detected.quote == "'"
    assert cells(rows) == [["Lee, Ann", "Leeds"], ["Ray, Bob", "York"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_among_the_others(tmp_path: Path, delimiter: str) -> None:
    other = ";" if delimiter == "," else ","
    rows = [
        ["name", "amount", "notes"],
        ["Ann", f"1{other}5", f"a{other} b"],
        ["Bob", f"2{other}75", "c"],
        ["Cy", "3", "d"],
    ]
    detected, found = read(write(tmp_path, "\n".join(delimiter.join(row) for row in rows)))
    assert detected.delimiter == delimiter
    assert cells(found) == rows[1:]


def test_the_delimiter_may_be_told_by_hand_or_by_the_first_line(tmp_path: Path) -> None:
    path = write(tmp_path, "sep=;\na;b,c\n1;2,3\n")
    detected, rows = read(path)
    assert (detected.headers, cells(rows), detected.header_line) == (("a", "b,c"), [["1", "2,3"]], 2)
    assert read(path, delimiter=",")[0].headers == ("a;b", "c")


def test_one_column_has_no_delimiter(tmp_path: Path) -> None:
    detected, rows = read(write(tmp_path, "E-mail\na@b.de\nc@d.de\n"))
    assert (detected.headers, cells(rows)) == (("E-mail",), [["a@b.de"], ["c@d.de"]])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_a_last_line_without_one(tmp_path: Path, end: str) -> None:
    _, rows = read(write(tmp_path, end.join(["a,b", "1,2", "", "3,4"])))
    assert [(row.line, row.cells) for row in rows] == [(2, ["1", "2"]), (4, ["3", "4"])]


def test_lines_before_the_header_are_passed_over(tmp_path: Path) -> None:
    content = (
        "Report of all leads\nmade on 2026-11-23\n\nname,city,phone,email\nAnn,Leeds,1,a@b.de\nBob,York,2,c@d.de\n"
    )
    detected, rows = read(write(tmp_path, content))
    assert (detected.header_line, detected.notes) == (4, ("preamble",))
    assert [row.line for row in rows] == [5, 6]


@pytest.mark.parametrize(
    "content",
    [
        "Ann,ann@example.com,415 555 0134\nBob,bob@example.com,415 555 0135\n",
        "7,Ann,12.5\n8,Bob,13.5\n",
        "Ann,new\nBob,new\nCy,old\nDee,old\nAnn,new\n",
    ],
)
def test_no_header_is_noticed(tmp_path: Path, content: str) -> None:
    detected, rows = read(write(tmp_path, content))
    assert (detected.has_header, detected.header_line) == (False, None)
    assert cells(rows) == [line.split(",") for line in content.splitlines()]


def test_header_or_not_can_be_told(tmp_path: Path) -> None:
    path = write(tmp_path, "Tom,Smith\nAnn,Lee\n")
    assert len(read(path, has_header=True)[1]) == 1
    assert len(read(path, has_header=False)[1]) == 2


def test_trailing_empty_columns_are_dropped_and_content_beyond_them_is_told(tmp_path: Path) -> None:
    detected, rows = read(write(tmp_path, "a,b,,,,\n1,2,,,,\n3,4,,,x,\n5,6,,,,\n"))
    assert (detected.width, detected.headers) == (2, ("a", "b"))
    assert [(row.cells, row.problem and row.problem.code) for row in rows] == [
        (["1", "2"], None),
        (["3", "4", "", "", "x", ""], "too_many_cells"),
        (["5", "6"], None),
    ]


def test_an_unnamed_column_with_content_is_kept(tmp_path: Path) -> None:
    detected, rows = read(write(tmp_path, "a,b,\n1,2,x\n3,4,y\n"))
    assert (detected.headers, cells(rows)) == (("a", "b", ""), [["1", "2", "x"], ["3", "4", "y"]])


def test_rows_that_are_short_as_a_habit_are_filled_up(tmp_path: Path) -> None:
    detected, rows = read(write(tmp_path, "a,b,c\n1\n1,2\n1,2,3\n"))
    assert "short_rows_padded" in detected.notes
    assert cells(rows) == [["1", "", ""], ["1", "2", ""], ["1", "2", "3"]]


def test_limits_are_told(tmp_path: Path) -> None:
    long_cell = "x" * (MAX_CELL + 1)
    long_line = "y," + "x" * (MAX_LINE + 1) + ",z"
    found = problems(tmp_path, f"{HEADER}{ROW}a,b,{long_cell}\n{long_line}\n{ROW}" + f'a,b,"{long_cell * 2}"\n{ROW}')
    assert found == [(2, None), (3, "cell_too_long"), (4, "line_too_long"), (5, None), (6, "cell_too_long"), (7, None)]
    assert problems(tmp_path, f"{HEADER}a,b,{'x' * MAX_CELL}\n") == [(2, None)]


def test_the_cells_of_a_bad_row_stay_small(tmp_path: Path) -> None:
    _, rows = read(write(tmp_path, HEADER + "y," + "x" * (3 * MAX_LINE) + "\n" + ROW))
    assert rows[0].problem is not None
    assert sum(map(len, rows[0].cells)) < 1000
    assert rows[1].cells == ROW[:-1].split(",")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n\n \n", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n", "not_a_table"),
        (b"%PDF-1.7\n", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n", "not_a_table"),
        (b"<html><table></table></html>", "not_a_table"),
        (bytes(range(256)) * 20, "not_a_table"),
        ((",".join(f"c{n}" for n in range(501)) + "\n").encode(), "too_many_columns"),
        (("a" * 1001 + ",b\n1,2\n").encode(), "header_too_long"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    assert refusal(write(tmp_path, content)).code == code


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    detected, rows = read(write(tmp_path, "name,city\n"))
    assert (detected.headers, detected.notes, rows) == (("name", "city"), ("no_data",), [])


def test_memory_stays_flat(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + ("Ann Lee,Leeds," + "notes " * 200 + "\n") * 10_000)
    assert path.stat().st_size > 12_000_000
    detected = detect(path)
    tracemalloc.start()
    try:
        assert sum(1 for _ in open_rows(path, detected)) == 10_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3_000_000
