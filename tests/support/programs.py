"""Start the product's own processes in tests, and end them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from crm_saas.config import REPOSITORY, Settings, environ_of
from crm_saas.local.processes import guarded


@contextmanager
def running(
    *arguments: str, settings: Settings, log: Path, extra: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `python ARGUMENTS` with these settings; terminated at the end, its output in `log`."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}
    with log.open("ab") as output:
        process = subprocess.Popen(
            guarded([sys.executable, *arguments]),
            env=environ | environ_of(settings) | dict(extra or {}),
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> int:
    """Ask a process to end, make it after 10 s, and return its exit code."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            kill_tree(process)
    return process.wait(10)


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and everything it started, wherever that moved itself, as a power cut would."""
    family = psutil.Process(process.pid)
    for one in (family, *family.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            one.kill()
    process.wait(10)
