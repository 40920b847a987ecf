"""What a tenant's transaction needs of the control plane, copied into the tenant's schema.

Rights are decided on these rows, inside the transaction that acts, so no join or second transaction is needed.
The control plane stays the truth; a copy is replaced only by a newer version.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.db import TenantBase


class Member(TenantBase):
    """A member as the tenant knows them. Kept when they leave, so that history keeps its names."""

    __tablename__ = "member"

    user_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    role: Mapped[str]
    """Key of a shipped role or of a row of `own_roles.Role`."""
    team_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    """Row of `teams.Team`."""
    active: Mapped[bool]
    language: Mapped[str]
    timezone: Mapped[str]
    version: Mapped[int]
    """Sum of the versions of user and membership: grows with each change of either."""
    two_factor: Mapped[bool | None]
    """Whether they sign in with a second factor; None until the next copy."""


class WorkspaceSettings(TenantBase):
    """The workspace itself: one row, its id the tenant's."""

    __tablename__ = "workspace_settings"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]
    timezone: Mapped[str]
    currency: Mapped[str]
    language: Mapped[str]
    country: Mapped[str]
    limits: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What the plan allows: `entitlements.Limits` by field name."""
    version: Mapped[int]
    two_factor_from: Mapped[datetime | None]
    """From when on members without a second factor are refused."""


class RecordCount(TenantBase):
    """How many records of a type exist, kept by the relay: exact once it has caught up, and cheap to read."""

    __tablename__ = "record_count"

    record_type: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]
