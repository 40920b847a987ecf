"""The table of saved views."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.db import TenantBase


class SavedView(TenantBase):
    """What a list is narrowed to and how it is laid out, under a name."""

    __tablename__ = "saved_view"
    __table_args__ = (Index("ix_saved_view_record_type", "record_type"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    record_type: Mapped[str]
    name: Mapped[str]
    owner_id: Mapped[uuid.UUID]
    audience: Mapped[str]
    """private, team or everyone."""
    team_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)
    """The team of the audience `team`; once that is gone the view is its owner's again."""
    layout: Mapped[str]
    """table or board."""
    query: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """`reading.Query` as JSON."""
    default_for: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """The roles whose list opens with it; a role has one view of a type."""
    position: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int]
