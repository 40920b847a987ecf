from __future__ import annotations

import io
import uuid
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from crm_saas.commands.tenants import command
from crm_saas.config import Settings, environ_of
from crm_saas.crm.records import service
from crm_saas.crm.records.actor import load_actor
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.kernel import jobs, uow
from crm_saas.kernel.directory import Directory
from crm_saas.kernel.files import file_store
from crm_saas.tenants import process
from crm_saas.tenants.keeping import tasks
from crm_saas.tenants.keeping.model import KeepingTask
from tests.factories.workspaces import WorkspaceInfo
from tests.support.servers import Addresses


@pytest.fixture(autouse=True)
def wiring(settings: Settings, directory: Directory, addresses: Addresses) -> Iterator[Settings]:
    """Wire this process as the `keep` worker is."""
    assert addresses.port
    process.configure(settings, application="crm-tests")
    yield settings
    uow.directory().dispose()
    uow.configure(directory)
    jobs.configure(None)


class Home:
    """A workspace as its owner uses it."""

    def __init__(self, workspace: WorkspaceInfo) -> None:
        self.info = workspace
        self.id = workspace.id

    def add(self, **values: object) -> uuid.UUID:
        """Create a lead."""
        rtype = REGISTRY.find("lead")
        assert rtype is not None
        with uow.tenant(self.id) as unit:
            actor = load_actor(unit, self.info.owner.id, "ui")
            document = {"name": "Zhang Mei", "company": "Acme"} | values
            made = service.create(unit, actor, rtype, document)
            return uuid.UUID(str(made["id"]))

    def leads(self) -> set[uuid.UUID]:
        """Return the ids of the leads."""
        rtype = REGISTRY.find("lead")
        assert rtype is not None
        with uow.tenant(self.id) as unit:
            return set(unit.connection.execute(select(rtype.table.c.id)).scalars())

    def file(self, content: bytes) -> str:
        """Store a file."""
        return file_store().save(self.id, io.BytesIO(content), most=1_000_000)[0]


def run(kind: str, workspace_id: uuid.UUID, **params: object) -> KeepingTask:
    """Ask for a task, do it here, return it."""
    with uow.control() as unit:
        task_id = tasks.ask(unit, kind, workspace_id, params, wake=False)
    tasks.work(task_id)
    return look(task_id)


def look(task_id: uuid.UUID) -> KeepingTask:
    """Return a task."""
    with uow.control() as unit:
        return unit.session.get_one(KeepingTask, task_id)


@pytest.fixture
def home(workspace: WorkspaceInfo) -> Home:
    return Home(workspace)


class CommandLine:
    """Calls `crm-saas tenants`, which wires this process as its own, and wires it for the test again."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self, *arguments: str, code: int = 0) -> str:
        uow.directory().dispose()
        try:
            result = CliRunner().invoke(command, arguments, env=environ_of(self._settings))
        finally:
            uow.directory().dispose()
            process.configure(self._settings, application="crm-tests")
        assert result.exit_code == code, result.output
        return result.output


@pytest.fixture
def command_line(wiring: Settings) -> CommandLine:
    return CommandLine(wiring)
