"""Reading records: one, or a page of a list. Columns are selected and dumped; no model is made."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, select, true

from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.counting import Count, count_all, count_found, count_some
from crm_saas.crm.records.filters import compile_filter
from crm_saas.crm.records.history import history
from crm_saas.crm.records.ordering import BEGINNING, Matching, Order
from crm_saas.crm.records.policy import hidden, reaches_all, sees_all, visible
from crm_saas.crm.records.registry import RecordType, Shape
from crm_saas.crm.records.searching import matching, matching_what_is_seen
from crm_saas.kernel.errors import FieldError, Invalid, NotFound
from crm_saas.kernel.prepared import Prepared
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.roles import READ

__all__ = ["ListQuery", "Page", "get", "history", "page"]

MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list asks for."""

    sort: str
    """A field, with `-` before it for descending. Records without a value come last either way."""
    filter: object = None
    search: str = ""
    limit: int = 50
    cursor: str | None = None
    count: bool = False
    members: tuple[str, ...] | None = None
    """The members of each record to return, beside `id` and `version`; None: all."""
    action: str = READ
    """What is done with the list: only records that the actor may do that to are in it."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list; `next_cursor` continues it whatever was added or removed meanwhile."""

    data: list[dict[str, Any]]
    next_cursor: str | None
    count: Count | None
    """(number, whether it is exact), if it was asked for."""


def get(unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID) -> dict[str, Any]:
    """Return one record; `NotFound` if there is none that the actor may see."""
    actor.require("read", rtype)
    shape = rtype.shape(None, hidden(actor, rtype))
    if sees_all(actor, rtype):
        statement = _by_id_of_all(rtype, shape)
    else:
        statement = Prepared.alike(_by_id(rtype, shape, visible(actor, rtype)))
    row = statement.first(unit, record_id=record_id)
    if row is None:
        raise NotFound
    return shape.dump(row)


def _by_id(rtype: RecordType, shape: Shape, condition: ColumnElement[bool]) -> Select[Any]:
    return select(*shape.columns).where(rtype.table.c.id == bindparam("record_id"), condition)


@lru_cache(maxsize=64)
def _by_id_of_all(rtype: RecordType, shape: Shape) -> Prepared:
    return Prepared(_by_id(rtype, shape, true()))


def page(unit: UnitOfWork, actor: Actor, rtype: RecordType, query: ListQuery) -> Page:
    """Return a page of the records the actor may see.

    Raises `Invalid` for a filter, order, cursor or member that the type does not have.
    """
    actor.require(query.action, rtype)
    unseen = hidden(actor, rtype)
    order = Order.of(rtype, query.sort, unseen)
    shape = rtype.shape(_members(rtype, query.members, unseen), unseen)
    of = which(unit, actor, rtype, query)
    start = order.read(query.cursor) if query.cursor else BEGINNING
    rows = order.fetch(unit, shape, of, start, query.limit + 1)
    more = len(rows) > query.limit
    return Page(
        data=[shape.dump(row[2:]) for row in rows[: query.limit]],
        next_cursor=order.write(rows[query.limit - 1]) if more else None,
        count=_count(unit, actor, rtype, query, of) if query.count else None,
    )


def which(unit: UnitOfWork, actor: Actor, rtype: RecordType, query: ListQuery) -> Matching:
    """Return which records a list is of, named if that does not depend on the actor or on a filter."""
    condition = visible(actor, rtype, query.action)
    if query.filter is not None:
        condition = and_(condition, compile_filter(rtype, query.filter, actor.context()))
    same_for_many = query.filter is None and reaches_all(actor, rtype, query.action)
    if not query.search.strip():
        return Matching(lambda: condition, key="all" if same_for_many else None)
    unseen = hidden(actor, rtype)
    if unseen:
        return matching_what_is_seen(unit, rtype, condition, query.search, unseen)
    found = matching(rtype, condition, query.search)
    return replace(found, key="found" if same_for_many and found.values else None)


def _count(unit: UnitOfWork, actor: Actor, rtype: RecordType, query: ListQuery, of: Matching) -> Count:
    if query.search.strip():
        return count_found(unit, rtype, of.condition())
    whole = query.filter is None and reaches_all(actor, rtype, query.action)
    return (count_all if whole else count_some)(unit, rtype, of.condition())


def _members(rtype: RecordType, names: tuple[str, ...] | None, unseen: frozenset[str]) -> frozenset[str] | None:
    if names is None:
        return None
    faults = [
        FieldError("/fields", "unknown_field", "A record has no such member.", {"name": name[:100]})
        for name in names
        if name not in rtype.members or name in unseen
    ]
    if faults:
        raise Invalid(errors=faults)
    return frozenset(names)
