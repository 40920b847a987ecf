from __future__ import annotations

import base64
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_saas.kernel.crypto import KeyRing, SealBrokenError, Sealed
from crm_saas.kernel.errors import Unavailable

OLD, NEW = (f"{name}:{base64.b64encode(name[0].encode() * 32).decode()}" for name in ("old", "new"))
ROW = uuid.UUID(int=7)


@given(st.binary(max_size=200), st.uuids())
def test_what_was_sealed_is_read_again(plain: bytes, row: uuid.UUID) -> None:
    ring = KeyRing.parse(NEW)
    assert ring.open(ring.seal(plain, "p", row), "p", row) == plain


def test_the_first_key_seals_and_all_open() -> None:
    before = KeyRing.parse(OLD).seal(b"x", "p", ROW)
    ring = KeyRing.parse(f"{NEW},{OLD}")
    assert ring.open(before, "p", ROW) == b"x"
    assert ring.seal(b"x", "p", ROW).key_id == "new"


@pytest.mark.parametrize("change", ["purpose", "row", "bit", "key", "short"])
def test_a_ciphertext_that_was_moved_or_changed_is_refused(change: str) -> None:
    ring = KeyRing.parse(f"{NEW},{OLD}")
    sealed = ring.seal(b"secret", "p", ROW)
    data = sealed.data
    purpose, row = ("q" if change == "purpose" else "p"), (uuid.UUID(int=8) if change == "row" else ROW)
    key = "old" if change == "key" else "gone" if change == "short" else sealed.key_id
    if change == "bit":
        data = data[:-1] + bytes([data[-1] ^ 1])
    with pytest.raises(SealBrokenError):
        ring.open(Sealed(key, data), purpose, row)


def test_two_seals_of_one_secret_differ() -> None:
    ring = KeyRing.parse(NEW)
    assert ring.seal(b"x", "p", ROW).data != ring.seal(b"x", "p", ROW).data


@pytest.mark.parametrize(
    "text", ["new", "new:", "new:AAAA", "new:not base64!", "New:" + NEW[4:], f"{NEW},{NEW}", ":" + NEW[4:]]
)
def test_a_bad_ring_is_one_error_without_the_key(text: str) -> None:
    with pytest.raises(ValueError, match="CRM_ENCRYPTION_KEYS") as caught:
        KeyRing.parse(text)
    assert NEW[4:] not in str(caught.value)


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(Unavailable):
        KeyRing.parse("").seal(b"x", "p", ROW)
