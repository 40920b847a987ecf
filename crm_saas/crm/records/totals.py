"""Totals of a list by the values of one field: how many records, and their amounts of money by currency."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import func, select

from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.fields import Field
from crm_saas.crm.records.kinds.base import BIGINT_MAX
from crm_saas.crm.records.policy import hidden
from crm_saas.crm.records.queries import ListQuery, which
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.uow import UnitOfWork

MOST_ADDED: Final = 100_000
"""Records that are added up; of more, no totals are told: adding a million takes longer than anybody waits."""
KINDS: Final = frozenset({"choice", "member", "boolean", "country"})
"""Fields that a list can be divided by."""


def totals(unit: UnitOfWork, actor: Actor, rtype: RecordType, query: ListQuery, by: str) -> dict[str, Any]:
    """Return `{"complete", "data": [{"value", "count", "sums"}]}`; sums are `{field: [{amount_minor, currency}]}`.

    Money of two currencies is never added. With more than 100,000 records, or a sum of more than 64 bits, `complete` is
    False and `data` empty.
    Raises `Invalid` for a field that lists cannot be divided by, or that the actor does not see.
    """
    actor.require(query.action, rtype)
    unseen = hidden(actor, rtype)
    each = rtype.by_name.get(by)
    if each is None or each.kind not in KINDS or by in unseen:
        detail = "A list cannot be divided by this."
        raise Invalid(errors=[FieldError("/by", "unknown_field", detail, {"allowed": _allowed(rtype, unseen)})])
    money = [field for field in rtype.fields if field.kind == "money" and field.name not in unseen]
    table = rtype.table
    names = [by, *(name for field in money for name in field.columns)]
    chosen = select(*(table.c[name] for name in names)).where(which(unit, actor, rtype, query).condition())
    # read once, whatever is added up of it
    found = chosen.limit(MOST_ADDED + 1).cte("added").prefix_with("MATERIALIZED", dialect="postgresql")
    counts: dict[Any, int] = dict(
        unit.connection.execute(select(found.c[by], func.count()).group_by(found.c[by])).all()
    )
    if sum(counts.values()) > MOST_ADDED:
        return {"complete": False, "data": []}
    sums: dict[Any, dict[str, list[dict[str, Any]]]] = {value: {field.name: [] for field in money} for value in counts}
    for field in money:
        for value, currency, amount in _sums(unit, found, by, field):
            if abs(amount) > BIGINT_MAX:
                return {"complete": False, "data": []}
            sums[value][field.name].append({"amount_minor": int(amount), "currency": currency})
    data = [{"value": value, "count": count, "sums": sums[value]} for value, count in counts.items()]
    return {"complete": True, "data": sorted(data, key=lambda row: (row["value"] is None, str(row["value"])))}


def _allowed(rtype: RecordType, unseen: frozenset[str]) -> list[str]:
    return [field.name for field in rtype.fields if field.kind in KINDS and field.name not in unseen]


def _sums(unit: UnitOfWork, found: Any, by: str, field: Field) -> list[Any]:  # noqa: ANN401
    amount, currency = (found.c[name] for name in field.columns)
    statement = (
        select(found.c[by], currency, func.sum(amount))
        .where(amount.is_not(None))
        .group_by(found.c[by], currency)
        .order_by(currency)
    )
    return list(unit.connection.execute(statement))
