"""Hands events to those who asked for them, exactly once as far as the database is concerned.

A consumer of tenant events writes its rows through the unit it is given; in the same transaction the outbox row is
deleted. So what a consumer keeps exists if and only if the outbox row is gone, whoever is killed when. What consumers
of control events do in a tenant's schema is another transaction: they may be called again and must not mind.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, delete, select

from crm_saas.kernel import jobs, metrics, uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.db import tenant_plane
from crm_saas.kernel.directory import ACTIVE, Placement, UnknownTenantError
from crm_saas.kernel.events import ControlEvent, ControlOutbox, Event, Outbox
from crm_saas.kernel.sweeps import sweep
from crm_saas.kernel.uow import UnitOfWork

BATCH = 100
"""Outbox rows in one unit, at most."""
EVENTS = 5_000
"""Events in one unit, about: a chunk row counts as `CHUNK`."""
CHUNK = 1_000
SECONDS = 4.0
"""After so long a job asks for another one in its place."""
RELAY_TENANT = f"{__name__}.relay_tenant"
RELAY_CONTROL = f"{__name__}.relay_control"
SWEEP_TENANTS = f"{__name__}.sweep_tenants_after"
_FIRST = uuid.UUID(int=0)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as consumers see it; one that needs `changes` reads them by id."""

    id: uuid.UUID
    type: str
    record_type: str
    record_id: uuid.UUID
    version: int
    at: datetime
    actor_id: uuid.UUID | None
    source: str
    batch_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class ControlHappened:
    """An event of the control plane as consumers see it."""

    id: uuid.UUID
    type: str
    workspace_id: uuid.UUID | None
    user_id: uuid.UUID | None


Consumer = Callable[[UnitOfWork, Sequence[Happened]], None]
ControlConsumer = Callable[[Sequence[ControlHappened]], None]
_C = TypeVar("_C", bound=Consumer)
_K = TypeVar("_K", bound=ControlConsumer)
_consumers: dict[str, Consumer] = {}
_control_consumers: dict[str, ControlConsumer] = {}


def consumer(function: _C) -> _C:
    """Declare a consumer of tenant events: it gets a tenant's unit and events in the order of the outbox."""
    _consumers[f"{function.__module__}.{function.__qualname__}"] = function
    return function


def control_consumer(function: _K) -> _K:
    """Declare a consumer of control events: called outside any unit, perhaps more than once for the same event."""
    _control_consumers[f"{function.__module__}.{function.__qualname__}"] = function
    return function


def declared() -> tuple[str, ...]:
    """Return the names of all consumers of the modules imported so far."""
    return (*_consumers, *_control_consumers)


def hint_tenant(tenant_id: uuid.UUID) -> None:
    """Wake the relay for a tenant; for `unit.on_commit`."""
    jobs.enqueue("fast", RELAY_TENANT, tenant_id, unique=_unique(tenant_id))


def hint_control() -> None:
    """Wake the relay for the control plane; for `unit.on_commit`."""
    jobs.enqueue("fast", RELAY_CONTROL, unique="relay:control")


def _unique(tenant_id: uuid.UUID | str) -> str:
    return f"relay:{tenant_id}"


class _Failed(Exception):  # noqa: N818 - a signal inside this module
    """A consumer failed on these outbox rows; its cause says why."""

    def __init__(self, rows: Sequence[uuid.UUID]) -> None:
        super().__init__()
        self.rows = rows


def relay_tenant(tenant_id: str) -> int:
    """Hand over what a tenant's outbox holds; returns the number of outbox rows done. The job of a hint."""
    jobs.started("fast", _unique(tenant_id))
    tenant = uuid.UUID(tenant_id)
    try:
        done, more = _drain(lambda after, limit: _hand_over(tenant, after, limit))
    except UnknownTenantError:
        return 0
    if more:
        hint_tenant(tenant)
    return done


def relay_control() -> int:
    """Hand over what the control plane's outbox holds; returns the number of outbox rows done."""
    jobs.started("fast", "relay:control")
    done, more = _drain(_hand_over_control)
    if more:
        hint_control()
    return done


def _drain(hand_over: Callable[[uuid.UUID, int], Sequence[uuid.UUID]]) -> tuple[int, bool]:
    """Hand over batch after batch; after a failure row by row, leaving for the next sweep those that still fail.

    Returns the number of rows done, and whether time ran out before the end.
    """
    deadline = time.monotonic() + SECONDS
    done, after, limit = 0, _FIRST, BATCH
    while time.monotonic() < deadline:
        try:
            rows = hand_over(after, limit)
        except _Failed as failure:
            if len(failure.rows) == 1:
                _log.exception("event not handed over", extra={"outbox_id": str(failure.rows[0])})
                after = failure.rows[0]
            limit = 1
            continue
        if not rows:
            return done, False
        done, after = done + len(rows), rows[-1]
    return done, True


