"""The tables of qualification: what a workspace demands, and what was found out about each lead."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.crm.records.model import OF_PERSON
from crm_saas.kernel.db import TenantBase


class QualificationCriterion(TenantBase):
    """One thing that is true of a lead worth pursuing."""

    __tablename__ = "qualification_criterion"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name_en: Mapped[str]
    """One of the two names may be empty; the other is then shown in both languages."""
    name_zh: Mapped[str]
    help_en: Mapped[str]
    help_zh: Mapped[str]
    filter: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Met by a lead that satisfies this filter; None: somebody says whether it is met."""
    required: Mapped[bool]
    """Without it a lead cannot be qualified."""
    points: Mapped[int]
    """What it adds to the score when it is met."""
    evidence: Mapped[bool]
    """It counts as met only with evidence."""
    position: Mapped[int]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class QualificationPolicy(TenantBase):
    """What is demanded of a whole record: one row for a type of record."""

    __tablename__ = "qualification_policy"

    record_type: Mapped[str] = mapped_column(primary_key=True)
    threshold: Mapped[int]
    """The least score; 0 demands none."""
    confirm: Mapped[bool]
    """Whether somebody with the power `confirm` has to agree."""
    version: Mapped[int]


class QualificationFinding(TenantBase):
    """What was found out about one record by one criterion, and the evidence for it."""

    __tablename__ = "qualification_finding"
    __table_args__ = (
        Index("uq_qualification_finding_record_id_criterion_id", "record_id", "criterion_id", unique=True),
        Index("ix_qualification_finding_criterion_id", "criterion_id"),
        {"info": OF_PERSON},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    record_type: Mapped[str]
    record_id: Mapped[uuid.UUID]
    criterion_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("qualification_criterion.id"))
    verdict: Mapped[str]
    """met, not_met or unknown."""
    evidence_kind: Mapped[str | None]
    """letter, survey, visit, call, email or other; None: no evidence."""
    evidence_on: Mapped[date | None]
    note: Mapped[str]
    """What the evidence says. The log never holds it."""
    found_by_id: Mapped[uuid.UUID]
    found_at: Mapped[datetime]
    version: Mapped[int]
