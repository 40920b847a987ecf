"""Writes what happens to organisations and people into the control plane's event log and outbox."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import insert, select

from crm_saas.kernel import relay
from crm_saas.kernel.clock import now
from crm_saas.kernel.events import ControlEvent, ControlOutbox
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.models import User


def note_refusal(unit: UnitOfWork, email_key: str, data: dict[str, str | None]) -> None:
    """Note that somebody was refused at the door of an account.

    One row whether the address has an account or not (then it is nobody's), so that the time it takes does not tell.
    """
    account = select(User.id).where(User.email_key == email_key).scalar_subquery()
    values = {"id": uuid7(), "type": "user.sign_in_refused", "at": now(), "user_id": account, "data": data}
    unit.connection.execute(insert(ControlEvent).values(values))


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
