"""Physical lines of a file with their length in bytes, from any offset, whatever ends them (LF, CR LF, CR)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from crm_saas.crm.imports.reading.model import MAX_LINE

_BLOCK = 1 << 18
_TEXT_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Line(NamedTuple):
    """A line with its end, its bytes in the file, and what is wrong with it: undecodable, line_too_long, or nothing."""

    text: str
    size: int
    fault: str | None


def read_lines(path: Path, encoding: str, offset: int, *, block: int = _BLOCK) -> Iterator[Line]:
    """Stream lines from a byte offset at which a line starts. Memory stays at a few blocks, however long a line is."""
    with path.open("rb") as file:
        file.seek(offset)
        yield from (_wide_lines if encoding.startswith("utf-16") else _byte_lines)(file, encoding, block)


def _byte_lines(file: BinaryIO, encoding: str, size: int) -> Iterator[Line]:
    """For encodings in which the bytes of CR and LF mean nothing else (UTF-8, GB18030, one-byte encodings, ...)."""
    rest, skipped = b"", 0
    while block := file.read(size):
        lines = (rest + block).splitlines(keepends=True)
        rest = lines.pop()
        if rest.endswith(b"\n"):
            lines.append(rest)
            rest = b""
        for line in lines:
            yield _decoded(line, encoding, skipped)
            skipped = 0
        if len(rest) > MAX_LINE:
            skipped += len(rest) - 64
            rest = rest[:63] + rest[-1:]
    if rest:
        yield _decoded(rest, encoding, skipped)


def _decoded(line: bytes, encoding: str, skipped: int) -> Line:
    if skipped or len(line) > MAX_LINE:
        return Line(line[:100].decode(encoding, "replace") + "\n", len(line) + skipped, "line_too_long")
    try:
        return Line(line.decode(encoding), len(line), None)
    except UnicodeDecodeError:
        return Line(line.decode(encoding, "replace"), len(line), "undecodable")


def _wide_lines(file: BinaryIO, encoding: str, size: int) -> Iterator[Line]:
    """For UTF-16, cut at whole code units."""
    rest, skipped = "", 0
    tail = b""
    while block := file.read(size):
        data = tail + block
        cut = _whole_units(data, encoding)
        tail = data[cut:]
        text = rest + data[:cut].decode(encoding, "surrogatepass")
        lines: list[str] = _TEXT_LINES.findall(text)
        rest = lines.pop() if lines and not lines[-1].endswith("\n") else ""
        for line in lines:
            yield _measured(line, encoding, skipped)
            skipped = 0
        if len(rest) > MAX_LINE:
            kept = rest[:32] + rest[-1:]
            skipped += len(rest.encode(encoding, "surrogatepass")) - len(kept.encode(encoding, "surrogatepass"))
            rest = kept
    if rest:
        yield _measured(rest, encoding, skipped)
    if tail:
        yield Line("\ufffd", len(tail), "undecodable")


def _whole_units(data: bytes, encoding: str) -> int:
    """How many bytes end with a whole character: an odd byte and a leading half of a pair wait for the next block."""
    cut = len(data) & ~1
    if cut:
        last = int.from_bytes(data[cut - 2 : cut], "little" if encoding == "utf-16-le" else "big")
        if 0xD800 <= last < 0xDC00:
            cut -= 2
    return cut


def _measured(line: str, encoding: str, skipped: int) -> Line:
    try:
        size, fault = len(line.encode(encoding)) + skipped, None
    except UnicodeEncodeError:  # half a surrogate pair
        size, fault = len(line.encode(encoding, "surrogatepass")) + skipped, "undecodable"
    if skipped or size > MAX_LINE:
        return Line(line[:100] + "\n", size, "line_too_long")
    return Line(line, size, fault)
