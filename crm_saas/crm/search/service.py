"""One search over every object: what is nearest to what was typed comes first, then what changed last."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    literal,
    select,
    true,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import TSQUERY

from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.fields import Field
from crm_saas.crm.records.kinds import KINDS, ValueProblem
from crm_saas.crm.records.policy import hidden, sees_all, visible
from crm_saas.crm.records.registry import RecordType
from crm_saas.crm.search.mending import readings
from crm_saas.kernel.marking import Piece, Term, mark, terms
from crm_saas.kernel.prepared import Prepared
from crm_saas.kernel.text import sort_key, tsquery, whole_words
from crm_saas.kernel.uow import UnitOfWork

Closeness = Literal["exact", "beginning", "words", "similar"]
CLOSENESS: Final[tuple[Closeness, ...]] = ("exact", "beginning", "words", "similar")
BOUND: Final = 1_000
"""Matches of one type that are ranked; beyond, whoever types should type more."""
NEAR: Final = 50
"""Records of one type looked at for a key or the beginning of a name."""
LAST: Final = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found."""

    rtype: RecordType
    id: uuid.UUID
    display_name: str
    closeness: Closeness
    updated_at: datetime
    name: list[Piece]
    """The display name in pieces, those marked that were typed."""
    field: str | None
    """The field that matched, where the name does not show it."""
    matched: list[Piece] | None
    """Its value, or the one of its values that matched, in pieces."""
    note: str | None
    """What else the record is known by."""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search."""

    hits: list[Hit]
    more: bool
    """There are more than were asked for."""
    shown_for: str | None = None
    """What was searched for in place of what was typed, because nothing has that."""


def search(unit: UnitOfWork, actor: Actor, rtypes: Sequence[RecordType], typed: str, limit: int) -> Found:
    """Find records of some types that the actor may see; mends typing errors where nothing is found."""
    found = _search(unit, actor, rtypes, typed, limit)
    if found.hits:
        return found
    for reading in readings(unit, actor, rtypes, typed):
        mended = _search(unit, actor, rtypes, reading, limit)
        if mended.hits:
            similar = [replace(hit, closeness="similar") for hit in mended.hits]
            return Found(similar, mended.more, reading)
    return found


def _search(unit: UnitOfWork, actor: Actor, rtypes: Sequence[RecordType], typed: str, limit: int) -> Found:
    query = tsquery(typed)
    if query is None:
        return Found([], more=False)
    hits: list[Hit] = []
    more = False
    for rtype in rtypes:
        of_type = _of_type(unit, actor, rtype, typed, query, limit + 1)
        more |= len(of_type) > limit
        hits += of_type[:limit]
    hits.sort(key=lambda hit: hit.updated_at, reverse=True)
    hits.sort(key=lambda hit: CLOSENESS.index(hit.closeness))
    return Found(hits[:limit], more or len(hits) > limit)


def _of_type(  # noqa: PLR0917 - one question, all of it needed
    unit: UnitOfWork, actor: Actor, rtype: RecordType, typed: str, query: str, limit: int
) -> list[Hit]:
    secret = hidden(actor, rtype)
    statement = _ranked_of_all(rtype) if sees_all(actor, rtype) and not secret else _ranked(actor, rtype, secret)
    name = sort_key(typed)
    keys = _keys(actor, rtype, typed, secret)
    ranked: dict[uuid.UUID, Closeness] = {}
    for asked in _ways_to_ask(typed, query, keys):
        rows = statement.all(unit, typed=asked, keys=keys, name=name, past=name + LAST, most=limit)
        ranked = {row[0]: CLOSENESS[row[1]] for row in rows}
        if ranked:
            break
    if not ranked:
        return []
    wanted = terms(typed)
    rows = _rows(rtype).all(unit, ids=list(ranked))
    hits = [_hit(rtype, secret, wanted, dict(zip(_names(rtype), row, strict=True)), ranked[row[0]]) for row in rows]
    return [hit for hit in hits if hit is not None]


def _ways_to_ask(typed: str, query: str, keys: list[str]) -> list[str]:
    """Return the queries to try. What may be a whole address is asked for in whole words first.

    As beginnings, its common parts (`com`, a first name) make the server read the entries of half the records.
    """
    return [whole_words(typed), query] if "@" in typed and keys else [query]


def _keys(actor: Actor, rtype: RecordType, typed: str, secret: frozenset[str]) -> list[str]:
    """Return the exact keys that what was typed may be: those of an e-mail address or a phone number."""
    keys: list[str] = []
    for each in rtype.fields:
        if each.kind not in {"email_list", "phone_list"} or each.name in secret:
            continue
        if ("@" in typed) if each.kind == "email_list" else any(char.isdigit() for char in typed):
            try:
                keys += KINDS[each.kind].identity_keys(KINDS[each.kind].parse(typed, actor.context()))
            except ValueProblem:
                continue  # not yet an address or a number
    return keys


def _ranked(actor: Actor, rtype: RecordType, secret: frozenset[str]) -> Prepared:
    return Prepared(_ranking(rtype, visible(actor, rtype), by_name=not secret & set(rtype.display)))


@lru_cache(maxsize=64)
def _ranked_of_all(rtype: RecordType) -> Prepared:
    return Prepared(_ranking(rtype, true(), by_name=True))


def _ranking(rtype: RecordType, condition: ColumnElement[bool], *, by_name: bool) -> Select[Any]:
    """Return (id, closeness) of at most `most` records. Each way to match is bounded and looked up on its own.

    Without its own look-up, the very record that was named could lie beyond the bound of those that share a word.
    """
    table = rtype.table
    words = cast(bindparam("typed", type_=Text), TSQUERY)
    keyed = table.c["keys"].op("&&")(bindparam("keys", type_=ARRAY(Text)))
    begins = and_(
        table.c.display_sort >= bindparam("name", type_=Text), table.c.display_sort < bindparam("past", type_=Text)
    )
    columns = (table.c.id, table.c.updated_at, case((keyed, 0), (
        and_(literal(by_name), table.c.display_sort == bindparam("name", type_=Text)), 0
    ), (and_(literal(by_name), begins), 1), else_=2).label("rank"))  # fmt: skip
    ways = [
        select(*columns).where(keyed, condition).limit(NEAR),
        select(*columns).where(table.c.search.bool_op("@@")(words), condition).limit(BOUND),
    ]
    if by_name:
        ways.append(select(*columns).where(begins, condition).order_by(table.c.display_sort, table.c.id).limit(NEAR))
    parts = [way.cte(f"way_{n}").prefix_with("MATERIALIZED", dialect="postgresql") for n, way in enumerate(ways)]
    found = select(parts[0]).union(*(select(part) for part in parts[1:])).subquery("found")
    return (
        select(found.c.id, found.c.rank)
        .order_by(found.c.rank, found.c.updated_at.desc(), found.c.id.desc())
        .limit(bindparam("most", type_=Integer))
    )


def _shown(rtype: RecordType) -> list[Field]:
    """Return the fields whose words are searched, in the order in which a match is told."""
    kinds = {"email_list", "phone_list", "tags", "external_ids"}
    return [each for each in rtype.fields if each.name in {*rtype.display, *rtype.searched} or each.kind in kinds]


@lru_cache(maxsize=64)
def _names(rtype: RecordType) -> tuple[str, ...]:
    return ("id", "display_name", "updated_at", *(each.name for each in _shown(rtype)))


@lru_cache(maxsize=64)
def _rows(rtype: RecordType) -> Prepared:
    columns = (rtype.table.c[name] for name in _names(rtype))
    return Prepared(select(*columns).where(rtype.table.c.id == any_(bindparam("ids", type_=ARRAY(Uuid)))))


def _hit(
    rtype: RecordType, secret: frozenset[str], wanted: tuple[Term, ...], row: dict[str, Any], closeness: Closeness
) -> Hit | None:
    """Return a hit with what matched; None if only what the actor may not see explains it."""
    shown = {each.name: _texts(row[each.name]) for each in _shown(rtype) if each.name not in secret}
    display = row["display_name"] if not secret & set(rtype.display) else next(
        (texts[0] for name in rtype.display if (texts := shown.get(name))), ""
    )  # fmt: skip
    name, in_name = mark(display, wanted)
    marked = [(field, *mark(value, wanted)) for field, texts in shown.items() for value in texts if value != display]
    explained = in_name.union(*(held for _, _, held in marked))
    if secret and not explained >= set(wanted):
        return None
    best = max(marked, key=lambda each: len(each[2] - in_name), default=None)
    if best is not None and not best[2] - in_name:
        best = None
    note = next((value for field in rtype.display for value in shown.get(field, ()) if value != display), None)
    return Hit(
        rtype, row["id"], display, closeness, row["updated_at"], name,
        best[0] if best else None, best[1] if best else None, note,
    )  # fmt: skip


def _texts(value: Any) -> list[str]:  # noqa: ANN401 - what a column of a searched field holds
    if isinstance(value, dict):
        return [str(value[key]) for key in sorted(value)]
    return [str(each) for each in value] if isinstance(value, list) else ([str(value)] if value else [])
