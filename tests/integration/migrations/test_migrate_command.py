"""`crm-saas migrate` on databases of its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select, text

from crm_saas.commands.migrate import command
from crm_saas.kernel import migrate, uow
from crm_saas.kernel.db import make_owner_engine
from crm_saas.kernel.directory import DEFAULT_NODE, Directory, Node
from crm_saas.kernel.ids import schema_name
from crm_saas.tenants import fleet
from crm_saas.tenants.models import TenantVersion
from crm_saas.tenants.provisioning import Provisioner
from tests.factories.workspaces import WorkspaceFactory
from tests.support.servers import BARE, Addresses

HEAD = migrate.History("tenant").head


@dataclass
class Deployment:
    """A product database of this test's own."""

    owner_url: str
    owner: Engine
    environ: dict[str, str]
    make_workspace: WorkspaceFactory

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(command, arguments, env=self.environ)

    def execute(self, statement: str) -> None:
        with self.owner.begin() as connection:
            connection.execute(text(statement))

    def versions(self) -> dict[uuid.UUID, tuple[str | None, str]]:
        with self.owner.connect() as connection:
            rows = connection.execute(select(TenantVersion))
            return {row.tenant_id: (row.revision, row.state) for row in rows}

    def tables(self, tenant_id: uuid.UUID) -> set[str]:
        with self.owner.connect() as connection:
            found = connection.execute(
                text("SELECT tablename FROM pg_tables WHERE schemaname = :s"), {"s": schema_name(tenant_id)}
            )
            return set(found.scalars())


def _deployment(addresses: Addresses, database: str, directory: Directory) -> Iterator[Deployment]:
    owner_url = addresses.url("crm_owner", database)
    owner = make_owner_engine(owner_url)
    own = Directory({DEFAULT_NODE: addresses.url("crm_app", database)}, pool_size=2)
    uow.configure(own)
    yield Deployment(
        owner_url,
        owner,
        {
            "CRM_DATABASE_URL": addresses.url("crm_app", database),
            "CRM_OWNER_DATABASE_URL": owner_url,
            "CRM_REDIS_URL": addresses.redis_url(0),
            "CRM_SECRET_KEY": "k" * 64,
            "CRM_ENVIRONMENT": "test",
        },
        WorkspaceFactory(Provisioner({DEFAULT_NODE: owner})),
    )
    own.dispose()
    owner.dispose()
    uow.configure(directory)


@pytest.fixture
def deployment(addresses: Addresses, fresh_database: Callable[..., str], directory: Directory) -> Iterator[Deployment]:
    yield from _deployment(addresses, fresh_database(), directory)


@pytest.fixture
def bare(addresses: Addresses, fresh_database: Callable[..., str], directory: Directory) -> Iterator[Deployment]:
    yield from _deployment(addresses, fresh_database(BARE), directory)


def test_an_empty_database_gets_the_control_plane_and_its_node(bare: Deployment) -> None:
    result = bare.run()
    assert result.exit_code == 0, result.output
    with bare.owner.connect() as connection:
        assert connection.execute(select(Node.id)).scalars().all() == [DEFAULT_NODE]
    assert bare.run().exit_code == 0  # and again, with nothing to do


def test_a_report_on_an_empty_database_changes_nothing(bare: Deployment) -> None:
    result = bare.run("--report")
    assert result.exit_code == 0, result.output
    with bare.owner.connect() as connection:
        assert connection.execute(text("SELECT to_regclass('control.node')")).scalar_one() is None


def test_tenants_behind_are_brought_to_the_head_and_the_report_says_so(deployment: Deployment) -> None:
    first, second = deployment.make_workspace(), deployment.make_workspace()
    down = deployment.run("--plane", "tenant", "--to", "base")
    assert down.exit_code == 0, down.output
    assert deployment.tables(first.id) == {"alembic_version"}
    up = deployment.run()
    assert up.exit_code == 0, up.output
    assert "2 of 2 tenants" in up.output
    assert deployment.versions() == {first.id: (HEAD, "done"), second.id: (HEAD, "done")}
    assert "lead" in deployment.tables(first.id)
    with uow.tenant(second.id) as unit:  # and its role may use what was made anew
        assert unit.connection.execute(text("SELECT count(*) FROM lead")).scalar_one() == 0


