"""What a running `crm-saas up` leaves for commands typed beside it: its settings, in a file of the owner's only."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from crm_saas.local import instance

FILE_NAME = "environ.json"


def write_environ(run_dir: Path, environ: Mapping[str, str]) -> None:
    """Store the variables in `run_dir`, readable by the owner only."""
    target = run_dir / FILE_NAME
    draft = target.with_suffix(".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(dict(environ), file)
    draft.replace(target)


def remove_environ(run_dir: Path) -> None:
    """Forget the variables: the servers are going down."""
    (run_dir / FILE_NAME).unlink(missing_ok=True)


def running_environ(run_dir: Path) -> dict[str, str]:
    """The variables of the `crm-saas up` that holds the folder's lock; empty when none does."""
    if not instance.is_held(run_dir):
        return {}
    with suppress(FileNotFoundError):  # it runs, and its servers do not yet
        found: dict[str, str] = json.loads((run_dir / FILE_NAME).read_text(encoding="utf-8"))
        return found
    return {}
