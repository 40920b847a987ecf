"""How a file becomes an import: stored and looked at outside any transaction, added in a short unit of its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import IO, Protocol

from sqlalchemy import select

from crm_saas.crm.imports import service
from crm_saas.crm.imports.model import Import
from crm_saas.crm.imports.reading import Hints
from crm_saas.crm.imports.sample import sample_path, sample_stream
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.clock import now
from crm_saas.kernel.files import file_store
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import entitlements
from crm_saas.tenants.mirror import WorkspaceSettings


class AtWork(Protocol):
    """A unit of work, and who acts in it."""

    @property
    def unit(self) -> UnitOfWork:
        """The unit."""
        ...

    @property
    def actor(self) -> Actor:
        """The member."""
        ...


Opener = Callable[[], AbstractContextManager[AtWork]]
"""Opens one short unit after another."""


def take(opened: Opener, rtype: RecordType, stream: IO[bytes], filename: str) -> Import:
    """Store a file and add an import of it, ready to be set up. A file that cannot be used is not kept.

    Raises `Forbidden`, `QuotaExceeded`, `TooLarge`, and `Invalid` when it is no table.
    """
    store = file_store()
    with opened() as work:
        actor = work.actor
        actor.require("import", rtype)
        workspace_id = work.unit.workspace_id
        most = entitlements.limits(work.unit).file_bytes
    key, size = store.save(workspace_id, stream, most=most)
    try:
        path = store.path(workspace_id, key)
        detected = service.read_file(path, filename, Hints())
        options = service.first_options(path, detected, rtype, filename=filename, actor=actor)
        with opened() as work:
            entitlements.require_file(work.unit, size, store.used_bytes(workspace_id) - size)
            return service.create(
                work.unit, work.actor, rtype, filename=filename, file_key=key, size=size, options=options
            )
    except BaseException:
        store.delete(workspace_id, key)
        raise


def start_sample(opened: Opener, rtype: RecordType) -> Import:
    """Import the sample leads in the workspace's language, as an import that can be undone like any other."""
    with opened() as work:
        language = work.unit.connection.execute(select(WorkspaceSettings.language)).scalar_one()
    run = take(opened, rtype, sample_stream(language, now().date()), sample_path(language).name)
    with opened() as work:
        return service.start(work.unit, work.actor, run.id, dry_run=False)


def has_any(unit: UnitOfWork) -> bool:
    """Tell whether anything was ever imported here."""
    found: uuid.UUID | None = unit.session.scalars(select(Import.id).limit(1)).first()
    return found is not None
