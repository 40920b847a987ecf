"""Background jobs on RQ. A message is a hint: whatever must happen is a row, and a sweep stands behind it.

One queue for each worker process (RQ's dequeue is crash-safe only then): `fast` for relays and mail, `bulk` for
imports, `provision` for building workspaces, `keep` for acts on whole workspaces. Messages are JSON, so that no
object is unpickled from what somebody wrote into Redis.
"""

from __future__ import annotations

import logging
import uuid
from typing import Literal

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Retry
from rq.serializers import JSONSerializer

from crm_saas.kernel import metrics

QueueName = Literal["fast", "bulk", "provision", "keep"]
QUEUES: tuple[QueueName, ...] = ("fast", "bulk", "provision", "keep")
OWNER_QUEUES: tuple[QueueName, ...] = ("provision", "keep")
"""Their workers, and no others, know how to become the owner of the schemas."""
JOB_SECONDS = 60
TRIES_AGAIN = 3
"""At once: waiting would need RQ's own scheduler, and the sweeps come round every 15 s anyway."""

_log = logging.getLogger(__name__)
_redis: Redis | None = None


def configure(redis_url: str | None) -> None:
    """Set the Redis server of this process; None leaves every hint unsent."""
    global _redis  # noqa: PLW0603 - one per process
    _redis = None if redis_url is None else Redis.from_url(redis_url, socket_timeout=5, socket_connect_timeout=2)


def redis() -> Redis:
    """Return the process's Redis client."""
    if _redis is None:
        raise RuntimeError("kernel.jobs.configure() was not called with a Redis address")
    return _redis


def enqueue(
    queue: QueueName, function: str, *args: str | int | uuid.UUID, unique: str | None = None, seconds: int = JOB_SECONDS
) -> bool:
    """Ask a worker to call `function` (a dotted path) with plain arguments.

    Arguments: `unique` names the work, so that a second message for the same waiting work is not sent; `seconds` after
    which the job is killed.
    Returns False, after a warning in the log, when Redis does not answer: the sweep will find the work.
    """
    if _redis is None:
        return False
    try:
        if unique is not None and not _redis.set(_hint_key(queue, unique), "1", nx=True, ex=JOB_SECONDS):
            return True
        Queue(queue, connection=_redis, serializer=JSONSerializer).enqueue_call(
            function.replace(":", "."),
            args=tuple(str(arg) if isinstance(arg, uuid.UUID) else arg for arg in args),
            timeout=seconds,
            result_ttl=0,
            failure_ttl=86_400,
            retry=Retry(max=TRIES_AGAIN),
        )
    except RedisError as error:
        metrics.HINTS_LOST.inc()
        _log.warning("queue hint not sent", extra={"queue": queue, "function": function, "error": type(error).__name__})
        return False
    return True


def waiting(queue: QueueName) -> int:
    """Return how many messages wait in a queue; raises `RedisError`."""
    return Queue(queue, connection=redis(), serializer=JSONSerializer).count


def started(queue: QueueName, unique: str) -> None:
    """Say, before looking for work, that the named message has arrived: from here on a new one is wanted."""
    if _redis is not None:
        try:
            _redis.delete(_hint_key(queue, unique))
        except RedisError:
            _log.warning("hint not cleared", extra={"queue": queue})


def _hint_key(queue: QueueName, unique: str) -> str:
    return f"hint:{queue}:{unique}"
