from __future__ import annotations

import uuid
from threading import Barrier, Thread

import psycopg
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, Engine, func, select, text, update

from crm_saas.commands.tenants import command
from crm_saas.config import Settings, environ_of
from crm_saas.kernel import jobs, uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import ACTIVE, DEFAULT_NODE, FAILED, PROVISIONING, Directory, Placement
from crm_saas.kernel.ids import schema_name
from crm_saas.kernel.migrate import History, move_tenant
from crm_saas.tenants import provisioning
from crm_saas.tenants.mirror import Member, RecordCount, WorkspaceSettings
from crm_saas.tenants.models import TenantVersion
from crm_saas.tenants.provisioning import Provisioner
from tests.factories.workspaces import WorkspaceInfo, order_workspace
from tests.support.servers import Addresses


def _placement(tenant_id: uuid.UUID) -> Placement:
    with uow.control() as unit:
        return unit.session.get_one(Placement, tenant_id)


def _exists(owner: Engine, tenant_id: uuid.UUID) -> tuple[bool, bool]:
    """Whether role and schema are there."""
    with owner.connect() as connection:
        row = connection.execute(
            text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :n), to_regnamespace(:n) IS NOT NULL"),
            {"n": schema_name(tenant_id)},
        ).one()
    return row[0], row[1]


def _run(directory: Directory, environ: dict[str, str], *arguments: str) -> Result:
    """Run `crm-saas tenants`, which wires this process as its own, and put the test's wiring back."""
    try:
        return CliRunner().invoke(command, arguments, env=environ)
    finally:
        uow.directory().dispose()
        uow.configure(directory)
        jobs.configure(None)


class TestBuilt:
    def test_a_workspace_knows_itself_its_members_and_its_counts(self, workspace: WorkspaceInfo) -> None:
        with uow.tenant(workspace.id) as unit:
            assert unit.session.scalars(select(WorkspaceSettings.id)).all() == [workspace.id]
            member = unit.session.scalars(select(Member)).one()
            assert (member.user_id, member.role, member.active) == (workspace.owner.id, "owner", True)
            assert unit.session.get_one(RecordCount, "lead").value == 0

    def test_a_tenant_unit_acts_as_the_tenants_role_in_the_tenants_schema(self, workspace: WorkspaceInfo) -> None:
        with uow.tenant(workspace.id) as unit:
            row = unit.connection.execute(
                text("SELECT current_user, current_schema(), current_setting('search_path')")
            ).one()
        assert tuple(row) == (workspace.schema, workspace.schema, f"{workspace.schema}, ext")

    def test_it_is_noted_as_active_and_at_the_newest_revision(self, workspace: WorkspaceInfo) -> None:
        assert _placement(workspace.id).state == ACTIVE
        with uow.control() as unit:
            version = unit.session.get_one(TenantVersion, workspace.id)
        assert (version.revision, version.state) == (History("tenant").head, "done")


