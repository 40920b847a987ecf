"""Numbers about the running program, for Prometheus. No label names a tenant or a person.

With `PROMETHEUS_MULTIPROC_DIR` set before the start, every process on the machine writes into that folder, and the one
that is asked adds them up; the folder is emptied before the deployment starts.
"""

from __future__ import annotations

import os
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, multiprocess
from prometheus_client.registry import REGISTRY

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"

REQUESTS: Final = Histogram(
    "crm_request_seconds",
    "Requests by route, method and class of status (2xx, 4xx, ...).",
    ("route", "method", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
_JOBS = Histogram(
    "crm_job_seconds", "Background jobs by function and outcome.", ("function", "outcome"),
    buckets=(0.01, 0.05, 0.25, 1, 5, 15, 60),
)  # fmt: skip
_RELAY_DELAY = Histogram(
    "crm_relay_delay_seconds", "From a change to its hand-over to every consumer; one observation for each batch.",
    buckets=(0.05, 0.1, 0.5, 1, 5, 15, 60, 600),
)  # fmt: skip
HINTS_LOST: Final = Counter("crm_hints_lost", "Messages that Redis did not take; a sweep finds their work.")


def job_done(function: str, outcome: str, seconds: float) -> None:
    """Count a job of a worker."""
    _JOBS.labels(function.removeprefix("crm_saas."), outcome).observe(seconds)


def relayed(seconds: float) -> None:
    """Count a batch of events handed over, the oldest of which happened so long ago."""
    _RELAY_DELAY.observe(max(0.0, seconds))


def collected() -> CollectorRegistry:
    """Return the numbers of this process, or of every process on the machine where they share a folder."""
    if FOLDER not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
