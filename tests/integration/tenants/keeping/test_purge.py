from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from redis import Redis
from sqlalchemy import Engine, select, text

from crm_saas.config import Settings
from crm_saas.crm.takeout import service as takeout
from crm_saas.kernel import jobs, uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.db import ControlBase
from crm_saas.kernel.directory import CLOSED, Placement, UnknownTenantError
from crm_saas.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from crm_saas.kernel.events import ControlEvent
from crm_saas.tenants import outgoing, workspaces
from crm_saas.tenants.keeping import closing, purge, tasks
from crm_saas.tenants.keeping.model import DONE, FAILED, KeepingTask
from crm_saas.tenants.models import Mail, Workspace
from tests.factories.workspaces import WorkspaceInfo, add_member
from tests.integration.tenants.keeping.conftest import CommandLine, Home, look, run

MONTH = timedelta(days=31)


def _close(home: Home) -> None:
    with uow.control() as unit:
        closing.close(unit, home.id, home.info.owner.id, home.info.name)


def _listed(home: Home, user_id: uuid.UUID) -> list[str]:
    with uow.control() as unit:
        return [each.state for each in workspaces.of_person(unit, user_id) if each.id == home.id]


class TestClosing:
    def test_it_is_closed_for_everybody_and_only_owners_still_see_it(self, home: Home) -> None:
        admin = add_member(home.id, "admin")
        _close(home)
        with pytest.raises(UnknownTenantError), uow.tenant(home.id):
            pass
        assert _listed(home, home.info.owner.id) == [CLOSED]
        assert _listed(home, admin.id) == []

    def test_the_name_must_be_typed_by_an_owner(self, home: Home) -> None:
        admin = add_member(home.id, "admin")
        stranger = add_member(home.id, "admin", active=False)
        for who, name, refusal in (
            (home.info.owner, "Another", Invalid),
            (admin, home.info.name, Forbidden),
            (stranger, home.info.name, NotFound),
        ):
            with pytest.raises(refusal), uow.control() as unit:
                closing.close(unit, home.id, who.id, name)
        home.add()

    def test_it_can_be_opened_again_as_it_was(self, home: Home) -> None:
        lead = home.add()
        _close(home)
        with pytest.raises(Conflict), uow.control() as unit:
            closing.close(unit, home.id, home.info.owner.id, home.info.name)
        with uow.control() as unit:
            closing.reopen(unit, home.id, home.info.owner.id)
        assert home.leads() == {lead}
        with pytest.raises(Conflict), uow.control() as unit:
            closing.reopen(unit, home.id, home.info.owner.id)
        with time_machine.travel(now() + MONTH, tick=True):
            closing.ask_due()
        with uow.control() as unit:
            assert unit.session.scalars(select(KeepingTask).where(KeepingTask.workspace_id == home.id)).all() == []

    def test_every_owner_is_told_by_mail(self, home: Home) -> None:
        _close(home)
        with uow.control() as unit:
            mails = unit.session.scalars(select(Mail).where(Mail.to_address == home.info.owner.email)).all()
        assert [mail.template for mail in mails] == ["workspace_closed"]