def _hand_over(tenant_id: uuid.UUID, after: uuid.UUID, limit: int) -> Sequence[uuid.UUID]:
    """Take outbox rows, call the consumers and delete the rows, in one transaction; returns the rows' ids."""
    with uow.tenant(tenant_id) as unit:
        taken = _within_reach(
            unit.session.scalars(
                select(Outbox)
                .where(Outbox.id > after)
                .order_by(Outbox.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            ).all()
        )
        ids = [row.id for row in taken]
        if taken:
            try:
                events = _events(unit, taken)
                for consume in _consumers.values():
                    consume(unit, events)
                unit.session.flush()
                if events:
                    metrics.relayed((now() - min(event.at for event in events)).total_seconds())
            except Exception as error:
                raise _Failed(ids) from error
            unit.connection.execute(delete(Outbox).where(Outbox.id.in_(ids)))
        return ids


def _within_reach(rows: Sequence[Outbox]) -> Sequence[Outbox]:
    """Cut the rows off where their events would be too many for one unit; the first is always in."""
    weight = 0
    for number, row in enumerate(rows):
        weight += 1 if row.event_id is not None else CHUNK
        if weight > EVENTS and number:
            return rows[:number]
    return rows


_COLUMNS = (
    Event.id, Event.type, Event.record_type, Event.record_id, Event.version,
    Event.at, Event.actor_id, Event.source, Event.batch_id,
)  # fmt: skip


def _events(unit: UnitOfWork, taken: Sequence[Outbox]) -> list[Happened]:
    """Read the events that outbox rows stand for, in the order of the rows."""
    single = [row.event_id for row in taken if row.event_id is not None]
    by_id = {event.id: event for event in _read(unit, Event.id.in_(single))} if single else {}
    events = []
    for row in taken:
        if row.event_id is not None:
            events.append(by_id[row.event_id])
        else:
            # by id, which is the table's order; batches of other imports may lie in between
            events += _read(
                unit, Event.id.between(row.first_event_id, row.last_event_id), Event.batch_id == row.batch_id
            )
    return events


def _read(unit: UnitOfWork, *which: ColumnElement[bool]) -> list[Happened]:
    rows = unit.connection.execute(select(*_COLUMNS).where(*which).order_by(Event.id))
    return [Happened(*row) for row in rows]


def _hand_over_control(after: uuid.UUID, limit: int) -> Sequence[uuid.UUID]:
    """Read control outbox rows, call the consumers, then delete the rows; returns the rows' ids."""
    with uow.control() as unit:
        rows = unit.connection.execute(
            select(
                ControlOutbox.id,
                ControlEvent.id.label("event_id"),
                ControlEvent.type,
                ControlEvent.workspace_id,
                ControlEvent.user_id,
            )
            .join(ControlEvent, ControlEvent.id == ControlOutbox.event_id)
            .where(ControlOutbox.id > after)
            .order_by(ControlOutbox.id)
            .limit(limit)
        ).all()
    ids = [row.id for row in rows]
    if not ids:
        return ids
    events = [ControlHappened(row.event_id, row.type, row.workspace_id, row.user_id) for row in rows]
    try:
        for consume in _control_consumers.values():
            consume(events)
    except Exception as error:
        raise _Failed(ids) from error
    with uow.control() as unit:
        unit.connection.execute(delete(ControlOutbox).where(ControlOutbox.id.in_(ids)))
    return ids


@sweep("fast")
def sweep_control() -> None:
    """Relay what is left in the control plane's outbox."""
    relay_control()


@sweep("fast")
def sweep_tenants() -> None:
    """Look into the outbox of every tenant and wake the relay for those that hold something."""
    sweep_tenants_after(str(_FIRST))


def sweep_tenants_after(last: str) -> int:
    """Go on with the sweep after a tenant, for at most a few seconds; returns how many tenants were looked at."""
    deadline = time.monotonic() + SECONDS
    looked = 0
    for tenant_id, node_id in _active_after(uuid.UUID(last)):
        if time.monotonic() > deadline:
            jobs.enqueue("fast", SWEEP_TENANTS, last)
            break
        if _has_events(tenant_id, node_id):
            hint_tenant(tenant_id)
        last = str(tenant_id)
        looked += 1
    return looked


def _active_after(last: uuid.UUID) -> Iterable[tuple[uuid.UUID, str]]:
    nodes = uow.directory().node_ids
    with uow.control() as unit:
        return [
            (row.tenant_id, row.node_id)
            for row in unit.connection.execute(
                select(Placement.tenant_id, Placement.node_id)
                .where(Placement.state == ACTIVE, Placement.node_id.in_(nodes), Placement.tenant_id > last)
                .order_by(Placement.tenant_id)
            )
        ]


def _has_events(tenant_id: uuid.UUID, node_id: str) -> bool:
    engine = uow.directory().node_engine(node_id)
    try:
        with uow.plane(engine, tenant_plane(tenant_id), tenant_id) as unit:
            return unit.connection.execute(select(Outbox.id).limit(1)).first() is not None
    except Exception:  # noqa: BLE001 - one tenant that cannot be read does not stop the sweep of the others
        _log.exception("outbox not looked at", extra={"tenant_id": str(tenant_id)})
        return False
