"""Changing one's password, and choosing a new one by a link in a mail when it is forgotten."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import Gone
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal, outgoing, passwords, sessions
from crm_saas.tenants.account import notices
from crm_saas.tenants.account.model import PasswordReset
from crm_saas.tenants.identity import email_key
from crm_saas.tenants.links import Links
from crm_saas.tenants.models import User
from crm_saas.tenants.sessions import token_hash

LINK_LIFE: Final = timedelta(hours=1)
KEPT: Final = timedelta(days=7)
"""How long a link that ended is still told from one that never was."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose password it is, as far as a new one is checked against it."""

    user_id: uuid.UUID
    email: str
    name: str
    password_hash: str

    @property
    def about(self) -> tuple[str, ...]:
        """What a password must not be made of."""
        return (self.email, self.email.partition("@")[0], self.name)


def owner(unit: UnitOfWork, user_id: uuid.UUID) -> Owner:
    """Return whose password is about to change."""
    user = unit.session.get_one(User, user_id)
    return Owner(user.id, user.email, user.name, user.password_hash)


def change(unit: UnitOfWork, user_id: uuid.UUID, password_hash: str, *, but: uuid.UUID | None) -> None:
    """Store a new hash, end every session `but` one, void open links and tell the person by mail."""
    user = unit.session.get_one(User, user_id, with_for_update=True)
    user.password_hash, user.version = password_hash, user.version + 1
    sessions.end_all(unit, user_id, but=but)
    unit.connection.execute(
        update(PasswordReset)
        .where(PasswordReset.user_id == user_id, PasswordReset.used_at.is_(None))
        .values(used_at=now())
    )
    how = "session" if but is not None else "link"
    journal.record(unit, "user.password_changed", user_id=user_id, actor_id=user_id, data={"by": how})
    notices.tell(unit, user, "password_changed")


def ask_reset(unit: UnitOfWork, email: str, language: str) -> None:
    """Ask for the mail with the link. Whether there is an account is looked up when it is sent, out of sight."""
    params = {"reset_id": str(uuid7()), "email_key": email_key(email)}
    outgoing.post(unit, to=email, template="password_reset", language=language, params=params)


def open_reset(unit: UnitOfWork, reset_id: uuid.UUID, key: str, links: Links) -> User | None:
    """Make the link's row when its mail is sent; None when the address has no account."""
    user = unit.session.scalars(select(User).where(User.email_key == key, User.verified_at.is_not(None))).one_or_none()
    if user is None:
        return None
    row = insert(PasswordReset).values(
        id=reset_id,
        token_hash=token_hash(links.reset_token(reset_id)),
        user_id=user.id,
        created_at=now(),
        expires_at=now() + LINK_LIFE,
        used_at=None,
    )
    unit.connection.execute(row.on_conflict_do_nothing(index_elements=["id"]))
    return user


def owner_of_link(unit: UnitOfWork, token: str) -> Owner:
    """Return whose password a link may set; raises `Gone` with code link_unknown, link_used or link_expired."""
    return owner(unit, _usable(unit, token, lock=False).user_id)


def reset(unit: UnitOfWork, token: str, password_hash: str) -> uuid.UUID:
    """Use the link up and store the new password; of two at once one succeeds. Returns whose it was.

    Every session ends, and a second factor stays on: the link proves the address and nothing else.
    """
    found = _usable(unit, token, lock=True)
    change(unit, found.user_id, password_hash, but=None)
    return found.user_id


def _usable(unit: UnitOfWork, token: str, *, lock: bool) -> PasswordReset:
    query = select(PasswordReset).where(PasswordReset.token_hash == token_hash(token))
    found = unit.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise Gone("This link is not known.", code="link_unknown")
    if found.used_at is not None:
        raise Gone("This link was used already. Ask for a new one.", code="link_used")
    if found.expires_at <= now():
        raise Gone("This link has expired. Ask for a new one.", code="link_expired")
    return found


def new_hash(password: str) -> str:
    """Hash a new password; not in a transaction."""
    return passwords.hash_password(password)


def forget_old(unit: UnitOfWork) -> int:
    """Delete links that ended long ago; return how many."""
    return int(unit.connection.execute(delete(PasswordReset).where(PasswordReset.expires_at < now() - KEPT)).rowcount)
