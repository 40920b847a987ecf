"""The product's processes: a gunicorn of one worker process, background workers, and what a process has used."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from crm_saas.config import REPOSITORY, Settings, environ_of
from crm_saas.kernel.jobs import OWNER_QUEUES
from crm_saas.local import program
from crm_saas.local.program import Program
from tests.bench.stage import free_port

CONFIG = REPOSITORY / "infra" / "gunicorn.conf.py"


class WebServer:
    """A running server on `port`; its one worker process is `pid`."""

    def __init__(self, port: int, pid: int) -> None:
        self.port = port
        self.pid = pid

    def cpu_seconds(self) -> float:
        """Return the processor time (user and system) that the worker has used since it started."""
        return cpu_seconds(self.pid)


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process's threads, in steps of a nanosecond where /proc/PID/stat has 10 ms."""
    spent = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        spent += int((task / "schedstat").read_text(encoding="ascii").split()[0])
    return spent / 1e9


@contextmanager
def serve(settings: Settings, target: str, extra: Mapping[str, str] | None = None) -> Iterator[WebServer]:
    """Serve a WSGI application with the product's gunicorn settings, on a port of its own, until the block ends."""
    own = settings.without_owner().model_copy(update={"web_workers": 1})
    name = target.partition(":")[0].rpartition(".")[2]
    running = Program(
        name,
        ["-m", "gunicorn", "-c", str(CONFIG), target],
        env=program.environment(environ_of(own), settings.data_dir) | dict(extra or {}),
        logs=settings.data_dir / "logs",
        ready=lambda: _answers(own.port),
    )
    running.start()
    try:
        yield WebServer(own.port, _worker(running))
    finally:
        running.stop()


@contextmanager
def background(settings: Settings, role: str) -> Iterator[int]:
    """Run a worker of a queue, or the scheduler, until the block ends; its pid."""
    if role not in OWNER_QUEUES:
        settings = settings.without_owner()
    running = Program(
        role,
        ["-m", "crm_saas.worker", role],
        env=program.environment(environ_of(settings), settings.data_dir),
        logs=settings.data_dir / "logs",
    )
    running.start()
    try:
        yield pid_of(running)
    finally:
        running.stop()


def on_free_port(settings: Settings) -> Settings:
    """Return the settings of another server of the same deployment."""
    return settings.model_copy(update={"port": free_port()})


def _worker(running: Program) -> int:
    workers = psutil.Process(pid_of(running)).children()
    if len(workers) != 1:
        raise RuntimeError(f"{running.name}: one worker process expected, not {len(workers)}")
    return int(workers[0].pid)


def pid_of(running: Program) -> int:
    """Return the process of a program that runs."""
    if running._process is None:
        raise RuntimeError(f"{running.name} does not run")
    return running._process.pid


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
