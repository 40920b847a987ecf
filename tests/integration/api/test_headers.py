from __future__ import annotations

import re

import pytest
from flask import Flask

from crm_saas.app import create_app
from crm_saas.config import Settings, SettingsError
from tests.support.browser import ORIGIN, Browser

PATHS = ["/", "/w/acme/leads", "/api/session", "/api/nothing", "/healthz", "/dev/mailbox", "/assets/none.js"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_security_headers(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers
    policy = directives(headers["Content-Security-Policy"])
    assert policy["default-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy["base-uri"] == ["'none'"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "*" not in headers["Content-Security-Policy"]


def directives(policy: str) -> dict[str, list[str]]:
    parts = [part.split() for part in policy.split(";")]
    return {part[0]: part[1:] for part in parts}


def test_the_api_is_never_stored(browser: Browser) -> None:
    assert browser.get("/api/session").headers["Cache-Control"] == "no-store"


def test_a_page_has_a_nonce_of_its_own(app: Flask) -> None:
    first, second = (Browser(app).get("/") for _ in range(2))
    nonces = []
    for answer in (first, second):
        found = re.search(r"script-src 'self' 'nonce-([\w-]{24})'", answer.headers["Content-Security-Policy"])
        assert found is not None
        nonces.append(found.group(1))
    assert nonces[0] != nonces[1]


@pytest.mark.parametrize("path", ["/", "/assets/none.js", "/healthz", "/dev/mailbox"])
def test_what_is_the_same_for_everybody_neither_sets_nor_depends_on_a_cookie(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    assert "Set-Cookie" not in headers
    assert "Cookie" not in headers.get("Vary", "")


def test_a_request_id_of_our_shape_is_kept(browser: Browser) -> None:
    given = "0190a5b8-1c2d-7e3f-8a4b-5c6d7e8f9a0b"
    assert browser.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "x", "0190a5b8-1c2d-7e3f-8a4b-5c6d7e8f9a0b ; drop", "é" * 36, "a" * 5000])
def test_any_other_request_id_is_replaced(browser: Browser, given: str) -> None:
    answer = browser.get("/healthz", headers={"X-Request-Id": given.encode("utf-8").decode("latin-1")})
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer.headers["X-Request-Id"])
    assert answer.headers["X-Request-Id"] != given


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:8000", "[::1", "a b", ""])
def test_a_host_that_is_not_ours_is_refused(browser: Browser, host: str) -> None:
    answer = browser.get("/api/session", headers={"Host": host})
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["code"] == "bad_request"


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "localhost"])
def test_our_own_host_is_answered(browser: Browser, host: str) -> None:
    assert browser.get("/api/session", headers={"Host": host}).status_code == 200


def test_an_address_that_would_send_cookies_in_the_clear_is_not_served(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="https"):
        create_app(settings.model_copy(update={"base_url": "http://crm.example.com"}))


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"X-CSRF-Token": None}, "csrf_failed"),
        ({"X-CSRF-Token": ""}, "csrf_failed"),
        ({"X-CSRF-Token": "wrong"}, "csrf_failed"),
        ({"Origin": "https://evil.example"}, "csrf_origin"),
        ({"Origin": "null"}, "csrf_origin"),
        ({"Origin": "http://localhost:9999"}, "csrf_origin"),
        ({"Sec-Fetch-Site": "cross-site"}, "csrf_origin"),
        ({"Sec-Fetch-Site": "same-site"}, "csrf_origin"),
    ],
)
def test_a_change_from_elsewhere_is_refused(browser: Browser, headers: dict[str, str | None], code: str) -> None:
    browser.session()
    answer = browser.post("/api/session/sign-out", headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (403, code)


def test_the_token_of_another_browser_is_refused(app: Flask, browser: Browser) -> None:
    other = Browser(app)
    other.session()
    browser.session()
    answer = browser.post("/api/session/sign-out", headers={"X-CSRF-Token": other.token})
    assert answer.get_json()["code"] == "csrf_failed"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"},
        {"Origin": None, "Sec-Fetch-Site": None},
        {"Origin": "http://127.0.0.1:8000", "Host": "127.0.0.1:8000"},
    ],
)
def test_a_change_from_our_own_page_is_taken(browser: Browser, headers: dict[str, str | None]) -> None:
    browser.session()
    if headers.get("Host"):
        cookie = browser.client.get_cookie("crm_session")
        assert cookie is not None
        browser.client.set_cookie("crm_session", cookie.value, domain="127.0.0.1")
    assert browser.post("/api/session/sign-out", headers=headers).status_code == 204
