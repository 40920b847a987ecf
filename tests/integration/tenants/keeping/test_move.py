from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, select, text, update

from crm_saas.app import create_app
from crm_saas.config import Settings
from crm_saas.kernel import relay, uow
from crm_saas.kernel.bootstrap_sql import bootstrap_cluster
from crm_saas.kernel.clock import now
from crm_saas.kernel.db import make_owner_engine
from crm_saas.kernel.directory import ACTIVE, MOVING, Node, Placement, TenantMovingError
from crm_saas.local.postgres import EmbeddedPostgres
from crm_saas.tenants import mirroring, process, workspaces
from crm_saas.tenants.keeping import move, tasks
from crm_saas.tenants.keeping.model import DONE, FAILED, QUEUED, KeepingTask
from crm_saas.tenants.keeping.tables import canonical, content_of, tables_of
from tests.factories.workspaces import WorkspaceInfo
from tests.integration.tenants.keeping.conftest import CommandLine, Home, look, run
from tests.support.client import Client
from tests.support.polling import eventually
from tests.support.programs import kill_tree, running

PASSWORD = "onlyfortests"
SECOND = "second"


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A second PostgreSQL cluster."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("second"), fsync=False) as server:
        bootstrap_cluster(server.superuser_url(), app_password=PASSWORD, owner_password=PASSWORD, database="crm")
        yield server


@pytest.fixture
def two_nodes(wiring: Settings, second: EmbeddedPostgres) -> Settings:
    """The deployment with both."""
    settings = wiring.model_copy(
        update={
            "nodes": {SECOND: second.url("crm_app", PASSWORD, "crm")},
            "owner_nodes": {SECOND: second.url("crm_owner", PASSWORD, "crm")},
        }
    )
    uow.directory().dispose()
    process.configure(settings, application="crm-tests")
    with uow.control() as unit:
        if unit.session.get(Node, SECOND) is None:
            unit.session.add(Node(id=SECOND, accepts_new=False, created_at=now()))
    return settings


@pytest.fixture
def elsewhere(two_nodes: Settings) -> Iterator[Engine]:
    engine = make_owner_engine(two_nodes.owner_nodes[SECOND])
    yield engine
    engine.dispose()


def _app(settings: Settings) -> Flask:
    """Make the application; it wires this process anew."""
    uow.directory().dispose()
    return create_app(settings)


def _place(home: Home) -> tuple[str, str]:
    with uow.control() as unit:
        placement = unit.session.get_one(Placement, home.id)
        return placement.node_id, placement.state


def _contents(owner: Engine, schema: str) -> dict[str, object]:
    with owner.begin() as connection:
        canonical(connection)
        return {table.name: content_of(connection, schema, table) for table in tables_of(connection, schema)}


def _traces(owner: Engine, home: Home) -> int:
    query = text(
        "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname LIKE :n)"
        " + (SELECT count(*) FROM pg_roles WHERE rolname = :r)"
    )
    with owner.connect() as connection:
        names = {"n": f"{home.info.schema}%", "r": home.info.schema}
        return int(connection.execute(query, names).scalar_one())


