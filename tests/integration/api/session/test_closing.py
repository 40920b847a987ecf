from __future__ import annotations

from datetime import timedelta

import time_machine

from crm_saas.kernel.clock import now
from tests.factories.workspaces import WorkspaceInfo, add_member
from tests.support.browser import Browser


def test_an_owner_closes_and_opens_again(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    path = f"/api/session/workspaces/{workspace.id}"
    wrong = browser.post(f"{path}/close", {"name": "Another"})
    assert (wrong.status_code, wrong.get_json()["errors"][0]["code"]) == (422, "name_differs")
    closed = browser.post(f"{path}/close", {"name": workspace.name}).get_json()
    assert (closed["state"], closed["purge_at"][:4]) == ("closed", str((now() + timedelta(days=30)).year))
    assert browser.get("/api/v1/me", headers={"X-Workspace": str(workspace.id)}).status_code == 404
    assert browser.post(f"{path}/reopen", {}).get_json()["state"] == "active"
    assert browser.get("/api/v1/me", headers={"X-Workspace": str(workspace.id)}).status_code == 200


def test_who_signed_in_long_ago_proves_it_first(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    with time_machine.travel(now() + timedelta(days=1), tick=True):
        answer = browser.post(f"/api/session/workspaces/{workspace.id}/close", {"name": workspace.name})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "reauthentication_required")


def test_an_admin_may_not(browser: Browser, workspace: WorkspaceInfo) -> None:
    admin = add_member(workspace.id, "admin")
    browser.sign_in(admin.email)
    answer = browser.post(f"/api/session/workspaces/{workspace.id}/close", {"name": workspace.name})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "owners_only")