class TestAgainAndAtOnce:
    def test_building_twice_is_building_once(self, provisioner: Provisioner) -> None:
        ordered = order_workspace()
        assert provisioner.provision(ordered.id)
        with uow.control() as unit:
            unit.connection.execute(
                update(Placement).where(Placement.tenant_id == ordered.id).values(state=PROVISIONING)
            )
        assert provisioner.provision(ordered.id)
        with uow.tenant(ordered.id) as unit:
            assert unit.connection.execute(select(func.count()).select_from(Member)).scalar_one() == 1

    def test_an_active_or_unknown_tenant_is_left_alone(
        self, provisioner: Provisioner, workspace: WorkspaceInfo
    ) -> None:
        assert provisioner.provision(workspace.id) is False
        assert provisioner.provision(uuid.uuid4()) is False

    def test_provisioners_racing_for_one_tenant_build_it_once(self, provisioner: Provisioner) -> None:
        ordered = order_workspace()
        barrier, results = Barrier(4), []

        def run() -> None:
            barrier.wait(10)
            results.append(provisioner.provision(ordered.id))

        threads = [Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        # the last to look may find it active already
        assert len(results) == 4
        assert True in results
        assert _placement(ordered.id).state == ACTIVE
        with uow.tenant(ordered.id) as unit:
            assert unit.connection.execute(select(func.count()).select_from(Member)).scalar_one() == 1


class TestFailure:
    @pytest.fixture
    def broken(self, provisioner: Provisioner, monkeypatch: pytest.MonkeyPatch) -> WorkspaceInfo:
        """A workspace whose building fails after its tables are there."""
        ordered = order_workspace()
        move = move_tenant

        def fail(connection: Connection, history: History, tenant_id: uuid.UUID) -> None:
            move(connection, history, tenant_id)
            if tenant_id == ordered.id:
                connection.execute(text("SELECT 1 / 0"))

        monkeypatch.setattr(provisioning, "move_tenant", fail)
        assert provisioner.sweep() is not None
        return ordered

    def test_it_leaves_neither_role_nor_schema(self, broken: WorkspaceInfo, owner_engine: Engine) -> None:
        assert _exists(owner_engine, broken.id) == (False, False)

    def test_it_is_noted_and_tried_again(
        self, broken: WorkspaceInfo, provisioner: Provisioner, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        placement = _placement(broken.id)
        assert placement.state == PROVISIONING
        assert "DivisionByZero" in str(placement.error) or "division by zero" in str(placement.error)
        monkeypatch.undo()
        assert broken.id in provisioner.sweep()
        placement = _placement(broken.id)
        assert (placement.state, placement.error) == (ACTIVE, None)

    def test_it_does_not_stop_the_next(self, broken: WorkspaceInfo, provisioner: Provisioner) -> None:
        fine = order_workspace()
        done = provisioner.sweep()
        assert fine.id in done
        assert broken.id not in done

    def test_it_is_given_up_in_the_end_and_an_operator_can_take_it_up(
        self,
        broken: WorkspaceInfo,
        provisioner: Provisioner,
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
        directory: Directory,
    ) -> None:
        with uow.control() as unit:
            unit.connection.execute(
                update(Placement)
                .where(Placement.tenant_id == broken.id)
                .values(created_at=now() - 2 * provisioning.GIVE_UP_AFTER)
            )
        provisioner.sweep()
        assert _placement(broken.id).state == FAILED
        monkeypatch.undo()
        assert broken.id not in provisioner.sweep()
        result = _run(directory, environ_of(settings), "provision", str(broken.id))
        listed = _run(directory, environ_of(settings), "list", "--state", "active")
        assert result.exit_code == 0, result.output
        assert str(broken.id) in listed.output
        assert _placement(broken.id).state == ACTIVE

    def test_a_lost_connection_in_the_middle_leaves_nothing(
        self, provisioner: Provisioner, owner_engine: Engine, addresses: Addresses, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ordered = order_workspace()
        move = move_tenant

        def cut(connection: Connection, history: History, tenant_id: uuid.UUID) -> None:
            move(connection, history, tenant_id)
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with psycopg.connect(addresses.superuser) as superuser:
                superuser.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
            connection.execute(text("SELECT 1"))

        monkeypatch.setattr(provisioning, "move_tenant", cut)
        assert ordered.id not in provisioner.sweep()
        monkeypatch.undo()
        assert _exists(owner_engine, ordered.id) == (False, False)
        assert ordered.id in provisioner.sweep()
        assert _exists(owner_engine, ordered.id) == (True, True)

    def test_a_process_without_the_owners_address_cannot_build(self, settings: Settings, directory: Directory) -> None:
        environ = environ_of(settings.without_owner())
        result = _run(directory, environ, "provision")
        assert "CRM_OWNER_DATABASE_URL" in str(result.exception)


def test_the_tenants_node_decides_which_owner_builds(provisioner: Provisioner) -> None:
    assert set(provisioner._owners) == {DEFAULT_NODE}
