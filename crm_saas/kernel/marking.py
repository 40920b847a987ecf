"""Which parts of a text are what somebody typed: found as the search finds them, through folding, for highlighting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from crm_saas.kernel import text

Piece = tuple[str, bool]
"""A part of a text, and whether it was typed."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that was typed, any of whose forms explains it."""

    forms: frozenset[str]
    kind: str
    """word, cjk or number."""


@lru_cache(maxsize=256)
def terms(typed: str) -> tuple[Term, ...]:
    """Return what somebody typed, term by term, as `kernel.text.tsquery` divides it."""
    folded = text.fold(typed)
    found: dict[Term, None] = {}
    position = 0
    for number in text.GROUPED_DIGITS.finditer(folded):
        found |= dict.fromkeys(_words(folded[position : number.start()]))
        whole = "".join(text.DIGITS.findall(number.group().replace(text.TRUNK_ZERO, "")))
        found[Term(frozenset({whole, whole.lstrip("0") or whole}), "number")] = None
        position = number.end()
    found |= dict.fromkeys(_words(folded[position:]))
    return tuple(found)


def _words(folded: str) -> Iterator[Term]:
    for run in text.RUN.findall(folded):
        if not text.CJK_CHARACTER.match(run):
            yield Term(frozenset({run}), "word")
        elif len(run) == 1:
            yield Term(frozenset({run}), "cjk")
        else:
            yield from (Term(frozenset({a + b}), "cjk") for a, b in pairwise(run))


def mark(shown: str, wanted: tuple[Term, ...]) -> tuple[list[Piece], frozenset[Term]]:
    """Divide a text into pieces by what was typed; returns them and the terms that are in it."""
    folded, origin = _folded(shown)
    digits = [(char, at) for char, at in zip(folded, origin, strict=True) if char.isdigit()]
    marked: set[int] = set()
    explained: set[Term] = set()
    for term in wanted:
        places = _digits(digits, term) if term.kind == "number" else _in_runs(folded, origin, term)
        if places:
            explained.add(term)
            marked |= places
    return _pieces(shown, marked), frozenset(explained)


def _folded(shown: str) -> tuple[str, list[int]]:
    """Fold a text and return with each character the place it came from."""
    parts = [text.fold(char) for char in shown]
    return "".join(parts), [at for at, part in enumerate(parts) for _ in part]


def _in_runs(folded: str, origin: list[int], term: Term) -> set[int]:
    places: set[int] = set()
    (form,) = term.forms
    for run in text.RUN.finditer(folded):
        start = run.group().find(form) if term.kind == "cjk" else (0 if run.group().startswith(form) else -1)
        while start >= 0:
            begin = run.start() + start
            places |= set(origin[begin : begin + len(form)])
            start = run.group().find(form, start + 1) if term.kind == "cjk" else -1
    return places


def _digits(digits: list[tuple[str, int]], term: Term) -> set[int]:
    joined = "".join(char for char, _ in digits)
    for form in sorted(term.forms, key=len, reverse=True):
        start = joined.find(form)
        if start >= 0:
            return {at for _, at in digits[start : start + len(form)]}
    return set()


def _pieces(shown: str, marked: set[int]) -> list[Piece]:
    pieces: list[Piece] = []
    for at, char in enumerate(shown):
        inside = at in marked or (at - 1 in marked and not text.fold(char))
        if pieces and pieces[-1][1] == inside:
            pieces[-1] = (pieces[-1][0] + char, inside)
        else:
            pieces.append((char, inside))
    return pieces
