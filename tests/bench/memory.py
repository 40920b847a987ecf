"""What each process of the product keeps in memory once it is at work."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import psutil
from rq import Queue, Worker

from crm_saas.kernel import jobs
from crm_saas.kernel.jobs import QUEUES
from crm_saas.local import processes
from tests.bench.report import Line
from tests.bench.requests import LIST, signed_in
from tests.bench.stage import Stage
from tests.bench.web import background, on_free_port, serve

WAIT_SECONDS = 60.0


def run(stage: Stage, *, requests: int) -> list[Line]:
    """Start every kind of process, wait until it does its work, and look."""
    workspace_id = stage.make_workspace(leads=60)
    found: list[Line] = []
    with ExitStack() as stack:
        server = stack.enter_context(serve(on_free_port(stage.settings), "wsgi:app"))
        client = stack.enter_context(signed_in(server, stage.owner, workspace_id))
        for _ in range(requests):
            client.send("GET", LIST)
        found.append(_line("web worker", server.pid, f"after {requests} lists of 50"))
        for queue in QUEUES:
            worker = stack.enter_context(background(stage.settings, queue))
            named = Queue(queue, connection=jobs.redis())
            _until(lambda named=named: Worker.count(queue=named), f"worker of {queue}")  # type: ignore[misc]
            found.append(_line(f"{queue} worker", worker, "waiting; a job runs in a forked child"))
        scheduler = stack.enter_context(background(stage.settings, "scheduler"))
        _until(lambda: jobs.redis().keys("tick:*"), "scheduler")
        found.append(_line("scheduler", scheduler, "after its first round"))
    return found


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process, in MB of 10^6 bytes."""
    return float(psutil.Process(pid).memory_info().rss) / 1e6


def _line(what: str, pid: int, note: str) -> Line:
    own = psutil.Process(pid).memory_full_info().uss / 1e6
    return Line(what=what, unit="MB resident", ours=resident_mb(pid), note=f"{own:.0f} MB its own; {note}")


def _until(condition: Callable[[], object], what: str) -> None:
    if not processes.wait_for(lambda: bool(condition()), seconds=WAIT_SECONDS):
        raise RuntimeError(f"{what} did not come up within {WAIT_SECONDS:.0f} s")
