from __future__ import annotations

import uuid
from datetime import datetime, timedelta, timezone
from threading import Thread

import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import InvalidRequestError, ResourceClosedError, StatementError

from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import Directory, UnknownTenantError
from crm_saas.kernel.events import Event
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import CommitInDomainError, NestedUnitError, UnitOfWork
from crm_saas.tenants.mirror import Member, RecordCount
from crm_saas.tenants.models import User, Workspace
from tests.factories.workspaces import WorkspaceInfo, make_person


def _counted(workspace: WorkspaceInfo, name: str) -> int | None:
    with uow.tenant(workspace.id) as unit:
        return unit.connection.execute(
            select(RecordCount.value).where(RecordCount.record_type == name)
        ).scalar_one_or_none()


def _count(name: str, value: int = 1) -> RecordCount:
    return RecordCount(record_type=name, value=value)


def test_a_unit_commits_when_its_block_ends(workspace: WorkspaceInfo) -> None:
    with uow.tenant(workspace.id) as unit:
        unit.session.add(_count("note"))
    assert _counted(workspace, "note") == 1


def test_a_unit_rolls_back_when_its_block_raises(workspace: WorkspaceInfo) -> None:
    def work() -> None:
        with uow.tenant(workspace.id) as unit:
            unit.session.add(_count("note"))
            unit.session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert _counted(workspace, "note") is None


def test_session_and_connection_share_one_transaction(workspace: WorkspaceInfo) -> None:
    with uow.tenant(workspace.id) as unit:
        unit.session.add(_count("note"))
        unit.session.flush()
        unit.connection.execute(update(RecordCount).where(RecordCount.record_type == "note").values(value=7))
    assert _counted(workspace, "note") == 7


def test_a_savepoint_undoes_only_its_part(workspace: WorkspaceInfo) -> None:
    def part(unit: UnitOfWork) -> None:
        with unit.session.begin_nested():
            unit.session.add(_count("undone"))
            unit.session.flush()
            raise KeyError

    with uow.tenant(workspace.id) as unit:
        unit.session.add(_count("kept"))
        with pytest.raises(KeyError):
            part(unit)
    assert (_counted(workspace, "kept"), _counted(workspace, "undone")) == (1, None)


@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_domain_code_cannot_end_the_transaction(workspace: WorkspaceInfo, ending: str) -> None:
    with pytest.raises(CommitInDomainError), uow.tenant(workspace.id) as unit:
        getattr(unit.session, ending)()


@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_a_transaction_ended_behind_the_units_back_is_an_error(workspace: WorkspaceInfo, ending: str) -> None:
    with pytest.raises(InvalidRequestError), uow.tenant(workspace.id) as unit:
        getattr(unit.connection, ending)()


def test_a_unit_cannot_be_used_after_its_end(workspace: WorkspaceInfo) -> None:
    with uow.tenant(workspace.id) as unit:
        pass
    with pytest.raises(ResourceClosedError):
        unit.connection.execute(select(1))
    with pytest.raises(ResourceClosedError):
        unit.session.execute(select(1))


def test_units_do_not_nest(workspace: WorkspaceInfo) -> None:
    with uow.control(), pytest.raises(NestedUnitError), uow.tenant(workspace.id):
        pass
    with uow.tenant(workspace.id), pytest.raises(NestedUnitError), uow.tenant(workspace.id):
        pass
    with uow.tenant(workspace.id):  # and the refusals left nothing open
        pass


def test_two_threads_have_a_unit_each(workspace: WorkspaceInfo) -> None:
    seen: list[str] = []

    def other() -> None:
        with uow.tenant(workspace.id) as unit:
            seen.append(unit.connection.execute(text("SELECT current_user")).scalar_one())

    with uow.tenant(workspace.id):
        thread = Thread(target=other)
        thread.start()
        thread.join(10)
    assert seen == [workspace.schema]


def test_models_are_loaded_explicitly_and_survive_the_commit(workspace: WorkspaceInfo) -> None:
    with uow.tenant(workspace.id) as unit:
        member = unit.session.scalars(select(Member)).one()
    assert member.name == workspace.owner.name


