"""A victim with planted data, and an intruder: raw connections that have only the database between them and it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from sqlalchemy import insert

from crm_saas.config import Settings
from crm_saas.kernel import uow
from crm_saas.kernel.db import control_plane, tenant_plane
from crm_saas.tenants.mirror import RecordCount
from tests.factories.events import write_event
from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo

PLANTED = "planted"
Attempt = Callable[[str], str]
"""Runs one string as SQL with psycopg's ordinary cursor; returns the SQLSTATE it ended with, 00000 for success."""


@pytest.fixture(scope="session")
def victim(make_workspace: WorkspaceFactory) -> WorkspaceInfo:
    """A workspace whose rows nobody else may see."""
    workspace = make_workspace(name="Victim")
    with uow.tenant(workspace.id) as unit:
        unit.connection.execute(insert(RecordCount).values(record_type=PLANTED, value=1))
        write_event(unit, "created", record_type=PLANTED)
    return workspace


@pytest.fixture(scope="session")
def intruder(make_workspace: WorkspaceFactory) -> WorkspaceInfo:
    """The workspace from which everything is tried."""
    return make_workspace(name="Intruder")


def _attempt(settings: Settings, begin: bytes) -> Iterator[Attempt]:
    with psycopg.connect(settings.database_url, autocommit=True) as connection:

        def attempt(statement: str) -> str:
            connection.execute(begin)
            try:
                if statement.endswith("TO STDOUT"):
                    with connection.cursor().copy(statement.encode()) as rows:
                        list(rows)
                else:
                    connection.execute(statement.encode())
            except psycopg.Error as error:
                return str(error.sqlstate)
            else:
                return "00000"
            finally:
                connection.execute(b"ROLLBACK")

        yield attempt


@pytest.fixture
def as_tenant(settings: Settings, intruder: WorkspaceInfo) -> Iterator[Attempt]:
    """Attempt in the intruder's plane, past our cursor: what the database itself says."""
    yield from _attempt(settings, tenant_plane(intruder.id).begin)


@pytest.fixture
def as_control(settings: Settings) -> Iterator[Attempt]:
    """Attempt in the control plane, past our cursor."""
    yield from _attempt(settings, control_plane().begin)


@pytest.fixture
def without_plane(settings: Settings) -> Iterator[Attempt]:
    """Attempt as the bare login, past our cursor."""
    yield from _attempt(settings, b"BEGIN")
