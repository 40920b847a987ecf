"""Wait for a condition with a deadline: tests never sleep for a guessed time."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import TypeVar

T = TypeVar("T")


def eventually(condition: Callable[[], T], *, seconds: float = 10.0, every: float = 0.02, what: str = "") -> T:
    """Ask until `condition()` is true and return its answer; AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    pause = Event()
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {seconds:g} s: {what or repr(condition)}; last answer {answer!r}")
        pause.wait(every)
