"""The table of hand-overs."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.db import TenantBase


class HandOver(TenantBase):
    """One hand-over, which is also the batch of the events it causes: the list of what moved is read from them."""

    __tablename__ = "hand_over"
    __table_args__ = (Index("ix_hand_over_state", "state"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    from_id: Mapped[uuid.UUID]
    """Whose records they were."""
    shares: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """Who gets them: `{"id", "share"}`, shares in proportion to each other; empty: nobody, they are left unowned."""
    state: Mapped[str]
    """queued, done or failed."""
    total: Mapped[int]
    """How many there were when it was asked for."""
    given: Mapped[dict[str, int]] = mapped_column(JSONB)
    """Member id -> how many they got so far; `nobody` for those left unowned."""
    views: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"), default=list)
    """Their views: `{"id", "object", "name", "to_id"}`; a private one has ended, so that nobody has got it."""
    error: Mapped[str | None]
    """Why it failed: no_recipient or internal_error."""
    failures: Mapped[int]
    created_at: Mapped[datetime]
    created_by_id: Mapped[uuid.UUID]
    finished_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    """While a worker is at it; a lapsed lease lets another go on. What is left to do is read from the records."""
