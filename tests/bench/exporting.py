"""Exporting a list over HTTP, against a plain script: rows a second, and whether memory stays flat.

The scripts are `_plain_csv` and `_plain_xlsx` below: the stored columns of every lead through a cursor of the server,
one transaction; no rights, no addresses of members, nothing neutralised, a workbook all of texts. The product's side is
a web worker of its own for each file, which is read as a browser reads it; every row of it is counted.
"""

from __future__ import annotations

import csv
import re
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final
from zipfile import ZipFile

import psycopg
import xlsxwriter
from psycopg import sql

from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.takeout.lists import CSV, XLSX
from crm_saas.kernel.ids import schema_name
from tests.bench.importing import FLAT
from tests.bench.many import many_leads
from tests.bench.report import Line
from tests.bench.requests import LIST, signed_in
from tests.bench.stage import Stage
from tests.bench.web import on_free_port, serve

PAGE: Final = 1_000
FORGET_PEAK: Final = "5"
"""Written to `clear_refs` of a process: its peak of memory begins anew (Linux, `proc(5)`)."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """What it took to send one file."""

    seconds: float
    first_byte: float
    cpu: float
    """Seconds of the web worker."""
    megabytes: float
    resident_mb: float
    """Of the web worker, at most."""


def run(stage: Stage, *, few: int, rows: int, count: int) -> list[Line]:
    """Export a workspace of `few` leads, one of `rows` as a workbook, and that of `count` as CSV."""
    small = stage.make_workspace(leads=few)
    return [
        *_lines(stage, CSV, (small, few), (many_leads(stage, count).id, count)),
        *_lines(stage, XLSX, (small, few), (stage.make_workspace(leads=rows), rows)),
    ]


def _lines(stage: Stage, form: str, small: tuple[uuid.UUID, int], large: tuple[uuid.UUID, int]) -> Iterator[Line]:
    workspace_id, count = large
    write = SCRIPTS[form]
    before = write(stage, workspace_id, "ASC", count // 2)
    of_few, of_many = _export(stage, form, *small), _export(stage, form, *large)
    plain = 2 * (count // 2) / (before + write(stage, workspace_id, "DESC", count // 2))
    rate = count / of_many.seconds
    yield Line(
        what=f"{form.upper()} export of {count:,} leads",
        unit="rows/s",
        ours=rate,
        plain=plain,
        ratio=rate / plain,
        better="higher",
        note=f"{of_many.cpu / count * 1e6:.0f} us of application CPU for each row; {of_many.megabytes:,.0f} MB,"
        f" the first byte after {of_many.first_byte:.1f} s",
    )
    yield Line(
        what="its memory",
        unit="MB resident at most",
        ours=of_many.resident_mb,
        plain=of_few.resident_mb,
        ratio=of_many.resident_mb / of_few.resident_mb,
        aim=FLAT,
        note=f"against an export of {small[1]:,} leads",
    )


def _export(stage: Stage, form: str, workspace_id: uuid.UUID, count: int) -> _Sent:
    """Export a workspace's leads from a new web worker."""
    file = Path(stage.settings.data_dir) / f"export.{form}"
    with (
        serve(on_free_port(stage.settings), "wsgi:app") as server,
        signed_in(server, stage.owner, workspace_id) as client,
        file.open("wb") as target,
    ):
        client.send("GET", LIST)
        Path(f"/proc/{server.pid}/clear_refs").write_text(FORGET_PEAK, encoding="ascii")
        began, cpu, first = time.perf_counter(), server.cpu_seconds(), 0.0
        for block in client.blocks(f"/api/v1/leads/export?format={form}"):
            first = first or time.perf_counter() - began
            target.write(block)
        seconds, cpu = time.perf_counter() - began, server.cpu_seconds() - cpu
        most = _most_resident_mb(server.pid)
    rows = COUNTS[form](file)
    if rows != count + 1:
        raise RuntimeError(f"a header and {count} leads should have been exported, not {rows} rows")
    size = file.stat().st_size / 1e6
    file.unlink()
    return _Sent(seconds, first, cpu, size, most)


def _most_resident_mb(pid: int) -> float:
    """Return the most memory that a process had resident since its peak was forgotten, in MB of 10^6 bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    if found is None:
        raise RuntimeError("the system does not tell a process's memory")
    return int(found[1]) * 1024 / 1e6


@contextmanager
def _leads(stage: Stage, workspace_id: uuid.UUID, direction: str, most: int) -> Iterator[Iterable[tuple[Any, ...]]]:
    """Give the script its rows, `PAGE` at a time."""
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in LEAD.columns)
    select = sql.SQL("SELECT {} FROM lead ORDER BY id {} LIMIT {}").format(columns, sql.SQL(direction), most)
    schema = schema_name(workspace_id)
    with psycopg.connect(stage.settings.database_url, options=f"-c search_path={schema},ext") as connection:
        connection.execute(f'SET ROLE "{schema}"'.encode())
        with connection.cursor("leads") as cursor:
            cursor.itersize = PAGE
            yield cursor.execute(select)


def _plain_csv(stage: Stage, workspace_id: uuid.UUID, direction: str, most: int) -> float:
    """Write a CSV file; how many seconds it took."""
    began = time.perf_counter()
    with (
        _leads(stage, workspace_id, direction, most) as rows,
        TemporaryFile("w", encoding="utf-8", newline="") as file,
    ):
        csv.writer(file).writerows(rows)
    return time.perf_counter() - began


def _plain_xlsx(stage: Stage, workspace_id: uuid.UUID, direction: str, most: int) -> float:
    """Write a workbook of texts; how many seconds it took."""
    began = time.perf_counter()
    with (
        _leads(stage, workspace_id, direction, most) as rows,
        TemporaryFile() as file,
        xlsxwriter.Workbook(file, {"constant_memory": True}) as book,
    ):
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                if value:
                    sheet.write_string(place, column, str(value))
    return time.perf_counter() - began


def _rows_of_csv(file: Path) -> int:
    with file.open(encoding="utf-8-sig", newline="") as written:
        return sum(1 for _ in csv.reader(written))


def _rows_of_xlsx(file: Path) -> int:
    with ZipFile(file) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
        return sheet.read().count(b"<row ")


SCRIPTS: Final = {CSV: _plain_csv, XLSX: _plain_xlsx}
COUNTS: Final = {CSV: _rows_of_csv, XLSX: _rows_of_xlsx}
