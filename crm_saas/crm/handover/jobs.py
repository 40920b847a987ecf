"""The hand-over job: short units that each move some records and count them in the same transaction.

What is left to do is whatever still names the member, so a worker killed anywhere leaves nothing half done; the row of
the hand-over is locked for the length of a unit, so two workers take turns. Each unit gives the next record to whoever
is furthest behind their share.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import select

import crm_saas.crm.catalogue  # noqa: F401 - a worker needs the record types
from crm_saas.crm.assignment import leaving
from crm_saas.crm.handover import service
from crm_saas.crm.handover.model import HandOver
from crm_saas.crm.notifications.kinds import HANDED_OVER, Kind
from crm_saas.crm.notifications.rules import batch_kind
from crm_saas.crm.records import bulk
from crm_saas.crm.records.actor import Actor, load_actor
from crm_saas.crm.records.fields import Field
from crm_saas.crm.records.registry import RecordType
from crm_saas.crm.views import service as views
from crm_saas.kernel import jobs, uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import UnknownTenantError
from crm_saas.kernel.rounds import in_each_tenant
from crm_saas.kernel.sweeps import sweep
from crm_saas.kernel.uow import UnitOfWork

CHUNK: Final = 500
SLICE_SECONDS: Final = 5.0
LEASE: Final = timedelta(seconds=30)
MOST_FAILURES: Final = 5
_log = logging.getLogger(__name__)


def work(workspace: str, hand_over: str) -> None:
    """Do a slice of a hand-over and ask for the next one. The entry for RQ; safe to repeat."""
    workspace_id, hand_over_id = uuid.UUID(workspace), uuid.UUID(hand_over)
    jobs.started("bulk", service.unique(hand_over_id))
    until = time.monotonic() + SLICE_SECONDS
    try:
        while time.monotonic() < until:
            if not step(workspace_id, hand_over_id):
                return
    except UnknownTenantError:
        return
    except Exception:
        _log.exception("hand-over slice failed", extra={"tenant_id": workspace, "hand_over_id": hand_over})
        _note_failure(workspace_id, hand_over_id)
        raise
    service.hint(workspace_id, hand_over_id)


def step(workspace_id: uuid.UUID, hand_over_id: uuid.UUID, *, chunk: int = CHUNK) -> bool:
    """Move up to `chunk` records in one unit; True if there may be more."""
    with uow.tenant(workspace_id) as unit:
        run = unit.session.get(HandOver, hand_over_id, with_for_update=True)
        if run is None or run.state != service.QUEUED:
            return False
        shares = _live_shares(unit, run)
        if run.shares and not shares:
            _finish(run, service.FAILED, error="no_recipient")
            return False
        actor = load_actor(unit, run.created_by_id, "ui", batch_id=run.id, former=True)
        for rtype, each in service.owner_fields():
            if _move(unit, actor, run, rtype, each, shares=shares, chunk=chunk):
                run.lease_until = now() + LEASE
                return True
        run.views = views.release(unit, run.from_id, uuid.UUID(shares[0][0]) if shares else run.created_by_id)
        heirs = sorted(shares, key=lambda share: -share[1])
        leaving.hand_over(unit, run.from_id, [uuid.UUID(member_id) for member_id, _ in heirs])
        _finish(run, service.DONE)
    return False


def _live_shares(unit: UnitOfWork, run: HandOver) -> list[tuple[str, int]]:
    """Return who still takes part: a colleague who was deactivated meanwhile gets nothing more."""
    active = service.active_of(unit, [uuid.UUID(share["id"]) for share in run.shares])
    return [(share["id"], share["share"]) for share in run.shares if uuid.UUID(share["id"]) in active]


def _move(
    unit: UnitOfWork,
    actor: Actor,
    run: HandOver,
    rtype: RecordType,
    each: Field,
    *,
    shares: Sequence[tuple[str, int]],
    chunk: int,
) -> int:
    """Give some of the records that name the member in a field to others; returns how many."""
    table = rtype.table
    column = table.c[each.columns[0]]
    query = select(table).where(column == run.from_id).order_by(table.c.id).limit(chunk).with_for_update()
    rows = unit.connection.execute(query).all()
    given = dict(run.given)
    changes = [_change(rtype, row, each, _next(shares, given)) for row in rows]
    bulk.update_many(unit, actor, rtype, changes)
    run.given = given
    return len(rows)


def _next(shares: Sequence[tuple[str, int]], given: dict[str, int]) -> str | None:
    """Return who gets the next record and count it: whoever would be least ahead of their share."""
    if not shares:
        given[service.NOBODY] = given.get(service.NOBODY, 0) + 1
        return None
    chosen = min(shares, key=lambda item: Fraction(given.get(item[0], 0) + 1, item[1]))[0]
    given[chosen] = given.get(chosen, 0) + 1
    return chosen


def _change(rtype: RecordType, row: Any, each: Field, to: str | None) -> bulk.Change:  # noqa: ANN401
    before = rtype.values_of(row)
    return bulk.Change(row.id, row.version, before, {**before, each.name: to})


def _finish(run: HandOver, state: str, *, error: str | None = None) -> None:
    run.state, run.error, run.finished_at, run.lease_until = state, error, now(), None


def _note_failure(workspace_id: uuid.UUID, hand_over_id: uuid.UUID) -> None:
    """Count a failure; after five the hand-over ends, and can be asked for again, instead of being tried for ever."""
    with uow.tenant(workspace_id) as unit:
        run = unit.session.get(HandOver, hand_over_id, with_for_update=True)
        if run is None or run.state != service.QUEUED:
            return
        run.failures += 1
        if run.failures >= MOST_FAILURES:
            _finish(run, service.FAILED, error="internal_error")


@sweep("bulk")
def sweep_stalled() -> int:
    """Wake a worker for every hand-over whose message was lost or whose worker was killed."""
    return sum(in_each_tenant(_wake_stalled))


def _wake_stalled(unit: UnitOfWork) -> int:
    free = HandOver.lease_until.is_(None) | (HandOver.lease_until < now())
    stalled = unit.session.scalars(select(HandOver.id).where(HandOver.state == service.QUEUED, free)).all()
    for hand_over_id in stalled:
        unit.on_commit(service.hint, unit.workspace_id, hand_over_id)
    return len(stalled)


@batch_kind
def handed_over(unit: UnitOfWork, batches: set[uuid.UUID]) -> dict[uuid.UUID, Kind]:
    """Name the batches that are hand-overs: their records are not assigned one by one."""
    return dict.fromkeys(unit.session.scalars(select(HandOver.id).where(HandOver.id.in_(batches))), HANDED_OVER)
