"""What runs again and again, so that nothing depends on a message in Redis having arrived.

A package declares its sweeps in its `jobs` module; the scheduler asks for each at its interval, and a worker of the
named queue runs it. A sweep looks for work that is due, does it or hints at it, and ends within 5 s.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from redis.exceptions import RedisError

from crm_saas.kernel import jobs
from crm_saas.kernel.jobs import QueueName

INTERVAL_SECONDS = 15
RUN = f"{__name__}.run"
_Function = TypeVar("_Function", bound=Callable[[], object])
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sweep:
    """One sweep: who runs it, how often (seconds), and what is called."""

    name: str
    queue: QueueName
    every: int
    function: Callable[[], object]


_sweeps: dict[str, Sweep] = {}


def sweep(queue: QueueName, *, every: int = INTERVAL_SECONDS) -> Callable[[_Function], _Function]:
    """Declare a function without arguments as a sweep that a worker of `queue` runs every so many seconds."""

    def declare(function: _Function) -> _Function:
        name = f"{function.__module__}.{function.__qualname__}"
        _sweeps[name] = Sweep(name, queue, every, function)
        return function

    return declare


def declared() -> tuple[Sweep, ...]:
    """Return every sweep of the modules imported so far."""
    return tuple(_sweeps.values())


def run(name: str) -> None:
    """Run a sweep by its name: the job the scheduler asks for."""
    found = _sweeps[name]
    jobs.started(found.queue, _unique(name))
    found.function()


def ask(at: float) -> Iterator[str]:
    """Ask for every sweep whose interval began since it was last asked for; yields the names.

    Arguments: `at` seconds since the epoch. Two schedulers may run by mistake: each interval is claimed in Redis, so
    that one of them asks.
    """
    for found in declared():
        tick = int(at // found.every)
        try:
            if not jobs.redis().set(f"tick:{found.name}:{tick}", "1", nx=True, ex=2 * found.every):
                continue
        except RedisError as error:
            _log.warning("sweep not asked for", extra={"sweep": found.name, "error": type(error).__name__})
            return
        if jobs.enqueue(found.queue, RUN, found.name, unique=_unique(found.name)):
            yield found.name


def _unique(name: str) -> str:
    return f"sweep:{name}"
