"""Tables of the control plane about whole workspaces: what is being done to them, and their backups."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.db import ControlBase

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"
OPEN: Final = (QUEUED, RUNNING)


class KeepingTask(ControlBase):
    """One act on a whole workspace. At most one of a kind waits or runs for a workspace."""

    __tablename__ = "keeping_task"
    __table_args__ = (
        Index(
            "uq_keeping_task_open",
            "workspace_id",
            "kind",
            unique=True,
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
        Index("ix_keeping_task_workspace_id_id", "workspace_id", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    """backup, restore, export, move or purge."""
    state: Mapped[str]
    """queued, running, done or failed."""
    step: Mapped[str]
    """What it is at, for people who look."""
    params: Mapped[dict[str, Any]] = mapped_column(JSONB)
    progress: Mapped[dict[str, Any]] = mapped_column(JSONB)
    result: Mapped[dict[str, Any]] = mapped_column(JSONB)
    error: Mapped[str | None]
    attempts: Mapped[int]
    asked_by_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    """While a worker is at it; a lapsed lease lets another begin again."""


class Backup(ControlBase):
    """A complete backup in the backup folder. The row exists only while its folder does."""

    __tablename__ = "backup"
    __table_args__ = (Index("ix_backup_workspace_id_taken_at", "workspace_id", "taken_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[uuid.UUID]
    reason: Mapped[str]
    """nightly, asked or before_restore."""
    revision: Mapped[str]
    """Of the tenant schema."""
    rows: Mapped[int]
    counts: Mapped[dict[str, int] | None] = mapped_column(JSONB)
    """Table -> rows; None for a backup that an older release has made."""
    files: Mapped[int]
    size: Mapped[int]
    """Bytes on disk."""
    milliseconds: Mapped[int]
    """How long it took to take."""
    taken_at: Mapped[datetime]
    """The instant of the snapshot."""
    verified_at: Mapped[datetime | None]
    """When it was last restored as a test, every count and hash compared."""


class Closing(ControlBase):
    """A workspace that its owner has closed: deleted at `purge_at`, unless the owner opens it again."""

    __tablename__ = "closing"

    workspace_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    asked_by_id: Mapped[uuid.UUID]
    asked_at: Mapped[datetime]
    purge_at: Mapped[datetime] = mapped_column(index=True)
