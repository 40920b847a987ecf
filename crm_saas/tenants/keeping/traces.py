"""What Redis holds of a workspace: hints, jobs that failed or wait, whatever a later feature puts there."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Iterator
from typing import Any, Final

from redis import Redis

from crm_saas.kernel import jobs

_COUNT: Final = 500


def keys_of(workspace_id: uuid.UUID) -> Iterator[str]:
    """Yield the keys whose name or content mentions a workspace; reads everything, in steps that hold nobody up."""
    needles = (str(workspace_id).encode(), workspace_id.hex.encode())
    client = jobs.redis()
    for key in client.scan_iter(count=_COUNT):
        name = key if isinstance(key, bytes) else str(key).encode()
        if any(needle in part for part in (name, *_content(client, name)) for needle in needles):
            yield name.decode(errors="replace")


def forget(workspace_id: uuid.UUID) -> int:
    """Delete those keys; returns how many."""
    found = list(keys_of(workspace_id))
    for key in found:
        jobs.redis().delete(key)
    return len(found)


def _content(client: Redis, key: bytes) -> Iterator[bytes]:
    kind: Any = client.type(key)
    match kind:
        case b"string":
            values: Any = [client.get(key)]
        case b"hash":
            values = client.hgetall(key).values()
        case b"list":
            values = client.lrange(key, 0, -1)
        case b"set":
            values = client.smembers(key)
        case b"zset":
            values = client.zrange(key, 0, -1)
        case _:
            values = []
    for value in values:
        if isinstance(value, bytes):
            yield value
            yield _unpacked(value)


def _unpacked(value: bytes) -> bytes:
    """RQ keeps what a job is called with compressed."""
    try:
        return zlib.decompress(value)
    except zlib.error:
        return b""
