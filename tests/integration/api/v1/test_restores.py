from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from werkzeug.test import TestResponse

from crm_saas.config import Settings
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import Directory
from crm_saas.tenants import process
from crm_saas.tenants.keeping import tasks
from crm_saas.tenants.keeping.model import Backup, KeepingTask
from tests.factories.workspaces import WorkspaceInfo
from tests.support.client import Client, codes

AsRole = Callable[[str], Client]


@pytest.fixture(autouse=True)
def wiring(settings: Settings, directory: Directory) -> Iterator[None]:
    """Wire this process as the `keep` worker is."""
    process.configure(settings, application="crm-tests")
    yield
    uow.directory().dispose()
    uow.configure(directory)


def work(workspace: WorkspaceInfo) -> None:
    """Do what was asked for, as the worker does."""
    with uow.control() as unit:
        waiting = unit.session.query(KeepingTask.id).filter_by(workspace_id=workspace.id, state="queued").all()
    for (task_id,) in waiting:
        assert tasks.work(task_id)


def backed_up(client: Client, workspace: WorkspaceInfo) -> str:
    assert client.post("/workspace/backups", None).status_code == 202
    work(workspace)
    return str(client.get("/workspace/backups").get_json()["data"][0]["id"])


def ask(client: Client, backup: str, name: str) -> TestResponse:
    return client.post("/workspace/restores", {"backup_id": backup, "name": name})


def names(client: Client) -> set[str]:
    return {lead["name"] for lead in client.get("/leads").get_json()["data"]}


def test_an_owner_compares_then_puts_a_backup_in_the_place_of_the_workspace_and_back(
    client: Client, workspace: WorkspaceInfo
) -> None:
    kept = client.add_lead(name="Kept")
    client.add_lead(name="Lost by mistake")
    backup = backed_up(client, workspace)
    gone = next(lead for lead in client.get("/leads").get_json()["data"] if lead["name"] == "Lost by mistake")
    assert client.delete(f"/leads/{gone['id']}", gone["version"]).status_code == 204
    leads = next(
        each for each in client.get(f"/workspace/backups/{backup}").get_json()["counts"] if each["type"] == "lead"
    )
    assert leads == {"type": "lead", "then": 2, "now": 1}

    asked = ask(client, backup, workspace.name)
    assert (asked.status_code, asked.get_json()["state"]) == (202, "queued")
    assert ask(client, backup, workspace.name).get_json()["code"] == "already_under_way"
    client.add_lead(name="Added meanwhile")
    work(workspace)
    done = client.get("/workspace/restores").get_json()["data"][0]
    assert (done["state"], done["backup_id"]) == ("done", backup)
    assert names(client) == {"Kept", "Lost by mistake"}
    assert client.get(f"/leads/{kept['id']}").status_code == 200
    events = [event["type"] for event in client.get("/audit?kind=data&limit=3").get_json()["data"]]
    assert {"workspace.restored", "workspace.restore_requested"} <= set(events)

    assert ask(client, done["safety_backup_id"], workspace.name).status_code == 202
    work(workspace)
    assert names(client) == {"Kept", "Added meanwhile"}


def test_it_takes_the_name_and_a_tested_backup_of_this_workspace(client: Client, workspace: WorkspaceInfo) -> None:
    backup = backed_up(client, workspace)
    assert codes(ask(client, backup, "Something else")) == {"/name": "name_differs"}
    assert codes(client.post("/workspace/restores", {"backup_id": "x"})) == {
        "/backup_id": "invalid_id", "/name": "required"
    }  # fmt: skip
    assert ask(client, str(uuid.uuid4()), workspace.name).status_code == 404
    with uow.control() as unit:
        unit.session.get_one(Backup, uuid.UUID(backup)).verified_at = None
    assert ask(client, backup, workspace.name).get_json()["code"] == "not_verified"
    assert client.get("/workspace/restores").get_json()["data"] == []


def test_only_owners_who_have_just_proven_who_they_are_may_ask(
    client: Client, as_role: AsRole, workspace: WorkspaceInfo
) -> None:
    backup = backed_up(client, workspace)
    assert ask(as_role("admin"), backup, workspace.name).get_json()["code"] == "owners_only"
    assert ask(as_role("sales"), backup, workspace.name).get_json()["code"] == "forbidden"
    with time_machine.travel(now() + timedelta(minutes=11), tick=True):
        assert ask(client, backup, workspace.name).get_json()["code"] == "reauthentication_required"


def test_how_much_an_older_backup_holds_is_not_known(client: Client, workspace: WorkspaceInfo) -> None:
    backup = backed_up(client, workspace)
    with uow.control() as unit:
        unit.session.get_one(Backup, uuid.UUID(backup)).counts = None
    counts = client.get(f"/workspace/backups/{backup}").get_json()["counts"]
    assert {each["then"] for each in counts} == {None}
