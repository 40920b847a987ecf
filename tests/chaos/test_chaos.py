"""`make chaos` kills sixty times; here each act meets one kill, so that the command itself does not rot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crm_saas.commands._chaos import victims
from crm_saas.commands._chaos_counts import Result


def test_one_kill_in_each_act_loses_nothing(repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "crm_saas.cli", "chaos", "--kills", "1", "--seed", "1"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    head, *rows = (line.split() for line in done.stdout.splitlines()[1:])
    table = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert set(table) == {"provisioning", "import", "bulk", "relay"}
    for row in table.values():
        assert row["kills"] == "1"
        assert row["acknowledged"] == row["stored"] != "0"
        assert (row["lost"], row["doubled"], row["unrelayed"]) == ("0", "0", "0")


def test_twenty_kills_hit_workers_jobs_and_both_servers() -> None:
    chosen = victims(20)
    assert {kind: chosen.count(kind) for kind in set(chosen)} == {"worker": 10, "job": 6, "database": 2, "queue": 2}


@pytest.mark.parametrize(
    "fault", [{"acknowledged": 0}, {"lost": 1}, {"doubled": 1}, {"unrelayed": 1}, {"faults": ["counted wrong"]}]
)
def test_any_fault_makes_it_fail(fault: dict[str, object]) -> None:
    assert Result("act", acknowledged=1).clean
    assert not Result("act", **({"acknowledged": 1} | fault)).clean  # type: ignore[arg-type]
