"""What the files of a workspace say of a person: uploads and rejected rows of imports, and exports of everything."""

from __future__ import annotations

import csv
import io
import uuid
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, cast, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB

from crm_saas.crm.erasure.person import Person
from crm_saas.crm.imports import service as imports
from crm_saas.crm.imports.model import Import
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.files import CHUNK, file_store
from crm_saas.tenants.keeping.model import KeepingTask
from crm_saas.tenants.keeping.places import exports_of

REJECTS: Final = ".rejects.csv"
_OVERLAP: Final = 512
"""Bytes of a block that are read again with the next: longer than an address, a number or a name."""
_ENCODINGS: Final = ("utf-8", "gb18030", "latin-1")


@dataclass(slots=True)
class Held:
    """What files say of somebody."""

    uploads: list[str] = field(default_factory=list)
    """Keys of uploaded files that say it."""
    rejects: dict[str, int] = field(default_factory=dict)
    """Files of rejected rows -> rows that say it."""
    exports: int = 0
    """Exports of the whole workspace that exist; each may hold everything."""
    others: list[str] = field(default_factory=list)
    """Files that say it and that nothing here knows how to clean."""

    @property
    def counts(self) -> Counter[str]:
        """Counts by place."""
        return Counter(uploads=len(self.uploads), rejects=sum(self.rejects.values()), exports=self.exports)


def holding(connection: Connection, workspace_id: uuid.UUID, person: Person) -> Held:
    """Read every file of a workspace."""
    store = file_store()
    known = set(connection.execute(select(Import.file_key)).scalars())
    held = Held(exports=len(list(_exports(workspace_id))))
    for name in store.names(workspace_id):
        path = store.find(workspace_id, name)
        key = name.partition(".")[0]
        if path is None:
            continue
        if name.endswith(REJECTS) and key in known:
            rows = sum(1 for row in _rows(path) if person.is_in(row))
            if rows:
                held.rejects[name] = rows
        elif _says(path, person):
            if key not in known:
                held.others.append(name)
            elif key not in held.uploads:
                held.uploads.append(key)
    return held


def clean(connection: Connection, workspace_id: uuid.UUID, person: Person) -> Counter[str]:
    """Remove uploads and exports, and rows of rejected ones, that say something of a person; returns counts."""
    held = holding(connection, workspace_id, person)
    store = file_store()
    for key in held.uploads:
        _end_import(connection, key)
        store.delete(workspace_id, key)
    for name in held.rejects:
        path = store.find(workspace_id, name)
        if path is not None:
            store.put(workspace_id, name, io.BytesIO(_without(path, person)))
    for path in _exports(workspace_id):
        path.unlink(missing_ok=True)
    return held.counts


def forget_exports(workspace_id: uuid.UUID) -> None:
    """Note that the exports of a workspace are gone before their time."""
    with uow.control() as unit:
        tasks = unit.session.scalars(
            select(KeepingTask).where(KeepingTask.workspace_id == workspace_id, KeepingTask.kind == "export")
        )
        for task in tasks:
            task.result = {**task.result, "removed": True}


def _exports(workspace_id: uuid.UUID) -> Iterator[Path]:
    folder = exports_of(workspace_id)
    yield from folder.iterdir() if folder.is_dir() else ()


def _end_import(connection: Connection, key: str) -> None:
    """End the import of a file that is removed, unless it has ended; one that was only tried cannot start any more."""
    error = {"code": "erased", "detail": "The file named a person who was erased."}
    connection.execute(
        update(Import)
        .where(Import.file_key == key, or_(Import.state == imports.READY, Import.options["dry_run"].as_boolean()))
        .values(
            state=imports.FAILED, options=Import.options.op("||")(cast({"dry_run": False}, JSONB)),
            result=Import.result.op("||")(cast({"error": error}, JSONB)), finished_at=now(),
            version=Import.version + 1,
        )
    )  # fmt: skip


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file)


def _without(path: Path, person: Person) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(row for row in _rows(path) if not person.is_in(row))
    return out.getvalue().encode("utf-8-sig")


def _says(path: Path, person: Person) -> bool:
    """Tell whether a file says something of a person, whatever kind of file it is."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return any(_in_bytes(part, person) for name in archive.namelist() for part in _blocks(archive, name))
    with path.open("rb") as file:
        return any(_in_bytes(part, person) for part in _overlapping(file.read))


def _blocks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as member:
        yield from _overlapping(member.read)


def _overlapping(read: object) -> Iterator[bytes]:
    tail = b""
    while block := read(CHUNK):  # type: ignore[operator] # a bound method of a file
        yield tail + block
        tail = block[-_OVERLAP:]


def _in_bytes(block: bytes, person: Person) -> bool:
    """Look at bytes as text in each encoding that a file may have; UTF-16 of plain letters is those with zeros."""
    plain = block.replace(b"\0", b"")
    return any(person.is_in(plain.decode(encoding, "replace")) for encoding in _ENCODINGS)
