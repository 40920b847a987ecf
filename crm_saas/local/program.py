"""One supervised program: the web server, a worker, the scheduler."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from crm_saas.config import PREFIX, REPOSITORY
from crm_saas.local import processes
from crm_saas.local.errors import LocalError

MARK = "SUPERVISED_FOR"
"""The variable by which a program and its children are found again after their supervisor was killed."""
KEPT_LOG_BYTES = 16 * 1024 * 1024


class Program:
    """A Python program of the product, its output in `logs`/NAME.log.

    `ready` says whether it serves; without it, running is enough. A stop lets it finish for `stop_seconds`, then takes
    it down with all its children.
    """

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        env: Mapping[str, str],
        logs: Path,
        ready: Callable[[], bool] | None = None,
        start_seconds: float = 120.0,
        stop_seconds: float = 20.0,
    ) -> None:
        self.name = name
        self.log = logs / f"{name}.log"
        self._arguments = list(arguments)
        self._env = env
        self._ready = ready or (lambda: True)
        self._start_seconds = start_seconds
        self._stop_seconds = stop_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = False

    def start(self) -> None:
        """Start it and wait until it is ready; raises LocalError with the last line of its log."""
        turn_over(self.log)
        self._asked = False
        self._process = processes.start(
            processes.guarded([sys.executable, *self._arguments]), log=self.log, env=self._env, cwd=REPOSITORY
        )
        came_up = processes.wait_for(lambda: not self.running() or self._ready(), seconds=self._start_seconds)
        if not (came_up and self.running()):
            self.stop()
            raise LocalError(f"{self.name} did not start: {processes.last_line(self.log)} (see {self.log})")

    def running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None and self._process.poll() is None

    def ask_to_stop(self) -> None:
        """Tell it to finish what it does and end, once: a second time means "at once" to a worker."""
        if self._process is not None and self.running() and not self._asked:
            self._process.terminate()
            self._asked = True

    def stop(self) -> None:
        """Stop it and everything it started."""
        if self._process is None:
            return
        self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(self._stop_seconds)
        processes.stop(self._process)
        with suppress(ProcessLookupError):  # its session is its own, so its group is what it started
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process = None


def turn_over(log: Path) -> None:
    """Put a log that has grown large aside, in the place of the one put aside before."""
    with suppress(FileNotFoundError):
        if log.stat().st_size > KEPT_LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))


def environment(variables: Mapping[str, str], mark: Path) -> dict[str, str]:
    """The environment of a program: ours, with exactly the given settings."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return inherited | dict(variables) | {MARK: str(mark), "PYTHONUNBUFFERED": "1"}


def end_marked(mark: Path, seconds: float = 20.0) -> int:
    """Stop programs that a killed supervisor of the same data folder left behind; returns how many there were."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get(MARK) == str(mark):
                process.terminate()
                found.append(process)
    _, alive = psutil.wait_procs(found, timeout=seconds)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=5)
    return len(found)
