"""Sign-in, sessions and links under attack (ASVS 5.0 chapters 6 and 7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from crm_saas.api import auth
from crm_saas.config import Settings
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.tenants import process
from crm_saas.tenants.models import LoginSession, User
from tests.factories.workspaces import PASSWORD, WorkspaceInfo, make_person
from tests.guards.isolation.matrix import routes
from tests.support.browser import Browser, Headers
from tests.support.codes import Authenticator
from tests.support.mails import mails_to, text_of

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
BY_MAIL = "/unsubscribe/<uuid:workspace_id>/<uuid:member_id>/<sort>/<token>"
"""Called by programs that read mail, without a page of ours (RFC 8058): its own token is the proof."""


def fill(rule: str) -> str:
    """A path of a rule, with ids that name nothing."""
    parts = rule.split("/")
    return "/".join("01900000-0000-7000-8000-000000000000" if part.startswith("<") else part for part in parts)


def test_every_change_needs_the_token_and_our_own_page(app: Flask, browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    here: dict[str, str | None] = {"X-Workspace": str(workspace.id)}
    let_through = []
    for method, rule in sorted(route for route in routes(app) if route[0] in UNSAFE and route[1] != BY_MAIL):
        attacks: tuple[Headers, ...] = (
            {"X-CSRF-Token": None},
            {"X-CSRF-Token": "x" * 91},
            {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "same-site"},
        )
        for attack in attacks:
            answer = browser.call(method, fill(rule), json={}, headers=here | attack)
            if answer.status_code != 403 or not answer.get_json()["code"].startswith("csrf"):
                let_through.append((method, rule, attack, answer.status_code))
    assert let_through == []


def test_a_form_of_another_site_is_no_json(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = browser.call("PATCH", "/api/session/profile", data=b'{"name": "Eve"}', content_type=kind)
        assert answer.status_code == 415


def test_a_planted_cookie_does_not_become_a_session(app: Flask, workspace: WorkspaceInfo) -> None:
    attacker, victim = Browser(app), Browser(app)
    attacker.session()
    planted = attacker.client.get_cookie("crm_session")
    assert planted is not None
    victim.client.set_cookie("crm_session", planted.value)
    victim.token = attacker.token
    victim.sign_in(workspace.owner.email)
    assert attacker.session()["user"] is None


def test_a_planted_second_step_is_worth_nothing_without_the_code(app: Flask, workspace: WorkspaceInfo) -> None:
    victim = Browser(app)
    victim.sign_in(workspace.owner.email)
    Authenticator.set_up(victim)
    attacker = Browser(app)
    attacker.session()
    attacker.post("/api/session/sign-in", {"email": workspace.owner.email, "password": PASSWORD})
    for path in ("/api/session/sessions", "/api/session/two-factor", "/api/v1/me"):
        assert attacker.get(path).status_code == 401
    assert attacker.call("DELETE", "/api/session/two-factor").status_code == 401
    assert attacker.patch("/api/session/profile", {"name": "Eve"}).status_code == 401


def test_hosts_of_a_request_never_reach_a_mail(browser: Browser, workspace: WorkspaceInfo, settings: Settings) -> None:
    for headers in (
        {"Host": "evil.example"},
        {"Host": "localhost:8000@evil.example"},
        {"Host": "localhost", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"},
        {"Host": "127.0.0.1:1", "X-Forwarded-Proto": "https", "X-Original-URL": "//evil.example"},
    ):
        browser.post("/api/session/password-reset", {"email": workspace.owner.email}, headers=dict(headers))
    mails = mails_to(workspace.owner.email)
    assert mails
    for mail in mails:
        assert "evil" not in text_of(mail)
        assert f"{settings.base_url}/reset-password?token=" in text_of(mail)


def test_spraying_one_password_over_many_accounts_is_stopped(browser: Browser) -> None:
    def guess(number: int) -> int:
        body = {"email": f"victim{number}@example.org", "password": "Summer2026!"}
        return browser.call("POST", "/api/session/sign-in", json=body, address="203.0.113.9").status_code

    statuses = [guess(number) for number in range(105)]
    assert statuses[:100] == [401] * 100
    assert set(statuses[100:]) == {429}


def test_guessing_one_account_from_many_addresses_is_stopped(browser: Browser) -> None:
    def guess(number: int) -> int:
        body = {"email": "one@example.org", "password": f"guess-{number}"}
        address = f"203.0.{number // 250}.{number % 250 + 1}"
        return browser.call("POST", "/api/session/sign-in", json=body, address=address).status_code

    statuses = [guess(number) for number in range(103)]
    assert statuses[:100] == [401] * 100
    assert set(statuses[100:]) == {429}


def test_a_made_up_forwarding_header_is_not_another_caller(browser: Browser) -> None:
    def guess(number: int) -> int:
        headers: dict[str, str | None] = {
            "X-Forwarded-For": f"198.51.100.{number}",
            "X-Real-IP": f"198.51.100.{number}",
        }
        return browser.post(
            "/api/session/sign-in", {"email": "a@example.org", "password": "x"}, headers=headers
        ).status_code

    assert [guess(number) for number in range(12)][10:] == [429] * 2


def test_a_case_or_a_blank_is_not_another_account(browser: Browser) -> None:
    spellings = ("two@example.org", "TWO@example.org", " two@example.org", "two@EXAMPLE.org", "two@example.org ")
    statuses = [
        browser.post("/api/session/sign-in", {"email": spellings[number % 5], "password": "x"}).status_code
        for number in range(12)
    ]
    assert statuses[10:] == [429] * 2


def test_a_session_ends_after_its_longest_time_however_much_it_is_used(
    browser: Browser, workspace: WorkspaceInfo, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth, "CACHE_SECONDS", -1.0)
    browser.sign_in(workspace.owner.email)
    begin = now()
    for days in range(25, settings.session_max_days, 25):
        with time_machine.travel(begin + timedelta(days=days), tick=True):
            assert browser.session()["user"] is not None
    with time_machine.travel(begin + timedelta(days=settings.session_max_days, minutes=5), tick=True):
        assert browser.session()["user"] is None


def test_no_table_holds_a_token_or_a_password(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    cookie = browser.client.get_cookie("crm_session")
    assert cookie is not None
    with uow.control() as unit:
        rows = unit.session.scalars(select(LoginSession).where(LoginSession.user_id == workspace.owner.id)).all()
        user = unit.session.get_one(User, workspace.owner.id)
    assert all(len(row.token_hash) == 32 for row in rows)
    assert user.password_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    "field", ["email", "verified_at", "two_factor", "two_factor_at", "id", "password_hash", "version"]
)
def test_a_profile_takes_only_what_is_ones_to_say(browser: Browser, workspace: WorkspaceInfo, field: str) -> None:
    browser.sign_in(workspace.owner.email)
    answer = browser.patch("/api/session/profile", {"name": "Eve", field: "2020-01-01T00:00:00Z"})
    assert [error["code"] for error in answer.get_json()["errors"]] == ["unknown_field"]
    assert browser.session()["user"]["name"] == workspace.owner.name


def test_an_account_cannot_end_anothers_sessions_or_use_its_links(
    make_browser: Callable[[], Browser], workspace: WorkspaceInfo
) -> None:
    victim, attacker = make_browser(), make_browser()
    victim.sign_in(workspace.owner.email)
    with uow.control() as unit:
        person = make_person(unit)
    attacker.sign_in(person.email)
    theirs = victim.get("/api/session/sessions").get_json()["data"][0]["id"]
    assert attacker.call("DELETE", f"/api/session/sessions/{theirs}").status_code == 404
    assert victim.session()["user"] is not None


@pytest.mark.usefixtures("browser")
def test_links_of_one_kind_do_not_open_another(workspace: WorkspaceInfo) -> None:
    links, row = process.links(), workspace.owner.id
    tokens = {links.sign_up_token(row), links.reset_token(row), links.email_token(row), links.invitation_token(row, 1)}
    assert len(tokens) == 4


@pytest.mark.parametrize("word", ["crmcrmcrmcrm", "workspace1234", "customers1"])
def test_the_products_own_words_make_no_password(browser: Browser, workspace: WorkspaceInfo, word: str) -> None:
    browser.sign_in(workspace.owner.email)
    answer = browser.post("/api/session/password", {"password": word})
    assert [error["code"] for error in answer.get_json()["errors"]] == ["password_common"]
