"""Passwords: which are accepted, and how they are kept (argon2id).

Parameters: OWASP Password Storage Cheat Sheet, argon2id with m=19 MiB, t=2, p=1. Bounds: NIST SP 800-63B section
3.1.1.2 (length, a blocklist, no composition rules, Unicode normalised).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from crm_saas.tenants.fields import ValueFault

SHORTEST: Final = 10
LONGEST: Final = 200
LONGEST_BYTES: Final = 1024
GUESSABLE_SCORE: Final = 1
"""zxcvbn 0 and 1: fewer than a million guesses. Its lists of common passwords and names are inside the package."""
_LOOKED_AT: Final = 72
"""zxcvbn takes no more; its time grows with the square."""

CONTEXT_WORDS: Final = ("crm", "saas", "customers", "leads", "workspace", "sales", "账号", "客户")
"""What the product is about: a password made of these is tried early (ASVS 5.0 6.1.2)."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def normalise(password: str) -> str:
    """Return the password as it is hashed: NFC, so that two keyboards give one password (RFC 8265)."""
    return unicodedata.normalize("NFC", password)


def clean_password(password: str) -> str:
    """Return a new password in its normal form; raises `ValueFault` when it is too short or too long."""
    password = normalise(password)
    if len(password) < SHORTEST:
        raise ValueFault("password_too_short", f"At least {SHORTEST} characters.", min=SHORTEST)
    if len(password) > LONGEST or len(password.encode()) > LONGEST_BYTES:
        raise ValueFault("password_too_long", f"At most {LONGEST} characters.", max=LONGEST)
    return password


def refuse_guessable(password: str, about: Iterable[str | None]) -> None:
    """Raise `ValueFault` for a password that an attacker tries early.

    Arguments: `about` what is known of the person: address, name, organisation.
    """
    from zxcvbn import zxcvbn  # noqa: PLC0415 - 13 MB of word lists that background processes never need

    known = [*(text for text in about if text), *CONTEXT_WORDS]
    folded = password.casefold()
    if any(folded == text.casefold() for text in known):
        raise ValueFault("password_common", "This is your own name or address.")
    if zxcvbn(password[:_LOOKED_AT], known)["score"] <= GUESSABLE_SCORE:
        raise ValueFault("password_common", "This password is easy to guess.")


def hash_password(password: str) -> str:
    """Return the argon2id hash, with its parameters and salt."""
    return _hasher.hash(normalise(password))


def verify(stored: str | None, password: str) -> bool:
    """Tell whether the password is right. Without a stored hash the same work is done, for nothing."""
    try:
        _hasher.verify(stored or _nobodys(), normalise(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Tell whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")