class TestPurge:
    def test_nothing_is_left_anywhere(self, home: Home, redis: Redis, owner_engine: Engine, wiring: Settings) -> None:
        marker = f"zqx{uuid.uuid4().hex[:12]}"
        with uow.control() as unit:
            workspace = unit.session.get_one(Workspace, home.id)
            workspace.name = f"{marker} Ltd"
            workspace.slug = f"{marker}-ltd"
            outgoing.post(unit, to="x@example.org", template="workspace_closed", language="en",
                          params={"workspace_id": str(home.id), "user_id": str(home.info.owner.id)})  # fmt: skip
        home.add(name=f"{marker} Person")
        home.file(marker.encode())
        backup = run("backup", home.id)
        with uow.control() as unit:
            export = takeout.ask(unit, home.info.owner.id, home.id).id
        assert tasks.work(export)
        assert run("restore", home.id, backup_id=backup.result["backup_id"]).state == DONE
        jobs.enqueue("bulk", "crm_saas.crm.imports.jobs.work", home.id, uuid.uuid4())
        redis.set(f"tick:something:{home.id}", "1")
        with uow.control() as unit:
            closing.close(unit, home.id, home.info.owner.id, f"{marker} Ltd")
        traces = purge.leftovers(home.id, [marker])
        assert {"schema", "role", "files", "backups", "exports", "redis"} <= {line.split()[0] for line in traces}
        with time_machine.travel(now() + MONTH, tick=True):
            assert closing.ask_due() >= 1
            with uow.control() as unit:
                task_id = unit.session.scalars(
                    select(KeepingTask.id).where(KeepingTask.workspace_id == home.id, KeepingTask.kind == "purge")
                ).one()
            assert tasks.work(task_id)
        assert look(task_id).state == DONE, look(task_id).error
        assert purge.leftovers(home.id, [marker]) == []
        assert _grep(wiring, marker) == []
        with owner_engine.connect() as connection:
            for table in ControlBase.metadata.sorted_tables:
                query = text(f"SELECT count(*) FROM {table.fullname} r WHERE r::text LIKE :word")
                assert connection.execute(query, {"word": f"%{marker}%"}).scalar_one() == 0, table
        assert not [key for key in redis.scan_iter() if str(home.id) in str(key)]
        with uow.control() as unit:
            mails = unit.session.scalars(select(Mail).where(Mail.to_address == home.info.owner.email)).all()
            events = unit.session.scalars(select(ControlEvent).where(ControlEvent.workspace_id == home.id)).all()
        assert [mail.template for mail in mails if mail.template.startswith("workspace")] == ["workspace_purged"]
        assert {"workspace.closed"} <= {event.type for event in events}
        assert all(event.data == {} for event in events)

    def test_before_its_time_or_of_an_open_workspace_it_is_refused(self, home: Home) -> None:
        for _ in range(2):
            done = run("purge", home.id, node="default")
            assert (done.state, "grace period" in str(done.error)) == (FAILED, True)
            with uow.control() as unit:
                if unit.session.get_one(Placement, home.id).state != CLOSED:
                    closing.close(unit, home.id, home.info.owner.id, home.info.name)

    @pytest.mark.parametrize("step", ["drop_schemas", "_forget", "leftovers"])
    def test_ended_at_any_step_another_attempt_finishes(
        self, home: Home, step: str, monkeypatch: pytest.MonkeyPatch, redis: Redis
    ) -> None:
        assert redis.ping()
        home.add()
        _close(home)
        original = getattr(purge, step)

        def interrupted(*args: object) -> object:
            original(*args)
            raise KeyboardInterrupt

        with time_machine.travel(now() + MONTH, tick=True):
            with uow.control() as unit:
                task_id = tasks.ask(unit, "purge", home.id, {"node": "default"}, wake=False)
            with monkeypatch.context() as patch:
                patch.setattr(purge, step, interrupted)
                with pytest.raises(KeyboardInterrupt):
                    tasks.work(task_id)
            with time_machine.travel(now() + timedelta(minutes=1), tick=True):
                assert tasks.work(task_id)
        assert look(task_id).state == DONE, look(task_id).error
        assert purge.leftovers(home.id) == []

    def test_the_command_line_purges_and_proves(
        self, home: Home, command_line: CommandLine, two_workspaces: tuple[WorkspaceInfo, WorkspaceInfo]
    ) -> None:
        _close(home)
        assert "traces of" in command_line("prove-empty", str(home.id), code=1)
        assert "is gone" in command_line("purge", str(home.id), "--now", "--yes")
        assert "nothing of" in command_line("prove-empty", str(home.id))
        assert "not closed" in command_line("purge", str(two_workspaces[0].id), "--yes", code=1)
        with uow.tenant(two_workspaces[0].id) as unit:
            assert unit.connection.execute(text("SELECT count(*) FROM member")).scalar_one() == 1


def _grep(settings: Settings, marker: str) -> list[str]:
    """Return the files below the data folder that hold a word."""
    return [
        str(path) for path in settings.data_dir.rglob("*") if path.is_file() and marker.encode() in path.read_bytes()
    ]
