from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime

import pytest

from crm_saas.api import auth
from crm_saas.tenants.sessions import Person, SignedIn


def session() -> SignedIn:
    person = Person(uuid.uuid4(), "a@example.org", "Ada", "en", "UTC", "system", "comfortable")
    return SignedIn(uuid.uuid4(), person, datetime(2026, 1, 1, tzinfo=UTC))


def test_the_cache_is_bounded_and_forgets_what_was_used_least(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "CACHE_SIZE", 3)
    cache = auth._Cache()
    known = {bytes([number]): session() for number in range(5)}
    for key in list(known)[:3]:
        cache.put(key, known[key])
    assert cache.get(b"\x00") is known[b"\x00"]
    cache.put(b"\x03", known[b"\x03"])
    cache.put(b"\x04", known[b"\x04"])
    assert [cache.get(key) is not None for key in known] == [True, False, False, True, True]


def test_the_cache_believes_nothing_for_longer_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    at = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: at[0])
    cache = auth._Cache()
    cache.put(b"k", session())
    at[0] += auth.CACHE_SECONDS
    assert cache.get(b"k") is not None
    at[0] += 0.001
    assert cache.get(b"k") is None
    assert auth.CACHE_SECONDS <= 5


def test_a_dropped_answer_is_gone() -> None:
    cache = auth._Cache()
    cache.put(b"k", session())
    cache.drop(b"k")
    cache.drop(b"never there")
    assert cache.get(b"k") is None
