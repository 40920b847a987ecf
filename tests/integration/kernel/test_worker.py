"""Real workers and the real scheduler, as processes of their own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen

import pytest
from redis import Redis
from sqlalchemy import select

from crm_saas.config import Settings
from crm_saas.kernel import jobs, relay, sweeps, uow
from crm_saas.kernel.directory import ACTIVE, Directory, Placement
from crm_saas.kernel.events import Outbox
from crm_saas.kernel.jobs import QUEUES, QueueName
from crm_saas.tenants.mirror import RecordCount
from crm_saas.worker import load_jobs, main
from tests.factories.events import write_event
from tests.factories.workspaces import WorkspaceInfo, order_workspace
from tests.support.polling import eventually
from tests.support.programs import end, kill_tree, running


class Workers:
    """Starts background processes and ends them with the test."""

    def __init__(self, settings: Settings, folder: Path, stack: ExitStack) -> None:
        self._settings, self._folder, self._stack = settings, folder, stack

    def start(self, role: str) -> Popen[bytes]:
        settings = self._settings
        if role != "provision":
            settings = settings.without_owner()
        log = self._folder / f"{role}.log"
        return self._stack.enter_context(running("-m", "crm_saas.worker", role, settings=settings, log=log))


@pytest.fixture
def workers(settings: Settings, tmp_path: Path, redis: Redis) -> Iterator[Workers]:
    assert redis.ping()
    with ExitStack() as stack:
        yield Workers(settings, tmp_path, stack)


def _leads(workspace: WorkspaceInfo) -> int:
    with uow.tenant(workspace.id) as unit:
        return unit.connection.execute(select(RecordCount.value)).scalar_one()


def _is_active(workspace: WorkspaceInfo) -> bool:
    with uow.control() as unit:
        return unit.session.get_one(Placement, workspace.id).state == ACTIVE


def _write(workspace: WorkspaceInfo, *, hint: bool) -> None:
    with uow.tenant(workspace.id) as unit:
        write_event(unit, "created")
        if hint:
            unit.on_commit(relay.hint_tenant, workspace.id)


def test_a_hint_wakes_the_relay_and_later_hints_are_not_lost(workers: Workers, workspace: WorkspaceInfo) -> None:
    worker = workers.start("fast")
    for number in (1, 2, 3):
        _write(workspace, hint=True)
        eventually(lambda number=number: _leads(workspace) == number, seconds=20)  # type: ignore[misc]
    assert end(worker) == 0


def test_without_any_hint_the_scheduler_sees_to_it(workers: Workers, workspace: WorkspaceInfo) -> None:
    stray = order_workspace()
    _write(workspace, hint=False)
    for role in ("fast", "provision", "scheduler"):
        workers.start(role)
    # a sweep passes every workspace that this run of the tests has made so far, on a machine busy with other tests
    eventually(lambda: _leads(workspace) == 1, seconds=120)
    eventually(lambda: _is_active(stray), seconds=120)


def test_a_job_of_a_killed_worker_is_done_by_another(workers: Workers, workspace: WorkspaceInfo, redis: Redis) -> None:
    _write(workspace, hint=False)
    first = workers.start("fast")
    with uow.tenant(workspace.id) as unit:
        # the locked row makes the job wait in the middle of its work
        unit.session.get_one(RecordCount, "lead", with_for_update=True)
        relay.hint_tenant(workspace.id)
        eventually(lambda: redis.zcard("rq:wip:fast"), seconds=20)
        kill_tree(first)
    assert _leads(workspace) == 0
    workers.start("fast")
    eventually(lambda: _leads(workspace) == 1, seconds=60)
    with uow.tenant(workspace.id) as unit:
        assert unit.session.scalars(select(Outbox)).all() == []


def test_two_schedulers_ask_once_for_each_interval(redis: Redis) -> None:
    load_jobs()
    asked = list(sweeps.ask(1_000_000.0))
    assert len(asked) == len(sweeps.declared())
    assert list(sweeps.ask(1_000_001.0)) == []
    for name in asked:
        sweeps.run(name) if name.startswith("crm_saas.kernel.") else redis.delete(f"hint:fast:sweep:{name}")
    assert set(sweeps.ask(1_000_000.0 + 3600)) >= {f"{relay.__name__}.sweep_tenants", f"{relay.__name__}.sweep_control"}


def test_a_sweep_still_waiting_is_not_asked_for_twice(redis: Redis) -> None:
    load_jobs()
    first = len(list(sweeps.ask(2_000_000.0)))
    assert first > 0
    list(sweeps.ask(2_000_000.0 + 3600))
    assert sum(redis.llen(f"rq:queue:{queue}") for queue in QUEUES) == first


def test_every_queue_has_a_worker_and_every_sweep_a_queue(directory: Directory) -> None:
    assert directory.node_ids
    load_jobs()
    assert {sweep.queue for sweep in sweeps.declared()} <= set(QUEUES)
    names = {sweep.name for sweep in sweeps.declared()}
    assert {
        "crm_saas.kernel.relay.sweep_tenants",
        "crm_saas.kernel.relay.sweep_control",
        "crm_saas.tenants.jobs.sweep_provisioning",
        "crm_saas.tenants.jobs.sweep_mail",
    } <= names


def test_what_is_declared_anywhere_is_known_to_every_worker(repository: Path) -> None:
    """Read our own source: a sweep or consumer in a module that no `jobs` module imports would never run."""
    load_jobs()
    known = {sweep.name for sweep in sweeps.declared()} | set(relay.declared())
    written = set()
    for path in (repository / "crm_saas").rglob("*.py"):
        module = ".".join(path.relative_to(repository).with_suffix("").parts)
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef):
                for decorator in function.decorator_list:
                    name = decorator.func if isinstance(decorator, ast.Call) else decorator
                    if isinstance(name, ast.Name) and name.id in {"sweep", "consumer", "control_consumer"}:
                        written.add(f"{module}.{function.name}")
    assert written
    assert written == known


@pytest.mark.parametrize("queue", QUEUES)
def test_without_redis_a_hint_is_dropped_and_said_to_be(queue: QueueName, caplog: pytest.LogCaptureFixture) -> None:
    jobs.configure("redis://127.0.0.1:1/0")
    try:
        assert jobs.enqueue(queue, "crm_saas.kernel.relay.relay_control") is False
        assert jobs.enqueue(queue, "crm_saas.kernel.relay.relay_control", unique="x") is False
        jobs.started(queue, "x")
        assert list(sweeps.ask(1.0)) == []
    finally:
        jobs.configure(None)
    assert "queue hint not sent" in caplog.text


def test_an_unknown_role_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["slow"]) == 2
    assert main([]) == 2
    assert "fast|bulk|provision|keep|scheduler" in capsys.readouterr().err
