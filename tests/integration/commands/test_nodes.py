from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner
from sqlalchemy import delete

from crm_saas.commands.nodes import command
from crm_saas.config import Settings, environ_of
from crm_saas.kernel import jobs, uow
from crm_saas.kernel.directory import Directory, Node
from tests.support.servers import BARE, Addresses


@pytest.fixture
def nodes(
    settings: Settings, directory: Directory, addresses: Addresses, fresh_database: Callable[..., str]
) -> Iterator[Callable[..., str]]:
    """Calls `crm-saas nodes` of a deployment that knows a second database, and one that does not answer."""
    database = fresh_database(template=BARE)
    known = {
        "nodes": {"spare": addresses.url("crm_app", database), "gone": addresses.url("crm_app", "nowhere")},
        "owner_nodes": {"spare": addresses.url("crm_owner", database), "gone": addresses.url("crm_owner", "nowhere")},
    }
    environ = environ_of(settings.model_copy(update=known))

    def call(*arguments: str, code: int = 0) -> str:
        try:
            result = CliRunner().invoke(command, arguments, env=environ)
        finally:
            uow.directory().dispose()
            uow.configure(directory)
            jobs.configure(None)
        assert result.exit_code == code, result.output
        return result.output

    yield call
    with uow.control() as unit:
        unit.connection.execute(delete(Node).where(Node.id == "spare"))


def test_a_node_is_added_once_and_listed(nodes: Callable[..., str]) -> None:
    assert "spare is added" in nodes("add", "spare", "--full")
    assert "there already" in nodes("add", "spare", code=1)
    lines = {line.split()[0]: line for line in nodes("list").splitlines()}
    assert lines["spare"].split()[1:] == ["0", "workspaces", "full", "answers"]
    assert "takes new ones" in lines["default"]
    assert "spare is roomy" in nodes("set", "spare", "--roomy")
    assert "takes new ones" in nodes("list").split("spare")[1]


def test_what_cannot_hold_workspaces_is_not_added(nodes: Callable[..., str]) -> None:
    assert "not in CRM_NODES" in nodes("add", "third", code=1)
    assert "does not answer" in nodes("add", "gone", code=1)
    assert "no node third" in nodes("set", "third", "--full", code=1)
