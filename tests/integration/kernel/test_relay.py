from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from threading import Barrier, Thread

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, func, select, text

from crm_saas.kernel import relay, uow
from crm_saas.kernel.events import Event, Outbox
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.relay import Consumer, Happened
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import RecordCount
from crm_saas.worker import load_jobs
from tests.factories.events import event_row, write_chunk, write_event
from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo

Register = Callable[[Consumer], None]


@pytest.fixture(autouse=True)
def _declared() -> None:
    load_jobs()


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Add a consumer for this test only."""
    monkeypatch.setattr(relay, "_consumers", dict(relay._consumers))

    def add(function: Consumer) -> None:
        relay.consumer(function)

    return add


def _waiting(workspace: WorkspaceInfo) -> int:
    with uow.tenant(workspace.id) as unit:
        return unit.connection.execute(select(func.count()).select_from(Outbox)).scalar_one()


def _leads(workspace: WorkspaceInfo) -> int:
    with uow.tenant(workspace.id) as unit:
        return unit.connection.execute(select(RecordCount.value).where(RecordCount.record_type == "lead")).scalar_one()


def _write(workspace: WorkspaceInfo, *whats: str) -> list[uuid.UUID]:
    with uow.tenant(workspace.id) as unit:
        return [write_event(unit, what) for what in whats]


def test_events_are_counted_once_and_leave_the_outbox(workspace: WorkspaceInfo) -> None:
    _write(workspace, "created", "created", "updated", "created", "deleted", "restored")
    assert relay.relay_tenant(str(workspace.id)) == 6
    assert (_leads(workspace), _waiting(workspace)) == (3, 0)
    assert relay.relay_tenant(str(workspace.id)) == 0
    assert _leads(workspace) == 3


def test_the_event_log_keeps_what_was_relayed(workspace: WorkspaceInfo) -> None:
    _write(workspace, "created")
    relay.relay_tenant(str(workspace.id))
    with uow.tenant(workspace.id) as unit:
        assert unit.connection.execute(select(Event.type)).scalars().all() == ["lead.created"]


def test_a_chunk_stands_for_all_its_events_and_no_others(workspace: WorkspaceInfo) -> None:
    batch = uuid7()
    with uow.tenant(workspace.id) as unit:
        first = event_row("created", batch_id=batch)
        strangers = [event_row("created"), event_row("created", batch_id=uuid7())]
        last = event_row("created", batch_id=batch)
        unit.session.add_all([Event(**row) for row in (first, *strangers, last)])
        unit.session.add(
            Outbox(id=uuid7(), event_id=None, first_event_id=first["id"], last_event_id=last["id"], batch_id=batch)
        )
    assert relay.relay_tenant(str(workspace.id)) == 1
    assert _leads(workspace) == 2


def test_consumers_see_events_in_the_order_of_the_outbox(workspace: WorkspaceInfo, register: Register) -> None:
    seen: list[str] = []
    register(lambda _unit, events: seen.extend(event.type for event in events))
    batch = uuid7()
    with uow.tenant(workspace.id) as unit:
        write_event(unit, "created")
        write_chunk(unit, "updated", 3, batch)
        write_event(unit, "deleted")
    relay.relay_tenant(str(workspace.id))
    assert seen == ["lead.created", *["lead.updated"] * 3, "lead.deleted"]


def test_many_chunks_are_handed_over_in_several_units(
    workspace: WorkspaceInfo, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "EVENTS", 2 * relay.CHUNK)
    sizes: list[int] = []
    register(lambda _unit, events: sizes.append(len(events)))
    with uow.tenant(workspace.id) as unit:
        for _ in range(5):
            write_chunk(unit, "created", 10, uuid7())
    relay.relay_tenant(str(workspace.id))
    assert sizes == [20, 20, 10]
    assert _leads(workspace) == 50


def test_a_failing_consumer_undoes_everything_for_its_event_and_stops_no_other(
    workspace: WorkspaceInfo, register: Register, caplog: pytest.LogCaptureFixture
) -> None:
    bad = _write(workspace, *["created"] * 5)[2]
    with uow.tenant(workspace.id) as unit:
        bad_event = unit.connection.execute(select(Outbox.event_id).where(Outbox.id == bad)).scalar_one()

    def refuse(_unit: UnitOfWork, events: Sequence[Happened]) -> None:
        if any(event.id == bad_event for event in events):
            raise KeyError("cannot")

    register(refuse)
    assert relay.relay_tenant(str(workspace.id)) == 4
    assert (_leads(workspace), _waiting(workspace)) == (4, 1)
    assert "event not handed over" in caplog.text
    assert str(bad) in str([record.__dict__ for record in caplog.records])


def test_what_failed_is_handed_over_by_a_later_sweep(
    workspace: WorkspaceInfo, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(workspace, "created")

    def refuse(_unit: UnitOfWork, _events: Sequence[Happened]) -> None:
        raise KeyError

    register(refuse)
    assert relay.relay_tenant(str(workspace.id)) == 0
    monkeypatch.undo()
    assert relay.relay_tenant(str(workspace.id)) == 1
    assert _leads(workspace) == 1


def test_two_relays_at_once_count_every_event_once(workspace: WorkspaceInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "BATCH", 5)
    with uow.tenant(workspace.id) as unit:
        for _ in range(200):
            write_event(unit, "created")
    barrier = Barrier(4)

    def run() -> None:
        barrier.wait(10)
        relay.relay_tenant(str(workspace.id))

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    relay.relay_tenant(str(workspace.id))  # rows that two relays locked for each other are left for the next
    assert (_leads(workspace), _waiting(workspace)) == (200, 0)


def test_a_relay_out_of_time_asks_for_another(
    workspace: WorkspaceInfo, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert redis.ping()
    monkeypatch.setattr(relay, "SECONDS", 0.0)
    _write(workspace, "created")
    assert relay.relay_tenant(str(workspace.id)) == 0
    assert _queued(redis) == [f"{relay.RELAY_TENANT}('{workspace.id}')"]


def _queued(redis: Redis) -> list[str]:
    return [job.description or "" for job in Queue("fast", connection=redis, serializer=JSONSerializer).jobs]


class TestSweep:
    @pytest.fixture
    def hinted(self, monkeypatch: pytest.MonkeyPatch) -> list[uuid.UUID]:
        found: list[uuid.UUID] = []
        monkeypatch.setattr(relay, "hint_tenant", found.append)
        return found

    def test_finds_the_tenants_whose_outbox_holds_something(
        self, two_workspaces: tuple[WorkspaceInfo, WorkspaceInfo], hinted: list[uuid.UUID]
    ) -> None:
        busy, idle = two_workspaces
        _write(busy, "created")
        relay.sweep_tenants()
        assert busy.id in hinted
        assert idle.id not in hinted

    def test_goes_on_where_it_ran_out_of_time(
        self,
        make_workspace: WorkspaceFactory,
        redis: Redis,
        hinted: list[uuid.UUID],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        workspaces = [make_workspace() for _ in range(2)]
        for workspace in workspaces:
            _write(workspace, "created")
        monkeypatch.setattr(relay, "SECONDS", -1.0)
        start = str(uuid.UUID(int=workspaces[0].id.int - 1))
        assert relay.sweep_tenants_after(start) == 0
        assert f"{relay.SWEEP_TENANTS}('{start}')" in _queued(redis)
        monkeypatch.setattr(relay, "SECONDS", 4.0)
        assert relay.sweep_tenants_after(start) >= 2
        assert {workspace.id for workspace in workspaces} <= set(hinted)

    def test_a_tenant_that_cannot_be_read_does_not_stop_it(
        self,
        make_workspace: WorkspaceFactory,
        owner_engine: Engine,
        hinted: list[uuid.UUID],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        broken, fine = make_workspace(), make_workspace()
        with owner_engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {broken.schema}.outbox RENAME TO elsewhere"))
        _write(fine, "created")
        relay.sweep_tenants()
        with owner_engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {broken.schema}.elsewhere RENAME TO outbox"))
        assert fine.id in hinted
        assert "outbox not looked at" in caplog.text
