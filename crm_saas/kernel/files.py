"""Files of tenants, behind a port. Each tenant has a folder of its own; the product makes the keys, never a user."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Final, Protocol

from crm_saas.kernel.errors import TooLarge
from crm_saas.kernel.ids import uuid7

CHUNK: Final = 256 * 1024


class FileStore(Protocol):
    """Where uploaded files are kept."""

    def save(self, tenant_id: uuid.UUID, stream: IO[bytes], *, most: int) -> tuple[str, int]:
        """Store a stream of at most `most` bytes; returns its key and size. `TooLarge` keeps nothing."""
        ...

    def path(self, tenant_id: uuid.UUID, key: str) -> Path:
        """Return a local path to read from."""
        ...

    def delete(self, tenant_id: uuid.UUID, key: str) -> None:
        """Remove a file and whatever was derived from it; nothing happens if there is none."""
        ...

    def keys(self, tenant_id: uuid.UUID, *, unchanged_since: datetime) -> list[str]:
        """Return the keys of a tenant's files that were last written before an instant."""
        ...

    def used_bytes(self, tenant_id: uuid.UUID) -> int:
        """Return the bytes of all files of a tenant."""
        ...

    def names(self, tenant_id: uuid.UUID) -> list[str]:
        """Return the names of all complete files of a tenant, derived ones included, in order."""
        ...

    def find(self, tenant_id: uuid.UUID, name: str) -> Path | None:
        """Return where the file of this name is; None if there is none."""
        ...

    def put(self, tenant_id: uuid.UUID, name: str, stream: IO[bytes]) -> None:
        """Store a file under the name it had, in place of one that is there."""
        ...

    def delete_all(self, tenant_id: uuid.UUID) -> None:
        """Remove everything of a tenant."""
        ...


class LocalFiles:
    """Files on the local disk: `<root>/<tenant id>/<key>`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def save(self, tenant_id: uuid.UUID, stream: IO[bytes], *, most: int) -> tuple[str, int]:
        """Write to a temporary name and rename, so that a half-written file is never found."""
        folder = self._folder(tenant_id)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = uuid7().hex
        partial = folder / f".{key}.part"
        size = 0
        try:
            with partial.open("xb") as file:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    if size > most:
                        raise TooLarge("The file is too large.", most=most)  # noqa: TRY301 - the clean-up below is the same
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            partial.rename(folder / key)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        return key, size

    def path(self, tenant_id: uuid.UUID, key: str) -> Path:
        """Return the file's path; a key that could leave the tenant's folder is an error of the program."""
        if not key.isalnum():
            msg = "not a key of the file store"
            raise ValueError(msg)
        return self._folder(tenant_id) / key

    def delete(self, tenant_id: uuid.UUID, key: str) -> None:
        """Remove the file and its companions, which are named `<key>.<something>`."""
        path = self.path(tenant_id, key)
        for pattern in (f"{key}.*", f".{key}.part"):
            for companion in path.parent.glob(pattern):
                companion.unlink(missing_ok=True)
        path.unlink(missing_ok=True)

    def delete_all(self, tenant_id: uuid.UUID) -> None:
        """Remove a tenant's folder."""
        shutil.rmtree(self._folder(tenant_id), ignore_errors=True)

    def keys(self, tenant_id: uuid.UUID, *, unchanged_since: datetime) -> list[str]:
        """List the folder; a key left with nothing but half-written or derived files is listed too."""
        found: dict[str, float] = {}
        with contextlib.suppress(FileNotFoundError):
            for entry in _entries(self._folder(tenant_id)):
                key = entry.name.lstrip(".").partition(".")[0]
                with contextlib.suppress(FileNotFoundError):
                    found[key] = max(found.get(key, 0.0), entry.stat().st_mtime)
        return [key for key, changed in found.items() if changed < unchanged_since.timestamp()]

    def used_bytes(self, tenant_id: uuid.UUID) -> int:
        """Add up the sizes in the tenant's folder."""
        total = 0
        with contextlib.suppress(FileNotFoundError):
            for entry in _entries(self._folder(tenant_id)):
                with contextlib.suppress(FileNotFoundError):
                    total += entry.stat().st_size
        return total

    def names(self, tenant_id: uuid.UUID) -> list[str]:
        """List the folder without what is being written."""
        with contextlib.suppress(FileNotFoundError):
            return sorted(entry.name for entry in _entries(self._folder(tenant_id)) if not entry.name.startswith("."))
        return []

    def find(self, tenant_id: uuid.UUID, name: str) -> Path | None:
        """Return the path of a file of `names`; a name that could leave the folder is an error of the program."""
        path = self._named(tenant_id, name)
        return path if path.is_file() else None

    def put(self, tenant_id: uuid.UUID, name: str, stream: IO[bytes]) -> None:
        """Write beside the place and rename, so that a half-written file is never found."""
        path = self._named(tenant_id, name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_name(f".{name}.part")
        with partial.open("wb") as file:
            shutil.copyfileobj(stream, file, CHUNK)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)

    def _named(self, tenant_id: uuid.UUID, name: str) -> Path:
        if name.startswith(".") or "/" in name or "\0" in name:
            msg = "not a name of the file store"
            raise ValueError(msg)
        return self._folder(tenant_id) / name

    def _folder(self, tenant_id: uuid.UUID) -> Path:
        return self._root / str(tenant_id)


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        yield from entries


_store: FileStore | None = None


def configure(root: Path) -> None:
    """Set the file store of this process."""
    global _store  # noqa: PLW0603 - one per process
    _store = LocalFiles(root)


def file_store() -> FileStore:
    """Return the file store of this process."""
    if _store is None:
        msg = "kernel.files.configure() was not called"
        raise RuntimeError(msg)
    return _store
