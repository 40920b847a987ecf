"""The table of leads."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.crm.records.model import RecordColumns
from crm_saas.kernel.db import TenantBase


class Lead(RecordColumns, TenantBase):
    """Somebody, or some company, who may become a customer."""

    __tablename__ = "lead"

    name: Mapped[str | None]
    """The person's full name, in the order of their language."""
    company: Mapped[str | None]
    company_sort: Mapped[str | None]
    title: Mapped[str | None]
    emails: Mapped[list[str]] = mapped_column(ARRAY(Text))
    phones: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """E.164, with `;ext=` where there is an extension (RFC 3966)."""
    street: Mapped[str | None]
    city: Mapped[str | None]
    region: Mapped[str | None]
    postal_code: Mapped[str | None]
    country: Mapped[str | None]
    """ISO 3166-1 alpha-2."""
    website: Mapped[str | None]
    source: Mapped[str | None]
    status: Mapped[str]
    unqualified_reason: Mapped[str | None]
    qualification_state: Mapped[str | None]
    """waiting for somebody to confirm that it is qualified, or sent_back by them."""
    qualification_reason: Mapped[str | None]
    """What whoever asked, or sent it back, had to say."""
    rating: Mapped[str | None]
    owner_id: Mapped[uuid.UUID | None]
    expected_value_minor: Mapped[int | None] = mapped_column(BigInteger)
    expected_value_currency: Mapped[str | None]
    external_ids: Mapped[dict[str, str]] = mapped_column(JSONB)
    """{system: value}; the same facts as rows of `external_id`, which keep them unique."""
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text))
    notes: Mapped[str | None]
    next_step: Mapped[str | None]
    next_step_on: Mapped[date | None]

    @classmethod
    def own_indexes(cls) -> tuple[Any, ...]:
        """Sorting by company, next step and value; filtering by status and owner."""
        return (
            Index("ix_lead_company_sort_id", "company_sort", "id"),
            Index("ix_lead_status_id", "status", "id"),
            Index("ix_lead_owner_id_id", "owner_id", "id"),
            Index(
                "ix_lead_qualification_state_id",
                "qualification_state",
                "id",
                postgresql_where=text("qualification_state IS NOT NULL"),
            ),
            Index("ix_lead_next_step_on_id", "next_step_on", "id"),
            Index("ix_lead_expected_value_minor_id", "expected_value_minor", "id"),
        )
