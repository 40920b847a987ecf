"""Fixtures of every suite. How to use them: docs/testing.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from redis import Redis
from sqlalchemy import Engine
from xdist.workermanage import WorkerController  # type: ignore[import-untyped]

from crm_saas.config import Settings
from crm_saas.kernel import jobs, uow
from crm_saas.kernel.db import make_owner_engine
from crm_saas.kernel.directory import DEFAULT_NODE, Directory
from crm_saas.kernel.ids import uuid7
from crm_saas.tenants.provisioning import Provisioner
from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo
from tests.support.network import close_network
from tests.support.servers import TEMPLATE, Addresses, Servers, copy_database, drop_database

pytest_plugins = ["tests.support.application"]

_SERVERS = pytest.StashKey[Servers]()
_ADDRESSES = pytest.StashKey[Addresses]()


hypothesis.settings.register_profile("suite", deadline=None, database=None, print_blob=True)
hypothesis.settings.register_profile("deep", deadline=None, database=None, print_blob=True, max_examples=2000)


def pytest_configure() -> None:
    """Close the network before any test module is imported; say how property tests run."""
    close_network()
    hypothesis.settings.load_profile("suite")


def _start(config: pytest.Config) -> Addresses:
    if _ADDRESSES not in config.stash:
        config.stash[_SERVERS] = servers = Servers()
        config.stash[_ADDRESSES] = servers.start()
    return config.stash[_ADDRESSES]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: WorkerController) -> None:
    """Hand the addresses of the servers to an xdist worker; the first one asked for starts them."""
    node.workerinput["addresses"] = _start(node.config).as_dict()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers in the process that started them."""
    if _SERVERS in config.stash:
        config.stash[_SERVERS].stop()
        del config.stash[_SERVERS]


@pytest.fixture(scope="session")
def addresses(request: pytest.FixtureRequest) -> Addresses:
    """The servers of this run."""
    given = getattr(request.config, "workerinput", None)
    return _start(request.config) if given is None else Addresses(**given["addresses"])


@pytest.fixture(scope="session")
def worker_number(request: pytest.FixtureRequest) -> int:
    """0 without xdist, else 1, 2, ..."""
    name = getattr(request.config, "workerinput", {}).get("workerid", "gw-1")
    return int(name.removeprefix("gw")) + 1


@pytest.fixture(scope="session")
def settings(addresses: Addresses, worker_number: int, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of this worker: a database, a Redis number and a data folder of its own."""
    database = f"crm_{worker_number}"
    copy_database(addresses, database)
    return Settings(
        environment="test",
        data_dir=tmp_path_factory.mktemp("data"),
        secret_key="k" * 64,
        encryption_keys=f"test:{'A' * 43}=",
        database_url=addresses.url("crm_app", database),
        owner_database_url=addresses.url("crm_owner", database),
        redis_url=addresses.redis_url(worker_number),
        base_url="http://localhost:8000",
    )


@pytest.fixture(scope="session")
def directory(settings: Settings) -> Iterator[Directory]:
    """The directory of this worker's database, set for `uow.control()` and `uow.tenant(id)`."""
    made = Directory({DEFAULT_NODE: settings.database_url}, pool_size=settings.db_pool_size, application="crm-tests")
    uow.configure(made)
    yield made
    uow.configure(None)
    made.dispose()


@pytest.fixture(scope="session")
def owner_engine(settings: Settings) -> Iterator[Engine]:
    """An engine of the owner of the schemas, as only the provisioner has."""
    assert settings.owner_database_url is not None
    engine = make_owner_engine(settings.owner_database_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def provisioner(directory: Directory, owner_engine: Engine) -> Provisioner:
    """Builds tenants in this process."""
    assert directory.node_ids == (DEFAULT_NODE,)
    return Provisioner({DEFAULT_NODE: owner_engine})


@pytest.fixture(scope="session")
def make_workspace(provisioner: Provisioner) -> WorkspaceFactory:
    """Call it for an active workspace: `make_workspace(name=..., owner=..., roles=("sales",))`."""
    return WorkspaceFactory(provisioner)


@pytest.fixture
def workspace(make_workspace: WorkspaceFactory) -> WorkspaceInfo:
    """A fresh workspace for this test."""
    return make_workspace()


@pytest.fixture
def two_workspaces(make_workspace: WorkspaceFactory) -> tuple[WorkspaceInfo, WorkspaceInfo]:
    """Two fresh workspaces that must never see each other."""
    return make_workspace(), make_workspace()


@pytest.fixture
def redis(settings: Settings) -> Iterator[Redis]:
    """This worker's Redis database, empty; `kernel.jobs` uses it during the test."""
    jobs.configure(settings.redis_url)
    client = jobs.redis()
    client.flushdb()
    yield client
    jobs.configure(None)
    client.close()


@pytest.fixture
def fresh_database(addresses: Addresses) -> Iterator[Callable[..., str]]:
    """Call it for the name of a database of the test's own: `fresh_database(template="crm_bare")`."""
    made: list[str] = []

    def make(template: str = TEMPLATE) -> str:
        made.append(f"crm_{uuid7().hex}")
        copy_database(addresses, made[-1], template=template)
        return made[-1]

    yield make
    for name in made:
        drop_database(addresses, name)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the source tree."""
    return Path(__file__).resolve().parent.parent
