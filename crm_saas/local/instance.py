"""One supervisor for a data folder at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from crm_saas.local.errors import LocalError

LOCK = "up.lock"


@contextmanager
def only_one(run_dir: Path) -> Iterator[None]:
    """Hold the folder's lock; raises LocalError when another process does.

    The kernel lets go of the lock when its holder ends, however it ends: a file that was left behind means nothing.
    """
    path = run_dir / LOCK
    with path.open("a+", encoding="ascii") as file:
        if not _taken(file):
            holder = path.read_text(encoding="ascii").strip() or "unknown"
            raise LocalError(f"already running on {run_dir.parent} (process {holder}); stop that one first")
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def is_held(run_dir: Path) -> bool:
    """Whether some process holds the folder's lock."""
    try:
        with (run_dir / LOCK).open(encoding="ascii") as file:
            return not _taken(file)
    except (FileNotFoundError, PermissionError):
        return False


def _taken(file: IO[str]) -> bool:
    """Take the lock unless somebody has it; whether it is ours. It is let go when the file is closed."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
