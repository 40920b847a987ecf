from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from redis import Redis
from sqlalchemy import func, select

from crm_saas.api import auth
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import Directory
from crm_saas.tenants.account import password
from crm_saas.tenants.account.model import PasswordReset
from crm_saas.tenants.models import Mail, User
from tests.factories.workspaces import WorkspaceInfo
from tests.support.at_once import at_once
from tests.support.browser import Browser
from tests.support.codes import Authenticator
from tests.support.mails import link_token, mails_to
from tests.support.statements import recorded_statements

NEW = "seven purple kettles sing"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, redis: Redis) -> None:
    """No limit of another test, and no session from the cache."""
    assert redis.ping()
    monkeypatch.setattr(auth, "CACHE_SECONDS", -1.0)


def link_for(browser: Browser, email: str) -> str:
    """Ask for a link and read it in the mail."""
    assert browser.post("/api/session/password-reset", {"email": email}).status_code == 202
    return link_token(mails_to(email)[0], "reset-password")


def finish(browser: Browser, token: str, chosen: str = NEW) -> tuple[int, str | None]:
    answer = browser.post("/api/session/password-reset/finish", {"token": token, "password": chosen})
    return answer.status_code, (answer.get_json(silent=True) or {}).get("code")


def test_the_link_sets_a_password_and_signs_every_browser_out(
    browser: Browser, make_browser: Callable[[], Browser], workspace: WorkspaceInfo
) -> None:
    other = make_browser()
    other.sign_in(workspace.owner.email)
    token = link_for(browser, workspace.owner.email)
    assert finish(browser, token) == (204, None)
    assert other.session()["user"] is None
    assert browser.session()["user"] is None
    browser.sign_in(workspace.owner.email, NEW)
    assert [mail["Subject"] for mail in mails_to(workspace.owner.email)] == [
        "Your password was changed", "Choose a new password",
    ]  # fmt: skip


def test_asking_is_the_same_for_everybody(
    browser: Browser, workspace: WorkspaceInfo, directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(PasswordHasher, "hash", lambda _, text: hashed.append(text))
    seen = []
    for email in (workspace.owner.email, f"nobody-{workspace.slug}@example.org"):
        browser.session()
        with recorded_statements(directory.node_engine("default")) as statements:
            answer = browser.post("/api/session/password-reset", {"email": email})
        with uow.control() as unit:
            mails = unit.session.scalar(select(func.count()).select_from(Mail).where(Mail.to_address == email))
        headers = sorted(name for name, _ in answer.headers)
        seen.append((answer.status_code, answer.get_json(), headers, statements, mails, list(hashed)))
    assert seen[0] == seen[1]
    assert mails_to(f"nobody-{workspace.slug}@example.org") == []


def test_a_link_works_once(browser: Browser, workspace: WorkspaceInfo) -> None:
    token = link_for(browser, workspace.owner.email)
    assert finish(browser, token) == (204, None)
    assert finish(browser, token, "another good phrase 12") == (410, "link_used")


def test_a_link_used_twice_at_once_works_once(app: Flask, browser: Browser, workspace: WorkspaceInfo) -> None:
    token = link_for(browser, workspace.owner.email)
    browsers = [Browser(app) for _ in range(4)]
    for each in browsers:
        each.session()
    answers = at_once([partial(finish, each, token) for each in browsers])
    assert sorted(status for status, _ in answers) == [204, 410, 410, 410]


def test_a_link_ends_after_an_hour(browser: Browser, workspace: WorkspaceInfo) -> None:
    token = link_for(browser, workspace.owner.email)
    with time_machine.travel(now() + password.LINK_LIFE + timedelta(seconds=5), tick=True):
        assert finish(browser, token) == (410, "link_expired")


def test_a_newer_password_voids_older_links(browser: Browser, workspace: WorkspaceInfo) -> None:
    first, second = (link_for(browser, workspace.owner.email) for _ in range(2))
    assert first != second
    assert finish(browser, second) == (204, None)
    assert finish(browser, first) == (410, "link_used")


def test_a_weak_password_does_not_use_the_link_up(browser: Browser, workspace: WorkspaceInfo) -> None:
    token = link_for(browser, workspace.owner.email)
    assert finish(browser, token, "password123")[0] == 422
    assert finish(browser, token, workspace.owner.email)[0] == 422
    assert finish(browser, token) == (204, None)


def test_an_invented_link_is_unknown(browser: Browser) -> None:
    assert finish(browser, "x" * 43) == (410, "link_unknown")


def test_the_table_opens_nothing(browser: Browser, workspace: WorkspaceInfo) -> None:
    token = link_for(browser, workspace.owner.email)
    with uow.control() as unit:
        row = unit.session.scalars(select(PasswordReset).where(PasswordReset.user_id == workspace.owner.id)).one()
        assert token.encode() not in bytes(row.token_hash)
        assert finish_hash(row) != token


def finish_hash(row: PasswordReset) -> str:
    return bytes(row.token_hash).hex()


def test_a_second_factor_survives_a_reset(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    Authenticator.set_up(browser)
    browser.post("/api/session/sign-out")
    browser.session()
    assert finish(browser, link_for(browser, workspace.owner.email)) == (204, None)
    body = browser.post("/api/session/sign-in", {"email": workspace.owner.email, "password": NEW}).get_json()
    assert (body["user"], body["second_step"]) == (None, True)


def test_mails_to_one_address_are_limited(browser: Browser, workspace: WorkspaceInfo) -> None:
    asks = [browser.post("/api/session/password-reset", {"email": workspace.owner.email}) for _ in range(6)]
    assert [answer.status_code for answer in asks] == [202] * 5 + [429]


def test_an_unverified_address_gets_no_link(browser: Browser, workspace: WorkspaceInfo) -> None:
    with uow.control() as unit:
        unit.session.get_one(User, workspace.owner.id).verified_at = None
    browser.post("/api/session/password-reset", {"email": workspace.owner.email})
    assert mails_to(workspace.owner.email) == []
