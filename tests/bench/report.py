"""The table."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import psutil


@dataclass(frozen=True, slots=True)
class Line:
    """One thing measured; what is not known or not compared is None."""

    what: str
    unit: str
    ours: float
    plain: float | None = None
    ratio: float | None = None
    aim: float | None = None
    """The ratio to reach."""
    better: Literal["lower", "higher"] = "lower"
    """Which side of the aim is good."""
    note: str = ""

    @property
    def verdict(self) -> str:
        """Say whether the aim is met; empty where there is none."""
        if self.aim is None or self.ratio is None:
            return ""
        met = self.ratio <= self.aim if self.better == "lower" else self.ratio >= self.aim
        return "met" if met else "falls short"


HEADINGS = ("what", "unit", "ours", "plain", "ratio", "aim", "", "note")


def table(lines: list[Line]) -> str:
    """Return the lines as a Markdown table, aligned for a terminal."""
    cells = [HEADINGS, *(_cells(line) for line in lines)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADINGS))]
    texts = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([texts[0], rule, *texts[1:]])


def late(taken: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * 0.95))]


def machine() -> str:
    """Say when and on what: nothing that would name the machine."""
    cores, memory = os.cpu_count() or 1, psutil.virtual_memory().total / 2**30
    load = os.getloadavg()[0]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {cores} cores, {memory:.0f} GiB, Python {platform.python_version()};"
        f" load average at the end {load:.1f}"
    )


def _cells(line: Line) -> tuple[str, ...]:
    sign = "<=" if line.better == "lower" else ">="
    return (
        line.what,
        line.unit,
        _number(line.ours),
        "" if line.plain is None else _number(line.plain),
        "" if line.ratio is None else f"{line.ratio:.2f}",
        "" if line.aim is None else f"{sign} {line.aim:g}",
        line.verdict,
        line.note,
    )


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}"
