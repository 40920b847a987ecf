"""Secrets of one machine: generated once, each in a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from crm_saas.local.processes import make_folder


class SecretFiles:
    """A folder of secrets by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = make_folder(folder)

    def path(self, name: str) -> Path:
        """The file of a secret, made with a fresh value (256 bits as hex) where it does not exist."""
        path = self.folder / name
        if not path.exists():
            # Written aside and linked into place: a kill in between leaves no empty secret.
            draft = self.folder / f".{name}.{os.getpid()}"
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
            with suppress(FileExistsError):
                path.hardlink_to(draft)
            draft.unlink()
        return path

    def get(self, name: str) -> str:
        """The value of a secret."""
        return self.path(name).read_text(encoding="ascii").strip()
