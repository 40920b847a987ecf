from __future__ import annotations

import gzip
import threading
import tracemalloc
import uuid
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine, delete, func, select, text, update

import crm_saas.models  # noqa: F401 - every table
from crm_saas.config import Settings
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.db import TenantBase
from crm_saas.kernel.directory import DEFAULT_NODE
from crm_saas.kernel.files import file_store
from crm_saas.kernel.migrate import History, move_tenant
from crm_saas.tenants.keeping import backups, restore, tasks
from crm_saas.tenants.keeping.folder import Manifest
from crm_saas.tenants.keeping.model import DONE, FAILED, QUEUED, RUNNING, Backup, KeepingTask
from crm_saas.tenants.keeping.tables import canonical, content_of, tables_of
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.models import Membership
from tests.factories.workspaces import WorkspaceInfo, add_member
from tests.integration.tenants.keeping.conftest import CommandLine, Home, look, run
from tests.support.polling import eventually
from tests.support.programs import kill_tree, running


def _backup_of(task: KeepingTask) -> Backup:
    with uow.control() as unit:
        return unit.session.get_one(Backup, uuid.UUID(task.result["backup_id"]))


def _schemas(owner: Engine, home: Home) -> list[str]:
    query = text("SELECT nspname FROM pg_namespace WHERE nspname LIKE :name ORDER BY 1")
    with owner.connect() as connection:
        return list(connection.execute(query, {"name": f"{home.info.schema}%"}).scalars())


def _waited_for(owner: Engine, home: Home, table: str) -> int:
    """How many wait for a lock on a table."""
    query = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = to_regclass(:name)")
    with owner.connect() as connection:
        return int(connection.execute(query, {"name": f"{home.info.schema}.{table}"}).scalar_one())


def _contents(owner: Engine, schema: str) -> dict[str, object]:
    with owner.begin() as connection:
        canonical(connection)
        return {table.name: content_of(connection, schema, table) for table in tables_of(connection, schema)}


def _rules(owner: Engine, home: Home) -> list[str]:
    """Every index, constraint and grant of a schema."""
    query = text(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = :s"
        " UNION ALL SELECT conrelid::regclass || conname || pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE connamespace = to_regnamespace(:s)"
        " UNION ALL SELECT relname || array_to_string(array(SELECT unnest(relacl)::text ORDER BY 1), ' ')"
        " FROM pg_class WHERE relnamespace = to_regnamespace(:s) AND relkind = 'r' ORDER BY 1"
    )
    with owner.connect() as connection:
        return list(connection.execute(query, {"s": home.info.schema}).scalars())


