"""The tables of notifications, of who follows what, of what each member chose, and of what they have seen."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.db import TenantBase


class Notification(TenantBase):
    """One thing that one member should hear of. It holds no text of a record: that is read when it is shown."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("uq_notification_recipient_id_event_id_kind", "recipient_id", "event_id", "kind", unique=True),
        Index("ix_notification_recipient_id_id", "recipient_id", "id", postgresql_where=text("product")),
        Index(
            "ix_notification_recipient_id_unread",
            "recipient_id",
            postgresql_where=text("product AND read_at IS NULL"),
        ),
        Index("ix_notification_mail", "mail", "recipient_id", postgresql_where=text("mail IS NOT NULL")),
        Index("ix_notification_mail_id", "mail_id", postgresql_where=text("mail_id IS NOT NULL")),
        Index("ix_notification_read_at", "read_at", postgresql_where=text("read_at IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    """UUIDv7: the order of the list."""
    recipient_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    """Name of a `kinds.Kind`."""
    record_type: Mapped[str | None]
    record_id: Mapped[uuid.UUID | None]
    """None: it is about several records, or about none."""
    event_id: Mapped[uuid.UUID]
    """The event, the batch or the job it tells of."""
    actor_id: Mapped[uuid.UUID | None]
    comment_id: Mapped[uuid.UUID | None]
    """It is gone when the comment is."""
    fields: Mapped[list[str]] = mapped_column(JSONB)
    """The fields that were changed: nobody hears of those that are hidden from them."""
    count: Mapped[int]
    """How many records it is about."""
    about: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What else its kind tells: of a finished job what it was and how it ended."""
    product: Mapped[bool]
    """Whether it is shown in the product."""
    mail: Mapped[str | None]
    """soon or digest: the mail it is yet to be in."""
    mail_id: Mapped[uuid.UUID | None]
    """The mail it was put into, chosen before the mail's own row is written."""
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class Follow(TenantBase):
    """A member follows a record, or wants to hear no more of one that they would follow by themselves."""

    __tablename__ = "follow"
    __table_args__ = (Index("ix_follow_record_id", "record_id"),)

    member_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    record_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    record_type: Mapped[str]
    following: Mapped[bool]
    created_at: Mapped[datetime]


class NotificationChoice(TenantBase):
    """What a member wants to hear of, and how. Without a row, or a kind in it: as the kind says."""

    __tablename__ = "notification_choice"

    member_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kinds: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """{kind: {"product": bool, "mail": soon, digest or off}}"""
    auto_follow: Mapped[bool]
    """Whether they follow what they own, comment on or are mentioned at."""


class RecordSeen(TenantBase):
    """Up to where in a record's history a member has looked."""

    __tablename__ = "record_seen"

    member_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    record_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    record_type: Mapped[str]
    version: Mapped[int]
    event_id: Mapped[uuid.UUID]
    seen_at: Mapped[datetime]
