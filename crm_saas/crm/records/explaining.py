"""Why a record is, or is not, in a list: the tree of a filter with what holds at each place."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.sql.expression import false

from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.comparing import column_of
from crm_saas.crm.records.filters import Group, Leaf, Node, Not, leaf_condition, leaves_of, read_filter
from crm_saas.crm.records.policy import visible
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.errors import NotFound
from crm_saas.kernel.uow import UnitOfWork


def explain(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, record_id: uuid.UUID, document: object
) -> dict[str, Any]:
    """Return the tree of a filter for one record.

    A node is `{"holds", "pointer"}` and `all`, `any` (lists) or `not` (a node); a leaf has `field`, `op`, and `value`,
    what the record has there. The server itself decides each leaf, in one statement, by the very condition that lists
    use. Raises `NotFound` and `Invalid`.
    """
    actor.require("read", rtype)
    context = actor.context()
    node = read_filter(rtype, document, context)
    leaves = list(leaves_of(node))
    columns = [
        func.coalesce(leaf_condition(rtype, leaf, context), false()).label(f"leaf_{index}")
        for index, leaf in enumerate(leaves)
    ]
    row = unit.connection.execute(
        select(rtype.table.c.id, *columns).where(rtype.table.c.id == record_id, visible(actor, rtype))
    ).one_or_none()
    if row is None:
        raise NotFound
    # only what the filter names is shown of it, and a filter cannot name what is hidden
    record = rtype.dump(unit.connection.execute(select(*rtype.columns).where(rtype.table.c.id == record_id)).one())
    behind = {id(leaf): _behind(unit, rtype, leaf, record_id) for leaf in leaves if leaf.relation is not None}
    return _tree(node, iter(row[1:]), record, behind)


def _behind(unit: UnitOfWork, rtype: RecordType, leaf: Leaf, record_id: uuid.UUID) -> Any:  # noqa: ANN401
    """Return what stands behind a link of the record; None if the link is empty."""
    if leaf.relation is None or leaf.link is None:
        return None
    holder = select(column_of(rtype, leaf.link)).where(rtype.table.c.id == record_id).scalar_subquery()
    return unit.connection.execute(
        select(column_of(leaf.relation, leaf.field)).where(leaf.relation.key == holder)
    ).scalar_one_or_none()


def _tree(node: Node, holds: Iterator[bool], record: dict[str, Any], behind: dict[int, Any]) -> dict[str, Any]:
    match node:
        case Leaf():
            value = behind[id(node)] if node.relation is not None else record.get(node.name)
            return {
                "pointer": node.pointer,
                "holds": next(holds),
                "field": node.name,
                "op": node.operator,
                "value": value,
            }
        case Group():
            parts = [_tree(part, holds, record, behind) for part in node.parts]
            decide = all if node.kind == "all" else any
            return {"pointer": node.pointer, "holds": decide(part["holds"] for part in parts), node.kind: parts}
        case Not():
            part = _tree(node.part, holds, record, behind)
            return {"pointer": node.pointer, "holds": not part["holds"], "not": part}
