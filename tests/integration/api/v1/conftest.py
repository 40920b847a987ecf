"""Members at work in fresh workspaces."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from redis import Redis

from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo
from tests.support.client import Client


@pytest.fixture
def workspace(make_workspace: WorkspaceFactory) -> WorkspaceInfo:
    """A fresh workspace with a member of each role."""
    return make_workspace(roles=("admin", "manager", "sales", "service", "viewer"), currency="CNY")


@pytest.fixture
def client(app: Flask, wired: Redis, workspace: WorkspaceInfo) -> Client:
    """The owner of a fresh workspace."""
    assert wired is not None
    return Client.signed_in(app, workspace.owner, workspace.id)


@pytest.fixture
def as_role(app: Flask, wired: Redis, workspace: WorkspaceInfo) -> Callable[[str], Client]:
    """Call it for a member with a role: `as_role("viewer")`."""
    assert wired is not None
    return lambda role: Client.signed_in(app, workspace.members[role], workspace.id)