def test_a_failing_tenant_is_named_and_does_not_stop_the_others(deployment: Deployment) -> None:
    broken, *others = [deployment.make_workspace() for _ in range(3)]
    deployment.run("--plane", "tenant", "--to", "base")
    deployment.execute(f"CREATE TABLE {broken.schema}.event (id int PRIMARY KEY)")
    result = deployment.run()
    assert result.exit_code == 1
    assert f'tenant {broken.id} failed: ProgrammingError: relation "event" already exists' in result.output
    versions = deployment.versions()
    assert versions[broken.id] == (None, "failed")
    assert {versions[other.id] for other in others} == {(HEAD, "done")}
    assert deployment.tables(broken.id) == {"alembic_version", "event"}  # nothing half made

    deployment.execute(f"DROP TABLE {broken.schema}.event")
    again = deployment.run()
    assert again.exit_code == 0
    assert "1 of 1 tenants" in again.output
    assert deployment.versions()[broken.id] == (HEAD, "done")


def test_a_run_that_was_stopped_goes_on_with_the_rest(deployment: Deployment) -> None:
    done, waiting = deployment.make_workspace(), deployment.make_workspace()
    deployment.run("--plane", "tenant", "--to", "base")
    [outcome] = fleet.migrate_tenants({DEFAULT_NODE: deployment.owner_url}, [(done.id, DEFAULT_NODE)])
    assert outcome.error is None
    assert [tenant for tenant, _ in fleet.behind(deployment.owner)] == [waiting.id]
    assert "1 of 1 tenants" in deployment.run().output
    assert fleet.behind(deployment.owner) == []


def test_a_schema_migrated_by_a_run_killed_before_its_note_is_taken_as_done(deployment: Deployment) -> None:
    workspace = deployment.make_workspace()
    deployment.execute("UPDATE control.tenant_version SET revision = NULL")
    assert deployment.run().exit_code == 0
    assert deployment.versions() == {workspace.id: (HEAD, "done")}


def test_many_tenants_are_migrated_by_several_processes(deployment: Deployment) -> None:
    workspaces = [deployment.make_workspace() for _ in range(fleet.FEW + 4)]
    assert deployment.run("--plane", "tenant", "--to", "base", "--workers", "1").exit_code == 0
    deployment.execute(f"CREATE TABLE {workspaces[0].schema}.event (id int PRIMARY KEY)")
    result = deployment.run("--workers", "2")
    assert result.exit_code == 1
    states = {tenant_id: state for tenant_id, (_, state) in deployment.versions().items()}
    assert states == {w.id: "failed" if w is workspaces[0] else "done" for w in workspaces}


def test_a_tenant_somebody_is_reading_is_tried_again(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = deployment.make_workspace()
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "50ms")
    tries: list[float] = []
    reader = psycopg.connect(deployment.owner_url)
    reader.execute(f"SELECT count(*) FROM {workspace.schema}.lead".encode())

    def let_go_at_the_second(seconds: float) -> None:
        tries.append(seconds)
        if len(tries) == 2:
            reader.rollback()

    monkeypatch.setattr("crm_saas.tenants.fleet.time.sleep", let_go_at_the_second)
    result = deployment.run("--plane", "tenant", "--to", "base")
    reader.close()
    assert result.exit_code == 0, result.output
    assert len(tries) == 2


def test_a_tenant_that_stays_locked_fails_without_waiting_for_ever(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = deployment.make_workspace()
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "20ms")
    monkeypatch.setattr(fleet, "PAUSE_SECONDS", 0.001)
    with psycopg.connect(deployment.owner_url) as reader:
        reader.execute(f"SELECT count(*) FROM {workspace.schema}.lead".encode())
        result = deployment.run("--plane", "tenant", "--to", "base")
    assert result.exit_code == 1
    assert "LockNotAvailable" in result.output or "lock timeout" in result.output
    assert deployment.versions()[workspace.id] == (HEAD, "failed")


def test_without_the_owners_address_it_says_what_is_missing(deployment: Deployment) -> None:
    del deployment.environ["CRM_OWNER_DATABASE_URL"]
    result = deployment.run()
    assert "CRM_OWNER_DATABASE_URL" in str(result.exception)


def test_a_revision_needs_its_plane(deployment: Deployment) -> None:
    assert deployment.run("--to", "0001").exit_code == 2
