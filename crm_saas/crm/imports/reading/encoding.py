"""Which encoding a text file is in, decided on all of its bytes: the first that is not ASCII may be megabytes in.

Marks come first (UTF-8, UTF-16). Then UTF-8, strictly: what is not UTF-8 fails it within a few characters. UTF-16
without a mark shows as NUL bytes at every second place. Between GB18030 and the one-byte encodings strictness does not
decide (`é` followed by a letter is a valid GBK pair), so the share of pairs in the everyday part of GB 2312 does. Where
letters themselves are high bytes (Cyrillic, Greek, Japanese, ...) charset-normalizer is asked, on the lines that hold
them, since it knows languages. For mostly-ASCII text Windows-1252 stands: charset-normalizer and chardet both take a
real Windows-1252 file (Salesforce's sample of accounts) for Windows-1250. Windows-1250 is chosen by hand.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import charset_normalizer

from crm_saas.crm.imports.reading.model import FileProblem

ENCODINGS = (
    "utf-8", "gb18030", "cp1252", "utf-16-le", "utf-16-be", "latin-1", "big5", "shift_jis", "euc_jp", "euc_kr",
    "iso8859-2", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp874", "koi8-r", "cp866",
)  # fmt: skip
"""What may be chosen by hand, most wanted first. In none are the bytes of CR and LF part of a character."""
_WIDER = {
    "gbk": "gb18030", "gb2312": "gb18030", "ascii": "utf-8", "utf-8-sig": "utf-8", "utf-16": "utf-16-le",
    "iso8859-1": "latin-1", "cp932": "shift_jis", "cp949": "euc_kr", "big5hkscs": "big5", "cp950": "big5",
}  # fmt: skip
_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HIGH = re.compile(rb"[\x80-\xff]")
_ASCII_LETTER = re.compile(rb"[A-Za-z]")
# A pair of GB 2312's everyday rows: punctuation and full-width forms, then the 3,755 most used characters by sound.
_EVERYDAY = re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]")
_GB_PAIR = re.compile(rb"[\x81-\xfe](?:[\x40-\x7e\x80-\xfe]|[\x30-\x39][\x81-\xfe][\x30-\x39])")
_OTHERS = [
    "cp1251", "koi8_r", "cp866", "cp1253", "cp1255", "cp1256", "cp874", "shift_jis", "euc_jp", "big5", "euc_kr",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Encoding:
    """A Python codec name, how many bytes of mark precede the text, and notes on the decision."""

    name: str
    mark: int = 0
    notes: tuple[str, ...] = ()


def find_encoding(path: Path, hint: str | None = None) -> Encoding:
    """Decide by streaming over the whole file. A hint is obeyed, except against the file's own mark of the same family.

    Raises:
        FileProblem: `unknown_encoding` for a hint that is none of `ENCODINGS`.
    """
    chosen = canonical(hint) if hint else None
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in _MARKS:
        if start.startswith(mark) and (chosen is None or chosen[:5] == name[:5]):
            return Encoding(name, len(mark), ("bom",) if _decodes(path, name) else ("bom", "invalid_bytes"))
    if chosen:
        return Encoding(chosen, 0, () if _decodes(path, chosen) else ("invalid_bytes",))
    return _from_content(path)


def canonical(name: str) -> str:
    """The one of `ENCODINGS` that a name means; narrower ones (GBK) become the wider (GB18030)."""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        found = ""
    found = _WIDER.get(found, found)
    if found not in ENCODINGS:
        raise FileProblem("unknown_encoding", "Not an encoding that can be read.", encoding=name[:40])
    return found


def _from_content(path: Path) -> Encoding:
    counts = _Counts.of(path)
    wide = _utf16(path, counts)
    if wide:
        return Encoding(wide, notes=("guessed_encoding",))
    if counts.high == 0 or _decodes(path, "utf-8"):
        return Encoding("utf-8")
    if _is_damaged_utf8(path):
        return Encoding("utf-8", notes=("invalid_bytes",))
    sample = _high_sample(path)
    if _is_gb(sample) and _decodes(path, "gb18030"):
        return Encoding("gb18030", notes=("guessed_encoding",))
    other = _other(sample)
    if other and _decodes(path, other):
        return Encoding(other, notes=("guessed_encoding",))
    return Encoding("cp1252" if _decodes(path, "cp1252") else "latin-1", notes=("guessed_encoding",))


@dataclass(slots=True)
class _Counts:
    size: int = 0
    high: int = 0
    even_nuls: int = 0
    odd_nuls: int = 0

    @classmethod
    def of(cls, path: Path) -> _Counts:
        counts = cls()
        for block in _blocks(path):
            counts.size += len(block)
            counts.high += 0 if block.isascii() else len(_HIGH.findall(block))
            if b"\0" in block:
                counts.even_nuls += block[::2].count(0)
                counts.odd_nuls += block[1::2].count(0)
        return counts


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _decodes(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        for block in _blocks(path):
            if decoder.getstate()[0] or not block.isascii() or name.startswith("utf-16"):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _utf16(path: Path, counts: _Counts) -> str | None:
    """UTF-16 without a mark: NULs stand at every second place and nearly nowhere else, and the text has lines."""
    nuls = counts.even_nuls + counts.odd_nuls
    if counts.size % 2 or nuls == 0 or max(counts.even_nuls, counts.odd_nuls) < 0.95 * nuls:
        return None
    if nuls < 0.25 * counts.size and _decodes(path, "utf-8"):
        return None
    name = "utf-16-le" if counts.odd_nuls > counts.even_nuls else "utf-16-be"
    if not _decodes(path, name):
        return None
    with path.open("rb") as file:
        text = file.read(_SAMPLE & ~1).decode(name, "ignore")
    return name if re.search(r"[\n\r,;\t|]", text) else None


def _is_damaged_utf8(path: Path) -> bool:
    """Whether all but a few bytes are UTF-8: a cut or a stray byte must not turn a whole file into another encoding."""
    good = bad = 0
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    for block in _blocks(path):
        text = decoder.decode(block)
        if not text.isascii():
            bad += text.count("\ufffd")
            good += len(text.encode("utf-8", "replace")) - len(text)
    return good >= 20 and bad * 50 < good


def _high_sample(path: Path) -> bytes:
    """Lines that hold bytes beyond ASCII, about 64 KiB, taken from all over the file."""
    per_block = max(_SAMPLE // (path.stat().st_size // _BLOCK + 1), 2048)
    parts: list[bytes] = []
    for block in _blocks(path):
        room = 0 if block.isascii() else per_block
        for line in block.splitlines(keepends=True):
            if room <= 0:
                break
            if not line.isascii():
                parts.append(line[:2000])
                room -= len(parts[-1])
    return b"".join(parts)


def _is_gb(sample: bytes) -> bool:
    pairs = _GB_PAIR.findall(sample)
    everyday = sum(1 for pair in pairs if len(pair) == 2 and _EVERYDAY.fullmatch(pair))
    return everyday >= 0.5 * len(pairs) > 0


def _other(sample: bytes) -> str | None:
    high, letters = len(_HIGH.findall(sample)), len(_ASCII_LETTER.findall(sample))
    if high < 8 or high < 0.4 * (high + letters):
        return None
    best = charset_normalizer.from_bytes(sample, cp_isolation=_OTHERS, preemptive_behaviour=False).best()
    return canonical(best.encoding) if best else None
