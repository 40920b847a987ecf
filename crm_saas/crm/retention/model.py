"""Tables of rules that say how long things are kept, and of what they have done."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.db import TenantBase


class RetentionRule(TenantBase):
    """What is deleted when it is old enough: records of a type, or of the whole history what is personal."""

    __tablename__ = "retention_rule"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    record_type: Mapped[str | None]
    """None: the rule is about the history, not about records."""
    filter: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Which records, in the language of filters; None: all of the type."""
    age_field: Mapped[str]
    """What says how old a record is: updated_at or created_at. Of the history: at."""
    months: Mapped[int]
    active: Mapped[bool]
    announced_at: Mapped[datetime | None]
    """When the owners were told of the next run; None: nothing is due."""
    announced: Mapped[int | None]
    """How many records they were told of."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[uuid.UUID]
    version: Mapped[int]


class RetentionRun(TenantBase):
    """One run of a rule. Of records it is the bulk job of the same id, which can be undone until it is final."""

    __tablename__ = "retention_run"
    __table_args__ = (Index("ix_retention_run_at", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    rule_id: Mapped[uuid.UUID]
    record_type: Mapped[str | None]
    at: Mapped[datetime]
    total: Mapped[int]
    """How many records were chosen, or events lost what was personal."""
    final_at: Mapped[datetime | None]
    """When what the log kept of the deleted records was taken out of it."""
