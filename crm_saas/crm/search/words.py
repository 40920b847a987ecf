"""Keeping the table of distinct words, and finding those near a mistyped one."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import ARRAY, Text, and_, any_, bindparam, cast, delete, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import TSQUERY, insert

from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.crm.search.model import SearchWord
from crm_saas.kernel.prepared import Prepared
from crm_saas.kernel.uow import UnitOfWork

SHORTEST: Final = 4
LONGEST: Final = 40
LOOKED_AT: Final = 200
"""Words with enough trigrams in common that are compared letter by letter."""
LONG: Final = 8
"""From so many letters on, two mistakes are allowed."""


def learn(unit: UnitOfWork, rtype: RecordType, ids: Iterable[uuid.UUID]) -> None:
    """Add the words of some records of a type. In order, so that two units never wait for each other."""
    of_records = (
        select(func.unnest(func.tsvector_to_array(rtype.table.c.search)).label("word"))
        .where(rtype.table.c.id == any_(bindparam("ids", list(ids), type_=ARRAY(rtype.table.c.id.type))))
        .subquery("of_records")
    )
    word = of_records.c.word
    found = (
        select(word)
        .distinct()
        .where(func.length(word).between(SHORTEST, LONGEST), word.op("!~")("[0-9]"))
        .order_by(word)
    )
    unit.connection.execute(insert(SearchWord).from_select(["word"], found).on_conflict_do_nothing())


def weed(unit: UnitOfWork, after: str, most: int) -> str | None:
    """Look at the next words after one and delete those that no record has; returns the last, None at the end."""
    words = unit.connection.scalars(
        select(SearchWord.word).where(SearchWord.word > after).order_by(SearchWord.word).limit(most)
    ).all()
    if not words:
        return None
    held = [
        exists(select(1).where(rtype.table.c.search.bool_op("@@")(cast(func.quote_literal(SearchWord.word), TSQUERY))))
        for rtype in REGISTRY
    ]
    unit.connection.execute(delete(SearchWord).where(SearchWord.word.in_(words), ~or_(*held)))
    return words[-1]


_NEAREST: Final = Prepared(
    select(SearchWord.word)
    .where(
        or_(
            SearchWord.word.bool_op("%")(bindparam("typed", type_=Text)),
            SearchWord.word == any_(bindparam("swapped", type_=ARRAY(Text))),
        ),
        and_(
            func.length(SearchWord.word) >= bindparam("shortest"),
            func.length(SearchWord.word) <= bindparam("longest"),
        ),
    )
    .order_by(func.similarity(SearchWord.word, bindparam("typed", type_=Text)).desc(), SearchWord.word)
    .limit(literal(LOOKED_AT))
)


def nearest(unit: UnitOfWork, typed: str, most: int) -> list[str]:
    """Return the words of the workspace that differ from a typed one by a slip, the nearest first.

    One slip: a letter too many, too few, another one, or two neighbours swapped; two slips from eight letters on.
    Swapped neighbours share few trigrams with the right word: such words are looked up by themselves.
    """
    slips = 2 if len(typed) >= LONG else 1
    swapped = [typed[:i] + typed[i + 1] + typed[i] + typed[i + 2 :] for i in range(len(typed) - 1)]
    rows = _NEAREST.all(unit, typed=typed, swapped=swapped, shortest=len(typed) - slips, longest=len(typed) + slips)
    measured: list[tuple[Any, ...]] = []
    for place, (word,) in enumerate(rows):
        distance = slips_between(typed, word, slips)
        if 0 < distance <= slips:
            measured.append((distance, word[0] != typed[0], place, word))
    return [each[-1] for each in sorted(measured)[:most]]


def slips_between(one: str, other: str, most: int) -> int:
    """Return how many slips lead from one word to another; `most + 1` if more than `most`.

    Optimal string alignment distance: Damerau 1964, each part of a word changed once at most.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, above = above, row
    return min(above[-1], most + 1)