class TestOnCommit:
    def test_runs_after_the_commit_and_once_for_the_same_call(self, workspace: WorkspaceInfo) -> None:
        calls: list[tuple[object, ...]] = []

        def hint(*args: object) -> None:
            calls.append((*args, _counted(workspace, "note")))

        with uow.tenant(workspace.id) as unit:
            unit.session.add(_count("note"))
            unit.on_commit(hint, workspace.id, 1)
            unit.on_commit(hint, workspace.id, 1)
            unit.on_commit(hint, workspace.id, 2)
            assert calls == []
        assert calls == [(workspace.id, 1, 1), (workspace.id, 2, 1)]

    def test_does_not_run_after_a_rollback(self, workspace: WorkspaceInfo) -> None:
        calls: list[int] = []

        def work() -> None:
            with uow.tenant(workspace.id) as unit:
                unit.on_commit(calls.append, 1)
                raise KeyError

        with pytest.raises(KeyError):
            work()
        assert calls == []

    def test_refuses_models_and_collections(self, workspace: WorkspaceInfo) -> None:
        with uow.tenant(workspace.id) as unit:
            member = unit.session.scalars(select(Member)).one()
            for thing in (member, [workspace.id], {"id": 1}, unit):
                with pytest.raises(TypeError, match="ids and plain values"):
                    unit.on_commit(print, thing)  # type: ignore[arg-type]

    def test_an_error_in_it_does_not_deny_the_commit(
        self, workspace: WorkspaceInfo, caplog: pytest.LogCaptureFixture
    ) -> None:
        calls: list[int] = []

        def broken() -> None:
            raise KeyError

        with uow.tenant(workspace.id) as unit:
            unit.session.add(_count("note"))
            unit.on_commit(broken)
            unit.on_commit(calls.append, 1)
        assert calls == [1]
        assert _counted(workspace, "note") == 1
        assert "after commit" in caplog.text


class TestInstants:
    def _event(self, at: datetime) -> dict[str, object]:
        return {
            "id": uuid7(),
            "type": "lead.created",
            "record_type": "lead",
            "record_id": uuid7(),
            "version": 1,
            "at": at,
            "actor_kind": "system",
            "source": "system",
            "changes": {},
        }

    def test_a_naive_datetime_is_refused(self, workspace: WorkspaceInfo) -> None:
        naive = now().replace(tzinfo=None)
        with pytest.raises(StatementError, match="naive datetime"), uow.tenant(workspace.id) as unit:
            unit.connection.execute(insert(Event).values(self._event(naive)))

    def test_an_instant_comes_back_in_utc(self, workspace: WorkspaceInfo) -> None:
        at = datetime(2026, 3, 29, 2, 30, tzinfo=timezone(timedelta(hours=8)))
        row = self._event(at)
        with uow.tenant(workspace.id) as unit:
            unit.connection.execute(insert(Event).values(row))
            read = unit.connection.execute(select(Event.at).where(Event.id == row["id"])).scalar_one()
        assert read == at
        assert read.utcoffset() == timedelta(0)


class TestDirectory:
    def test_an_unknown_tenant_has_no_unit(self, directory: Directory) -> None:
        assert directory.node_ids
        with pytest.raises(UnknownTenantError), uow.tenant(uuid.uuid4()):
            pass

    def test_a_process_that_was_not_configured_says_so(self, directory: Directory) -> None:
        uow.configure(None)
        try:
            with pytest.raises(RuntimeError, match="configure"), uow.control():
                pass
        finally:
            uow.configure(directory)

    def test_a_control_unit_has_no_workspace(self, directory: Directory) -> None:
        assert directory.node_ids
        with uow.control() as unit, pytest.raises(RuntimeError, match="no tenant"):
            assert unit.workspace_id is not None

    def test_control_units_see_people_and_workspaces(self, workspace: WorkspaceInfo) -> None:
        with uow.control() as unit:
            person = make_person(unit)
            assert unit.session.get_one(User, person.id).email == person.email
            query = select(func.count()).select_from(Workspace).where(Workspace.id == workspace.id)
            assert unit.connection.execute(query).scalar_one() == 1
