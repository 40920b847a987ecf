"""Models of the control plane: users, workspaces, memberships, sessions, sign-ups, mail to send."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.db import ControlBase


class User(ControlBase):
    """A person who can sign in; one for each e-mail address, whatever the number of workspaces."""

    __tablename__ = "app_user"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
    """As typed."""
    email_key: Mapped[str] = mapped_column(unique=True)
    """Normalised for comparison: `tenants.identity.email_key`."""
    name: Mapped[str]
    password_hash: Mapped[str]
    """argon2id, with its parameters."""
    language: Mapped[str]
    """en or zh-CN."""
    timezone: Mapped[str]
    """IANA name."""
    theme: Mapped[str]
    """system, light or dark."""
    density: Mapped[str]
    """comfortable or compact."""
    verified_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int]
    two_factor_at: Mapped[datetime | None]
    """Since when signing in takes a second factor; None: it does not."""


class Workspace(ControlBase):
    """An organisation's tenant. Its id names the schema; name and slug may change."""

    __tablename__ = "workspace"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    timezone: Mapped[str]
    currency: Mapped[str]
    """ISO 4217."""
    language: Mapped[str]
    country: Mapped[str]
    """ISO 3166-1 alpha-2: the default region of telephone numbers."""
    plan: Mapped[str]
    """Key in `tenants.entitlements.PLANS`."""
    created_by_id: Mapped[uuid.UUID]
    created_at: Mapped[datetime]
    version: Mapped[int]
    two_factor_from: Mapped[datetime | None]
    """From when on every member needs two-factor sign-in; None: it is each one's own choice."""


class Membership(ControlBase):
    """A person's seat in a workspace."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("workspace_id", "user_id"), Index("ix_membership_user_id", "user_id"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Workspace.id))
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(User.id))
    role: Mapped[str]
    """Key in `tenants.roles.SHIPPED`, or of a role in the workspace's own schema."""
    team_id: Mapped[uuid.UUID | None]
    """A team of the workspace's own schema."""
    active: Mapped[bool]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When they left or were deactivated, the last time; None while they belong to it."""
    seen_at: Mapped[datetime | None]
    """When they last opened this workspace, to a few minutes."""
    version: Mapped[int]


class Invitation(ControlBase):
    """A seat offered to an address. Its link works once, until it expires, is renewed or is taken back."""

    __tablename__ = "invitation"
    __table_args__ = (
        Index("ix_invitation_workspace_id_id", "workspace_id", "id"),
        Index(
            "uq_invitation_open",
            "workspace_id",
            "email_key",
            unique=True,
            postgresql_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(Workspace.id))
    email: Mapped[str]
    """As typed by whoever invites."""
    email_key: Mapped[str]
    role: Mapped[str]
    team_id: Mapped[uuid.UUID | None]
    """A team of the workspace's own schema."""
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    sent: Mapped[int]
    """How often it was sent: part of what its token is made from, so that a new link ends the old one."""
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    invited_by_id: Mapped[uuid.UUID]
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[uuid.UUID | None]
    revoked_at: Mapped[datetime | None]


class LoginSession(ControlBase):
    """One signed-in browser. Deleting or revoking the row signs it out."""

    __tablename__ = "login_session"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    """SHA-256 of the random token in the cookie."""
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(User.id), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
    address: Mapped[str | None]
    """IP address at sign-in."""
    agent: Mapped[str | None]
    """User-Agent at sign-in, cut to 200 characters."""
    authenticated_at: Mapped[datetime | None]
    """When the person last proved who they are: at sign-in, and again before sensitive changes."""


class SignUp(ControlBase):
    """A sign-up waiting for its e-mail link. User and workspace are made when the link is opened."""

    __tablename__ = "sign_up"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    organisation: Mapped[str]
    password_hash: Mapped[str]
    slug: Mapped[str | None]
    timezone: Mapped[str]
    currency: Mapped[str]
    language: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class Mail(ControlBase):
    """A message that must be sent: written with the change that causes it, deleted once handed over."""

    __tablename__ = "mail"
    __table_args__ = (Index("ix_mail_next_attempt_at", "next_attempt_at", postgresql_where=text("failed_at IS NULL")),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    to_address: Mapped[str]
    template: Mapped[str]
    language: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    attempts: Mapped[int]
    failed_at: Mapped[datetime | None]
    """Given up after the last attempt."""


class TenantVersion(ControlBase):
    """Which revision a tenant's schema is at, and how the last migration of it ended."""

    __tablename__ = "tenant_version"

    tenant_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    revision: Mapped[str | None]
    state: Mapped[str]
    """done or failed."""
    error: Mapped[str | None]
    at: Mapped[datetime]
