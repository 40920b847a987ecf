"""The second factor of a person: set up, confirm, prove, turn off."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from crm_saas.kernel.clock import now
from crm_saas.kernel.crypto import KeyRing, Sealed
from crm_saas.kernel.errors import Conflict
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal
from crm_saas.tenants.account import notices, recovery, totp
from crm_saas.tenants.account.model import SECOND_FACTOR, TwoFactor
from crm_saas.tenants.account.recovery import NewCodes
from crm_saas.tenants.models import User


@dataclass(frozen=True, slots=True)
class State:
    """What a person is told about their second factor."""

    on: bool
    since: datetime | None
    recovery_codes_left: int


@dataclass(frozen=True, slots=True)
class Proof:
    """A typed code, as far as it could be checked outside a transaction."""

    step: int | None = None
    recovery_hash: bytes | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """What checking a code needs, read in a unit."""

    user_id: uuid.UUID
    secret: Sealed
    confirmed: bool
    salt: bytes


def state(unit: UnitOfWork, user_id: uuid.UUID) -> State:
    """Return whether and since when it is on."""
    since = unit.session.get_one(User, user_id).two_factor_at
    return State(since is not None, since, recovery.left(unit, user_id) if since is not None else 0)


def begin(unit: UnitOfWork, user_id: uuid.UUID, ring: KeyRing) -> str:
    """Make a secret that waits to be confirmed, and return it; one that waited before is replaced.

    Raises `Conflict` when it is on already: turn it off first.
    """
    secret = totp.new_secret()
    sealed = ring.seal(secret.encode(), SECOND_FACTOR, user_id)
    values = {
        "secret": sealed.data, "key_id": sealed.key_id, "created_at": now(), "confirmed_at": None, "last_step": None,
    }  # fmt: skip
    done = unit.connection.execute(
        insert(TwoFactor)
        .values(user_id=user_id, **values)
        .on_conflict_do_update(index_elements=["user_id"], set_=values, where=TwoFactor.confirmed_at.is_(None))
        .returning(TwoFactor.user_id)
    ).first()
    if done is None:
        raise Conflict("Two-factor sign-in is on already.", code="two_factor_on")
    return secret


def material(unit: UnitOfWork, user_id: uuid.UUID) -> Material | None:
    """Return what checking a code needs; None when nothing is set up."""
    row = unit.connection.execute(
        select(TwoFactor.secret, TwoFactor.key_id, TwoFactor.confirmed_at).where(TwoFactor.user_id == user_id)
    ).one_or_none()
    if row is None:
        return None
    sealed = Sealed(row.key_id, bytes(row.secret))
    return Material(user_id, sealed, row.confirmed_at is not None, recovery.salt_of(unit, user_id))


def read(found: Material, code: str, ring: KeyRing) -> Proof:
    """Check a typed code against the clock, or hash it as a recovery code. Not in a transaction.

    Six digits are a code of the authenticator, anything else is a recovery code.
    """
    plain = "".join(code.split())
    if plain.isascii() and plain.isdigit() and len(plain) == totp.DIGITS:
        secret = ring.open(found.secret, SECOND_FACTOR, found.user_id).decode()
        return Proof(step=totp.step_of(secret, plain))
    return Proof(recovery_hash=recovery.hashed(code, found.salt))


def spend(unit: UnitOfWork, user_id: uuid.UUID, proof: Proof) -> str | None:
    """Use a checked code up and return how it was proved: "code" or "recovery_code"; None if it does not count.

    A step that was used, or one before it, is refused; a recovery code works once. Of two at once one succeeds.
    """
    if proof.step is not None:
        taken = unit.connection.execute(
            update(TwoFactor)
            .where(
                TwoFactor.user_id == user_id,
                TwoFactor.last_step.is_(None) | (TwoFactor.last_step < proof.step),
            )
            .values(last_step=proof.step)
        )
        return "code" if taken.rowcount else None
    if proof.recovery_hash is not None and recovery.spend(unit, user_id, proof.recovery_hash):
        left = recovery.left(unit, user_id)
        journal.record(unit, "user.recovery_code_used", user_id=user_id, actor_id=user_id, data={"left": left})
        user = unit.session.get_one(User, user_id)
        notices.tell(unit, user, "recovery_code_used", left=str(left))
        return "recovery_code"
    return None


def confirm(unit: UnitOfWork, user_id: uuid.UUID, proof: Proof, codes: NewCodes) -> bool:
    """Turn it on, if the code is right; the person hears of it by mail."""
    if proof.step is None or spend(unit, user_id, proof) is None:
        return False
    done = unit.connection.execute(
        update(TwoFactor)
        .where(TwoFactor.user_id == user_id, TwoFactor.confirmed_at.is_(None))
        .values(confirmed_at=now())
    )
    if not done.rowcount:
        raise Conflict("Two-factor sign-in is on already.", code="two_factor_on")
    recovery.store(unit, user_id, codes)
    _note(unit, user_id, now(), "user.two_factor_enabled", "two_factor_on")
    return True


def renew_codes(unit: UnitOfWork, user_id: uuid.UUID, codes: NewCodes) -> None:
    """Replace the recovery codes; the ones before stop working."""
    user = unit.session.get_one(User, user_id, with_for_update=True)
    if user.two_factor_at is None:
        raise Conflict("Two-factor sign-in is off.", code="two_factor_off")
    recovery.store(unit, user_id, codes)
    journal.record(unit, "user.recovery_codes_renewed", user_id=user_id, actor_id=user_id)
    notices.tell(unit, user, "recovery_codes_new")


def turn_off(unit: UnitOfWork, user_id: uuid.UUID) -> None:
    """Forget secret and codes; signing in takes the password alone from now on."""
    was_on = unit.session.get_one(User, user_id, with_for_update=True).two_factor_at is not None
    unit.connection.execute(delete(TwoFactor).where(TwoFactor.user_id == user_id))
    recovery.remove(unit, user_id)
    if was_on:
        _note(unit, user_id, None, "user.two_factor_disabled", "two_factor_off")


def _note(unit: UnitOfWork, user_id: uuid.UUID, at: datetime | None, event: str, template: str) -> None:
    user = unit.session.get_one(User, user_id, with_for_update=True)
    user.two_factor_at, user.version = at, user.version + 1
    journal.record(unit, event, user_id=user_id, actor_id=user_id)
    notices.tell(unit, user, template)
