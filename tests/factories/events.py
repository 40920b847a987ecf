"""Events and outbox rows as the record engine writes them, for tests of what happens to them afterwards."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import insert

from crm_saas.kernel.clock import now
from crm_saas.kernel.events import Event, Outbox
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork


def event_row(what: str, *, record_type: str = "lead", batch_id: uuid.UUID | None = None) -> dict[str, Any]:
    """Columns of one event, `what` being a past participle."""
    return {
        "id": uuid7(),
        "type": f"{record_type}.{what}",
        "record_type": record_type,
        "record_id": uuid7(),
        "version": 1,
        "at": now(),
        "actor_kind": "system",
        "actor_id": None,
        "source": "system" if batch_id is None else "import",
        "batch_id": batch_id,
        "changes": {},
    }


def write_event(unit: UnitOfWork, what: str, *, record_type: str = "lead") -> uuid.UUID:
    """Write one event and its outbox row; returns the outbox row's id."""
    row, outbox_id = event_row(what, record_type=record_type), uuid7()
    unit.connection.execute(insert(Event).values(row))
    unit.connection.execute(insert(Outbox).values(id=outbox_id, event_id=row["id"]))
    return outbox_id


def write_chunk(unit: UnitOfWork, what: str, number: int, batch_id: uuid.UUID) -> uuid.UUID:
    """Write the events of one chunk of a batch and the one outbox row that stands for them; returns its id."""
    rows, outbox_id = [event_row(what, batch_id=batch_id) for _ in range(number)], uuid7()
    unit.connection.execute(insert(Event), rows)
    unit.connection.execute(
        insert(Outbox).values(
            id=outbox_id, first_event_id=rows[0]["id"], last_event_id=rows[-1]["id"], batch_id=batch_id
        )
    )
    return outbox_id
