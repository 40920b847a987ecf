"""Restores a backup beside the living schema, compares it with its manifest, and puts it in the living one's place.

All of it is one transaction of the owner: a process killed anywhere leaves the living tenant as it was, or has
replaced it. The schema that was replaced stays for a while under another name.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, delete, text, update
from sqlalchemy import table as clause_table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from crm_saas.kernel.db import sqlstate
from crm_saas.kernel.files import FileStore
from crm_saas.kernel.ids import schema_name
from crm_saas.kernel.migrate import History, grant
from crm_saas.tenants.keeping.backup import Note
from crm_saas.tenants.keeping.folder import BackupFolder, BadBackupError, Manifest, part_of
from crm_saas.tenants.keeping.tables import Content, Counting, Table, canonical, content_of, tables_of, write
from crm_saas.tenants.mirror import Member, WorkspaceSettings

RESTORED: Final = "_restored"
REPLACED: Final = "_replaced"
LOCK_TIMEOUT: Final = "1s"
LOCK_TRIES: Final = 60
_LOCKED: Final = {"55P03", "40P01"}
FIRST_LOCKED: Final = Member.__tablename__
"""Every request reads its member first: who waits for this table holds no other, so nobody waits in a circle."""

Mirror = Mapping[str, Sequence[dict[str, Any]]]
"""Table -> rows that the control plane says belong there now."""


Adapt = Callable[[Connection, uuid.UUID], None]
_A = TypeVar("_A", bound=Adapt)
_adapting: list[Adapt] = []


def before_swap(function: _A) -> _A:
    """Declare what is done to a restored schema before it becomes the living one; it gets the search path's connection.

    Whatever it raises leaves the living tenant as it was.
    """
    _adapting.append(function)
    return function


class _Undo(Exception):  # noqa: N818 - a signal inside this module
    """The transaction was only a test."""


def verify(owner: Engine, folder: BackupFolder, note: Note) -> Manifest:
    """Restore a backup as a test: load it, compare, migrate it to the newest revision, and roll everything back.

    Raises `BadBackupError` when a count or a hash differs.
    """
    manifest = _manifest(folder)
    with suppress(_Undo), owner.begin() as connection:
        _load(connection, folder, manifest, note)
        raise _Undo
    _check_files(folder, manifest)
    return manifest


def restore(
    owner: Engine,
    store: FileStore,
    folder: BackupFolder,
    task_id: uuid.UUID,
    mirror: Callable[[], Mirror],
    *,
    note: Note,
) -> Manifest:
    """Put a backup in the place of the living schema; safe to repeat with the same `task_id`.

    Arguments: `mirror` returns the rows of the control plane, which stay the truth about members and settings: a
    restore does not bring back a member who was removed since. Raises `BadBackupError`; the living tenant is then
    as it was.
    """
    manifest = _manifest(folder)
    live = schema_name(folder.tenant_id)
    note("files")
    _restore_files(store, folder, manifest)
    with suppress(_Undo), owner.begin() as connection:
        restored = _load(connection, folder, manifest, note)
        if _mark(connection, live) == str(task_id):  # an earlier attempt came this far; ours may have waited for it
            raise _Undo
        _adopt(connection, restored, mirror())
        for adapt in _adapting:
            note(adapt.__name__)
            adapt(connection, folder.tenant_id)
        for table in tables_of(connection, restored):
            connection.exec_driver_sql(f'ANALYZE "{restored}"."{table.name}"')
        note("swap")
        replace(connection, live, restored)
        connection.exec_driver_sql(f"COMMENT ON SCHEMA \"{live}\" IS '{task_id}'")
    return manifest


def _manifest(folder: BackupFolder) -> Manifest:
    manifest = folder.manifest()
    if manifest.tenant_id != folder.tenant_id:
        raise BadBackupError(f"a backup of another workspace ({manifest.tenant_id})")
    if manifest.revision not in History("tenant").revisions:
        raise BadBackupError(f"made by a newer release (schema {manifest.revision})")
    return manifest


def _load(connection: Connection, folder: BackupFolder, manifest: Manifest, note: Note) -> str:
    """Build a schema beside the living one, at the backup's revision, fill it, compare, migrate; returns its name."""
    schema = schema_name(manifest.tenant_id) + RESTORED
    history = History("tenant")
    build(connection, schema, manifest.revision)
    load_into(
        connection,
        schema,
        {part.table.name: (part.table, part.content) for part in manifest.parts},
        lambda table: Counting(folder.read_part(table)),
        note,
    )
    note("migrate")
    connection.exec_driver_sql(f'SET LOCAL search_path = "{schema}", ext')
    history.move(connection, schema)
    role = schema_name(manifest.tenant_id)
    connection.exec_driver_sql(f'GRANT USAGE ON SCHEMA "{schema}" TO "{role}"')
    grant(connection, schema, role)
    return schema


def build(connection: Connection, schema: str, revision: str) -> None:
    """Make an empty schema at a revision; what stands under its name goes."""
    connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
    connection.exec_driver_sql(f'CREATE SCHEMA "{schema}"')
    connection.exec_driver_sql(f'SET LOCAL search_path = "{schema}", ext')
    History("tenant").move(connection, schema, revision)


