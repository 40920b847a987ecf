"""How long a list is: exactly where that is cheap, else about."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ClauseElement, Executable

from crm_saas.crm.records.registry import RecordType
from crm_saas.crm.records.searching import SEARCH_BOUND
from crm_saas.kernel.events import Outbox
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import RecordCount

COUNT_BOUND = 10_000
"""Beyond this a count is an estimate: counting a million rows costs more than the page they are for."""
Count = tuple[int, bool]
"""A number, and whether it is exact."""


def count_all(unit: UnitOfWork, rtype: RecordType, condition: ColumnElement[bool]) -> Count:
    """Count all records of a type (`condition` being no more than what the actor may see).

    The count kept by the relay answers for many records; it is exact once no event waits for the relay.
    """
    row = unit.connection.execute(
        select(RecordCount.value, ~exists(select(Outbox.id))).where(RecordCount.record_type == rtype.name)
    ).one_or_none()
    if row is not None and row[0] > COUNT_BOUND:
        return row[0], row[1]
    return count_some(unit, rtype, condition)


def count_found(unit: UnitOfWork, rtype: RecordType, condition: ColumnElement[bool]) -> Count:
    """Count what a search found; not exact where the search stopped looking."""
    found = unit.connection.execute(select(func.count()).select_from(rtype.table).where(condition)).scalar_one()
    return found, found < SEARCH_BOUND


def count_some(unit: UnitOfWork, rtype: RecordType, condition: ColumnElement[bool]) -> Count:
    """Count the records of a filter: exactly up to 10,000, beyond that what the planner expects."""
    matching = select(rtype.table.c.id).where(condition)
    bounded = matching.limit(COUNT_BOUND + 1).subquery()
    counted = unit.connection.execute(select(func.count()).select_from(bounded)).scalar_one()
    if counted <= COUNT_BOUND:
        return counted, True
    return max(_estimate(unit, matching), COUNT_BOUND + 1), False


class _Explain(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement


@compiles(_Explain, "postgresql")
def _compile_explain(element: _Explain, compiler: Any, **kw: Any) -> str:  # noqa: ANN401
    return f"EXPLAIN (FORMAT JSON) {compiler.process(element.statement, **kw)}"


def _estimate(unit: UnitOfWork, statement: Select[Any]) -> int:
    """Ask the planner how many rows a statement returns."""
    plan = unit.connection.execute(_Explain(statement)).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])
