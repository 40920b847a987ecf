"""The table of searches for what is held about a person, each of which may become an erasure."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.db import TenantBase


class Erasure(TenantBase):
    """One search, or erasure. What it holds of the person is emptied when it ends; the control plane keeps the rest."""

    __tablename__ = "erasure"
    __table_args__ = (Index("ix_erasure_state", "state"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    state: Mapped[str]
    """looking, found, queued, done or failed."""
    subject: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Where the search begins: `{"record": {"type", "id"}}`, `{"email": ...}` or `{"phone": ...}`."""
    person: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """By what they are recognised: `person.Person.to_json`."""
    found: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What the search has found: `searching.Found.to_json`."""
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What was confirmed: `mode`, `records` as [type, id] pairs, `by_name`."""
    result: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Counts by place, the proof, or the error."""
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    created_by_id: Mapped[uuid.UUID]
    confirmed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
