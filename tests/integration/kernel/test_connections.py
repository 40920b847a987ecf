"""What happens to units when connections die, servers restart and backends have served many tenants."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from crm_saas.config import Settings
from crm_saas.kernel import db, uow
from crm_saas.kernel.bootstrap_sql import bootstrap_cluster
from crm_saas.kernel.db import make_owner_engine, sqlstate
from crm_saas.kernel.directory import DEFAULT_NODE, Directory
from crm_saas.local.postgres import EmbeddedPostgres
from crm_saas.tenants.fleet import migrate_control
from crm_saas.tenants.provisioning import Provisioner
from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo
from tests.support.servers import PASSWORD, Addresses

BACKENDS = "SELECT pg_backend_pid()"


@pytest.fixture
def small_directory(directory: Directory, settings: Settings) -> Iterator[Directory]:
    """A directory with one connection, so that every unit is sure to meet the same one."""
    made = Directory({DEFAULT_NODE: settings.database_url}, pool_size=1, application="crm-small")
    uow.configure(made)
    yield made
    uow.configure(directory)
    made.dispose()


def _terminate(addresses: Addresses, pid: int) -> None:
    with psycopg.connect(addresses.superuser, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))


def _pid(workspace: WorkspaceInfo) -> int:
    with uow.tenant(workspace.id) as unit:
        pid: int = unit.connection.execute(text(BACKENDS)).scalar_one()
    return pid


def test_a_unit_begins_again_when_its_pooled_connection_is_dead(
    small_directory: Directory, workspace: WorkspaceInfo, addresses: Addresses
) -> None:
    assert small_directory.node_ids
    pid = _pid(workspace)
    assert _pid(workspace) == pid
    _terminate(addresses, pid)
    assert _pid(workspace) != pid


def test_a_pool_full_of_dead_connections_is_gone_through(
    directory: Directory, settings: Settings, workspace: WorkspaceInfo, addresses: Addresses
) -> None:
    own = Directory({DEFAULT_NODE: settings.database_url}, pool_size=5, application="crm-dead")
    uow.configure(own)
    try:
        assert _pid(workspace)
        connections = [own.control_engine.connect() for _ in range(5)]
        pids = [connection.execute(text(BACKENDS)).scalar_one() for connection in connections]
        for connection in connections:
            connection.close()
        for pid in pids:
            _terminate(addresses, pid)
        assert _pid(workspace) not in pids
    finally:
        uow.configure(directory)
        own.dispose()


def test_looking_a_tenant_up_survives_a_dead_connection(
    small_directory: Directory, workspace: WorkspaceInfo, addresses: Addresses
) -> None:
    pid = _pid(workspace)
    small_directory.forget(workspace.id)  # so that the control plane's connection is the one found dead
    _terminate(addresses, pid)
    assert _pid(workspace) != pid


def test_a_connection_that_dies_inside_a_unit_fails_it_and_the_next_works(
    small_directory: Directory, workspace: WorkspaceInfo, addresses: Addresses
) -> None:
    assert small_directory.node_ids

    def work() -> None:
        with uow.tenant(workspace.id) as unit:
            _terminate(addresses, unit.connection.execute(text(BACKENDS)).scalar_one())
            unit.connection.execute(text("SELECT 1"))

    with pytest.raises(OperationalError) as caught:
        work()
    assert caught.value.connection_invalidated
    assert _pid(workspace)


def test_a_role_that_is_gone_is_an_error_and_leaves_the_connection_usable(
    small_directory: Directory, workspace: WorkspaceInfo
) -> None:
    pid = _pid(workspace)
    engine = small_directory.node_engine(DEFAULT_NODE)
    stranger = db.Plane("t_gone", b"BEGIN; SET LOCAL ROLE t_gone")
    with pytest.raises(DBAPIError) as caught, uow.plane(engine, stranger):
        pass
    assert sqlstate(caught.value) == "22023"  # invalid_parameter_value: role does not exist
    assert not caught.value.connection_invalidated
    assert _pid(workspace) == pid


def test_a_backend_is_replaced_after_many_tenants(
    small_directory: Directory, make_workspace: WorkspaceFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert small_directory.node_ids
    monkeypatch.setattr(db, "TENANTS_PER_CONNECTION", 3)
    workspaces = [make_workspace() for _ in range(4)]
    pids = [_pid(workspace) for workspace in workspaces * 2]
    # control plane and two tenants make three; the third tenant is one too many, and a fresh backend starts counting
    assert len(set(pids)) > 1
    for first, second, third, fourth in zip(pids, pids[1:], pids[2:], pids[3:], strict=False):
        assert len({first, second, third, fourth}) > 1


def test_beginning_as_a_tenant_is_one_round_trip(small_directory: Directory, workspace: WorkspaceInfo) -> None:
    sent: list[str] = []
    engine = small_directory.node_engine(DEFAULT_NODE)
    _pid(workspace)

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        _pid(workspace)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert sent == [BACKENDS]


def test_units_go_on_after_a_restart_of_the_server(tmp_path: Path, directory: Directory) -> None:
    with EmbeddedPostgres(tmp_path, fsync=False) as server:
        bootstrap_cluster(server.superuser_url(), app_password=PASSWORD, owner_password=PASSWORD, database="crm")
        owner = make_owner_engine(server.url("crm_owner", PASSWORD, "crm"))
        migrate_control(owner)
        own = Directory({DEFAULT_NODE: server.url("crm_app", PASSWORD, "crm")}, pool_size=2)
        uow.configure(own)
        try:
            workspace = WorkspaceFactory(Provisioner({DEFAULT_NODE: owner}))()
            before = _pid(workspace)
            with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
                connection.execute("CHECKPOINT")
            server.stop()
            server.start()
            assert _pid(workspace) != before
        finally:
            own.dispose()
            uow.configure(directory)
