"""Writes what happens to organisations and people into the control plane's event log and outbox."""

from __future__ import annotations

import uuid
from typing import Any

from crm_saas.kernel import relay
from crm_saas.kernel.clock import now
from crm_saas.kernel.events import ControlEvent, ControlOutbox
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork


def record(
    unit: UnitOfWork,
    kind: str,
    *,
    workspace_id: uuid.UUID | None = None,
    user_id: uuid.UUID | None = None,
    actor_id: uuid.UUID | None = None,
    data: dict[str, Any] | None = None,
) -> uuid.UUID:
    """Add an event and its outbox row to the caller's control unit; return the event's id.

    Arguments: `kind` as `<what>.<past participle>`; `user_id` whom it happened to; `data` never a secret.
    """
    event = ControlEvent(
        id=uuid7(), type=kind, at=now(), workspace_id=workspace_id, user_id=user_id, actor_id=actor_id, data=data or {}
    )
    unit.session.add_all([event, ControlOutbox(id=uuid7(), event_id=event.id)])
    unit.on_commit(relay.hint_control)
    return event.id
