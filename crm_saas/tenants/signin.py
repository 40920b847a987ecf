"""Sign-in by e-mail address and password."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select, update

from crm_saas.kernel.errors import Unauthenticated
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import passwords
from crm_saas.tenants.identity import email_key
from crm_saas.tenants.models import User


class BadCredentials(Unauthenticated):
    """The address or the password is wrong; which of the two is never said."""

    code, title = "bad_credentials", "The e-mail address or the password is not right"


@dataclass(frozen=True, slots=True)
class Account:
    """What checking a password needs."""

    user_id: uuid.UUID
    password_hash: str
    two_factor: bool
    """Whether a code comes after the password."""


def find(unit: UnitOfWork, email: str) -> Account | None:
    """Return the account of an address, or None."""
    row = unit.connection.execute(
        select(User.id, User.password_hash, User.two_factor_at).where(
            User.email_key == email_key(email), User.verified_at.is_not(None)
        )
    ).one_or_none()
    return None if row is None else Account(row.id, row.password_hash, row.two_factor_at is not None)


def check(account: Account | None, password: str) -> Account:
    """Return the account if the password is its own; an unknown account takes the same time. Not in a transaction.

    Raises `BadCredentials` otherwise.
    """
    stored = None if account is None else account.password_hash
    if not passwords.verify(stored, password) or account is None:
        raise BadCredentials
    return account


def strengthen(unit: UnitOfWork, account: Account, password: str) -> None:
    """Hash the password again if today's parameters are stronger than those it was hashed with."""
    if passwords.needs_rehash(account.password_hash):
        unit.connection.execute(
            update(User)
            .where(User.id == account.user_id, User.password_hash == account.password_hash)
            .values(password_hash=passwords.hash_password(password))
        )
