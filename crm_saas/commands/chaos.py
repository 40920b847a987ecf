"""`crm-saas chaos`: kill -9 all over a private deployment; nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

import click

from crm_saas.commands import _chaos
from crm_saas.commands._chaos_counts import Result
from crm_saas.commands._stage import Stage

ACTS = {
    "provisioning": _chaos.provisioning,
    "import": _chaos.importing,
    "bulk": _chaos.changing,
    "relay": _chaos.relaying,
}


@click.command()
@click.option("--kills", type=click.IntRange(1), default=20, show_default=True, help="Kills in each act.")
@click.option("--act", "acts", type=click.Choice(list(ACTS)), multiple=True, help="Only this act; may be repeated.")
@click.option("--seed", type=int, default=None, help="Choose the moments as an earlier run did.")
@click.option("--keep", is_flag=True, help="Keep the folder with the servers' data and logs.")
def command(kills: int, acts: tuple[str, ...], seed: int | None, *, keep: bool) -> None:
    """Kill workers, jobs and servers during provisioning, import, bulk changes and relay, then count what is there.

    Exits with 1 if anything acknowledged is missing, is there twice, or was not relayed.
    """
    seed = random.randrange(10**6) if seed is None else seed  # noqa: S311 - nothing to guess here
    folder = Path(tempfile.mkdtemp(prefix="crm-chaos-"))
    click.echo(f"seed {seed}" + (f", folder {folder}" if keep else ""))
    results = []
    try:
        with Stage(folder, random.Random(seed)) as stage:  # noqa: S311 - the same
            for name in acts or tuple(ACTS):
                results.append(ACTS[name](stage, kills))
                click.echo(_line(results[-1]) if len(results) > 1 else f"{_HEAD}\n{_line(results[-1])}")
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)
    for result in results:
        for fault in result.faults:
            click.echo(f"{result.act}: {fault}")
    if not all(result.clean for result in results):
        raise click.ClickException("something was lost, done twice or not relayed")


_HEAD = (
    f"{'act':<14}{'kills':>6}{'at-work':>9}{'worker':>8}{'job':>5}{'database':>10}{'queue':>7}"
    f"{'acknowledged':>14}{'stored':>8}{'lost':>6}{'doubled':>9}{'unrelayed':>11}{'rest-s':>8}"
)


def _line(result: Result) -> str:
    kinds = [result.kills.get(kind, 0) for kind in ("worker", "job", "database", "queue")]
    return (
        f"{result.act:<14}{sum(kinds):>6}{result.struck:>9}{kinds[0]:>8}{kinds[1]:>5}{kinds[2]:>10}{kinds[3]:>7}"
        f"{result.acknowledged:>14}{result.stored:>8}{result.lost:>6}{result.doubled:>9}{result.unrelayed:>11}"
        f"{result.rest_seconds:>8.1f}"
    )