def load_into(
    connection: Connection,
    schema: str,
    expected: Mapping[str, tuple[Table, Content | None]],
    source: Callable[[Table], Counting],
    note: Note,
) -> int:
    """Fill the tables of an empty schema and read them back; returns the number of rows.

    Arguments: `expected` table -> what it must hold, None for whatever `source` yields. Raises `BadBackupError` where a
    count or a hash differs.
    """
    rows = 0
    canonical(connection)
    there = tables_of(connection, schema)
    if {table.name for table in there} != expected.keys():
        odd = sorted({table.name for table in there} ^ expected.keys())
        raise BadBackupError(f"tables differ from what the revision has: {', '.join(odd)}")
    for empty in there:
        table, content = expected[empty.name]
        note(table.name)
        # rows that a migration made are part of the content already
        connection.execute(delete(clause_table(table.name, schema=schema)))
        counting = source(table)
        indexes = _drop_indexes(connection, schema, table)
        write(connection, schema, table, iter(counting))
        for index in indexes:
            connection.exec_driver_sql(index)
        found = counting.content()
        if content not in {None, found} or content_of(connection, schema, table) != found:
            raise BadBackupError(f"table {table.name} is not what the manifest says")
        rows += found.rows
    return rows


_INDEXES: Final = """
    SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_index i WHERE i.indrelid = to_regclass(:table) AND NOT i.indisunique
"""


def _drop_indexes(connection: Connection, schema: str, table: Table) -> list[str]:
    """Drop the indexes that keep nothing unique; returns the statements that make them again.

    Making them after the rows takes a third of the time of keeping them while the rows come.
    """
    found = connection.execute(text(_INDEXES), {"table": f'"{schema}"."{table.name}"'}).all()
    for index in found:
        connection.exec_driver_sql(f"DROP INDEX {index.name}")
    return [index.definition for index in found]


def _adopt(connection: Connection, schema: str, mirror: Mirror) -> None:
    """Replace what the schema knows of members and settings by what the control plane says now."""
    connection.exec_driver_sql(f'SET LOCAL search_path = "{schema}", ext')
    for model, key in ((WorkspaceSettings, "id"), (Member, "user_id")):
        rows = list(mirror[model.__tablename__])
        if rows:
            statement = insert(model).values(rows)
            given = {name: statement.excluded[name] for name in rows[0] if name != key}
            connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=given))
    present = [row["user_id"] for row in mirror[Member.__tablename__]]
    connection.execute(update(Member).where(Member.user_id.not_in(present)).values(active=False))


def replace(connection: Connection, live: str, restored: str) -> None:
    """Let one schema take the other's name, at a moment when no transaction is inside the living one."""
    replaced = live + REPLACED
    connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{replaced}" CASCADE')
    lock_out(connection, live)
    connection.exec_driver_sql(f'ALTER SCHEMA "{live}" RENAME TO "{replaced}"')
    connection.exec_driver_sql(f'ALTER SCHEMA "{restored}" RENAME TO "{live}"')
    connection.exec_driver_sql(f'REVOKE ALL ON SCHEMA "{replaced}" FROM "{live}"')


def lock_out(connection: Connection, schema: str, mode: str = "ACCESS EXCLUSIVE") -> None:
    """Lock every table of a schema, waiting for those who are inside; the caller's transaction keeps the locks."""
    names = sorted(
        (table.name for table in tables_of(connection, schema)), key=lambda name: (name != FIRST_LOCKED, name)
    )
    for attempt in range(1, LOCK_TRIES + 1):
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
                for name in names:
                    connection.exec_driver_sql(f'LOCK TABLE "{schema}"."{name}" IN {mode} MODE')
        except DBAPIError as error:
            if sqlstate(error) not in _LOCKED or attempt == LOCK_TRIES:
                raise
            time.sleep(0.1)  # those we have held up go first
        else:
            return


def drop_replaced(owner: Engine, tenant_id: uuid.UUID) -> None:
    """Drop the schema that a restore replaced, if there is one."""
    with owner.begin() as connection:
        connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{schema_name(tenant_id)}{REPLACED}" CASCADE')


def _mark(connection: Connection, schema: str) -> str | None:
    query = text("SELECT obj_description(to_regnamespace(:name)::oid, 'pg_namespace')")
    found: str | None = connection.execute(query, {"name": schema}).scalar_one()
    return found


def _restore_files(store: FileStore, folder: BackupFolder, manifest: Manifest) -> None:
    """Put back the files that are gone or damaged. Keys are never used twice, so both schemas find theirs."""
    _check_files(folder, manifest)
    for name, expected in manifest.files.items():
        there = store.find(manifest.tenant_id, name)
        if there is None or part_of(there) != expected:
            with folder.file(name).open("rb") as source:
                store.put(manifest.tenant_id, name, source)


def _check_files(folder: BackupFolder, manifest: Manifest) -> None:
    for name, expected in manifest.files.items():
        if part_of(folder.file(name)) != expected:
            raise BadBackupError(f"file {name} is not what the manifest says")
