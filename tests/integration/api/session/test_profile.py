from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from crm_saas.kernel import uow
from crm_saas.kernel.events import ControlEvent, ControlOutbox
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.mirroring import copy_workspace
from crm_saas.tenants.models import User
from tests.factories.workspaces import WorkspaceInfo
from tests.support.browser import Browser


def events_of(user_id: object) -> list[tuple[str, dict[str, Any]]]:
    with uow.control() as unit:
        rows = unit.session.execute(
            select(ControlEvent.type, ControlEvent.data)
            .join(ControlOutbox, ControlOutbox.event_id == ControlEvent.id)
            .where(ControlEvent.user_id == user_id, ControlEvent.type != "user.signed_in")
            .order_by(ControlEvent.id)
        )
        return [(row.type, row.data) for row in rows]


def test_a_change_is_stored_and_seen_at_once(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    change = {"name": "Zoë 张", "language": "zh-CN", "timezone": "Asia/Shanghai", "theme": "dark", "density": "compact"}
    answer = browser.patch("/api/session/profile", change)
    assert answer.status_code == 200
    assert (
        answer.get_json()["user"]
        == {"id": str(workspace.owner.id), "email": workspace.owner.email, "two_factor": False} | change
    )
    assert browser.session()["user"] == answer.get_json()["user"]


def test_workspaces_hear_of_a_change(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    browser.patch("/api/session/profile", {"name": "New Name"})
    assert events_of(workspace.owner.id) == [("user.updated", {"name": [workspace.owner.name, "New Name"]})]
    with uow.control() as unit:
        assert unit.session.get_one(User, workspace.owner.id).version == 2
    copy_workspace(workspace.id)
    with uow.tenant(workspace.id) as unit:
        member = unit.session.get_one(Member, workspace.owner.id)
        assert (member.name, member.version) == ("New Name", 3)


@pytest.mark.parametrize("change", [{}, {"theme": "system"}])
def test_a_change_of_nothing_is_no_event(browser: Browser, workspace: WorkspaceInfo, change: dict[str, str]) -> None:
    browser.sign_in(workspace.owner.email)
    assert browser.patch("/api/session/profile", change).status_code == 200
    assert events_of(workspace.owner.id) == []


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"name": ""}, "/name", "required"),
        ({"name": None}, "/name", "required"),
        ({"name": 3}, "/name", "wrong_type"),
        ({"language": "fr"}, "/language", "unknown_option"),
        ({"timezone": "Nowhere"}, "/timezone", "unknown_timezone"),
        ({"theme": "pink"}, "/theme", "unknown_option"),
        ({"density": "dense"}, "/density", "unknown_option"),
        ({"email": "other@example.com"}, "/email", "unknown_field"),
        ({"id": "x"}, "/id", "unknown_field"),
    ],
)
def test_a_wrong_value_is_refused(
    browser: Browser, workspace: WorkspaceInfo, change: dict[str, object], pointer: str, code: str
) -> None:
    browser.sign_in(workspace.owner.email)
    answer = browser.patch("/api/session/profile", change)
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.get_json()["errors"]] == [(pointer, code)]


def test_nobody_has_no_profile(browser: Browser) -> None:
    answer = browser.patch("/api/session/profile", {"name": "x"})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthenticated")
