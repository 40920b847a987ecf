"""Models of the control plane about one's own account: links that prove an address, the second factor."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.crypto import SEALED_COLUMNS, SealedColumn
from crm_saas.kernel.db import ControlBase
from crm_saas.tenants.models import User


class PasswordReset(ControlBase):
    """A link to choose a new password. Made when its mail is sent, and only if there is an account."""

    __tablename__ = "password_reset"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(User.id), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class EmailChange(ControlBase):
    """A new address that counts once the link sent to it was opened."""

    __tablename__ = "email_change"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(User.id), index=True)
    email: Mapped[str]
    email_key: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class TwoFactor(ControlBase):
    """The secret that a person's authenticator shares with us; it counts once a code has confirmed it."""

    __tablename__ = "two_factor"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(User.id), primary_key=True)
    secret: Mapped[bytes]
    """Sealed: see `kernel.crypto`."""
    key_id: Mapped[str] = mapped_column(index=True)
    """Which encryption key sealed it."""
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None]
    """The newest time step of which a code was taken: none is taken twice."""


SECOND_FACTOR: Final = "two-factor-secret"
SEALED_COLUMNS.append(SealedColumn(SECOND_FACTOR, TwoFactor, "user_id", "secret", "key_id"))


class RecoveryCode(ControlBase):
    """One of ten codes for the day the authenticator is lost; works once."""

    __tablename__ = "recovery_code"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(User.id), index=True)
    salt: Mapped[bytes]
    """One for all codes of a person, so that checking a code costs one hash."""
    code_hash: Mapped[bytes]
    """argon2id."""
    used_at: Mapped[datetime | None]


class SignInStep(ControlBase):
    """A browser that knew the password and owes the code. It is nobody until then."""

    __tablename__ = "sign_in_step"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(User.id), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int]
    used_at: Mapped[datetime | None]
