"""Backup, restore, export, move and purge of one large workspace, by a real `keep` worker, while others write into it.

Each act is done twice: undisturbed, and with the worker killed (SIGKILL) somewhere in the middle. Afterwards the rows
that were there before are compared by count and SHA-256, and nothing that a writer was told is stored may be missing.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import subprocess
import sys
import threading
import time
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from crm_saas.config import REPOSITORY, Settings, environ_of
from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records import service as records
from crm_saas.crm.records.actor import load_actor
from crm_saas.crm.takeout import service as takeout
from crm_saas.kernel import uow
from crm_saas.kernel.bootstrap_sql import bootstrap_cluster
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import DEFAULT_NODE, Node, UnknownTenantError
from crm_saas.kernel.errors import Problem
from crm_saas.kernel.files import file_store
from crm_saas.kernel.ids import schema_name
from crm_saas.local import processes, program
from crm_saas.local.postgres import EmbeddedPostgres
from crm_saas.tenants import process
from crm_saas.tenants.keeping import closing, purge, tasks
from crm_saas.tenants.keeping.model import DONE, FAILED, Closing, KeepingTask
from crm_saas.tenants.keeping.tables import canonical, read, tables_of
from crm_saas.tenants.models import Workspace
from tests.bench import leads
from tests.bench.report import Line
from tests.bench.stage import SECRET, Stage

SECOND: Final = "second"
COMPARED: Final = ("lead", "event", "external_id")
"""Tables whose rows the writers add to and never change."""
WRITERS: Final = 2
REST_SECONDS: Final = 300.0
FILE_BYTES: Final = 100_000


@dataclass
class _Act:
    seconds: float
    refused: float
    resident_mb: float
    result: dict[str, Any]


def run(stage: Stage, *, count: int, files: int) -> list[Line]:
    """Do every act with a workspace of `count` imported leads and so many files."""
    with _second_node(stage) as settings:
        home = _fill(stage, settings, count, files)
        bench = _Bench(settings, home, stage.owner.id)
        with bench:
            lines = list(_acts(bench, count))
    uow.directory().dispose()
    process.configure(stage.settings, application="crm-bench")
    return lines


def _acts(bench: _Bench, count: int) -> Iterator[Line]:
    about = f"{count:,} leads"
    for killed in (False, True):
        yield bench.line(f"backup of {about}", bench.do("backup", killed=killed), killed=killed)
    backup_id = bench.results["backup"]["backup_id"]
    for killed in (False, True):
        act = bench.do("restore", {"backup_id": backup_id}, killed=killed, writes_stay=False)
        yield bench.line(f"restore of {about}", act, killed=killed)
    for killed in (False, True):
        yield bench.line(f"export of {about}", bench.do("export", killed=killed), killed=killed)
        bench.check_export()
    for killed, source, target in ((False, DEFAULT_NODE, SECOND), (True, SECOND, DEFAULT_NODE)):
        act = bench.do("move", {"from": source, "to": target}, killed=killed)
        yield bench.line(f"move of {about}", act, killed=killed)
    yield bench.line(f"purge of {about}", bench.purge(), killed=True)


@contextmanager
def _second_node(stage: Stage) -> Iterator[Settings]:
    folder = Path(stage.settings.data_dir) / "second"
    folder.mkdir()
    with EmbeddedPostgres(folder) as server:
        bootstrap_cluster(server.superuser_url(), app_password=SECRET, owner_password=SECRET, database="crm")
        settings = stage.settings.model_copy(
            update={
                "nodes": {SECOND: server.url("crm_app", SECRET, "crm")},
                "owner_nodes": {SECOND: server.url("crm_owner", SECRET, "crm")},
                "log_level": "error",
            }
        )
        uow.directory().dispose()
        process.configure(settings, application="crm-bench")
        with uow.control() as unit:
            unit.session.add(Node(id=SECOND, accepts_new=False, created_at=now()))
        yield settings


def _fill(stage: Stage, settings: Settings, count: int, files: int) -> uuid.UUID:
    """Import leads as the product does, history included, and store files."""
    home = stage.make_workspace()
    path = Path(settings.data_dir) / f"keeping-{count}.csv"
    leads.write_csv(path, count)
    command = [sys.executable, "-m", "tests.bench.import_process", str(home), str(stage.owner.id), str(path)]
    subprocess.run(command, env=_environ(settings), cwd=REPOSITORY, stdout=subprocess.DEVNULL, check=True)
    path.unlink()
    for _ in range(files):
        content = random.randbytes(FILE_BYTES)  # noqa: S311 - data, not secrets
        file_store().save(home, io.BytesIO(content), most=FILE_BYTES)
    return home


def _environ(settings: Settings) -> dict[str, str]:
    return program.environment(environ_of(settings), Path(settings.data_dir))


@dataclass
class _Writers:
    """People who add leads until the block ends, and keep on when they are refused for a moment."""

    home: uuid.UUID
    person: uuid.UUID
    acknowledged: set[uuid.UUID] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    refused: float = 0.0
    """The longest time that one of them waited between two leads."""

    def __enter__(self) -> None:
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write, daemon=True) for _ in range(WRITERS)]
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _write(self) -> None:
        last = time.monotonic()
        while not self._stop.wait(0.01):
            try:
                with uow.tenant(self.home) as unit:
                    actor = load_actor(unit, self.person, "ui")
                    made = records.create(unit, actor, LEAD, {"name": "Somebody at work"}, allow_duplicates=True)
            except (UnknownTenantError, DBAPIError, Problem):
                continue  # refused or in the way: nothing was acknowledged
            except Exception as error:  # noqa: BLE001 - told at the end
                self.faults.append(repr(error))
                continue
            self.acknowledged.add(uuid.UUID(str(made["id"])))
            self.refused = max(self.refused, time.monotonic() - last)
            last = time.monotonic()


class _Bench:
    """One workspace, one worker that can be killed, and what was there at the beginning."""

    def __init__(self, settings: Settings, home: uuid.UUID, person: uuid.UUID) -> None:
        self._settings, self._home, self._person = settings, home, person
        self._schema = schema_name(home)
        self._stack = ExitStack()
        self._worker: subprocess.Popen[bytes] | None = None
        self._lasted: dict[str, float] = {}
        self._compared = {"rows": 0}
        self.results: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> None:
        with uow.tenant(self._home) as unit:
            self._last = str(
                unit.connection.execute(text("SELECT id FROM event ORDER BY id DESC LIMIT 1")).scalar_one()
            )
        self._before = self._contents(DEFAULT_NODE)
        self._files = {name: self._file(name) for name in file_store().names(self._home)}
        self._start()

    def __exit__(self, *_: object) -> None:
        self._kill()

    def _start(self) -> None:
        log = Path(self._settings.data_dir) / "logs" / "keep.log"
        log.parent.mkdir(exist_ok=True)
        self._worker = processes.start(
            processes.guarded([sys.executable, "-m", "crm_saas.worker", "keep"]),
            log=log, env=_environ(self._settings), cwd=REPOSITORY,
        )  # fmt: skip

    def _kill(self) -> None:
        if self._worker is not None:
            with suppress(psutil.NoSuchProcess):
                family = psutil.Process(self._worker.pid)
                for one in (*family.children(recursive=True), family):
                    with suppress(psutil.NoSuchProcess):
                        one.kill()
            self._worker.wait()

    def do(self, kind: str, params: dict[str, Any] | None = None, *, killed: bool, writes_stay: bool = True) -> _Act:
        """Do an act while people write, and compare afterwards."""
        writers = _Writers(self._home, self._person)
        with writers:
            with uow.control() as unit:
                task_id = tasks.ask(unit, kind, self._home, params, asked_by_id=self._person)
            act = self._follow(task_id, kind, killed=killed)
        act.refused = writers.refused
        self._check(kind, writers, writes_stay=writes_stay)
        return act

    def _follow(self, task_id: uuid.UUID, kind: str, *, killed: bool) -> _Act:
        """Wait for a task's end, as the scheduler would ask for it; kill the worker once if wanted."""
        began, most, asked = time.monotonic(), 0.0, time.monotonic()
        strike = self._lasted.get(kind, 1.0) * random.uniform(0.15, 0.5) if killed else None  # noqa: S311
        running_since: float | None = None
        pause = threading.Event()
        while time.monotonic() - began < REST_SECONDS:
            most = max(most, self._resident())
            with uow.control() as unit:
                task = unit.session.get_one(KeepingTask, task_id)
            if task.state == FAILED:
                raise RuntimeError(f"{kind} failed: {task.error}")
            if task.state == DONE:
                self.results[kind] = {**task.result, "task_id": str(task_id)}
                seconds = time.monotonic() - began
                if not killed:
                    self._lasted[kind] = seconds
                return _Act(seconds, 0.0, most, task.result)
            if task.started_at is not None and running_since is None:
                running_since = time.monotonic()
            if strike is not None and running_since is not None and time.monotonic() - running_since > strike:
                self._kill()
                self._start()
                strike = None
            if time.monotonic() - asked > 5:
                tasks.hint(task_id)
                asked = time.monotonic()
            pause.wait(0.05)
        raise RuntimeError(f"{kind} not at rest after {REST_SECONDS:.0f} s")

    def _resident(self) -> float:
        """Return what the process that works for the worker takes, in MB."""
        if self._worker is None:
            return 0.0
        with suppress(psutil.NoSuchProcess):
            family = psutil.Process(self._worker.pid).children(recursive=True)
            return max((one.memory_info().rss / 1e6 for one in family), default=0.0)
        return 0.0

    def _check(self, kind: str, writers: _Writers, *, writes_stay: bool) -> None:
        if writers.faults:
            raise RuntimeError(f"{kind}: {writers.faults[:3]}")
        with uow.tenant(self._home) as unit:
            there = set(unit.connection.execute(select(LEAD.table.c.id)).scalars())
        if writes_stay and writers.acknowledged - there:
            raise RuntimeError(f"{kind}: {len(writers.acknowledged - there)} acknowledged leads are missing")
        uow.directory().forget(self._home)
        found = self._contents(uow.directory().resolve(self._home).node_id)
        if found != self._before:
            raise RuntimeError(f"{kind}: rows are not what they were: {found}, {self._before}")
        if {name: self._file(name) for name in self._files} != self._files:
            raise RuntimeError(f"{kind}: files are not what they were")

    def _contents(self, node_id: str) -> dict[str, tuple[int, str]]:
        """Return count and hash of the rows that were there at the beginning: ids are in the order of time."""
        owner: Engine = process.owners()[node_id]
        found = {}
        with owner.begin() as connection:
            canonical(connection)
            for table in tables_of(connection, self._schema):
                if table.name in COMPARED:
                    digest, rows = hashlib.sha256(), 0
                    at = table.columns.index("id") if table.key == ("id",) else None
                    for line in read(connection, self._schema, table):
                        if at is None or line.split(b"\t", at + 1)[at].decode() <= self._last:
                            digest.update(line)
                            rows += 1
                    found[table.name] = (rows, digest.hexdigest())
        return found

    def _file(self, name: str) -> str:
        path = file_store().find(self._home, name)
        return "" if path is None else hashlib.sha256(path.read_bytes()).hexdigest()

    def check_export(self) -> None:
        """Read the export's zip: every part as its manifest says, every lead of the beginning in it."""
        path = takeout.path_of(self._home, uuid.UUID(self.results["export"]["task_id"]))
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read("manifest.json"))
            for part in manifest["parts"]:
                with archive.open(part["name"]) as content:
                    if hashlib.file_digest(content, "sha256").hexdigest() != part["sha256"]:  # type: ignore[arg-type]
                        raise RuntimeError(f"export: {part['name']} is not what the manifest says")
            rows = {part["name"]: part["rows"] for part in manifest["parts"]}
            names = archive.namelist()
        if (
            rows["records/leads.jsonl"] < self._before["lead"][0]
            or rows["history/events.jsonl"] < self._before["event"][0]
        ):
            raise RuntimeError("export: rows are missing")
        if {name.removeprefix("files/") for name in names if name.startswith("files/")} < self._files.keys():
            raise RuntimeError("export: files are missing")

    def purge(self) -> _Act:
        """Close the workspace, let its time pass, kill the purge, and prove that nothing is left."""
        with uow.control() as unit:
            name = unit.session.get_one(Workspace, self._home).name
            closing.close(unit, self._home, self._person, name)
        with uow.control() as unit:
            unit.session.get_one(Closing, self._home).purge_at = now()
        with uow.control() as unit:
            task_id = tasks.ask(unit, "purge", self._home, {"node": DEFAULT_NODE})
        act = self._follow(task_id, "purge", killed=True)
        left = purge.leftovers(self._home)
        if left:
            raise RuntimeError(f"purge: {left}")
        return act

    def line(self, what: str, act: _Act, *, killed: bool) -> Line:
        """Say how long it took; getting here means that everything compared was equal."""
        rows = sum(rows for rows, _ in self._before.values())
        notes = [f"{rows:,} rows and {len(self._files)} files equal"] if "purge" not in what else ["proven empty"]
        if act.refused:
            notes.append(f"writers waited {act.refused:.1f} s at most")
        if not killed:
            notes.append(f"worker {act.resident_mb:.0f} MB")
        return Line(what=what + (", killed" if killed else ""), unit="s", ours=act.seconds, note="; ".join(notes))
