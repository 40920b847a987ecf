"""What workers do for notifications: make them of events, mail those that are due, forget the old ones."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import crm_saas.crm.catalogue  # noqa: F401 - a worker needs the record types
from crm_saas.crm.notifications import mails, reading
from crm_saas.crm.notifications.following import follow_by_themselves
from crm_saas.crm.notifications.kinds import MENTIONED, rules
from crm_saas.crm.notifications.rules import commented
from crm_saas.crm.notifications.telling import tell
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.kernel.relay import Happened, consumer
from crm_saas.kernel.rounds import in_each_tenant
from crm_saas.kernel.sweeps import sweep
from crm_saas.kernel.uow import UnitOfWork

RULES: Final = (commented,)
"""Declared where they are defined; named here so that a worker imports them."""
MAIL_EVERY: Final = 60


@consumer
def notify(unit: UnitOfWork, events: Sequence[Happened]) -> None:
    """Write who should hear of events; exactly once, since the events leave the outbox in the same transaction."""
    told = tell(unit, (notice for rule in rules() for notice in rule(unit, events)))
    taking_part: dict[str, set[tuple[uuid.UUID, uuid.UUID]]] = defaultdict(set)
    for event in events:
        if event.type == f"{event.record_type}.commented" and event.actor_id is not None:
            taking_part[event.record_type].add((event.record_id, event.actor_id))
    for each in told:
        if each.kind is MENTIONED and each.record_type is not None and each.record_id is not None:
            taking_part[each.record_type].add((each.record_id, each.recipient_id))
    for rtype in REGISTRY:
        follow_by_themselves(unit, rtype, taking_part[rtype.name])


@sweep("fast", every=MAIL_EVERY)
def sweep_mail() -> int:
    """Post the mails that are due in every workspace; returns how many."""
    found = [posts for posts in in_each_tenant(mails.claim_due) if posts]
    for posts in found:
        mails.post(posts[0].workspace_id, posts)
    return sum(map(len, found))


@sweep("fast", every=3600)
def sweep_old() -> int:
    """Delete what was read long ago; returns how many."""
    return sum(in_each_tenant(reading.forget_old))
