"""Recovery codes: ten of them, shown once, each works once.

Sixty random bits each, kept as argon2id (ASVS 5.0 6.5.2: less than 112 bits needs a password hash). One salt for a
person's ten codes, so that checking one costs one hash and not ten.
"""

from __future__ import annotations

import os
import secrets
import uuid
from dataclasses import dataclass
from typing import Final

from argon2.low_level import Type, hash_secret_raw
from sqlalchemy import delete, func, insert, select, update

from crm_saas.kernel.clock import now
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.account.model import RecoveryCode

AMOUNT: Final = 10
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Nothing that is read as something else: no i, l, o, 0, 1."""
_GROUPS, _GROUP = 3, 4


@dataclass(frozen=True, slots=True)
class NewCodes:
    """Fresh codes and what is stored of them."""

    codes: list[str]
    salt: bytes
    hashes: list[bytes]


def make() -> NewCodes:
    """Make ten codes; hashes each, so not in a transaction."""
    codes = ["-".join(_group() for _ in range(_GROUPS)) for _ in range(AMOUNT)]
    salt = os.urandom(16)
    return NewCodes(codes, salt, [hashed(code, salt) for code in codes])


def _group() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP))


def hashed(code: str, salt: bytes) -> bytes:
    """Return what is stored of a code; blanks, hyphens and case do not matter. Takes tens of milliseconds."""
    plain = "".join(c for c in code.lower() if c.isalnum())
    return hash_secret_raw(
        plain.encode(), salt, time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, type=Type.ID
    )


def store(unit: UnitOfWork, user_id: uuid.UUID, new: NewCodes) -> None:
    """Replace a person's codes."""
    remove(unit, user_id)
    rows = [
        {"id": uuid7(), "user_id": user_id, "salt": new.salt, "code_hash": code_hash, "used_at": None}
        for code_hash in new.hashes
    ]
    unit.connection.execute(insert(RecoveryCode), rows)


def remove(unit: UnitOfWork, user_id: uuid.UUID) -> None:
    """Delete a person's codes."""
    unit.connection.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def salt_of(unit: UnitOfWork, user_id: uuid.UUID) -> bytes:
    """Return the salt of a person's codes, or a fresh one that fits none."""
    found = unit.connection.execute(
        select(RecoveryCode.salt).where(RecoveryCode.user_id == user_id).limit(1)
    ).scalar_one_or_none()
    return bytes(found) if found is not None else os.urandom(16)


def spend(unit: UnitOfWork, user_id: uuid.UUID, code_hash: bytes) -> bool:
    """Use a code up; of two at once exactly one is told True."""
    result = unit.connection.execute(
        update(RecoveryCode)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash == code_hash, RecoveryCode.used_at.is_(None))
        .values(used_at=now())
    )
    return bool(result.rowcount)


def left(unit: UnitOfWork, user_id: uuid.UUID) -> int:
    """Return how many codes still work."""
    return int(
        unit.connection.execute(
            select(func.count())
            .select_from(RecoveryCode)
            .where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
        ).scalar_one()
    )
