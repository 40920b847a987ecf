"""Signed-in browsers: one row each, found by the hash of the random token in the cookie."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update

from crm_saas.kernel.clock import now
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.models import LoginSession, User

TOUCH_AFTER: Final = timedelta(minutes=1)
AGENT_LENGTH: Final = 200
LISTED: Final = 200
"""How many sessions of one person are listed at most."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user as requests know them."""

    id: uuid.UUID
    email: str
    name: str
    language: str
    timezone: str
    theme: str
    density: str
    two_factor: bool = False


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session and whose it is."""

    session_id: uuid.UUID
    person: Person
    seen_at: datetime
    authenticated_at: datetime | None = None
    """When they last proved who they are."""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A live session as its owner sees it in the list."""

    id: uuid.UUID
    created_at: datetime
    seen_at: datetime
    address: str | None
    agent: str | None


def token_hash(token: str) -> bytes:
    """Return what is stored of a token: its SHA-256. The token itself has 256 random bits, so no salt is needed."""
    return hashlib.sha256(token.encode()).digest()


def start(unit: UnitOfWork, user_id: uuid.UUID, *, days: int, address: str | None, agent: str | None) -> str:
    """Sign a browser in for `days` of idleness and return its token, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    unit.session.add(
        LoginSession(
            id=uuid7(),
            token_hash=token_hash(token),
            user_id=user_id,
            created_at=now(),
            seen_at=now(),
            expires_at=now() + timedelta(days=days),
            revoked_at=None,
            address=address,
            agent=agent[:AGENT_LENGTH] if agent else None,
            authenticated_at=now(),
        )
    )
    return token


_FIND = (
    select(
        LoginSession.id.label("session_id"),
        LoginSession.seen_at,
        LoginSession.expires_at,
        LoginSession.revoked_at,
        LoginSession.authenticated_at,
        LoginSession.created_at,
        User.id,
        User.email,
        User.name,
        User.language,
        User.timezone,
        User.theme,
        User.density,
        User.two_factor_at,
    )
    .join(User, User.id == LoginSession.user_id)
    .limit(1)
)


def find(unit: UnitOfWork, hashed: bytes) -> SignedIn | None:
    """Return the live session with this token hash; None when it is unknown, revoked or expired."""
    row = unit.connection.execute(_FIND.where(LoginSession.token_hash == hashed)).one_or_none()
    if row is None or row.revoked_at is not None or row.expires_at <= now():
        return None
    person = Person(
        row.id, row.email, row.name, row.language, row.timezone, row.theme, row.density,
        two_factor=row.two_factor_at is not None,
    )  # fmt: skip
    return SignedIn(row.session_id, person, row.seen_at, row.authenticated_at, row.created_at)


def touch(unit: UnitOfWork, session: SignedIn, *, days: int, longest: int) -> bool:
    """Note that the session is in use, at most once a minute; True if it was noted and its end moved.

    Arguments: `longest` days after its beginning at which it ends however much it is used.
    """
    if now() - session.seen_at < TOUCH_AFTER:
        return False
    end = now() + timedelta(days=days)
    if session.created_at is not None:
        end = min(end, session.created_at + timedelta(days=longest))
    unit.connection.execute(
        update(LoginSession)
        .where(LoginSession.id == session.session_id, LoginSession.revoked_at.is_(None))
        .values(seen_at=now(), expires_at=end)
    )
    return True


def end(unit: UnitOfWork, session_id: uuid.UUID) -> None:
    """Sign a browser out."""
    unit.connection.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=now())
    )


def renew(unit: UnitOfWork, session_id: uuid.UUID) -> str:
    """Note that the person has just proved who they are, and return the session's new token; the old one is over."""
    token = secrets.token_urlsafe(32)
    unit.connection.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.revoked_at.is_(None))
        .values(token_hash=token_hash(token), authenticated_at=now())
    )
    return token


def of_person(unit: UnitOfWork, user_id: uuid.UUID) -> list[Listed]:
    """Return a person's live sessions, the one used last first."""
    rows = unit.connection.execute(
        select(LoginSession.id, LoginSession.created_at, LoginSession.seen_at, LoginSession.address, LoginSession.agent)
        .where(LoginSession.user_id == user_id, LoginSession.revoked_at.is_(None), LoginSession.expires_at > now())
        .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
        .limit(LISTED)
    )
    return [Listed(*row) for row in rows]


def end_one(unit: UnitOfWork, user_id: uuid.UUID, session_id: uuid.UUID) -> bool:
    """Sign one of a person's browsers out; False if they have no such live session."""
    result = unit.connection.execute(
        update(LoginSession)
        .where(
            LoginSession.id == session_id,
            LoginSession.user_id == user_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > now(),
        )
        .values(revoked_at=now())
    )
    return bool(result.rowcount)


def end_all(unit: UnitOfWork, user_id: uuid.UUID, *, but: uuid.UUID | None = None) -> int:
    """Sign every browser of a person out, `but` this session; return how many."""
    statement = update(LoginSession).where(LoginSession.user_id == user_id, LoginSession.revoked_at.is_(None))
    if but is not None:
        statement = statement.where(LoginSession.id != but)
    return int(unit.connection.execute(statement.values(revoked_at=now())).rowcount)


def forget_ended(unit: UnitOfWork, older_than: timedelta) -> int:
    """Delete sessions that ended or expired longer ago than `older_than`; return how many."""
    limit = now() - older_than
    result = unit.connection.execute(
        delete(LoginSession).where((LoginSession.expires_at < limit) | (LoginSession.revoked_at < limit))
    )
    return int(result.rowcount)
