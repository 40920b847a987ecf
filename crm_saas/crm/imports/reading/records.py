"""CSV records out of physical lines: quoting, and what to do when it is broken, without ever losing the place.

Python's csv module does the splitting. Around it: where each record ends in the file; and recovery. A quote that is
never closed would make everything after it one cell. So a record of several lines is looked at again, strictly, and if
it is not sound (text after a closing quote, the wrong number of cells where its lines alone have the right one, too
long, or the file ends in it) its first line is taken alone, flagged `unterminated_quote`, and reading goes on with the
second.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from crm_saas.crm.imports.reading.lines import Line
from crm_saas.crm.imports.reading.model import MAX_RECORD_LINES, Dialect

_ESCAPED = re.compile(r'\\([\\"\'])')
_END = "\x00end of file\x00"


class Record(NamedTuple):
    """Cells as written, the lines and bytes they took, and the fault if there is one."""

    cells: list[str]
    lines: int
    size: int
    fault: str | None


class RecordReader:
    """Iterates over the records in `lines`. `width` is how many cells a sound record has; None while unknown."""

    def __init__(self, lines: Iterator[Line], dialect: Dialect, width: int | None = None) -> None:
        self._lines = lines
        self._dialect = dialect
        self._width = width
        self._again: deque[Line] = deque()
        self._taken: list[Line] = []
        self._ended = False
        self._csv = self._fresh()

    def __iter__(self) -> Iterator[Record]:
        """Yield record after record."""
        while True:
            record = self._next()
            if record is None:
                return
            yield record

    def _next(self) -> Record | None:
        self._taken.clear()
        try:
            cells = next(self._csv)
        except StopIteration:
            return None
        except csv.Error:  # a cell beyond csv's own limit: with several lines, an unclosed quote
            return self._recover("cell_too_long" if len(self._taken) == 1 else "unterminated_quote")
        if self._ended:
            return self._at_end(cells)
        taken = self._taken
        if len(taken) == 1:
            line = taken[0]
            return Record(cells, 1, line.size, line.fault)
        if not taken:  # csv gives an empty record for a line that holds none
            return self._next()
        return self._several(cells)

    def _at_end(self, cells: list[str]) -> Record | None:
        """The record that met the end of the file: sound only if the end mark stands alone."""
        if cells == [_END]:
            return None
        self._ended = False
        return self._recover()

    def _several(self, cells: list[str]) -> Record:
        taken = self._taken
        fault = next((line.fault for line in taken if line.fault), None)
        if fault or len(taken) > MAX_RECORD_LINES or not self._is_sound(cells):
            return self._recover()
        return Record(cells, len(taken), sum(line.size for line in taken), None)

    def _is_sound(self, cells: list[str]) -> bool:
        texts = [unescaped(line.text, self._dialect) for line in self._taken]
        try:
            next(reader(iter(texts), self._dialect, strict=True))
        except csv.Error:
            return False
        if self._width is None or len(cells) == self._width:
            return True
        return any(len(self._alone(text)) != self._width for text in texts[1:])

    def _recover(self, fault: str = "unterminated_quote") -> Record:
        """Take the first line of what was read as a record without quoting, and read the others again."""
        first, *others = self._taken
        self._again.extendleft(reversed(others))
        self._csv = self._fresh()
        cells = self._alone(unescaped(first.text, self._dialect), quoting=False)
        return Record(cells, 1, first.size, first.fault or fault)

    def _alone(self, text: str, *, quoting: bool = True) -> list[str]:
        if not quoting:
            return text.rstrip("\r\n").split(self._dialect.delimiter)
        try:
            return next(reader(iter([text]), self._dialect), [])
        except csv.Error:
            return []

    def _fresh(self) -> Iterator[list[str]]:
        return reader(self._feed(), self._dialect)

    def _feed(self) -> Iterator[str]:
        """Give csv one line at a time, remembering which; at the end a mark, which shows whether a quote is open."""
        dialect = self._dialect
        while True:
            line = self._again.popleft() if self._again else next(self._lines, None)
            if line is None:
                break
            self._taken.append(line)
            if len(self._taken) > MAX_RECORD_LINES:
                raise csv.Error
            yield unescaped(line.text, dialect) if dialect.escape else line.text
        self._ended = True
        yield _END


def unescaped(text: str, dialect: Dialect) -> str:
    r"""Write `\"` as csv wants it, doubled, and `\\` as one; other backslashes are text (`C:\temp`)."""
    if dialect.escape is None or dialect.escape not in text:
        return text
    return _ESCAPED.sub(lambda match: match[1] * 2 if match[1] == dialect.quote else match[1], text)


def reader(lines: Iterator[str], dialect: Dialect, *, strict: bool = False) -> Iterator[list[str]]:
    """Python's reader for a dialect."""
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        skipinitialspace=dialect.skip_spaces,
        strict=strict,
    )
