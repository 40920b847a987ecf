"""Secrets that must be read again are sealed: AES-256-GCM under a key of the deployment's ring.

Every ciphertext is bound to what it is for and to its row, so that nobody who can write the table can move one
elsewhere. The first key of the ring seals, all of them open: a new key goes in front, `crm-saas keys rotate` seals
every row anew, then the old key may go.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import uuid
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import func, select, update

from crm_saas.kernel.db import ControlBase
from crm_saas.kernel.errors import Unavailable
from crm_saas.kernel.uow import UnitOfWork

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_KEY_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,30}")


class SealBrokenError(Exception):
    """A ciphertext that was changed or moved, or whose key is not in the ring."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is stored: nonce and ciphertext, and which key made it."""

    key_id: str
    data: bytes


class KeyRing:
    """The encryption keys of a deployment by id, in the order of the setting."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        self._keys = {key_id: AESGCM(key) for key_id, key in keys.items()}

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """Read `id:base64,id:base64`; raises `ValueError`, which never holds a key."""
        keys: dict[str, bytes] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            key_id, _, encoded = part.partition(":")
            if not _KEY_ID.fullmatch(key_id) or key_id in keys:
                raise ValueError("CRM_ENCRYPTION_KEYS is id:base64,id:base64 with an id for each key")
            try:
                key = base64.b64decode(encoded, validate=True)
            except binascii.Error:
                key = b""
            if len(key) != KEY_BYTES:
                raise ValueError(f"CRM_ENCRYPTION_KEYS: {key_id} is not {KEY_BYTES} bytes in base64")
            keys[key_id] = key
        return cls(keys)

    @property
    def ids(self) -> list[str]:
        """The keys' ids; the first one seals."""
        return list(self._keys)

    @property
    def current(self) -> str:
        """The id of the key that seals; raises `Unavailable` where the deployment has none."""
        if not self._keys:
            raise Unavailable("This deployment has no encryption key (CRM_ENCRYPTION_KEYS).", code="no_encryption_key")
        return self.ids[0]

    def seal(self, plain: bytes, purpose: str, row_id: uuid.UUID) -> Sealed:
        """Seal a secret of one row."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._keys[self.current].encrypt(nonce, plain, _bound(purpose, row_id))
        return Sealed(self.current, nonce + sealed)

    def open(self, sealed: Sealed, purpose: str, row_id: uuid.UUID) -> bytes:
        """Return the secret; raises `SealBrokenError`."""
        key = self._keys.get(sealed.key_id)
        if key is None:
            raise SealBrokenError(f"encryption key {sealed.key_id} is not in the ring")
        try:
            return key.decrypt(sealed.data[:_NONCE_BYTES], sealed.data[_NONCE_BYTES:], _bound(purpose, row_id))
        except InvalidTag:
            raise SealBrokenError(f"a {purpose} was changed, or belongs to another row") from None


def _bound(purpose: str, row_id: uuid.UUID) -> bytes:
    return purpose.encode() + b"\x00" + row_id.bytes


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """Where secrets of one purpose are kept on the control plane: rotation walks these."""

    purpose: str
    model: type[ControlBase]
    row: str
    """Attribute that holds the row's id."""
    data: str
    key_id: str


SEALED_COLUMNS: Final[list[SealedColumn]] = []
"""Whoever seals says so here, beside the model; `tests/guards/test_sealed_columns.py` looks for those who did not."""


def usage(unit: UnitOfWork) -> dict[tuple[str, str], int]:
    """Return (purpose, key id) -> how many rows were sealed with it."""
    counted: dict[tuple[str, str], int] = {}
    for column in SEALED_COLUMNS:
        key_id = getattr(column.model, column.key_id)
        for name, rows in unit.connection.execute(select(key_id, func.count()).group_by(key_id)):
            counted[column.purpose, name] = rows
    return counted


def reseal(unit: UnitOfWork, column: SealedColumn, ring: KeyRing, *, limit: int) -> int:
    """Seal up to `limit` rows anew that another key than the current one sealed; return how many. Safe to repeat."""
    row_id, data, key_id = (getattr(column.model, name) for name in (column.row, column.data, column.key_id))
    rows = unit.connection.execute(
        select(row_id, data, key_id).where(key_id != ring.current).limit(limit).with_for_update(skip_locked=True)
    ).all()
    for identity, content, under in rows:
        plain = ring.open(Sealed(under, content), column.purpose, identity)
        fresh = ring.seal(plain, column.purpose, identity)
        unit.connection.execute(
            update(column.model)
            .where(row_id == identity, key_id == under)
            .values({column.data: fresh.data, column.key_id: fresh.key_id})
        )
    return len(rows)
