"""Attacks on the application as a stranger, a member or the owner of another browser would try them."""

from __future__ import annotations

import pytest
from redis import Redis


@pytest.fixture(autouse=True)
def no_limits_before(redis: Redis) -> None:
    """Nothing counted yet, whatever ran before."""
    assert redis.ping()