class TestBackup:
    def test_it_holds_every_table_of_the_models_and_every_file(self, home: Home, owner_engine: Engine) -> None:
        home.add()
        key = home.file(b"a contract")
        done = run("backup", home.id)
        assert done.state == DONE, done.error
        manifest = backups.folder_of(home.id, uuid.UUID(done.result["backup_id"])).manifest()
        assert {part.table.name for part in manifest.parts} == set(TenantBase.metadata.tables)
        assert {part.table.name: part.content for part in manifest.parts} == _contents(owner_engine, home.info.schema)
        assert list(manifest.files) == [key]
        assert manifest.revision == History("tenant").head
        backup = _backup_of(done)
        assert (backup.rows, backup.files, backup.reason) == (manifest.rows, 1, "asked")
        assert backup.verified_at is not None
        assert _schemas(owner_engine, home) == [home.info.schema]

    def test_it_is_one_instant_whatever_is_written_meanwhile(self, home: Home, owner_engine: Engine) -> None:
        home.add()
        held = threading.Event()
        release = threading.Event()

        def hold() -> None:
            with owner_engine.begin() as connection:  # the last table waits; rows are added meanwhile
                connection.exec_driver_sql(f'LOCK TABLE "{home.info.schema}".outbox IN ACCESS EXCLUSIVE MODE')
                held.set()
                release.wait(20)

        thread = threading.Thread(target=hold)
        thread.start()
        assert held.wait(10)
        with uow.control() as unit:
            task_id = tasks.ask(unit, "backup", home.id, wake=False)
        work = threading.Thread(target=tasks.work, args=(task_id,))
        work.start()
        eventually(lambda: _waited_for(owner_engine, home, "outbox"))
        with owner_engine.begin() as connection:
            connection.exec_driver_sql(f'DELETE FROM "{home.info.schema}".event')
        release.set()
        thread.join()
        work.join()
        manifest = backups.folder_of(home.id, uuid.UUID(look(task_id).result["backup_id"])).manifest()
        assert {part.table.name: part.content.rows for part in manifest.parts}["event"] == 1

    def test_memory_does_not_grow_with_the_size(self, home: Home, owner_engine: Engine) -> None:
        with owner_engine.begin() as connection:
            connection.exec_driver_sql(
                f'INSERT INTO "{home.info.schema}".choice_option'
                " SELECT 'lead', 'source', n::text, repeat('x', 1000), n FROM generate_series(1, 20000) n"
            )
        tracemalloc.start()
        try:
            done = run("backup", home.id)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert done.state == DONE, done.error
        assert most < 8_000_000  # the table has 20 MB

    def test_a_damaged_backup_is_refused_and_nothing_is_touched(self, home: Home) -> None:
        home.add()
        key = home.file(b"a contract")
        done = run("backup", home.id)
        folder = backups.folder_of(home.id, uuid.UUID(done.result["backup_id"]))
        leads = home.leads()
        part = folder.path / "tables" / "lead.copy.gz"
        whole = part.read_bytes()
        damages = (
            (part, gzip.compress(gzip.decompress(whole).replace(b"Acme", b"Acne"))),
            (part, whole[:-20]),
            (folder.path / "files" / key, b"a contrast"),
        )
        for path, content in damages:
            before = path.read_bytes()
            path.write_bytes(content)
            failed = run("restore", home.id, backup_id=done.result["backup_id"])
            assert failed.state == FAILED
            assert "is not what the manifest says" in str(failed.error) or "cannot be read" in str(failed.error)
            assert home.leads() == leads
            path.write_bytes(before)

    def test_a_manifest_of_a_newer_release_or_another_workspace_is_refused(
        self, home: Home, two_workspaces: tuple[WorkspaceInfo, WorkspaceInfo]
    ) -> None:
        done = run("backup", home.id)
        backup_id = uuid.UUID(done.result["backup_id"])
        folder = backups.folder_of(home.id, backup_id)
        manifest: Manifest = folder.manifest()
        manifest.revision = "9999"
        (folder.path / "manifest.json").write_bytes(manifest.to_json())
        assert "newer release" in str(run("restore", home.id, backup_id=str(backup_id)).error)
        other = two_workspaces[0].id
        target = backups.folder_of(other, backup_id).path
        target.parent.mkdir(parents=True, exist_ok=True)
        folder.path.rename(target)
        assert "another workspace" in str(run("restore", other, backup_id=str(backup_id)).error)


