"""What reading is asked, and what it answers: plain values that survive a trip through JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, NamedTuple

MAX_COLUMNS = 500
MAX_CELL = 100_000
"""Code points of one cell."""
MAX_LINE = 1_048_576
"""Bytes of one physical line."""
MAX_RECORD_LINES = 2_000
"""Physical lines that one quoted cell may span before its opening quote counts as never closed."""


class FileProblem(Exception):  # noqa: N818 - the word the API and the interface use
    """A file that cannot be read at all. `code` is translated by the web client as `error.<code>`."""

    def __init__(self, code: str, detail: str, **params: Any) -> None:  # noqa: ANN401
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.params: dict[str, Any] = params


class Position(NamedTuple):
    """Where a row starts: its byte offset, and its line (from 1) for the messages."""

    offset: int
    line: int

    def to_json(self) -> list[int]:
        """As `[offset, line]`."""
        return [self.offset, self.line]

    @classmethod
    def from_json(cls, value: list[int]) -> Position:
        """Undo `to_json`."""
        return cls(*value)


class RowProblem(NamedTuple):
    """Why a row cannot be taken as it stands."""

    code: str
    detail: str
    params: dict[str, Any]


class Row(NamedTuple):
    """One row: its physical line (of a sheet: its row), its cells, where the next row starts, what is wrong with it.

    Without a problem there are exactly as many cells as columns.
    """

    line: int
    cells: list[str]
    position: Position
    problem: RowProblem | None


@dataclass(frozen=True, slots=True)
class Hints:
    """What a person decided by hand; None where the file is to speak for itself."""

    encoding: str | None = None
    delimiter: str | None = None
    has_header: bool | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are written in a line."""

    delimiter: str = ","
    quote: str = '"'
    escape: str | None = None
    """`\\` where quotes within quotes are written `\\"` instead of doubled."""
    skip_spaces: bool = False
    """Whether spaces after a delimiter are no part of the cell, as in `"a", "b"`."""


@dataclass(frozen=True, slots=True)
class Detected:
    """How a file is to be read.

    `notes` are codes of what the reader found and did, for the preview: bom, sep_line, preamble, empty_lines_first,
    trailing_columns_dropped, short_rows_padded, invalid_bytes, no_data, guessed_encoding.
    """

    format: Literal["csv", "xlsx"]
    encoding: str
    delimiter: str
    quote: str
    escape: str | None
    has_header: bool
    header_line: int | None
    headers: tuple[str, ...]
    """One for each column, empty where the column has none."""
    width: int
    start: Position
    """The first row of data."""
    bytes_total: int
    """In the unit of `Position.offset`."""
    skip_spaces: bool = False
    pad_short: bool = False
    """Whether rows with fewer cells are the habit of this file."""
    guarded: bool = False
    """Whether cells carry the apostrophes of `rejects.neutralise`: a file of rejected rows that comes back."""
    sheets: tuple[str, ...] = ()
    sheet: str | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def dialect(self) -> Dialect:
        """The part that says how cells are written."""
        return Dialect(self.delimiter, self.quote, self.escape, self.skip_spaces)

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON column."""
        return {**asdict(self), "start": self.start.to_json()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Detected:
        """Undo `to_json`."""
        made = cls(**value)
        return replace(
            made,
            start=Position.from_json(value["start"]),
            headers=tuple(made.headers),
            sheets=tuple(made.sheets),
            notes=tuple(made.notes),
        )
