"""Start, find, wait for and stop processes of this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

import psutil

from crm_saas.local import guard
from crm_saas.local.errors import LocalError

GUARD = Path(guard.__file__)


def guarded(
    command: Sequence[str | Path], *, on_parent_death: signal.Signals = signal.SIGTERM, not_root: bool = False
) -> list[str]:
    """The command line that runs `command` so that it gets the signal when this process ends, however it ends.

    Call it from the main thread: Linux sends the signal when the thread that started the child ends. With `not_root`
    the program sees another user than root (PostgreSQL insists).
    """
    identity = unprivileged_identity() if not_root else guard.SAME
    prefix = [sys.executable, "-I", "-S", str(GUARD), str(os.getpid()), str(int(on_parent_death)), identity]
    return prefix + [str(part) for part in command]


@cache
def unprivileged_identity() -> str:
    """How a child of this process stops being root: nothing to do, a user namespace, or another user's uid."""
    if os.geteuid() != 0:
        return guard.SAME
    probe = [sys.executable, "-I", "-S", str(GUARD), "0", "0", guard.NAMESPACE]
    found = subprocess.run(probe, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
    return guard.NAMESPACE if found else guard.OTHER_USER


def start(command: Sequence[str], *, log: Path, env: Mapping[str, str], cwd: Path) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own (a Ctrl-C in the terminal is ours to pass on), its output into `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
        )


def stop(process: subprocess.Popen[bytes], *steps: tuple[signal.Signals, float]) -> None:
    """Send each signal in turn and wait its seconds, then kill; returns when the process has ended."""
    for sign, seconds in steps:
        if process.poll() is not None:
            return
        process.send_signal(sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            return
    process.kill()
    process.wait()


def wait_for(ready: Callable[[], bool], *, seconds: float, interval: float = 0.02) -> bool:
    """Ask again and again until `ready()` or the time is over; tells which."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() >= deadline:
            return False
        time.sleep(interval)
    return True


def leftovers(program: str, folder: Path) -> list[psutil.Process]:
    """Processes called `program` that work in `folder`: servers that a killed launcher left behind.

    No pid file is believed: pids are used again, working folders are not.
    """
    found = []
    for process in psutil.process_iter(["name"]):
        with suppress(psutil.Error):
            if process.info["name"] == program and Path(process.cwd()) == folder.resolve():
                found.append(process)
    return found


def end_leftovers(program: str, folder: Path, sign: signal.Signals, seconds: float) -> int:
    """Stop what `leftovers` finds, first with the signal, then by force; returns how many there were."""
    found = leftovers(program, folder)
    for process in found:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(sign)
    _, alive = psutil.wait_procs(found, timeout=seconds)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=5)
    return len(found)


def why_not(port: int) -> str:
    """Why nothing of ours could listen on the loopback port, in the system's words; empty when it could."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def remembered_port(memo: Path) -> int:
    """The port noted in `memo` if it is free, else a free one, noted for the next start."""
    with suppress(FileNotFoundError, ValueError):
        port = int(memo.read_text())
        if not why_not(port):
            return port
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    memo.write_text(str(port))
    return port


def make_folder(path: Path) -> Path:
    """Make a folder for the owner only; raises LocalError where it cannot be made or written."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise LocalError(f"cannot make the folder {path}: {error.strerror}") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise LocalError(f"cannot write in the folder {path}; set CRM_DATA_DIR to another one")
    return path


def last_line(log: Path, *, at_least: str = "") -> str:
    """The last line of a log that has text, preferring one containing `at_least`; for one-line error messages."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8192))
        text = file.read().decode(errors="replace")
    lines = [line for line in text.splitlines() if line.strip()]
    preferred = [line for line in lines[-40:] if at_least and at_least in line]
    return (preferred or lines or ["no output"])[-1].strip()
