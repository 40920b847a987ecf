from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher, extract_parameters
from flask import Flask
from sqlalchemy import select

from crm_saas.api import auth
from crm_saas.app import create_app
from crm_saas.config import Settings
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import Directory
from crm_saas.tenants.models import LoginSession, User
from tests.factories.workspaces import PASSWORD, WorkspaceInfo, make_person
from tests.support.browser import Browser
from tests.support.statements import recorded_statements


def login_sessions(user_id: object) -> list[LoginSession]:
    with uow.control() as unit:
        return list(
            unit.session.scalars(
                select(LoginSession).where(LoginSession.user_id == user_id).order_by(LoginSession.created_at)
            )
        )


@pytest.fixture
def fresh_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request looks its session up, as the first one of each five seconds does."""
    monkeypatch.setattr(auth, "CACHE_SECONDS", -1.0)


def test_a_new_browser_is_nobody_and_gets_a_token(browser: Browser) -> None:
    body = browser.session()
    assert body["user"] is None
    assert body["workspaces"] == []
    assert body["deployment"] == {"mailbox_url": "/dev/mailbox", "demo": None}
    assert len(body["csrf_token"]) > 40


def test_signing_in_shows_person_and_workspaces(browser: Browser, workspace: WorkspaceInfo) -> None:
    body = browser.sign_in(workspace.owner.email)
    assert body["user"] == {
        "id": str(workspace.owner.id),
        "email": workspace.owner.email,
        "name": workspace.owner.name,
        "language": "en",
        "timezone": "Europe/Berlin",
        "theme": "system",
        "density": "comfortable",
        "two_factor": False,
    }
    assert body["workspaces"] == [
        {
            "id": str(workspace.id),
            "slug": workspace.slug,
            "name": workspace.name,
            "role": "owner",
            "state": "active",
            "purge_at": None,
        }
    ]
    assert browser.session()["user"]["id"] == str(workspace.owner.id)


def test_case_of_the_address_does_not_matter(browser: Browser, workspace: WorkspaceInfo) -> None:
    assert browser.sign_in(workspace.owner.email.upper())["user"]["id"] == str(workspace.owner.id)


def test_wrong_password_and_unknown_account_are_one_answer(
    browser: Browser, workspace: WorkspaceInfo, directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    original = PasswordHasher.verify

    def counting(self: PasswordHasher, stored: str, password: str) -> bool:
        verified.append(password)
        return original(self, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    seen = []
    for email in (workspace.owner.email, "nobody-at-all@example.org"):
        verified.clear()
        with recorded_statements(directory.node_engine("default")) as statements:
            answer = browser.post("/api/session/sign-in", {"email": email, "password": "not the password"})
        body = answer.get_json()
        body.pop("request_id")
        seen.append((answer.status_code, body, statements, list(verified)))
    assert seen[0] == seen[1]
    assert (seen[0][0], seen[0][1]["code"], len(seen[0][3])) == (401, "bad_credentials", 1)


def test_an_address_that_is_not_verified_cannot_sign_in(browser: Browser) -> None:
    with uow.control() as unit:
        person = make_person(unit)
        unit.session.get_one(User, person.id).verified_at = None
    answer = browser.post("/api/session/sign-in", {"email": person.email, "password": PASSWORD})
    assert answer.status_code == 401


def test_the_cookie_of_a_stranger_is_not_taken_over_at_sign_in(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.session()
    before = browser.client.get_cookie("crm_session")
    token = browser.token
    browser.sign_in(workspace.owner.email)
    after = browser.client.get_cookie("crm_session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert browser.token != token


def test_signing_in_again_ends_the_session_before(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    browser.sign_in(workspace.owner.email)
    first, second = login_sessions(workspace.owner.id)
    assert first.revoked_at is not None
    assert second.revoked_at is None
    assert first.token_hash != second.token_hash


def test_signing_out_ends_this_session_and_no_other(
    browser: Browser, make_browser: Callable[[], Browser], workspace: WorkspaceInfo
) -> None:
    other = make_browser()
    other.sign_in(workspace.owner.email)
    browser.sign_in(workspace.owner.email)
    stolen = browser.client.get_cookie("crm_session")
    assert stolen is not None
    assert browser.post("/api/session/sign-out").status_code == 204
    assert browser.session()["user"] is None
    assert other.session()["user"] is not None
    thief = make_browser()
    thief.client.set_cookie("crm_session", stolen.value)
    assert thief.session()["user"] is None


def test_signing_out_without_a_session_is_fine(browser: Browser) -> None:
    assert browser.post("/api/session/sign-out").status_code == 204


@pytest.mark.usefixtures("fresh_cache")
def test_a_session_ends_after_thirty_idle_days(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    begin = now()
    for days in (29, 58, 87):
        with time_machine.travel(begin + timedelta(days=days), tick=True):
            assert browser.session()["user"] is not None
    with time_machine.travel(begin + timedelta(days=117, minutes=5), tick=True):
        assert browser.session()["user"] is None


@pytest.mark.usefixtures("fresh_cache")
def test_use_is_noted_once_a_minute(browser: Browser, workspace: WorkspaceInfo, directory: Directory) -> None:
    browser.sign_in(workspace.owner.email)
    with recorded_statements(directory.node_engine("default")) as statements:
        browser.session()
        browser.session()
    assert not [text for text in statements if text.startswith("UPDATE")]
    with time_machine.travel(now() + timedelta(seconds=61), tick=True):
        with recorded_statements(directory.node_engine("default")) as statements:
            browser.session()
            browser.session()
        assert len([text for text in statements if text.startswith("UPDATE")]) == 1


def test_a_known_session_is_not_looked_up_again_within_seconds(
    browser: Browser, workspace: WorkspaceInfo, directory: Directory
) -> None:
    browser.sign_in(workspace.owner.email)
    browser.session()
    with recorded_statements(directory.node_engine("default")) as statements:
        browser.session()
    assert not [text for text in statements if "login_session" in text]


def test_what_another_process_stored_of_a_person_is_there_when_a_page_begins(
    browser: Browser, workspace: WorkspaceInfo
) -> None:
    browser.sign_in(workspace.owner.email)
    assert browser.session()["user"]["language"] == "en"
    with uow.control() as unit:
        unit.session.get_one(User, workspace.owner.id).language = "zh-CN"
    assert browser.session()["user"]["language"] == "zh-CN"


@pytest.mark.usefixtures("fresh_cache")
def test_a_revoked_session_is_over_once_the_cache_has_passed(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    with uow.control() as unit:
        row = unit.session.scalars(select(LoginSession).where(LoginSession.user_id == workspace.owner.id)).one()
        row.revoked_at = now()
    assert browser.session()["user"] is None


def test_a_forged_cookie_is_nobody(browser: Browser, workspace: WorkspaceInfo, app: Flask) -> None:
    browser.sign_in(workspace.owner.email)
    cookie = browser.client.get_cookie("crm_session")
    assert cookie is not None
    forged = Browser(app)
    signed, signature = cookie.value.rsplit(".", 1)
    # not the last character: some of its bits say nothing, and then it is the same signature
    other = ("A" if signature[0] != "A" else "B") + signature[1:]
    forged.client.set_cookie("crm_session", f"{signed}.{other}")
    assert forged.session()["user"] is None


def test_where_a_session_began_is_kept(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.session()
    answer = browser.call(
        "POST",
        "/api/session/sign-in",
        json={"email": workspace.owner.email, "password": PASSWORD},
        headers={"User-Agent": "x" * 500},
        address="2001:DB8::1",
    )
    assert answer.status_code == 200
    (row,) = login_sessions(workspace.owner.id)
    assert row.address == "2001:db8::1"
    assert row.agent == "x" * 200


def test_an_old_hash_is_made_anew_at_sign_in(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    with uow.control() as unit:
        stored = unit.session.get_one(User, workspace.owner.id).password_hash
    assert extract_parameters(stored).memory_cost == 19_456
    browser.sign_in(workspace.owner.email)
    with uow.control() as unit:
        assert unit.session.get_one(User, workspace.owner.id).password_hash == stored


def test_cookie_on_loopback_http(browser: Browser) -> None:
    header = browser.get("/api/session").headers["Set-Cookie"]
    parts = {part.strip() for part in header.split(";")}
    assert header.startswith("crm_session=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert "Secure" not in parts
    assert not [part for part in parts if part.startswith("Domain")]


def test_cookie_over_https(settings: Settings, directory: Directory) -> None:
    app = create_app(settings.model_copy(update={"base_url": "https://crm.example.com"}))
    uow.directory().dispose()
    uow.configure(directory)
    answer = app.test_client().get("/api/session", headers={"Host": "crm.example.com"})
    header = answer.headers["Set-Cookie"]
    parts = {part.strip() for part in header.split(";")}
    assert header.startswith("__Host-crm_session=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert not [part for part in parts if part.startswith("Domain")]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_threads_do_not_mix_people_up(make_browser: Callable[[], Browser]) -> None:
    with uow.control() as unit:
        people = [make_person(unit) for _ in range(4)]
    browsers = [make_browser() for _ in people]
    wrong: list[str] = []

    def use(browser: Browser, email: str) -> None:
        browser.sign_in(email)
        wrong.extend(email for _ in range(25) if browser.session()["user"]["email"] != email)

    threads = [
        threading.Thread(target=use, args=(browser, person.email))
        for browser, person in zip(browsers, people, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
