"""What was probably meant where nothing is found: each word that nobody has, replaced by a near one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, product
from typing import Final

from sqlalchemy import Text, bindparam, cast, exists, select, true
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql import ColumnElement

from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.policy import hidden, sees_all, visible
from crm_saas.crm.records.registry import RecordType
from crm_saas.crm.search import words
from crm_saas.kernel.prepared import Prepared
from crm_saas.kernel.text import latin_words, replaced_words, tsquery
from crm_saas.kernel.uow import UnitOfWork

CHOICES: Final = 3
"""Near words tried for each mistyped one."""
TRIES: Final = 5
"""Readings of a whole query tried, at most."""
MOST_WORDS: Final = 8


def readings(unit: UnitOfWork, actor: Actor, rtypes: Sequence[RecordType], typed: str) -> Iterator[str]:
    """Return what may have been meant, the likeliest first, to be tried until one finds something.

    Only a word of which the actor sees no record is replaced, and the caller shows a reading only with its hits: so
    neither what is mended nor what is not tells of a record that the actor may not see. Nothing is mended for
    somebody to whom fields are hidden: the words of those fields are among the known ones.
    """
    if any(hidden(actor, rtype) for rtype in rtypes):
        return
    wrong = [
        word
        for word in latin_words(typed)[:MOST_WORDS]
        if words.SHORTEST <= len(word) <= words.LONGEST and not _is_seen(unit, actor, rtypes, word)
    ]
    choices = [words.nearest(unit, word, CHOICES) for word in wrong]
    if not wrong or not all(choices):
        return
    for chosen in islice(product(*choices), TRIES):
        yield replaced_words(typed, dict(zip(wrong, chosen, strict=True)))


def _is_seen(unit: UnitOfWork, actor: Actor, rtypes: Sequence[RecordType], word: str) -> bool:
    query = tsquery(word)
    return any(
        row is not None and row[0]
        for rtype in rtypes
        for row in [
            (_seen_by_all(rtype) if sees_all(actor, rtype) else _seen(rtype, visible(actor, rtype))).first(
                unit, typed=query
            )
        ]
    )


def _seen(rtype: RecordType, condition: ColumnElement[bool]) -> Prepared:
    matches = rtype.table.c.search.bool_op("@@")(cast(bindparam("typed", type_=Text), TSQUERY))
    return Prepared(select(exists(select(rtype.table.c.id).where(matches, condition))))


@lru_cache(maxsize=64)
def _seen_by_all(rtype: RecordType) -> Prepared:
    return _seen(rtype, true())
