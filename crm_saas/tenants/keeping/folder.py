"""Backups on disk: `<backup folder>/<tenant>/<backup>/` with a manifest, one part for each table, and the files.

A backup is made beside its place and moved there when it is complete, so a folder without `.part` is a whole backup.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final, Self

import orjson

from crm_saas.kernel.files import CHUNK
from crm_saas.tenants.keeping.tables import Content, Table

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
_FASTEST: Final = 1


class BadBackupError(Exception):
    """A backup is missing, incomplete, or not what its manifest says. The message is one line for an operator."""


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a backup."""

    table: Table
    content: Content


@dataclass(frozen=True, slots=True)
class FilePart:
    """One file of a backup."""

    size: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """What a backup holds."""

    tenant_id: uuid.UUID
    backup_id: uuid.UUID
    revision: str
    taken_at: datetime
    parts: list[Part] = field(default_factory=list)
    """In the order in which they can be loaded."""
    files: dict[str, FilePart] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(part.content.rows for part in self.parts)

    @property
    def counts(self) -> dict[str, int]:
        """The rows of each table."""
        return {part.table.name: part.content.rows for part in self.parts}

    def to_json(self) -> bytes:
        """Return the document that stands beside the parts."""
        document = {
            "format": FORMAT,
            "tenant_id": self.tenant_id,
            "backup_id": self.backup_id,
            "revision": self.revision,
            "taken_at": self.taken_at,
            "tables": [{**asdict(part.table), **asdict(part.content)} for part in self.parts],
            "files": {name: asdict(each) for name, each in self.files.items()},
        }
        return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z)

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Read a manifest; `BadBackupError` for one that is not ours."""
        try:
            document = orjson.loads(content)
            if document["format"] != FORMAT:
                raise BadBackupError(f"a backup of format {document['format']}, this release reads {FORMAT}")
            return cls(
                uuid.UUID(document["tenant_id"]),
                uuid.UUID(document["backup_id"]),
                document["revision"],
                datetime.fromisoformat(document["taken_at"]),
                [_part(each) for each in document["tables"]],
                {name: FilePart(each["size"], each["sha256"]) for name, each in document["files"].items()},
            )
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise BadBackupError(f"not a manifest: {error}") from None


def _part(document: dict[str, Any]) -> Part:
    table = Table(document["name"], tuple(document["columns"]), tuple(document["key"]))
    return Part(table, Content(document["rows"], document["sha256"], document["size"]))


class BackupFolder:
    """Where one backup is, or is being made."""

    def __init__(self, root: Path, tenant_id: uuid.UUID, backup_id: uuid.UUID) -> None:
        self.tenant_id = tenant_id
        self.backup_id = backup_id
        self.path = root / str(tenant_id) / str(backup_id)
        self._draft = self.path.with_name(f"{backup_id}.part")

    def begin(self) -> None:
        """Make an empty draft, whatever an earlier attempt left."""
        shutil.rmtree(self._draft, ignore_errors=True)
        for each in (self._draft / "tables", self._draft / "files"):
            each.mkdir(parents=True, mode=0o700)

    def write_part(self, table: Table, blocks: Iterable[bytes]) -> None:
        """Write the rows of a table."""
        path = self._draft / "tables" / f"{table.name}.copy.gz"
        with path.open("wb") as raw:
            with gzip.GzipFile(filename="", mode="wb", compresslevel=_FASTEST, fileobj=raw, mtime=0) as packed:
                gathered = bytearray()
                for block in blocks:
                    gathered += block
                    if len(gathered) >= CHUNK:
                        packed.write(gathered)
                        gathered.clear()
                packed.write(gathered)
            _to_disk(raw)

    def write_file(self, name: str, source: IO[bytes]) -> FilePart:
        """Copy a file."""
        with (self._draft / "files" / name).open("wb") as target:
            copied = copy_stream(source, target)
            _to_disk(target)
        return copied

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest and put the backup in its place."""
        with (self._draft / MANIFEST).open("wb") as file:
            file.write(manifest.to_json())
            _to_disk(file)
        self._draft.rename(self.path)

    def manifest(self) -> Manifest:
        """Read the manifest; `BadBackupError` if there is no complete backup."""
        try:
            return Manifest.from_json((self.path / MANIFEST).read_bytes())
        except FileNotFoundError:
            raise BadBackupError(f"no complete backup at {self.path}") from None

    @property
    def complete(self) -> bool:
        """Whether the backup is in its place."""
        return (self.path / MANIFEST).exists()

    def read_part(self, table: Table) -> Iterator[bytes]:
        """Yield the rows of a table."""
        try:
            with gzip.open(self.path / "tables" / f"{table.name}.copy.gz") as packed:
                while block := packed.read(CHUNK):
                    yield block
        except (OSError, EOFError) as error:
            raise BadBackupError(f"table {table.name} cannot be read: {error}") from None

    def file(self, name: str) -> Path:
        """Return where a file of the backup is."""
        return self.path / "files" / name

    def used_bytes(self) -> int:
        """Add up what the backup takes on disk."""
        return sum(each.stat().st_size for each in self.path.rglob("*") if each.is_file())

    def remove(self) -> None:
        """Remove it, manifest first: what is left of a half removed backup does not look complete."""
        (self.path / MANIFEST).unlink(missing_ok=True)
        for each in (self.path, self._draft):
            shutil.rmtree(each, ignore_errors=True)


def copy_stream(source: IO[bytes], target: IO[bytes]) -> FilePart:
    """Copy one stream into another; returns its size and hash."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(CHUNK):
        target.write(block)
        digest.update(block)
        size += len(block)
    return FilePart(size, digest.hexdigest())


def part_of(path: Path) -> FilePart | None:
    """Return size and hash of a file; None if there is none."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            return FilePart(os.fstat(file.fileno()).st_size, digest.hexdigest())
    except FileNotFoundError:
        return None


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
