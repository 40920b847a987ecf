"""Keeps the words: learnt from events, weeded once a day, both in short units."""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from crm_saas.crm.records.registry import REGISTRY
from crm_saas.crm.search import words
from crm_saas.kernel import jobs, uow
from crm_saas.kernel.directory import UnknownTenantError, active_tenants
from crm_saas.kernel.relay import Happened, consumer
from crm_saas.kernel.sweeps import sweep
from crm_saas.kernel.uow import UnitOfWork

WEED: Final = f"{__name__}.weed_tenant"
DAY: Final = 86_400
SECONDS: Final = 4.0
BATCH: Final = 500


@consumer
def learn_words(unit: UnitOfWork, events: Sequence[Happened]) -> None:
    """Add the words of every record that was made or changed."""
    touched: dict[str, set[uuid.UUID]] = defaultdict(set)
    for event in events:
        if not event.type.endswith(".deleted"):
            touched[event.record_type].add(event.record_id)
    for name, ids in sorted(touched.items()):
        rtype = REGISTRY.find(name)
        if rtype is not None:
            words.learn(unit, rtype, ids)


@sweep("bulk", every=DAY)
def sweep_words() -> int:
    """Ask for the weeding of every workspace's words; returns how many were asked for."""
    with uow.control() as unit:
        tenants = active_tenants(unit.connection, uow.directory().node_ids, uuid.UUID(int=0))
    for tenant_id, _ in tenants:
        jobs.enqueue("bulk", WEED, tenant_id, "", unique=f"words:{tenant_id}")
    return len(tenants)


def weed_tenant(tenant_id: str, after: str) -> None:
    """Delete the words that no record has any more, from one word on; asks for another job when its time is up."""
    jobs.started("bulk", f"words:{tenant_id}")
    deadline = time.monotonic() + SECONDS
    position: str | None = after
    try:
        while position is not None and time.monotonic() < deadline:
            with uow.tenant(uuid.UUID(tenant_id)) as unit:
                position = words.weed(unit, position, BATCH)
    except UnknownTenantError:
        return
    if position is not None:
        jobs.enqueue("bulk", WEED, tenant_id, position)
