"""A file on its way through an import, without HTTP and without workers: the test calls the job itself."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import text

from crm_saas.crm.imports import jobs, service
from crm_saas.crm.imports.options import Duplicates, Options
from crm_saas.crm.imports.reading import Hints
from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records import queries
from crm_saas.crm.records.actor import Actor, load_actor
from crm_saas.kernel import uow
from crm_saas.kernel.files import file_store
from crm_saas.kernel.uow import UnitOfWork
from tests.factories.workspaces import WorkspaceInfo

T = TypeVar("T")


class Importing:
    """What the owner of a workspace does with files."""

    def __init__(self, workspace: WorkspaceInfo) -> None:
        self.workspace = workspace

    def act(self, what: Callable[[UnitOfWork, Actor], T]) -> T:
        """Do something in a unit of its own, as the owner."""
        with uow.tenant(self.workspace.id) as unit:
            return what(unit, load_actor(unit, self.workspace.owner.id, "ui"))

    def upload(self, content: bytes, filename: str = "leads.csv", **options: Any) -> uuid.UUID:  # noqa: ANN401
        """Store a file and add an import for it; `options` as `Options` has them."""
        store = file_store()
        key, size = store.save(self.workspace.id, io.BytesIO(content), most=10**9)
        path = store.path(self.workspace.id, key)
        detected = service.read_file(path, filename, Hints())
        chosen = replace(service.first_options(path, detected, LEAD, filename=filename), **options)
        return self.act(
            lambda unit, actor: (
                service.create(unit, actor, LEAD, filename=filename, file_key=key, size=size, options=chosen).id
            )
        )

    def start(self, import_id: uuid.UUID, *, dry_run: bool = False) -> None:
        """Ask for the run."""
        self.act(lambda unit, actor: service.start(unit, actor, import_id, dry_run=dry_run))

    def work(self, import_id: uuid.UUID) -> dict[str, Any]:
        """Be the worker until there is nothing left to do; the import as the API shows it."""
        while (state := self.state(import_id))["state"] in service.AT_WORK:
            jobs.work(str(self.workspace.id), str(import_id))
        return state

    def run(
        self,
        content: bytes,
        *,
        duplicates: Duplicates = "skip",
        dry_run: bool = False,
        **options: Any,  # noqa: ANN401
    ) -> dict[str, Any]:
        """Import a file from beginning to end; the import as the API shows it."""
        import_id = self.upload(content, duplicates=duplicates, **options)
        self.start(import_id, dry_run=dry_run)
        return self.work(import_id)

    def undo(self, import_id: uuid.UUID) -> dict[str, Any]:
        """Undo an import from beginning to end."""
        self.act(lambda unit, actor: service.undo(unit, actor, import_id))
        return self.work(import_id)

    def state(self, import_id: uuid.UUID) -> dict[str, Any]:
        """Return the import as the API shows it."""
        return self.act(lambda unit, actor: service.as_json(service.get(unit, actor, import_id)))

    def options(self, import_id: uuid.UUID) -> Options:
        """Return the import's choices."""
        return self.act(lambda unit, actor: Options.from_json(service.get(unit, actor, import_id).options))

    def leads(self) -> list[dict[str, Any]]:
        """Return all leads, in the order of their names."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            query = queries.ListQuery(sort="name", limit=100, cursor=cursor)
            page = self.act(partial(queries.page, rtype=LEAD, query=query))
            found += page.data
            cursor = page.next_cursor
            if cursor is None:
                return found

    def counted(self, table: str) -> int:
        """Count the rows of a table of the workspace."""
        return int(
            self.act(lambda unit, _: unit.connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
        )

    def rejects(self, import_id: uuid.UUID) -> list[list[str]]:
        """Read the file of rejected rows, its header included."""
        with uow.tenant(self.workspace.id) as unit:
            key = service.get(unit, load_actor(unit, self.workspace.owner.id, "ui"), import_id).file_key
        path: Path = service.rejects_path(file_store().path(self.workspace.id, key))
        return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a CSV file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()
