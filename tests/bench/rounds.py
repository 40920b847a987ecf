"""Measuring side by side: short rounds in turn, so that whatever else the machine does falls on both sides."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things compared: how to do it once, and the processor time its process has used so far."""

    do: Callable[[int], object]
    """Called with 0, 1, 2, ..., never twice with one number."""
    cpu: Callable[[], float]
    """Seconds."""


@dataclass(slots=True)
class Measured:
    """What one side used, per call, in each round; milliseconds."""

    cpu: list[float] = field(default_factory=list)
    elapsed: list[float] = field(default_factory=list)


def measure(sides: Sequence[Side], *, rounds: int, count: int) -> list[Measured]:
    """Let the sides take turns, `count` calls each, over `rounds` rounds; one shorter round first is not counted."""
    numbers = [0] * len(sides)
    found = [Measured() for _ in sides]
    for turn in range(-1, rounds):
        calls = count if turn >= 0 else warm_up(count)
        order = range(len(sides)) if turn % 2 else range(len(sides) - 1, -1, -1)
        for index in order:
            side = sides[index]
            cpu, began = side.cpu(), time.perf_counter()
            for number in range(numbers[index], numbers[index] + calls):
                side.do(number)
            elapsed, used = time.perf_counter() - began, side.cpu() - cpu
            numbers[index] += calls
            if turn >= 0:
                found[index].cpu.append(used * 1000 / calls)
                found[index].elapsed.append(elapsed * 1000 / calls)
    return found


def warm_up(count: int) -> int:
    """Return how many calls come before the rounds."""
    return max(4, count // 4)


def ratio(ours: Sequence[float], plain: Sequence[float]) -> float:
    """Return the median over the rounds of ours / plain, each round with its own."""
    return statistics.median(a / b for a, b in zip(ours, plain, strict=True))
