"""What is written is read, in every encoding, delimiter, line end and quoting; from any position on, too."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_saas.crm.imports.reading import Detected, Hints, Position, Row, detect, open_rows
from crm_saas.crm.imports.reading.lines import read_lines

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-16", "gb18030"]
CELLS = st.text(
    alphabet=st.one_of(
        st.sampled_from(" ,;\t|\"'\\\n\r=ab1é张😀"), st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])
    ),
    max_size=12,
)
TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=12)
)


def document(table: Sequence[Sequence[str]], delimiter: str, end: str, *, quote_all: bool) -> str:
    """RFC 4180, by hand: Python's own writer leaves a lone CR unquoted where lines end in LF."""

    def written(cell: str) -> str:
        needs = quote_all or any(mark in cell for mark in (delimiter, '"', "\r", "\n"))
        return '"' + cell.replace('"', '""') + '"' if needs else cell

    header = [f"column_{index}" for index in range(len(table[0]))]
    return "".join(delimiter.join(map(written, row)) + end for row in [header, *table])


def straight(path: Path, detected: Detected) -> list[Row]:
    return list(open_rows(path, detected))


@given(
    table=TABLES,
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quote_all=st.booleans(),
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_is_written_is_read_and_reading_can_go_on_from_any_row(
    table: list[list[str]], encoding: str, delimiter: str, end: str, *, quote_all: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes(document(table, delimiter, end, quote_all=quote_all).encode(encoding))
        hint = encoding.removesuffix("-sig") if encoding != "utf-16" else None
        detected = detect(path, hints=Hints(encoding=hint, delimiter=delimiter, has_header=True))
        detected = Detected.from_json({**detected.to_json(), "escape": None, "skip_spaces": False, "quote": '"'})
        rows = straight(path, detected)
        width = detected.width
        expected = [row[:width] for row in table if "".join(row).strip()]
        assert [row.cells for row in rows] == expected
        assert [row.problem for row in rows] == [None] * len(rows)
        for index, row in enumerate(rows):
            following = list(open_rows(path, detected, Position.from_json(row.position.to_json())))
            assert following == rows[index + 1 :]
        if rows:
            assert rows[-1].position.offset <= detected.bytes_total


@given(content=st.binary(max_size=300), quote=st.sampled_from([b'"', b",", b"\n", b"a"]), at=st.integers(0, 300))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_reading_goes_on_the_same_in_any_garbage(content: bytes, quote: bytes, at: int) -> None:
    """However broken: nothing raised, every line accounted for, and a restart changes nothing."""
    content = b"name,city\n" + content[:at] + quote * 3 + content[at:]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes(content)
        detected = detect_as(path, "latin-1")
        rows = straight(path, detected)
        offsets = [row.position.offset for row in rows]
        assert offsets == sorted(set(offsets))
        for index, row in enumerate(rows):
            assert list(open_rows(path, detected, row.position)) == rows[index + 1 :]


@given(
    text=st.text(alphabet=st.sampled_from("ab\n\r😀é"), max_size=200),
    encoding=st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "gb18030"]),
    block=st.integers(2, 17),
)
@settings(max_examples=300, deadline=None)
def test_lines_do_not_depend_on_where_blocks_end(text: str, encoding: str, block: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.txt"
        path.write_bytes(text.encode(encoding))
        lines = list(read_lines(path, encoding, 0, block=block))
        expected = [line.decode(encoding) for line in _cut(text.encode(encoding), encoding)]
        assert [line.text for line in lines] == expected
        assert [line.size for line in lines] == [len(line.encode(encoding)) for line in expected]


def _cut(data: bytes, encoding: str) -> list[bytes]:
    text = data.decode(encoding).replace("\r\n", "\0").replace("\r", "\1").replace("\n", "\2")
    for mark, end in (("\0", "\r\n"), ("\1", "\r"), ("\2", "\n")):
        text = text.replace(mark, mark + end)
    pieces: list[str] = []
    rest = text
    while rest:
        at = min((rest.find(mark) for mark in "\0\1\2" if mark in rest), default=-1)
        if at < 0:
            pieces.append(rest)
            break
        size = 2 if rest[at] == "\0" else 1
        pieces.append(rest[:at] + rest[at + 1 : at + 1 + size])
        rest = rest[at + 1 + size :]
    return [piece.encode(encoding) for piece in pieces]


def detect_as(path: Path, encoding: str) -> Detected:
    """A fixed way of reading, as a kept import has it."""
    return Detected(
        format="csv",
        encoding=encoding,
        delimiter=",",
        quote='"',
        escape=None,
        has_header=True,
        header_line=1,
        headers=("name", "city"),
        width=2,
        start=Position(len(b"name,city\n"), 2),
        bytes_total=path.stat().st_size,
    )
