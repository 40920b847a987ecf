"""The table of imports: one row for each uploaded file, its choices, its progress and its result."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.db import TenantBase


class Import(TenantBase):
    """One import, which is also the batch of the events it causes."""

    __tablename__ = "import_run"
    __table_args__ = (Index("ix_import_run_state", "state"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    record_type: Mapped[str]
    filename: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    """Bytes of the uploaded file."""
    file_key: Mapped[str]
    """Key in the tenant's file store."""
    state: Mapped[str]
    """ready, queued, running, cancelling, cancelled, done, failed, undoing or undone."""
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """How the file is read and what is done with its rows."""
    progress: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Position after the last committed chunk, and the counts up to there."""
    result: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Outcome of an undo; the error of a failed run."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[uuid.UUID]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    """While a worker is at it; a lapsed lease lets another go on from `progress`."""
    version: Mapped[int]
