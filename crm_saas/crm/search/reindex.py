"""Making a workspace's search tokens and words again, after a release has changed how they are made."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Text, bindparam, cast, func, select, update
from sqlalchemy.dialects.postgresql import TSVECTOR

from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.crm.search import words
from crm_saas.kernel import uow
from crm_saas.kernel.uow import UnitOfWork

BATCH: Final = 1_000
_BEGINNING: Final = uuid.UUID(int=0)


def reindex(workspace_id: uuid.UUID) -> Iterator[tuple[int, int]]:
    """Walk all records in units of 1,000, then weed the words; yields (records looked at, tokens written again).

    Versions and times of change stay as they are: nothing that anybody entered changes.
    """
    for rtype in REGISTRY:
        after: uuid.UUID | None = _BEGINNING
        while after is not None:
            with uow.tenant(workspace_id) as unit:
                looked, written, after = _batch(unit, rtype, after)
            yield looked, written
    word: str | None = ""
    while word is not None:
        with uow.tenant(workspace_id) as unit:
            word = words.weed(unit, word, BATCH)


def _batch(unit: UnitOfWork, rtype: RecordType, after: uuid.UUID) -> tuple[int, int, uuid.UUID | None]:
    stored = func.tsvector_to_array(rtype.table.c.search)
    query = (
        select(rtype.model, stored)
        .where(rtype.table.c.id > after)
        .order_by(rtype.table.c.id)
        .limit(BATCH)
        .with_for_update()
    )
    rows = unit.session.execute(query).all()
    changes: list[dict[str, Any]] = []
    for record, held in rows:
        values = rtype.values_of(record)
        wanted = rtype.search_tokens(values, rtype.display_name(values))
        if set(wanted) != set(held):
            changes.append({"b_id": record.id, "b_search": rtype.search(values, rtype.display_name(values))})
    if changes:
        search = cast(bindparam("b_search", type_=Text), TSVECTOR)
        statement = update(rtype.table).where(rtype.table.c.id == bindparam("b_id")).values(search=search)
        unit.connection.execute(statement, changes)
    if rows:
        words.learn(unit, rtype, [record.id for record, _ in rows])
    return len(rows), len(changes), rows[-1][0].id if len(rows) == BATCH else None
