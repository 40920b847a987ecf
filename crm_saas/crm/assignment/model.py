"""The tables of assignment: rules, what happens where none decides, and what each member can take."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.db import TenantBase


class AssignmentRule(TenantBase):
    """Leads of one kind go to one member, or to several in turn. The first rule that holds decides."""

    __tablename__ = "assignment_rule"
    __table_args__ = (Index("ix_assignment_rule_member_id", "member_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    active: Mapped[bool]
    filter: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """None: every lead."""
    kind: Mapped[str]
    """member, team or sales."""
    member_id: Mapped[uuid.UUID | None]
    team_id: Mapped[uuid.UUID | None]
    """With the teams below it."""
    turn: Mapped[int]
    """How many leads it has assigned."""
    turns: Mapped[dict[str, int]] = mapped_column(JSONB)
    """Member id -> the turn at which they were last given one: whoever waits longest is next."""
    position: Mapped[int]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class AssignmentPolicy(TenantBase):
    """What holds for all rules of a type of record: one row. Whoever assigns locks it, so that one does at a time."""

    __tablename__ = "assignment_policy"

    record_type: Mapped[str] = mapped_column(primary_key=True)
    capacity: Mapped[int | None]
    """The most open leads of a member who has no capacity of their own; None: no bound."""
    fallback: Mapped[str]
    """Where no rule holds, or nobody is free: nobody, creator or member."""
    fallback_id: Mapped[uuid.UUID | None]
    version: Mapped[int]


class AssignmentMember(TenantBase):
    """What is different for one member."""

    __tablename__ = "assignment_member"

    user_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    capacity: Mapped[int | None]
    """None: the one of the policy."""
    paused: Mapped[bool]
    """Is away: no rule gives them anything."""
