"""Starts services one after the other, starts again what crashes, and stops all in reverse."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn, Protocol

from crm_saas.local import processes
from crm_saas.local.errors import LocalError

LOOK_SECONDS = 0.25
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
HEALTHY_AFTER = 60.0
"""A service that ran this long before it crashed is started again after the first pause, not the next longer one."""
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Service(Protocol):
    """What can be supervised. `start` returns when it is ready or raises LocalError; `stop` when it has ended."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def log(self) -> Path:
        """The file it writes to."""
        ...

    def start(self) -> None:
        """Start and wait until ready."""
        ...

    def running(self) -> bool:
        """Whether it still runs."""
        ...

    def ask_to_stop(self) -> None:
        """Let it begin to stop if nothing that stops later needs it until then; does not wait."""
        ...

    def stop(self) -> None:
        """Stop and wait."""
        ...


class Ended(Exception):  # noqa: N818 - not an error: somebody asked us to end
    """A signal asked the supervisor to end."""


@dataclass
class _Watch:
    """What is known of one service's crashes."""

    service: Service
    started: float
    pause: float = FIRST_PAUSE
    again_at: float | None = None


class Supervisor:
    """Keeps services running. `say` is told, in one line each, what a person at the console should know."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._clock = clock
        self._watched: list[_Watch] = []

    def start(self, service: Service) -> None:
        """Start a service and keep it; raises LocalError when it does not come up."""
        # Kept before it is started: whatever interrupts the start, the stop will see it.
        self._watched.append(_Watch(service, self._clock()))
        service.start()

    def watch(self) -> NoReturn:
        """Look after the services until a signal raises Ended."""
        while True:
            self.look()
            time.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Look at every service once, in the order of their start."""
        for watch in self._watched:
            now = self._clock()
            if watch.again_at is None:
                if not watch.service.running():
                    self._plan_restart(watch, now)
            elif now >= watch.again_at:
                self._restart(watch)

    def stop(self) -> None:
        """Stop everything in reverse order; what can stop side by side does."""
        for watch in reversed(self._watched):
            watch.service.ask_to_stop()
        while self._watched:
            self._watched.pop().service.stop()

    def _plan_restart(self, watch: _Watch, now: float) -> None:
        if now - watch.started > HEALTHY_AFTER:
            watch.pause = FIRST_PAUSE
        last = processes.last_line(watch.service.log)
        self._say(f"{watch.service.name} ended by itself ({last}); starting it again in {watch.pause:.0f} s")
        watch.again_at = now + watch.pause
        watch.pause = min(watch.pause * 2, LONGEST_PAUSE)

    def _restart(self, watch: _Watch) -> None:
        watch.started, watch.again_at = self._clock(), None
        watch.service.stop()
        try:
            watch.service.start()
        except LocalError as error:
            self._say(str(error))
        else:
            self._say(f"{watch.service.name} runs again")


@contextmanager
def ending_signals() -> Iterator[None]:
    """In the block the first Ctrl-C, SIGTERM or hang-up raises Ended; later ones are ignored: the stop is whole."""

    def end(_number: int, _frame: FrameType | None) -> NoReturn:
        for each in ENDING:
            signal.signal(each, signal.SIG_IGN)
        raise Ended

    before = {each: signal.signal(each, end) for each in ENDING}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
