"""What a dry run has seen: it stores no record, so rows that repeat earlier rows of the file are recognised by keys.

Kept in a file beside the upload, so that memory stays flat and a killed dry run goes on.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from crm_saas.crm.imports.options import Duplicates
from crm_saas.crm.imports.plan import Plan, Planned, keys_of
from crm_saas.crm.records.registry import RecordType


def mark_seen(path: Path, rtype: RecordType, plan: Plan, duplicates: Duplicates) -> None:
    """Change the outcome of planned creations that repeat a row of an earlier chunk, and remember this chunk's keys."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE IF NOT EXISTS seen (key TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")
        fresh: list[tuple[str, int]] = []
        for row in plan.rows:
            if row.outcome != "create":
                continue
            keys = keys_of(rtype, row.values)
            if _seen_before(database, row, keys) and duplicates != "create":
                row.outcome = duplicates
            fresh += [(key, row.line) for key in keys]
        database.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", fresh)


def _seen_before(database: sqlite3.Connection, row: Planned, keys: list[str]) -> bool:
    """Tell whether an earlier row had one of these keys; a repeated chunk does not count against itself."""
    marks = ",".join("?" * len(keys))
    statement = f"SELECT 1 FROM seen WHERE key IN ({marks}) AND line < ? LIMIT 1"  # noqa: S608 - only question marks
    return bool(keys) and database.execute(statement, [*keys, row.line]).fetchone() is not None
