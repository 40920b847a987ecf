"""Text as it is compared, sorted and searched: made in the application, so that no server setting changes an answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

SORT_KEY_LENGTH = 120
TOKEN_LENGTH = 64
MAX_TOKENS = 400
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_KANA_HANGUL = "\u3040-\u30ff\uac00-\ud7af"
_HAN_CHARACTER = re.compile(f"[{_HAN}]")
_RUN = re.compile(f"[{_HAN}{_KANA_HANGUL}]+|[^\\W_{_HAN}{_KANA_HANGUL}]+")
_PHONE_SUFFIXES = (11, 10, 9, 8, 7)


def fold(text: str) -> str:
    """Fold case, width and accents away: what two spellings of one word have in common."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


@lru_cache(maxsize=20_000)
def sort_key(text: str) -> str:
    """Return a key whose byte order is the order people expect: folded, Chinese by pinyin, at most 120 long."""
    folded = fold(text.strip())
    if _HAN_CHARACTER.search(folded):
        folded = _pinyin(folded)
    return folded[:SORT_KEY_LENGTH]


def _pinyin(text: str) -> str:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - 30 MB that a process without Chinese names never needs

    return " ".join(lazy_pinyin(text))


def tokens(texts: Iterable[str | None], phones: Iterable[str] = ()) -> list[str]:
    """Return the search tokens of some texts and phone numbers (E.164), without repetition, at most 400.

    Words are folded. A run of Chinese, Japanese or Korean gives its single characters and each pair of neighbours, so
    that two characters find it. A phone number gives its last 7 to 11 digits, so that it is found as people dial it.
    """
    found: dict[str, None] = {}
    for text in texts:
        if text:
            for run in _RUN.findall(fold(text)):
                _add(found, run)
    for phone in phones:
        digits = re.sub(r"\D", "", phone.partition(";")[0])
        found[digits] = None
        for length in _PHONE_SUFFIXES:
            if len(digits) > length:
                found[digits[-length:]] = None
    return list(found)[:MAX_TOKENS]


def _add(found: dict[str, None], run: str) -> None:
    if _is_cjk(run):
        for character in run:
            found[character] = None
        for first, second in pairwise(run):
            found[first + second] = None
    else:
        found[run[:TOKEN_LENGTH]] = None


def _is_cjk(run: str) -> bool:
    return bool(_HAN_CHARACTER.match(run)) or "\u3040" <= run[0] <= "\u30ff" or "\uac00" <= run[0] <= "\ud7af"


def tsvector(words: Iterable[str]) -> str:
    """Write tokens as the text of a `tsvector` without positions."""
    return " ".join(_quoted(word) for word in words)


def tsquery(text: str) -> str | None:
    """Write what somebody typed as the text of a `tsquery`: every word must be there, the words as prefixes.

    None when nothing in it can be searched for. A single Latin letter is matched whole: as a prefix it means nothing
    and would read a large part of the index. Digits, however they are grouped, are also tried as one phone number.
    """
    parts: list[str] = []
    for run in _RUN.findall(fold(text)):
        if _is_cjk(run):
            parts += [_quoted(pair) for pair in _pairs(run)]
        else:
            word = run[:TOKEN_LENGTH]
            parts.append(_quoted(word) + (":*" if len(word) > 1 else ""))
    if not parts:
        return None
    query = " & ".join(dict.fromkeys(parts))
    if re.fullmatch(r"[\d\s()+./-]+", text):
        digits = re.sub(r"\D", "", text)
        if len(digits) >= 3 and len(parts) > 1:
            query = f"({query}) | {_quoted(digits)}:*"
    return query


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [a + b for a, b in pairwise(run)]


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
