"""Importing a CSV file of 12 columns, against a plain script that only inserts.

The script is `_insert` below: rows that were made before the clock starts, complete with search tokens and sort keys,
1,000 in one INSERT, each committed, into the same table with the same indexes; no validation, no duplicate check, no
event. The product's side is the import job itself, in a process of its own so that its memory can be told.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psycopg
from psycopg import sql

from crm_saas.config import REPOSITORY, environ_of
from crm_saas.crm.leads.type import LEAD
from crm_saas.kernel.ids import schema_name
from tests.bench import leads
from tests.bench.report import Line
from tests.bench.stage import Stage, stored

AIM = 0.4
FLAT = 1.15
"""How much more memory ten times the rows may take."""
ROWS_IN_ONE = 1_000


def run(stage: Stage, *, count: int) -> list[Line]:
    """Import `count` rows, and a tenth of it; insert as many, half of them before and half after."""
    small = _import(stage, count // 10)
    script = stage.make_workspace()
    seconds = _insert(stage, script, 0, count // 2)
    large = _import(stage, count)
    seconds += _insert(stage, script, count // 2, count)
    rate, plain = large["rows"] / large["seconds"], count / seconds
    return [
        Line(
            what=f"import of {count:,} rows",
            unit="rows/s",
            ours=rate,
            plain=plain,
            ratio=rate / plain,
            aim=AIM,
            better="higher",
            note=f"{large['cpu'] / large['rows'] * 1e6:.0f} us of application CPU for each row",
        ),
        Line(
            what="its memory",
            unit="MB resident at most",
            ours=large["resident_mb"],
            plain=small["resident_mb"],
            ratio=large["resident_mb"] / small["resident_mb"],
            aim=FLAT,
            note=f"against an import of {count // 10:,} rows",
        ),
    ]


def _import(stage: Stage, count: int) -> dict[str, float]:
    """Import a new file into a new workspace, in a process of its own."""
    workspace_id = stage.make_workspace()
    file = Path(stage.settings.data_dir) / f"import-{count}.csv"
    leads.write_csv(file, count)
    command = [sys.executable, "-m", "tests.bench.import_process", str(workspace_id), str(stage.owner.id), str(file)]
    environment = {**os.environ, **environ_of(stage.settings)}
    done = subprocess.run(command, env=environment, cwd=REPOSITORY, stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    if found["rows"] != count or found["created"] != count:
        raise RuntimeError(f"{count} rows should have been created: {found}")
    return found


def _insert(stage: Stage, workspace_id: uuid.UUID, first: int, last: int) -> float:
    """Run the plain script; the seconds it spent on the database."""
    names = [column.name for column in LEAD.table.columns]
    row = sql.SQL("({})").format(sql.SQL(", ").join([sql.Placeholder()] * len(names)))
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    schema = schema_name(workspace_id)
    seconds = 0.0
    with psycopg.connect(stage.settings.database_url, options=f"-c search_path={schema},ext") as connection:
        connection.execute(f'SET ROLE "{schema}"'.encode())
        connection.commit()
        for start in range(first, last, ROWS_IN_ONE):
            made = [leads.row(number) for number in range(start, min(start + ROWS_IN_ONE, last))]
            values = [stored(each[name]) for each in made for name in names]
            insert = sql.SQL("INSERT INTO lead ({}) VALUES {}").format(columns, sql.SQL(", ").join([row] * len(made)))
            began = time.perf_counter()
            connection.execute(insert, values)
            connection.commit()
            seconds += time.perf_counter() - began
    return seconds
