"""`python -m tests.bench`: what `crm-saas bench` runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import click

from tests.bench import (
    exporting,
    filtering,
    importing,
    keeping,
    memory,
    provisioning,
    requests,
    rights,
    rotation,
    searching,
)
from tests.bench.report import Line, machine, table
from tests.bench.stage import Stage, stage


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything."""

    records: int
    rounds: int
    count: int
    few: int
    many: int
    rows: int
    files: int
    searched: int


FULL = Sizes(records=20_000, rounds=7, count=150, few=10, many=500, rows=100_000, files=200, searched=1_000_000)
QUICK = Sizes(records=80, rounds=1, count=8, few=2, many=4, rows=500, files=3, searched=500)

PARTS: dict[str, Callable[[Stage, Sizes], list[Line]]] = {
    "requests": lambda at, size: requests.run(at, records=size.records, rounds=size.rounds, count=size.count),
    "rights": lambda at, size: rights.run(at, records=size.records, rounds=size.rounds, count=size.count),
    "provisioning": lambda at, size: provisioning.run(at, rounds=min(size.rounds, 4), count=min(size.count, 8)),
    "import": lambda at, size: importing.run(at, count=size.rows),
    "keeping": lambda at, size: keeping.run(at, count=size.rows, files=size.files),
    "memory": lambda at, size: memory.run(at, requests=size.count),
    "search": lambda at, size: searching.run(at, count=size.searched, rounds=min(size.count, 100)),
    "filters": lambda at, size: filtering.run(at, count=size.searched, rounds=min(size.count, 100)),
    "export": lambda at, size: exporting.run(at, few=size.rows // 10, rows=size.rows, count=size.searched),
    "workspaces": lambda at, size: rotation.run(at, few=size.few, many=size.many, rounds=min(size.rounds, 4)),
}


@click.command()
@click.option("--quick", is_flag=True, help="Small numbers: does it run? What it prints says nothing about speed.")
@click.option("--only", type=click.Choice(list(PARTS)), multiple=True, help="Only this part; may be repeated.")
def main(*, quick: bool, only: Sequence[str]) -> None:
    """Measure the product against plain scripts, on servers of its own, and print one table."""
    size = QUICK if quick else FULL
    began = time.monotonic()
    lines: list[Line] = []
    with stage() as made:
        for name, part in PARTS.items():
            if not only or name in only:
                click.echo(f"{name} ...", err=True)
                lines += part(made, size)
    click.echo(table(lines))
    click.echo(f"\n{machine()}; {time.monotonic() - began:.0f} s in all")


if __name__ == "__main__":
    main()
