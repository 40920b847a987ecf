"""Writes the export of a workspace: records as CSV and JSON lines, history, members, settings, files, manifest.

All of it is one snapshot read through server-side cursors, so memory does not grow with the workspace.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import orjson
from psycopg import sql
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy import table as named_table

from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.crm.takeout.archive import Archive
from crm_saas.crm.takeout.cells import BYTE_ORDER_MARK, header_of, line, rows_of
from crm_saas.kernel.clock import now
from crm_saas.kernel.events import Event, Outbox
from crm_saas.kernel.files import CHUNK, FileStore
from crm_saas.kernel.ids import schema_name
from crm_saas.kernel.migrate import History
from crm_saas.tenants.keeping.tables import Table, canonical, tables_of
from crm_saas.tenants.mirror import Member, WorkspaceSettings

FORMAT: Final = 1
_PAGE: Final = 2_000
_NAMES: Final = {
    Event.__tablename__: "history/events",
    Member.__tablename__: "workspace/members",
    WorkspaceSettings.__tablename__: "workspace/settings",
}
_LEFT_OUT: Final = {Outbox.__tablename__}
"""Rows on their way to consumers: they say nothing that the history does not."""
Note = Callable[[str, dict[str, Any]], None]
_log = logging.getLogger(__name__)


def write(owner: Engine, store: FileStore, path: Path, tenant_id: uuid.UUID, note: Note) -> dict[str, int]:
    """Write a workspace's export to `path`; returns its size and counts."""
    schema = schema_name(tenant_id)
    snapshot = owner.execution_options(isolation_level="REPEATABLE READ")
    with Archive(path) as archive, snapshot.connect() as connection, connection.begin():
        canonical(connection)
        connection.exec_driver_sql(f'SET LOCAL search_path = "{schema}", ext')
        tables = [table for table in tables_of(connection, schema) if table.name not in _LEFT_OUT]
        about = {
            "format": FORMAT,
            "workspace": dict(connection.execute(select(WorkspaceSettings.__table__)).mappings().one()),
            "exported_at": now(),
            "revision": History("tenant").revision_of(connection, schema),
        }
        progress = _Progress(_rows(connection, tables), note)
        types = {rtype.table.name: rtype for rtype in REGISTRY}
        for table in tables:
            if table.name in types:
                _records(archive, connection, types[table.name], progress)
            else:
                archive.add(
                    f"{_NAMES.get(table.name, f'tables/{table.name}')}.jsonl", _lines(connection, table, progress)
                )
        files = _files(archive, store, tenant_id)
        size = archive.finish(about)
    return {"size": size, "rows": progress.done, "files": files}


class _Progress:
    """Counts rows; a record counts twice, since it is written in two forms."""

    def __init__(self, total: int, note: Note) -> None:
        self.done = 0
        self._total = total
        self._note = note

    def counted(self, rows: Iterator[bytes], step: str) -> Iterator[bytes]:
        for row in rows:
            self.done += 1
            if self.done % _PAGE == 0:
                self._note(step, {"done": self.done, "total": self._total})
            yield row


def _rows(connection: Connection, tables: list[Table]) -> int:
    twice = {rtype.table.name for rtype in REGISTRY}
    return sum(
        connection.execute(select(func.count()).select_from(named_table(each.name))).scalar_one()
        * (2 if each.name in twice else 1)
        for each in tables
    )


def _records(archive: Archive, connection: Connection, rtype: RecordType, progress: _Progress) -> None:
    name = f"records/{rtype.plural}"
    rows = progress.counted(rows_of(rtype, _documents(connection, rtype)), name)
    header = BYTE_ORDER_MARK + line(header_of(rtype))
    archive.add(f"{name}.csv", _headed(header, rows))
    lines = (
        orjson.dumps(each, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)
        for each in _documents(connection, rtype)
    )
    archive.add(f"{name}.jsonl", progress.counted(lines, name))


def _headed(header: bytes, rows: Iterator[bytes]) -> Iterator[bytes]:
    """The header goes with the first row, so that blocks are rows; an empty table is a header alone."""
    first = next(rows, b"")
    yield header + first
    yield from rows


def _documents(connection: Connection, rtype: RecordType) -> Iterator[dict[str, Any]]:
    statement = select(*rtype.columns).order_by(rtype.table.c.id)
    for row in connection.execute(statement, execution_options={"yield_per": _PAGE}):
        yield rtype.dump(row)


def _lines(connection: Connection, table: Table, progress: _Progress) -> Iterator[bytes]:
    """Yield the rows of a table as JSON, written by the server."""
    query = sql.SQL("SELECT row_to_json(r)::text FROM (SELECT {} FROM {} ORDER BY {}) r").format(
        sql.SQL(", ").join(map(sql.Identifier, table.columns)),
        sql.Identifier(table.name),
        sql.SQL(", ").join(map(sql.Identifier, table.key)),
    )
    rows = connection.execute(text(query.as_string()), execution_options={"yield_per": _PAGE})
    return progress.counted((row[0].encode() + b"\n" for row in rows), table.name)


def _files(archive: Archive, store: FileStore, tenant_id: uuid.UUID) -> int:
    done = 0
    for name in store.names(tenant_id):
        path = store.find(tenant_id, name)
        if path is not None:
            archive.add(f"files/{name}", _blocks(path), rows=0)
            done += 1
    return done


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while block := file.read(CHUNK):
                yield block
    except FileNotFoundError:
        _log.info("file removed during an export")