class _Load:
    """Three people who write and one who reads, until the block ends."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write) for _ in range(3)]
        self._threads.append(threading.Thread(target=self._read))
        self.acknowledged = set[uuid.UUID]()
        self.faults: list[str] = []

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def go_on(self) -> None:
        """Wait until more is written."""
        reached = len(self.acknowledged)
        eventually(lambda: len(self.acknowledged) > reached + 10)

    def _write(self) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            try:
                self.acknowledged.add(self._home.add(name=f"Writer {number}"))
            except TenantMovingError:
                self._stop.wait(0.005)
            except Exception as error:  # noqa: BLE001 - all are looked at in the end
                if "LockNotAvailable" not in repr(error) and "Deadlock" not in repr(error):
                    self.faults.append(repr(error))

    def _read(self) -> None:
        while not self._stop.is_set():
            before = self.acknowledged.copy()
            try:
                if not before <= self._home.leads():
                    self.faults.append("a read did not see what was acknowledged before it")
            except Exception as error:  # noqa: BLE001 - a read must never fail
                self.faults.append(f"read: {error!r}")


@pytest.mark.usefixtures("two_nodes")
class TestTwoNodes:
    def test_one_deployment_serves_tenants_of_both(
        self, two_workspaces: tuple[WorkspaceInfo, WorkspaceInfo], elsewhere: Engine, two_nodes: Settings
    ) -> None:
        here, there = Home(two_workspaces[0]), Home(two_workspaces[1])
        there.add(name="Moved")
        assert run("move", there.id, **{"from": "default", "to": SECOND}).state == DONE
        app = _app(two_nodes)
        ours, theirs = (Client.signed_in(app, home.info.owner, home.id) for home in (here, there))
        assert ours.post("/leads", {"name": "Here"}).status_code == 201
        assert theirs.post("/leads", {"name": "There"}).status_code == 201
        assert [lead["name"] for lead in ours.get("/leads").get_json()["data"]] == ["Here"]
        assert {lead["name"] for lead in theirs.get("/leads").get_json()["data"]} == {"There", "Moved"}
        assert len(_contents(elsewhere, there.info.schema)) > 5
        relay.sweep_tenants()
        relay.relay_tenant(str(there.id))
        with uow.tenant(there.id) as unit:
            assert unit.connection.execute(text("SELECT count(*) FROM outbox")).scalar_one() == 0

    def test_a_new_workspace_goes_where_there_is_room(self, home: Home) -> None:
        with uow.control() as unit:
            unit.connection.execute(update(Node).values(accepts_new=Node.id == SECOND))
        try:
            with uow.control() as unit:
                draft = workspaces.Draft("Roomy", None, "UTC", "EUR", "en")
                made = workspaces.create(unit, draft, home.info.owner.id).id
            assert process.provisioner().provision(made)
            with uow.control() as unit:
                placement = unit.session.get_one(Placement, made)
                assert (placement.node_id, placement.state) == (SECOND, ACTIVE)
            with uow.tenant(made) as unit:
                assert unit.connection.execute(text("SELECT count(*) FROM member")).scalar_one() == 1
        finally:
            with uow.control() as unit:
                unit.connection.execute(update(Node).values(accepts_new=Node.id != SECOND))

    def test_a_backup_and_a_restore_work_on_the_other_node(self, home: Home) -> None:
        lead = home.add()
        assert run("move", home.id, **{"from": "default", "to": SECOND}).state == DONE
        backup = run("backup", home.id)
        home.add(name="Later")
        assert run("restore", home.id, backup_id=backup.result["backup_id"]).state == DONE
        assert home.leads() == {lead}


class TestMove:
    def test_it_is_the_same_there_and_nothing_is_left_here(
        self, home: Home, owner_engine: Engine, elsewhere: Engine
    ) -> None:
        home.add(name="张三")
        before = _contents(owner_engine, home.info.schema)
        done = run("move", home.id, **{"from": "default", "to": SECOND})
        assert done.state == DONE, done.error
        assert _place(home) == (SECOND, ACTIVE)
        assert _contents(elsewhere, home.info.schema) == before
        assert _traces(owner_engine, home) == 0
        home.add(name="Goes on")
        back = run("move", home.id, **{"from": SECOND, "to": "default"})
        assert back.state == DONE, back.error
        assert _traces(elsewhere, home) == 0
        assert len(home.leads()) == 2

    def test_writes_are_refused_and_reads_go_on(self, home: Home, two_nodes: Settings, owner_engine: Engine) -> None:
        home.add(name="Before")
        app = _app(two_nodes)
        client = Client.signed_in(app, home.info.owner, home.id)
        with uow.control() as unit:
            unit.session.get_one(Placement, home.id).state = MOVING
        move.refuse_writes(owner_engine, home.id)
        refused = client.post("/leads", {"name": "During"})
        assert (refused.status_code, refused.get_json()["code"]) == (503, "workspace_moving")
        assert int(refused.headers["Retry-After"]) > 0
        assert [lead["name"] for lead in client.get("/leads").get_json()["data"]] == ["Before"]
        with pytest.raises(TenantMovingError):
            home.add(name="During")
        mirroring.copy_workspace(home.id)
        assert relay.relay_tenant(str(home.id)) == 0
        assert run("move", home.id, **{"from": "default", "to": SECOND}).state == DONE
        assert client.post("/leads", {"name": "After"}).status_code == 201

    def test_under_load_no_acknowledged_write_is_lost(self, home: Home, elsewhere: Engine) -> None:
        load = _Load(home)
        with load:
            eventually(lambda: len(load.acknowledged) > 10)
            there = run("move", home.id, **{"from": "default", "to": SECOND})
            load.go_on()
            back = run("move", home.id, **{"from": SECOND, "to": "default"})
            load.go_on()
        assert (there.state, back.state) == (DONE, DONE), (there.error, back.error)
        assert load.faults == []
        assert load.acknowledged == home.leads()
        assert _traces(elsewhere, home) == 0

    def test_killed_while_copying_another_attempt_finishes(
        self, home: Home, two_nodes: Settings, owner_engine: Engine, tmp_path: Path
    ) -> None:
        lead = home.add()
        with owner_engine.begin() as connection:  # the copy waits for this table
            connection.exec_driver_sql(f'LOCK TABLE "{home.info.schema}".lead IN ROW EXCLUSIVE MODE')
            command = ("-m", "crm_saas.cli", "tenants", "move", home.info.slug, SECOND, "--yes")
            with running(*command, settings=two_nodes, log=tmp_path / "move.log") as child:
                waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = to_regclass(:name)")
                with owner_engine.connect() as other:
                    name = {"name": f"{home.info.schema}.lead"}
                    eventually(lambda: other.execute(waiting, name).scalar_one(), seconds=30)
                kill_tree(child)
        assert _place(home) == ("default", MOVING)
        assert home.leads() == {lead}
        with pytest.raises(TenantMovingError):
            home.add()
        with uow.control() as unit:
            task_id = unit.session.scalars(select(KeepingTask.id).where(KeepingTask.workspace_id == home.id)).one()
        with time_machine.travel(now() + timedelta(minutes=1), tick=True):
            assert tasks.work(task_id)
        assert look(task_id).state == DONE, look(task_id).error
        assert _place(home) == (SECOND, ACTIVE)
        assert home.leads() == {lead}
        assert _traces(owner_engine, home) == 0

    @pytest.mark.parametrize("step", ["_copy", "close_source", "_switch", "drop_schemas"])
    def test_ended_after_any_step_another_attempt_finishes(
        self, home: Home, step: str, monkeypatch: pytest.MonkeyPatch, owner_engine: Engine, two_nodes: Settings
    ) -> None:
        assert two_nodes.nodes
        lead = home.add()
        original = getattr(move, step)

        def interrupted(*args: object) -> object:
            original(*args)
            raise KeyboardInterrupt

        with uow.control() as unit:
            task_id = tasks.ask(unit, "move", home.id, {"from": "default", "to": SECOND}, wake=False)
        with monkeypatch.context() as patch:
            patch.setattr(move, step, interrupted)
            if step != "drop_schemas":  # killed, and not merely interrupted: nobody puts things back
                patch.setattr(move, "_stay", lambda *_: None)
            with pytest.raises(KeyboardInterrupt):
                tasks.work(task_id)
        assert home.leads() == {lead} if step in {"_copy", "_switch"} else True
        with time_machine.travel(now() + timedelta(minutes=1), tick=True):
            assert tasks.work(task_id)
        assert look(task_id).state == DONE, look(task_id).error
        assert home.leads() == {lead}
        assert _traces(owner_engine, home) == 0
        home.add(name="Goes on")

    def test_that_takes_too_long_leaves_it_where_it_was(self, home: Home, elsewhere: Engine) -> None:
        home.add()
        failed = run("move", home.id, **{"from": "default", "to": SECOND}, at_most=0)
        assert (failed.state, "too long" in str(failed.error)) == (FAILED, True)
        assert _place(home) == ("default", ACTIVE)
        home.add(name="Goes on")
        assert _traces(elsewhere, home) == 0

    def test_a_failure_puts_everything_back(
        self, home: Home, elsewhere: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(move, "load_into", _broken)
            with uow.control() as unit:
                task_id = tasks.ask(unit, "move", home.id, {"from": "default", "to": SECOND}, wake=False)
            with pytest.raises(OSError, match="line cut"):
                tasks.work(task_id)
        assert (_place(home), look(task_id).state) == (("default", ACTIVE), QUEUED)
        home.add(name="Goes on")
        assert _traces(elsewhere, home) == 0

    def test_on_the_command_line(self, home: Home, two_nodes: Settings) -> None:
        nodes = CommandLine(two_nodes)
        assert "writes were refused for" in nodes("move", home.info.slug, SECOND, "--yes")
        assert "is there already" in nodes("move", home.info.slug, SECOND, "--yes", code=1)
        assert "no node" in nodes("move", home.info.slug, "third", "--yes", code=1)
        assert SECOND in nodes("list")


def _broken(*_: object) -> None:
    raise OSError("line cut")
