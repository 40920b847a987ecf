from __future__ import annotations

import uuid

import pytest

from crm_saas.kernel import uow
from crm_saas.kernel.directory import FAILED, Placement
from crm_saas.tenants import workspaces
from crm_saas.tenants.models import Membership, Workspace
from crm_saas.tenants.provisioning import Provisioner
from tests.factories.forms import workspace_form
from tests.factories.workspaces import WorkspaceInfo, add_member
from tests.support.browser import Browser


def test_one_more_workspace_is_built_and_then_ready(
    browser: Browser, workspace: WorkspaceInfo, provisioner: Provisioner
) -> None:
    browser.sign_in(workspace.owner.email)
    slug = f"second-{uuid.uuid4().hex[:8]}"
    answer = browser.post("/api/session/workspaces", workspace_form(organisation="Second Ltd", slug=slug))
    assert answer.status_code == 202
    made = answer.get_json()
    assert made == {
        "id": made["id"],
        "slug": slug,
        "name": "Second Ltd",
        "role": "owner",
        "state": "provisioning",
        "purge_at": None,
    }
    path = f"/api/session/workspaces/{made['id']}"
    assert browser.get(path).get_json() == made
    assert provisioner.provision(uuid.UUID(made["id"]))
    assert browser.get(path).get_json() == {**made, "state": "active"}
    names = [found["name"] for found in browser.session()["workspaces"]]
    assert names == sorted([workspace.name, "Second Ltd"])


def test_a_workspace_that_could_not_be_built_says_so(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    made = browser.post("/api/session/workspaces", workspace_form()).get_json()
    with uow.control() as unit:
        unit.session.get_one(Placement, uuid.UUID(made["id"])).state = FAILED
    assert browser.get(f"/api/session/workspaces/{made['id']}").get_json()["state"] == "failed"


def test_a_workspace_of_others_is_not_found(
    browser: Browser, two_workspaces: tuple[WorkspaceInfo, WorkspaceInfo]
) -> None:
    mine, other = two_workspaces
    browser.sign_in(mine.owner.email)
    assert browser.get(f"/api/session/workspaces/{mine.id}").status_code == 200
    assert browser.get(f"/api/session/workspaces/{other.id}").status_code == 404
    assert browser.get(f"/api/session/workspaces/{uuid.uuid4()}").status_code == 404
    assert browser.get("/api/session/workspaces/not-an-id").status_code == 404


def test_who_left_sees_the_workspace_no_more(browser: Browser, workspace: WorkspaceInfo) -> None:
    person = add_member(workspace.id, "sales")
    browser.sign_in(person.email)
    assert [found["role"] for found in browser.session()["workspaces"]] == ["sales"]
    with uow.control() as unit:
        unit.session.query(Membership).filter_by(user_id=person.id).one().active = False
    assert browser.session()["workspaces"] == []
    assert browser.get(f"/api/session/workspaces/{workspace.id}").status_code == 404


def test_a_taken_slug_is_refused(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    answer = browser.post("/api/session/workspaces", workspace_form(slug=workspace.slug))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["code"] == "slug_taken"


def test_without_a_slug_one_is_made_from_the_name(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    name = f"Über {uuid.uuid4().hex[:8]}"
    slugs = [
        browser.post("/api/session/workspaces", workspace_form(organisation=name)).get_json()["slug"] for _ in range(3)
    ]
    base = name.lower().replace("ü", "u").replace(" ", "-")
    assert slugs == [base, f"{base}-2", f"{base}-3"]


def test_one_person_makes_a_bounded_number(
    browser: Browser, workspace: WorkspaceInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspaces, "MADE_BY_ONE", 2)
    browser.sign_in(workspace.owner.email)
    answers = [browser.post("/api/session/workspaces", workspace_form()) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 403]
    assert answers[1].get_json()["code"] == "too_many_workspaces"
    with uow.control() as unit:
        made = unit.session.query(Workspace).filter_by(created_by_id=workspace.owner.id).count()
    assert made == 2
