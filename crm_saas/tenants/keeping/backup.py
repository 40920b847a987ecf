"""Takes a backup: every table in one snapshot, then the files."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from sqlalchemy import Engine

from crm_saas.kernel.clock import now
from crm_saas.kernel.files import FileStore
from crm_saas.kernel.ids import schema_name
from crm_saas.kernel.migrate import History
from crm_saas.tenants.keeping.folder import BackupFolder, Manifest, Part
from crm_saas.tenants.keeping.tables import Counting, canonical, read, tables_of

Note = Callable[[str], None]
"""Told what is being done, now and then."""


def take(owner: Engine, store: FileStore, folder: BackupFolder, note: Note) -> Manifest:
    """Write a complete backup of a tenant; memory does not grow with its size.

    The snapshot comes first and the files after it: a file is stored before a row names it, so every file that a
    row of the snapshot names is copied, unless it was removed in the meantime.
    """
    folder.begin()
    tenant_id = folder.tenant_id
    schema = schema_name(tenant_id)
    snapshot = owner.execution_options(isolation_level="REPEATABLE READ")
    with snapshot.connect() as connection, connection.begin():
        canonical(connection)
        revision = History("tenant").revision_of(connection, schema)
        if revision is None:
            raise RuntimeError(f"{schema} was never migrated")
        manifest = Manifest(tenant_id, folder.backup_id, revision, now())
        for table in tables_of(connection, schema):
            note(table.name)
            counting = Counting(read(connection, schema, table))
            folder.write_part(table, counting)
            manifest.parts.append(Part(table, counting.content()))
    note("files")
    for name in store.names(tenant_id):
        path = store.find(tenant_id, name)
        with contextlib.suppress(FileNotFoundError):  # removed since it was listed
            if path is not None:
                with path.open("rb") as source:
                    manifest.files[name] = folder.write_file(name, source)
    folder.finish(manifest)
    return manifest
