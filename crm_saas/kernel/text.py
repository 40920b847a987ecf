"""Text as it is compared, sorted and searched: made in the application, so that no server setting changes an answer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

SORT_KEY_LENGTH = 120
TOKEN_LENGTH = 64
MAX_TOKENS = 400
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_KANA_HANGUL = "\u3040-\u30ff\uac00-\ud7af"
_HAN_CHARACTER = re.compile(f"[{_HAN}]")
CJK_CHARACTER = re.compile(f"[{_HAN}{_KANA_HANGUL}]")
RUN = re.compile(f"[{_HAN}{_KANA_HANGUL}]+|[^\\W_{_HAN}{_KANA_HANGUL}]+")
DIGITS = re.compile(r"[0-9]+")
GROUPED_DIGITS = re.compile(r"(?<![^\W_])\+?\(?[0-9][0-9\s()./+-]*[0-9](?![^\W_])")
TRUNK_ZERO = "(0)"
_PHONE_SUFFIXES = (11, 10, 9, 8, 7, 4)
_SHORTEST_NUMBER = 3
_LONGEST_SPELT = 8


def fold(text: str) -> str:
    """Fold case, width, accents, digits of other scripts and invisible characters away.

    What is left is what two spellings of one word have in common. Folding twice changes nothing more. The order of
    steps is that of compatibility caseless matching (Unicode standard, section 3.13, D145).
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", "".join(map(_bare, folded)))


@lru_cache(maxsize=4096)
def _bare(char: str) -> str:
    """Return what is left of one decomposed character: nothing of a mark or an invisible one, a plain digit."""
    if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
        return ""
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


@lru_cache(maxsize=20_000)
def sort_key(text: str) -> str:
    """Return a key whose byte order is the order people expect: folded, Chinese by pinyin, at most 120 long."""
    folded = fold(text)
    if _HAN_CHARACTER.search(folded):
        folded = _pinyin(folded)
    return " ".join(folded.split())[:SORT_KEY_LENGTH]


def _pinyin(text: str) -> str:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - 30 MB that a process without Chinese names never needs

    return " ".join(lazy_pinyin(text))


def tokens(texts: Iterable[str | None], phones: Iterable[str] = ()) -> list[str]:
    """Return the search tokens of some texts and phone numbers (E.164), without repetition, at most 400.

    Words are folded. A run of Chinese, Japanese or Korean gives each pair of neighbours and its last character, so
    that one, two or more characters find it. A phone number gives its last 4 and 7 to 11 digits beside all of them,
    so that it is found as people dial it.
    """
    found: dict[str, None] = {}
    for phone in phones:
        digits = "".join(DIGITS.findall(phone.partition(";")[0]))
        found[digits] = None
        for length in _PHONE_SUFFIXES:
            if len(digits) > length:
                found[digits[-length:]] = None
    for text in texts:
        if text:
            for run in RUN.findall(fold(text)):
                found.update(dict.fromkeys(_tokens_of(run)))
    return list(found)[:MAX_TOKENS]


def _tokens_of(run: str) -> Iterator[str]:
    if CJK_CHARACTER.match(run):
        yield from map("".join, pairwise(run))
        yield run[-1]
    else:
        yield run[:TOKEN_LENGTH]


def tsvector(words: Iterable[str]) -> str:
    """Write tokens as the text of a `tsvector` without positions."""
    return " ".join(_quoted(word) for word in words)


def tsquery(text: str) -> str | None:
    """Write what somebody typed as the text of a `tsquery`: every word must be there, the words as prefixes.

    None when nothing in it can be searched for. A single Latin letter is matched whole: as a prefix it means nothing
    and would read a large part of the index. Digits, however they are grouped, are also tried as one phone number.
    """
    folded = fold(text)
    parts: list[str] = []
    position = 0
    for number in GROUPED_DIGITS.finditer(folded):
        parts += _words(folded[position : number.start()])
        parts.append(_number(number.group()))
        position = number.end()
    parts += _words(folded[position:])
    return " & ".join(dict.fromkeys(parts)) or None


def whole_words(text: str) -> str:
    """Write a text that has words as the text of a `tsquery`: every word must be there, whole."""
    return " & ".join(map(_quoted, tokens([text])))


def _words(text: str) -> Iterator[str]:
    """Return the query terms of the words in a folded text."""
    for run in RUN.findall(text):
        if not CJK_CHARACTER.match(run):
            yield _prefix(run[:TOKEN_LENGTH])
        elif len(run) == 1:
            yield _quoted(run) + ":*"
        else:
            yield from (_quoted(a + b) for a, b in pairwise(run))


def _number(typed: str) -> str:
    """Return the query term of digits in groups: each group as a word, or all of them as one phone number.

    Stored numbers have no trunk or international prefix: they are also tried without zeros in front and without `(0)`.
    """
    groups = DIGITS.findall(typed)
    terms = {" & ".join(dict.fromkeys(_prefix(group[:TOKEN_LENGTH]) for group in groups)): None}
    whole = "".join(DIGITS.findall(typed.replace(TRUNK_ZERO, "")))[:TOKEN_LENGTH]
    for number in (whole, whole.lstrip("0")):
        if len(number) >= _SHORTEST_NUMBER:
            terms[_prefix(number)] = None
    return f"({' | '.join(f'({term})' for term in terms)})"


def _prefix(word: str) -> str:
    return _quoted(word) + (":*" if len(word) > 1 else "")


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def latin_words(text: str) -> list[str]:
    """Return the words of a text as they are searched, without those of digits, Chinese, Japanese or Korean."""
    runs = RUN.findall(fold(text))
    return list(dict.fromkeys(run for run in runs if run.isalpha() and not CJK_CHARACTER.match(run)))


def replaced_words(text: str, by: Mapping[str, str]) -> str:
    """Return a folded text in which some words are replaced by others."""
    return " ".join(RUN.sub(lambda run: by.get(run.group(), run.group()), fold(text)).split())


def romanised(text: str) -> str | None:
    """Return the pinyin of a text's Chinese as it may be typed: syllables, one word, first letters.

    None without Chinese, and for one too long to be spelt out by anybody.
    """
    han = "".join(_HAN_CHARACTER.findall(fold(text)))
    if not han or len(han) > _LONGEST_SPELT:
        return None
    syllables = [part for part in _pinyin(han).split() if part.isascii() and part.isalpha()]
    if not syllables:
        return None
    return " ".join([*syllables, "".join(syllables), "".join(part[0] for part in syllables)])
