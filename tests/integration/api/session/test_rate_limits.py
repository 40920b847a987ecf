from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask, Response

from crm_saas.api.client import client_address
from crm_saas.api.rate_limit import Rule
from crm_saas.api.session import limits
from crm_saas.app import create_app
from crm_saas.config import Settings
from crm_saas.kernel import jobs, uow
from crm_saas.kernel.directory import Directory
from tests.factories.forms import fresh_email, sign_up_form
from tests.factories.workspaces import PASSWORD, WorkspaceInfo
from tests.support.browser import Browser
from tests.support.polling import eventually

WRONG = "not the right one"


def attempt(browser: Browser, email: str, password: str = WRONG, address: str = "203.0.113.7") -> int:
    answer = browser.call("POST", "/api/session/sign-in", json={"email": email, "password": password}, address=address)
    if answer.status_code == 429:
        assert answer.get_json()["code"] == "rate_limited"
        assert 0 < int(answer.headers["Retry-After"]) <= 3600
    return answer.status_code


@pytest.mark.parametrize("known", [True, False])
def test_guessing_one_account_is_stopped_and_does_not_say_whether_it_exists(
    browser: Browser, workspace: WorkspaceInfo, *, known: bool
) -> None:
    email = workspace.owner.email if known else fresh_email()
    outcomes = [attempt(browser, email) for _ in range(12)]
    assert outcomes == [401] * limits.SIGN_IN_BY_ACCOUNT_AND_ADDRESS.amount + [429] * 2


def test_the_right_password_does_not_help_while_limited(browser: Browser, workspace: WorkspaceInfo) -> None:
    for _ in range(10):
        attempt(browser, workspace.owner.email)
    assert attempt(browser, workspace.owner.email, PASSWORD) == 429
    assert attempt(browser, workspace.owner.email, PASSWORD, address="198.51.100.9") == 200


def test_the_limit_passes_with_time(
    browser: Browser, workspace: WorkspaceInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SIGN_IN_BY_ACCOUNT_AND_ADDRESS", Rule("brief", 2, 1))
    assert 429 in [attempt(browser, workspace.owner.email) for _ in range(5)]
    assert eventually(lambda: attempt(browser, workspace.owner.email, PASSWORD) == 200)


def test_the_right_password_forgives_what_was_mistyped(browser: Browser, workspace: WorkspaceInfo) -> None:
    for _ in range(3):
        outcomes = [attempt(browser, workspace.owner.email) for _ in range(8)]
        assert outcomes == [401] * 8
        assert attempt(browser, workspace.owner.email, PASSWORD) == 200
        browser.session()


def test_one_address_cannot_try_many_accounts(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SIGN_IN_BY_ADDRESS", Rule("few", 5, 300))
    outcomes = [attempt(browser, fresh_email()) for _ in range(7)]
    assert outcomes == [401] * 5 + [429] * 2
    assert attempt(browser, fresh_email(), address="198.51.100.9") == 401


def test_neighbours_in_one_ipv6_network_are_one_address(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SIGN_IN_BY_ADDRESS", Rule("few6", 3, 300))
    outcomes = [attempt(browser, fresh_email(), address=f"2001:db8:1:2::{number:x}") for number in range(1, 6)]
    assert outcomes == [401] * 3 + [429] * 2
    assert attempt(browser, fresh_email(), address="2001:db8:1:3::1") == 401


def test_many_addresses_cannot_guess_one_account_for_ever(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SIGN_IN_BY_ACCOUNT", Rule("spread", 6, 3600))
    email = fresh_email()
    outcomes = [attempt(browser, email, address=f"203.0.113.{number}") for number in range(8)]
    assert outcomes == [401] * 6 + [429] * 2


def test_many_at_once_count_each(make_browser: Callable[[], Browser]) -> None:
    email = fresh_email()
    browsers = [make_browser() for _ in range(4)]
    for browser in browsers:
        browser.session()

    def try_some(browser: Browser) -> list[int]:
        return [attempt(browser, email) for _ in range(5)]

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(outcome for part in pool.map(try_some, browsers) for outcome in part)
    assert outcomes == [401] * 10 + [429] * 10


def test_a_stranger_cannot_flood_somebody_with_mails(browser: Browser) -> None:
    email = fresh_email()
    outcomes = [browser.post("/api/session/sign-up", sign_up_form(email=email)).status_code for _ in range(3)]
    outcomes += [browser.post("/api/session/resend", {"email": email.upper()}).status_code for _ in range(4)]
    assert outcomes == [202] * 5 + [429] * 2


def test_a_link_can_be_tried_a_few_times_only(browser: Browser) -> None:
    outcomes = [browser.post("/api/session/verify", {"token": "A" * 43}).status_code for _ in range(12)]
    assert outcomes == [410] * 10 + [429] * 2


def test_without_redis_people_still_sign_in_and_the_log_says_so(
    settings: Settings, directory: Directory, workspace: WorkspaceInfo, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"}))
    uow.directory().dispose()
    uow.configure(directory)
    jobs.configure(None)
    browser = Browser(app)
    browser.sign_in(workspace.owner.email)
    alarms = [record for record in caplog.records if record.name == "crm_saas.api.rate_limit"]
    assert alarms
    assert alarms[0].levelname == "ERROR"
    assert workspace.owner.email not in caplog.text


@pytest.mark.parametrize(
    ("trusted", "forwarded", "stored"),
    [
        (0, "198.51.100.1", "127.0.0.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "198.51.100.1"),
    ],
)
def test_forwarded_addresses_are_believed_of_trusted_proxies_only(
    settings: Settings, directory: Directory, trusted: int, forwarded: str, stored: str
) -> None:
    app = create_app(settings.model_copy(update={"trusted_proxies": trusted}))
    uow.directory().dispose()
    uow.configure(directory)
    seen: list[str | None] = []
    note_address(app, seen)
    Browser(app).get("/healthz", headers={"X-Forwarded-For": forwarded})
    assert seen == [stored]


def note_address(app: Flask, seen: list[str | None]) -> None:
    @app.after_request
    def note(response: Response) -> Response:
        seen.append(client_address())
        return response
