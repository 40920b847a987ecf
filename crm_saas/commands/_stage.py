"""A private deployment for chaos: real servers and real workers, any of which can be killed and started again."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import psutil
from redis import Redis

from crm_saas.config import REPOSITORY, Settings, environ_of
from crm_saas.kernel import jobs, uow
from crm_saas.kernel.bootstrap_sql import bootstrap_cluster
from crm_saas.kernel.db import make_owner_engine
from crm_saas.local import processes, program
from crm_saas.local.postgres import EmbeddedPostgres
from crm_saas.local.redis_server import EmbeddedRedis
from crm_saas.tenants import process
from crm_saas.tenants.fleet import migrate_control

Role = Literal["fast", "bulk", "provision", "keep", "scheduler"]
Victim = Literal["worker", "job", "database", "queue"]
ROLES: tuple[Role, ...] = ("fast", "bulk", "provision", "keep", "scheduler")
PASSWORD = "onlyforchaos"  # noqa: S105 - the servers are private and gone when it ends
_LOOK_SECONDS = 0.001


class Stage:
    """The deployment, in a folder of its own; everything is forced to disk as in production."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder = folder
        self.chance = chance
        self.postgres = EmbeddedPostgres(folder)
        self.redis_server = EmbeddedRedis(folder)
        self.settings = Settings()
        self._workers: dict[Role, subprocess.Popen[bytes]] = {}
        self._stack = ExitStack()
        self._killed = set[bytes]()

    def __enter__(self) -> Self:
        self._stack.enter_context(self.postgres)
        self._stack.enter_context(self.redis_server)
        bootstrap_cluster(self.postgres.superuser_url(), app_password=PASSWORD, owner_password=PASSWORD, database="crm")
        self.settings = Settings(
            environment="test",
            data_dir=self.folder,
            secret_key="k" * 64,
            encryption_keys=f"test:{'A' * 43}=",
            database_url=self.postgres.url("crm_app", PASSWORD, "crm"),
            owner_database_url=self.postgres.url("crm_owner", PASSWORD, "crm"),
            redis_url=self.redis_server.url(),
            log_level="warning",
        )
        self.owner = make_owner_engine(self.postgres.url("crm_owner", PASSWORD, "crm"))
        migrate_control(self.owner)
        process.configure(self.settings, application="crm-chaos")
        self._stack.callback(self._stop_workers)
        for role in ROLES:
            self.start(role)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        uow.directory().dispose()
        self._stack.close()

    def start(self, role: Role) -> None:
        """Start a worker or the scheduler."""
        settings = self.settings
        if role not in jobs.OWNER_QUEUES:
            settings = settings.without_owner()
        self._workers[role] = processes.start(
            processes.guarded([sys.executable, "-m", "crm_saas.worker", role]),
            log=self.folder / "logs" / f"{role}.log",
            env=program.environment(environ_of(settings), self.folder),
            cwd=REPOSITORY,
        )

    def at_work(self, role: Role) -> bool:
        """Whether a job of the role's queue is being worked on; jobs that were killed stay in RQ's list for a while."""
        with Redis.from_url(self.settings.redis_url) as redis:
            return bool(_executions(redis, role) - self._killed)

    def wait_until_at_work(self, role: Role, seconds: float) -> bool:
        """Wait for a job of the role's queue to begin; tells whether one did."""
        with Redis.from_url(self.settings.redis_url) as redis:
            return processes.wait_for(
                lambda: bool(_executions(redis, role) - self._killed), seconds=seconds, interval=_LOOK_SECONDS
            )

    def kill(self, victim: Victim, role: Role) -> None:
        """Kill with SIGKILL and start again what was killed."""
        with Redis.from_url(self.settings.redis_url) as redis:
            self._killed |= _executions(redis, role)
        if victim == "database":
            self._kill_server(self.postgres.process, self.postgres.start)
        elif victim == "queue":
            self._kill_server(self.redis_server.process, self.redis_server.start)
        elif victim == "job":
            for child in psutil.Process(self._workers[role].pid).children(recursive=True):
                _kill(child)
        else:
            self._kill_tree(role)
        self._restart_the_fallen()

    def _kill_server(self, server: subprocess.Popen[bytes] | None, start: Callable[[], None]) -> None:
        if server is not None:
            server.send_signal(signal.SIGKILL)
            server.wait()
            start()

    def _kill_tree(self, role: Role) -> None:
        with suppress(psutil.NoSuchProcess):
            worker = psutil.Process(self._workers[role].pid)
            children = worker.children(recursive=True)
            for one in (worker, *children):
                _kill(one)
        self._workers[role].wait()

    def _restart_the_fallen(self) -> None:
        """A worker also ends by itself when its queue goes; in production its supervisor starts it again."""
        for role, worker in self._workers.items():
            if worker.poll() is not None:
                self.start(role)

    def until(self, done: Callable[[], bool], seconds: float) -> float:
        """Wait for things to come to rest, as a supervisor would; returns the seconds, or raises `TimeoutError`."""
        began = time.monotonic()

        def look() -> bool:
            self._restart_the_fallen()
            return done()

        if not processes.wait_for(look, seconds=seconds, interval=0.25):
            raise TimeoutError
        return time.monotonic() - began

    def _stop_workers(self) -> None:
        for role in self._workers:
            self._kill_tree(role)


def _executions(redis: Redis, role: Role) -> set[bytes]:
    """Return what RQ believes is being worked on: job and execution."""
    return {entry for entry in redis.zrange(f"rq:wip:{role}", 0, -1) if isinstance(entry, bytes)}


def _kill(one: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):
        one.kill()
