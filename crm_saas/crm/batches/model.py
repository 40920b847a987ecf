"""The table of acts on many records: what is chosen, what is done with it, how far it is, what was left alone."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.db import TenantBase


class BulkJob(TenantBase):
    """One job, which is also the batch of the events it causes."""

    __tablename__ = "bulk_job"
    __table_args__ = (Index("ix_bulk_job_state", "state"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """update, delete or undo."""
    record_type: Mapped[str]
    selection: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """`{"ids": [...]}` in order, or `{"filter": ...}` for what was there when the job was made; of an undo nothing.

    With `idle_since` beside it only records on which nothing has happened since.
    """
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """`set`, `add` and `remove` as they were sent."""
    undoes_id: Mapped[uuid.UUID | None]
    """The job that an undo takes back."""
    undone_by_id: Mapped[uuid.UUID | None]
    state: Mapped[str]
    """queued, running, cancelling, cancelled, done or failed."""
    total: Mapped[int] = mapped_column(BigInteger)
    """How many records were chosen, as counted when the job was made."""
    progress: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The id after which the next unit goes on, and the counts up to there."""
    result: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The first records that were left alone, with reasons; the error of a failed job."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[uuid.UUID]
    finished_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    """While a worker is at it; a lapsed lease lets another go on from `progress`."""
    version: Mapped[int]
