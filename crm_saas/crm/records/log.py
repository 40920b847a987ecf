"""Writing the event log: what happened to a record, and that consumers are yet to hear of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Uuid, bindparam, insert, select

from crm_saas.crm.records.actor import SYSTEM_ID, Actor
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel import jobs
from crm_saas.kernel.clock import now
from crm_saas.kernel.events import Event, Outbox
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.prepared import Prepared
from crm_saas.kernel.uow import UnitOfWork

Changes = Mapping[str, tuple[Any, Any] | list[Any]]
"""{field: (before, after)} in JSON form."""


_event = insert(Event).returning(Event.id).cte("event_added")
_ADD: Final = Prepared(
    insert(Outbox).from_select(
        ["id", "event_id", "batch_id"],
        select(bindparam("outbox_id", type_=Uuid), _event.c.id, bindparam("outbox_batch_id", type_=Uuid)),
    )
)
"""Event and outbox row in one statement: every change pays for it."""


def event_row(
    actor: Actor, rtype: RecordType, what: str, record_id: uuid.UUID, *, version: int, changes: Changes
) -> dict[str, Any]:
    """Return the columns of one event, `what` being a past participle."""
    return {
        "id": uuid7(),
        "type": f"{rtype.name}.{what}",
        "record_type": rtype.name,
        "record_id": record_id,
        "version": version,
        "at": now(),
        "actor_kind": actor.kind,
        "actor_id": None if actor.user_id == SYSTEM_ID else actor.user_id,
        "source": actor.source,
        "batch_id": actor.batch_id,
        "changes": {name: list(pair) for name, pair in changes.items()},
        "redacted": None,
    }


def write(
    unit: UnitOfWork,
    actor: Actor,
    rtype: RecordType,
    what: str,
    record_id: uuid.UUID,
    *,
    version: int,
    changes: Changes,
    event_id: uuid.UUID | None = None,
) -> None:
    """Add one event and its outbox row to the unit, and wake the relay once it has committed.

    Arguments: `event_id` where a row that names the event was written before it.
    """
    row = event_row(actor, rtype, what, record_id, version=version, changes=changes)
    if event_id is not None:
        row["id"] = event_id
    _ADD.run(unit, **row, outbox_id=uuid7(), outbox_batch_id=actor.batch_id)
    unit.on_commit(wake_relay, unit.workspace_id)


def wake_relay(workspace_id: uuid.UUID) -> None:
    """Hint that a workspace's outbox has something in it."""
    jobs.enqueue("fast", "crm_saas.kernel.relay.relay_tenant", workspace_id, unique=f"relay:{workspace_id}")
