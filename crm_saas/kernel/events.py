"""The event log of a plane and its outbox.

Every change writes an `event` row in its own transaction; beside it an `outbox` row says that the event has not yet
reached every consumer. The relay deletes it in the transaction that writes what the consumers keep. A message in
Redis only wakes the relay up; a sweep over all outboxes is what is relied upon.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.db import ControlBase, TenantBase

APPEND_ONLY = {"append_only": True}


class Event(TenantBase):
    """One thing that happened to one record. The tenant's role may insert and read, never change or delete."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_record", "record_id", "id"),
        Index(
            "ix_event_batch_id_record_id",
            "batch_id",
            "record_id",
            postgresql_where=text("batch_id IS NOT NULL"),
        ),
        {"info": APPEND_ONLY},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    """UUIDv7: the order of the log."""
    type: Mapped[str]
    """What happened, as `<record type>.<past participle>`."""
    record_type: Mapped[str]
    record_id: Mapped[uuid.UUID]
    version: Mapped[int]
    """The record's version after the change."""
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    """member or system."""
    actor_id: Mapped[uuid.UUID | None]
    source: Mapped[str]
    """ui, api, import, automation or system: the door it came through."""
    batch_id: Mapped[uuid.UUID | None]
    """The import or bulk job it belongs to."""
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """{field: [before, after]} in the JSON form of the API; a deletion holds every field."""
    redacted: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Fields whose values were taken out to protect a person: what stands in `changes` for them is nothing."""


class Outbox(TenantBase):
    """Events not yet handed to every consumer: one event, or all events of one committed chunk of a batch."""

    __tablename__ = "outbox"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID | None]
    """One event; or None for a chunk."""
    first_event_id: Mapped[uuid.UUID | None]
    last_event_id: Mapped[uuid.UUID | None]
    """A chunk: all events of `batch_id` between these two, inclusive."""
    batch_id: Mapped[uuid.UUID | None]


class ControlEvent(ControlBase):
    """One thing that happened to an organisation, a user or a membership."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_workspace_id_id", "workspace_id", "id"),
        Index("ix_event_user_id_id", "user_id", "id", postgresql_where=text("workspace_id IS NULL")),
        {"info": APPEND_ONLY},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    type: Mapped[str]
    at: Mapped[datetime]
    workspace_id: Mapped[uuid.UUID | None]
    user_id: Mapped[uuid.UUID | None]
    """Whom it happened to."""
    actor_id: Mapped[uuid.UUID | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What changed; never a password, token or key."""


class ControlOutbox(ControlBase):
    """Control events not yet handed to every consumer, such as the copy of a member in a tenant's schema."""

    __tablename__ = "outbox"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID]
