"""The tables of retention: one rule for a type of record, and each time it deleted something."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.db import TenantBase


class RetentionRule(TenantBase):
    """What is kept no longer than needed, of one type of record."""

    __tablename__ = "retention_rule"

    record_type: Mapped[str] = mapped_column(primary_key=True)
    months: Mapped[int | None]
    """Records on which nothing has happened for so long are deleted; None: none are."""
    filter: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Only those that satisfy it; None: all."""
    history_months: Mapped[int | None]
    """Personal values are taken out of history that is older; None: it is kept as long as the record."""
    history_through: Mapped[uuid.UUID | None]
    """The last event whose personal values were taken out: the next look begins behind it."""
    next_run_at: Mapped[datetime | None]
    """When records are deleted next; their owners were told a week before."""
    version: Mapped[int]
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[uuid.UUID]


class RetentionRun(TenantBase):
    """One deletion by a rule, and what the rule said then."""

    __tablename__ = "retention_run"
    __table_args__ = (Index("ix_retention_run_erase_at", "erase_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    """Also the bulk job that deletes, and so the batch of its events."""
    record_type: Mapped[str]
    months: Mapped[int]
    filter: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    started_at: Mapped[datetime]
    erase_at: Mapped[datetime]
    """Until then the records can be brought back; then what the log knows of them goes too."""
    erased_at: Mapped[datetime | None]
