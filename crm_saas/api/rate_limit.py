"""Limits on how often something may be tried, counted in Redis for all processes together."""

from __future__ import annotations

import hashlib
import logging
import math
import time
from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app
from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from crm_saas.config import Settings
from crm_saas.kernel.errors import RateLimited

_EXTENSION: Final = "crm_rate_limits"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `amount` times in any `seconds`, for each caller that the rule counts by."""

    name: str
    amount: int
    seconds: int

    @property
    def item(self) -> RateLimitItemPerSecond:
        """The rule as `limits` counts it."""
        return RateLimitItemPerSecond(self.amount, self.seconds, namespace=f"limit:{self.name}")


def register(app: Flask, settings: Settings) -> None:
    """Count in the deployment's Redis."""
    storage = RedisStorage(settings.redis_url, wrap_exceptions=True, socket_timeout=1.0, socket_connect_timeout=1.0)
    app.extensions[_EXTENSION] = SlidingWindowCounterRateLimiter(storage)


def hit(rule: Rule, *who: str) -> None:
    """Count one attempt of `who` (address, account, ...) and raise `RateLimited` when it is one too many.

    Without Redis nothing is limited, and the log raises the alarm: signing in is worth more than the limit.
    """
    key = _key(who)
    try:
        if _limiter().hit(rule.item, key):
            return
        reset = _limiter().get_window_stats(rule.item, key).reset_time
    except StorageError as error:
        _log.error("rate limits are off: redis does not answer", extra={"rule": rule.name, "error": str(error)})
        return
    wait = max(1, math.ceil(reset - time.time()))
    raise RateLimited("Wait a moment, then try again.", headers={"Retry-After": str(wait)}, retry_after=wait)


def forget(rule: Rule, *who: str) -> None:
    """Start counting anew, after an attempt that proved to be the right person."""
    try:
        _limiter().clear(rule.item, _key(who))
    except StorageError:
        _log.warning("rate limit not cleared", extra={"rule": rule.name})


def _key(who: tuple[str, ...]) -> str:
    """Addresses and e-mail addresses are personal data: Redis only sees their hash."""
    return hashed(*who)


def hashed(*who: str) -> str:
    """Return what stands for a person or an address where their name must not: in Redis and in logs."""
    return hashlib.sha256("\x00".join(who).encode()).hexdigest()[:32]


def _limiter() -> SlidingWindowCounterRateLimiter:
    limiter: SlidingWindowCounterRateLimiter = current_app.extensions[_EXTENSION]
    return limiter
