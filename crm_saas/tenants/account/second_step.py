"""Between password and code: a browser that is nobody yet, for ten minutes and five tries."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, select, update

from crm_saas.kernel.clock import now
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.account.model import SignInStep
from crm_saas.tenants.sessions import token_hash

LIFE: Final = timedelta(minutes=10)
TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Step:
    """A step that may be tried."""

    id: uuid.UUID
    user_id: uuid.UUID


def begin(unit: UnitOfWork, user_id: uuid.UUID) -> str:
    """Note that somebody knew the password; return the token that binds the step to their browser."""
    token = secrets.token_urlsafe(32)
    unit.session.add(
        SignInStep(
            id=uuid7(), token_hash=token_hash(token), user_id=user_id,
            created_at=now(), expires_at=now() + LIFE, attempts=0, used_at=None,
        )
    )  # fmt: skip
    return token


def is_open(unit: UnitOfWork, token: str) -> bool:
    """Tell whether this browser still owes a code."""
    row = unit.connection.execute(select(SignInStep.id).where(SignInStep.token_hash == token_hash(token), *_open()))
    return row.first() is not None


def attempt(unit: UnitOfWork, token: str) -> Step | None:
    """Count one try, whatever becomes of it; None when the step is over."""
    row = unit.connection.execute(
        update(SignInStep)
        .where(SignInStep.token_hash == token_hash(token), *_open())
        .values(attempts=SignInStep.attempts + 1)
        .returning(SignInStep.id, SignInStep.user_id)
    ).one_or_none()
    return None if row is None else Step(row.id, row.user_id)


def finish(unit: UnitOfWork, step: Step) -> bool:
    """Use the step up; of two at once one succeeds."""
    done = unit.connection.execute(
        update(SignInStep).where(SignInStep.id == step.id, SignInStep.used_at.is_(None)).values(used_at=now())
    )
    return bool(done.rowcount)


def _open() -> tuple[ColumnElement[bool], ...]:
    return (SignInStep.used_at.is_(None), SignInStep.expires_at > now(), SignInStep.attempts < TRIES)


def forget_old(unit: UnitOfWork) -> int:
    """Delete steps that are over; return how many."""
    return int(unit.connection.execute(delete(SignInStep).where(SignInStep.expires_at < now())).rowcount)