class TestRestore:
    def test_what_was_there_is_there_again_to_the_byte(self, home: Home, owner_engine: Engine) -> None:
        first = home.add(name="张三", company='with "quotes"\n, tab\t and \\N')
        key = home.file(b"a contract")
        before = _contents(owner_engine, home.info.schema)
        rules = _rules(owner_engine, home)
        done = run("backup", home.id)
        home.add(name="Later")
        with uow.tenant(home.id) as unit:
            unit.connection.execute(delete(TenantBase.metadata.tables["lead"]).where(text("id = :id")), {"id": first})
        file_store().delete(home.id, key)
        restored = run("restore", home.id, backup_id=done.result["backup_id"])
        assert restored.state == DONE, restored.error
        assert home.leads() == {first}
        assert _contents(owner_engine, home.info.schema) == before
        assert _rules(owner_engine, home) == rules
        assert file_store().path(home.id, key).read_bytes() == b"a contract"
        home.add(name="And it goes on")

    def test_what_it_replaced_is_a_backup_and_stays_beside_it_for_a_week(
        self, home: Home, owner_engine: Engine
    ) -> None:
        empty = run("backup", home.id)
        later = home.add()
        restored = run("restore", home.id, backup_id=empty.result["backup_id"])
        assert home.leads() == set()
        assert _schemas(owner_engine, home) == [home.info.schema, home.info.schema + restore.REPLACED]
        again = run("restore", home.id, backup_id=restored.result["safety_backup_id"])
        assert again.state == DONE, again.error
        assert home.leads() == {later}
        with time_machine.travel(now() + timedelta(days=8), tick=True):
            backups.drop_replaced()
        assert _schemas(owner_engine, home) == [home.info.schema]

    def test_a_backup_of_an_older_release_is_migrated_forward(self, home: Home, owner_engine: Engine) -> None:
        history = History("tenant")
        with owner_engine.begin() as connection:
            move_tenant(connection, history, home.id, history.revisions[-2])
        done = run("backup", home.id)
        assert _backup_of(done).revision == history.revisions[-2]
        restored = run("restore", home.id, backup_id=done.result["backup_id"])
        assert restored.state == DONE, restored.error
        with owner_engine.connect() as connection:
            assert history.revision_of(connection, home.info.schema) == history.head
        home.add()

    def test_somebody_removed_since_does_not_come_back(self, home: Home) -> None:
        person = add_member(home.id, "admin")
        done = run("backup", home.id)
        with uow.control() as unit:
            unit.connection.execute(
                update(Membership)
                .where(Membership.user_id == person.id)
                .values(active=False, version=Membership.version + 1)
            )
        assert run("restore", home.id, backup_id=done.result["backup_id"]).state == DONE
        with uow.tenant(home.id) as unit:
            assert (
                unit.connection.execute(select(Member.active).where(Member.user_id == person.id)).scalar_one() is False
            )

    def test_under_load_every_writer_is_either_before_or_after(self, home: Home) -> None:
        """A record and its event never end in different schemas, and no writer sees an error it cannot repeat."""
        for _ in range(5):
            home.add()
        done = run("backup", home.id)
        stop = threading.Event()
        faults: list[str] = []

        def write() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                try:
                    home.add(name=f"Writer {number}")
                except Exception as error:  # noqa: BLE001 - all are looked at below
                    faults.append(repr(error))

        writers = [threading.Thread(target=write) for _ in range(3)]
        for writer in writers:
            writer.start()
        restored = run("restore", home.id, backup_id=done.result["backup_id"])
        reached = len(home.leads())
        eventually(lambda: len(home.leads()) > reached)
        stop.set()
        for writer in writers:
            writer.join()
        assert restored.state == DONE, restored.error
        assert [fault for fault in faults if "LockNotAvailable" not in fault and "Deadlock" not in fault] == []
        with uow.tenant(home.id) as unit:
            query = text(
                "SELECT count(*) FROM lead l FULL JOIN event e ON e.record_id = l.id WHERE l.id IS NULL OR e.id IS NULL"
            )
            assert unit.connection.execute(query).scalar_one() == 0

    def test_killed_before_the_swap_nothing_has_happened_and_another_attempt_does_it(
        self, home: Home, owner_engine: Engine, wiring: Settings, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        done = run("backup", home.id)
        later = home.add()
        log = tmp_path_factory.mktemp("killed") / "restore.log"
        command = ("-m", "crm_saas.cli", "tenants", "restore", home.info.slug, done.result["backup_id"], "--yes")
        with uow.tenant(home.id) as unit:
            unit.connection.execute(select(Member)).all()  # the swap waits for this transaction
            with running(*command, settings=wiring, log=log) as process:
                eventually(lambda: _waited_for(owner_engine, home, "member"), seconds=30)
                kill_tree(process)
        assert home.leads() == {later}
        with uow.control() as unit:
            task = unit.session.scalars(
                select(KeepingTask).where(KeepingTask.workspace_id == home.id, KeepingTask.kind == "restore")
            ).one()
        assert task.state == RUNNING
        assert tasks.work(task.id) is False  # until its lease has run out
        with time_machine.travel(now() + timedelta(minutes=1), tick=True):
            assert task.id in tasks.waiting()
            assert tasks.work(task.id) is True
        assert look(task.id).state == DONE, look(task.id).error
        assert home.leads() == set()

    def test_killed_after_the_swap_it_is_not_done_twice(self, home: Home) -> None:
        done = run("backup", home.id)
        restored = run("restore", home.id, backup_id=done.result["backup_id"])
        later = home.add()
        with uow.control() as unit:
            task = unit.session.get_one(KeepingTask, restored.id)
            task.state, task.finished_at = QUEUED, None
        assert tasks.work(restored.id) is True
        assert look(restored.id).state == DONE
        assert home.leads() == {later}


class TestKept:
    def test_every_workspace_is_asked_for_once_a_night(self, home: Home) -> None:
        def open_tasks() -> list[str]:
            with uow.control() as unit:
                return list(
                    unit.session.scalars(
                        select(KeepingTask.state)
                        .where(KeepingTask.workspace_id == home.id, KeepingTask.kind == "backup")
                        .order_by(KeepingTask.id)
                    )
                )

        night = backups.last_time(now() + timedelta(days=1), 2) + timedelta(minutes=3)
        with time_machine.travel(night, tick=True):
            while backups.ask_nightly(2):
                pass
            assert open_tasks() == [QUEUED]
            for task_id in tasks.waiting():
                if look(task_id).workspace_id == home.id:
                    tasks.work(task_id)
            assert open_tasks() == [DONE]
            while backups.ask_nightly(2):
                pass
            assert open_tasks() == [DONE]

    def test_the_newest_are_kept_of_each_kind(self, home: Home) -> None:
        made = [uuid.UUID(run("backup", home.id).result["backup_id"]) for _ in range(3)]
        nightly = uuid.UUID(run("backup", home.id, reason="nightly").result["backup_id"])
        backups.thin_out(2)
        with uow.control() as unit:
            assert [each.id for each in backups.of_workspace(unit, home.id)] == [nightly, made[2], made[1]]
        assert not backups.folder_of(home.id, made[0]).path.exists()
        assert backups.folder_of(home.id, made[1]).complete

    def test_a_folder_that_the_control_plane_forgot_is_found_again(self, home: Home) -> None:
        backup = _backup_of(run("backup", home.id))
        with uow.control() as unit:
            unit.connection.execute(delete(Backup).where(Backup.id == backup.id))
        assert backups.adopt_folders(home.id) == 1
        with uow.control() as unit:
            (found,) = backups.of_workspace(unit, home.id)
        assert (found.id, found.rows, found.taken_at) == (backup.id, backup.rows, backup.taken_at)


class TestTasks:
    def test_acts_of_one_workspace_take_turns(self, home: Home) -> None:
        with uow.control() as unit:
            first = tasks.ask(unit, "backup", home.id, wake=False)
            other = tasks.ask(unit, "restore", home.id, {"backup_id": str(first)}, wake=False)
        with uow.control() as unit:
            task = unit.session.get_one(KeepingTask, first)
            task.state, task.lease_until = RUNNING, now() + timedelta(seconds=20)
        assert tasks.work(other) is False
        assert tasks.work(first) is False

    def test_what_keeps_failing_ends_and_says_why(self, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(_: tasks.Run) -> dict[str, object]:
            raise OSError("no space left")

        monkeypatch.setitem(tasks._handlers, "backup", fail)
        with uow.control() as unit:
            task_id = tasks.ask(unit, "backup", home.id, wake=False)
        for attempt in range(1, tasks.MOST_ATTEMPTS):
            with pytest.raises(OSError, match="no space"):
                tasks.work(task_id)
            assert task_id not in tasks.waiting()  # a pause, longer each time
            with time_machine.travel(now() + tasks.PAUSE * attempt, tick=True):
                assert task_id in tasks.waiting()
        assert tasks.work(task_id) is True
        assert (look(task_id).state, look(task_id).error) == (FAILED, "OSError: no space left")


def test_the_command_line_backs_up_lists_and_restores(home: Home, command_line: CommandLine) -> None:
    lead = home.add()
    assert "files in" in command_line("backup", home.info.slug)
    (line,) = command_line("backups", str(home.id)).splitlines()
    assert "verified 20" in line
    home.add(name="Later")
    assert "restored in" in command_line("restore", home.info.slug, "--yes")
    assert home.leads() == {lead}
    assert "no workspace" in command_line("backup", "nobody", code=1)


def test_how_old_the_tested_backups_of_a_node_are_and_how_many_are_overdue(home: Home) -> None:
    def age() -> backups.Age:
        with uow.control() as unit:
            found = {each.node_id: each for each in backups.ages(unit)}
        return found[DEFAULT_NODE]

    run("backup", home.id)
    before = age()
    assert before.seconds < 60
    with uow.control() as unit:  # another test may have taken one in the night that follows
        newest = unit.connection.execute(select(func.max(Backup.taken_at))).scalar_one()
    with time_machine.travel(max(newest, now()) + timedelta(hours=37), tick=True):
        later = age()
        assert later.seconds > 36 * 3600
        assert later.overdue > before.overdue
        run("backup", home.id)
        assert age().seconds < 60
        assert age().overdue == later.overdue - 1
