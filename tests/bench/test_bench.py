"""The bench runs, every part of it, and tells met from short. Its numbers are looked at elsewhere."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from crm_saas.commands.bench import command
from tests.bench.__main__ import PARTS
from tests.bench.report import Line, table
from tests.bench.rounds import Side, measure, ratio


@pytest.mark.parametrize(
    ("better", "reached", "verdict"),
    [("lower", 2.0, "met"), ("lower", 2.01, "falls short"), ("higher", 2.0, "met"), ("higher", 1.99, "falls short")],
)
def test_an_aim_is_met_on_its_good_side_only(better: str, reached: float, verdict: str) -> None:
    line = Line("x", "ms", ours=1, plain=1, ratio=reached, aim=2, better="lower" if better == "lower" else "higher")
    assert line.verdict == verdict
    assert f"| {verdict} " in table([line])


def test_sides_take_turns_and_each_call_has_a_number_of_its_own() -> None:
    calls: list[tuple[str, int]] = []
    spent = {"a": 0.0, "b": 0.0}

    def side(name: str, seconds: float) -> Side:
        def do(number: int) -> None:
            calls.append((name, number))
            spent[name] += seconds

        return Side(do, lambda: spent[name])

    ours, plain = measure([side("a", 0.003), side("b", 0.001)], rounds=3, count=8)
    for name in "ab":
        assert [number for who, number in calls if who == name] == list(range(4 + 3 * 8))
    assert [name for name, number in calls if number % 8 == 4] == ["b", "a", "a", "b", "b", "a"]
    assert ours.cpu == pytest.approx([3.0] * 3)
    assert ratio(ours.cpu, plain.cpu) == pytest.approx(3.0)


@pytest.mark.xdist_group("heavy")
def test_every_part_runs(capfd: pytest.CaptureFixture[str]) -> None:
    result = CliRunner().invoke(command, ["--quick"])
    printed = capfd.readouterr()
    assert result.exit_code == 0, printed.err
    measured = re.findall(r"^\| ([\w, ]+?) +\|", printed.out, re.MULTILINE)
    assert {"create", "read", "list", "search", "provisioning", "scheduler", "import of 500 rows"} < set(measured)
    assert {"list, level team", "timeline, level team", "CSV export of 500 leads", "XLSX export of 500 leads"} < set(
        measured
    )
    assert [part in printed.err for part in PARTS] == [True] * len(PARTS)
    assert "| 0.00 " not in printed.out
