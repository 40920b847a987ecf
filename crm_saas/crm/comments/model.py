"""The table of comments."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.crm.records.model import OF_PERSON
from crm_saas.kernel.db import TenantBase


class Comment(TenantBase):
    """What a member said about a record of any type. Whoever may read the record may read it."""

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_record_id_id", "record_id", "id"),
        Index("uq_comment_event_id", "event_id", unique=True),
        Index(
            "uq_comment_author_id_request_key",
            "author_id",
            "request_key",
            unique=True,
            postgresql_where=text("request_key IS NOT NULL"),
        ),
        {"info": OF_PERSON},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    """UUIDv7: the order of a conversation."""
    record_type: Mapped[str]
    record_id: Mapped[uuid.UUID]
    event_id: Mapped[uuid.UUID]
    """The event that tells of it: its place in the record's history. The log never holds what was said."""
    author_id: Mapped[uuid.UUID]
    body: Mapped[str]
    """Plain text; `<@id>` mentions a member. Empty once it is deleted."""
    version: Mapped[int]
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    """The row stays, so that the conversation keeps its shape; what was said does not."""
    request_key: Mapped[uuid.UUID | None]
    """The `Idempotency-Key` it was sent with: sent twice it is said once."""
