"""Finding records by what somebody typed."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Text, and_, bindparam, cast, false, select
from sqlalchemy.dialects.postgresql import TSQUERY

from crm_saas.crm.records.ordering import Matching
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.text import tsquery

SEARCH_BOUND = 5_000
"""Matches looked at by a search; whoever gets more should say more."""


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
