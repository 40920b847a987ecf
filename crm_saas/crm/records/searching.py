"""Finding records by what somebody typed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    column,
    false,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from crm_saas.crm.records.ordering import Matching
from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.kernel.text import tsquery
from crm_saas.kernel.uow import UnitOfWork

SEARCH_BOUND = 5_000
"""Matches looked at by a search; whoever gets more should say more."""
SEEN_BOUND = 1_000
"""Matches looked at for somebody to whom fields are hidden: each is read again."""


def matching(rtype: RecordType, condition: ColumnElement[bool], typed: str) -> Matching:
    """Return the records of `condition` that match what was typed: at most 5,000 of them.

    The matches are found first and on their own (a materialized CTE); else the planner, which knows little about how
    many records have a word, walks the index of the list's order and tests each record. `condition` is part of it, so
    that the bound counts only what the list would show.
    """
    query = tsquery(typed)
    if query is None:
        return Matching(false)
    return Matching(lambda: _found(rtype, condition, query), {"typed": query})


def _found(rtype: RecordType, condition: ColumnElement[bool], query: str) -> ColumnElement[bool]:
    words = cast(bindparam("typed", query, type_=Text), TSQUERY)
    found = (
        select(rtype.table.c.id)
        .where(and_(rtype.table.c.search.bool_op("@@")(words), condition))
        .limit(SEARCH_BOUND)
        .cte("found")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return rtype.table.c.id.in_(select(found.c.id))


def matching_what_is_seen(
    unit: UnitOfWork, rtype: RecordType, condition: ColumnElement[bool], typed: str, unseen: frozenset[str]
) -> Matching:
    """Return the records of `condition` that match by what is not hidden: at most 1,000 are looked at.

    The stored words are those of all fields. So the words of each match are made again without the hidden ones, and
    the server asks the same question of them.
    """
    query = tsquery(typed)
    if query is None:
        return Matching(false)
    words = cast(literal(query, Text), TSQUERY)
    # every field is read, since a type may make search tokens of any
    rows: Sequence[Any] = unit.connection.execute(
        select(rtype.table).where(rtype.table.c.search.bool_op("@@")(words), condition).limit(SEEN_BOUND)
    ).all()
    ids = [row.id for row in rows]
    vectors = [_seen_words(rtype, rtype.values_of(row), unseen) for row in rows]
    given = func.unnest(cast(ids, ARRAY(Uuid)), cast(vectors, ARRAY(Text))).table_valued(
        column("id", Uuid), column("words", Text), name="seen"
    )
    seen = given.render_derived()
    found: list[uuid.UUID] = list(
        unit.connection.execute(
            select(seen.c.id).where(cast(seen.c.words, TSVECTOR).bool_op("@@")(words))
        ).scalars()
    )  # fmt: skip
    return Matching(lambda: rtype.table.c.id == any_(literal(found, ARRAY(Uuid))))


def _seen_words(rtype: RecordType, values: Values, unseen: frozenset[str]) -> str:
    shown = rtype.without(values, unseen)
    return rtype.search(shown, rtype.display_name(shown))
