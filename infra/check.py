"""The checks behind `make lint`, `make format` and `make test`. Standard library only.

Checks that only read run side by side; the tests follow by themselves, and their closing line comes last.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import bootstrap
import ensure_browser

ROOT = bootstrap.ROOT
BUILD = ROOT / "build"
REPORT = BUILD / "pytest.xml"
SCRIPTS = ("bootstrap", "check", "ensure_browser", "lint_migrations")
TYPED = ("crm_saas", "tests", "migrations", "wsgi.py")
WEB_CHECKS = ("typecheck", "lint", "api-check", "i18n-check", "size", "test")
CORES = os.cpu_count() or 2


@dataclass
class Step:
    """One check: a command, and what came of it."""

    name: str
    command: list[str]
    folder: Path = ROOT
    env: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    failed: bool = False
    output: str = ""

    def run(self) -> Step:
        """Run the command, keeping what it prints."""
        began = time.monotonic()
        done = subprocess.run(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=os.environ | {"NO_COLOR": "1"} | self.env,
            cwd=self.folder,
            check=False,
        )
        self.seconds, self.failed, self.output = time.monotonic() - began, done.returncode != 0, done.stdout
        return self


def main(arguments: list[str]) -> None:
    """Do what the Makefile's target of that name says."""
    targets = {"lint": lint, "format": rewrite, "test": test, "shots": shots}
    if len(arguments) != 1 or arguments[0] not in targets:
        sys.exit(f"usage: check.py {'|'.join(targets)}")
    os.environ["PATH"] = bootstrap.path_with_venv()
    targets[arguments[0]]()


def lint() -> None:
    """Every check that needs no server."""
    run_all(python_checks() + web_checks(without="test"))


def rewrite() -> None:
    """Put the sources in the project's format."""
    run_all([Step("ruff", ["ruff", "check", "--fix-only", "--quiet", "."])])
    run_all([Step("ruff format", ["ruff", "format", "."])])


def test() -> None:
    """Every check, then every test."""
    began = time.monotonic()
    env = {"CHROMIUM": chromium()}
    steps = run_all(python_checks() + web_checks())
    steps.append(Step("pytest", []))
    tests_began = time.monotonic()
    code, closing = pytest(env)
    steps[-1].seconds = time.monotonic() - tests_began
    report(steps, time.monotonic() - began)
    print(closing)
    sys.exit(code)


def shots() -> None:
    """Visit every main screen in every variant and keep pictures."""
    folder = BUILD / "shots"
    env = os.environ | {"SHOTS": str(folder), "CHROMIUM": chromium()}
    done = subprocess.run(["pytest", "--quiet", "tests/e2e/test_screens.py"], env=env, cwd=ROOT, check=False)
    print(f"pictures are in {folder.relative_to(ROOT)}/")
    sys.exit(done.returncode)


def python_checks() -> list[Step]:
    """The checks of the Python sources, the slowest first."""
    return [
        Step("mypy", ["mypy", *TYPED, *(f"infra/{name}.py" for name in SCRIPTS)], env={"MYPYPATH": "infra"}),
        Step("squawk", ["python", "infra/lint_migrations.py"]),
        Step("import-linter", ["lint-imports"]),
        Step("ruff", ["ruff", "check", "."]),
        Step("ruff format", ["ruff", "format", "--check", "."]),
    ]


def web_checks(without: str = "") -> list[Step]:
    """The checks of the web client: scripts of its package.json."""
    names = [name for name in WEB_CHECKS if name != without]
    return [Step(f"web {name}", ["npm", "run", "--silent", name], folder=bootstrap.FRONTEND) for name in names]


def run_all(steps: list[Step]) -> list[Step]:
    """Run the steps side by side, tell each as it ends, and leave with what the failed ones said."""
    failed = []
    with ThreadPoolExecutor(CORES) as pool:
        for step in pool.map(Step.run, steps):
            print(f"{'FAILED' if step.failed else 'ok':6} {step.seconds:6.1f} s  {step.name}", flush=True)
            if step.failed:
                failed.append(step)
    for step in failed:
        print(f"\n--- {step.name}\n{step.output.strip()}")
    if failed:
        sys.exit(1)
    return steps


def pytest(env: dict[str, str]) -> tuple[int, str]:
    """Run every test, showing what it prints; returns the exit code and pytest's closing line."""
    BUILD.mkdir(exist_ok=True)
    command = [
        *("pytest", "--numprocesses", str(CORES), "--dist", "loadgroup", f"--junit-xml={REPORT}"),
        *("--cov", "--cov-report=", "--color=no", "--quiet"),
    ]
    closing = ""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, env=os.environ | env, cwd=ROOT
    ) as running:
        for line in running.stdout or ():
            print(line, end="", flush=True)
            closing = line.strip() or closing
    return running.returncode, closing


def report(steps: list[Step], seconds: float) -> None:
    """Print what took how long, how many tests of each kind ran, and how much of the product they ran."""
    print("\nseconds by step")
    for step in steps:
        print(f"  {step.seconds:7.1f}  {step.name}")
    print(f"  {seconds:7.1f}  in all")
    print("tests by kind")
    for kind, (count, spent) in sorted(kinds().items()):
        print(f"  {count:7}  {kind} ({spent:.0f} s of tests)")
    for step in steps:
        found = re.search(r"Tests +(\d+) passed", step.output)
        if found:
            print(f"  {found[1]:>7}  {step.name}")
    total = Step("coverage", ["coverage", "report", "--format=total"]).run()
    print(f"coverage of crm_saas/: {total.output.strip()} %")


def kinds() -> dict[str, tuple[int, float]]:
    """For each folder of tests/: how many tests ran, and their seconds added up."""
    found: dict[str, list[float]] = defaultdict(list)
    for case in ET.parse(REPORT).getroot().iter("testcase"):  # noqa: S314 - written by pytest a moment ago
        found[case.attrib["classname"].split(".")[1]].append(float(case.attrib["time"]))
    return {kind: (len(times), sum(times)) for kind, times in found.items()}


def chromium() -> str:
    """A browser for the browser tests, installed where that is possible."""
    done = subprocess.run(
        [sys.executable, str(Path(ensure_browser.__file__))], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(done.returncode)
    return done.stdout.strip()


if __name__ == "__main__":
    main(sys.argv[1:])
