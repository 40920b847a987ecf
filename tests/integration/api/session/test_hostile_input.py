"""Whatever is sent to the session API, the answer is a refusal that says why, never a failure of ours."""

from __future__ import annotations

import json
from itertools import product

import pytest
from flask import Flask
from redis import Redis

from tests.factories.forms import joining_form, sign_up_form, workspace_form
from tests.factories.workspaces import PASSWORD, WorkspaceFactory, WorkspaceInfo, add_member
from tests.support.browser import Browser

BODIES: dict[tuple[str, str], dict[str, object]] = {
    ("POST", "/api/session/sign-in"): {"email": "ada@example.org", "password": PASSWORD},
    ("POST", "/api/session/sign-up"): sign_up_form(slug="hostile-input"),
    ("POST", "/api/session/resend"): {"email": "ada@example.org"},
    ("POST", "/api/session/verify"): {"token": "A" * 43, "password": PASSWORD},
    ("POST", "/api/session/invitation"): {"token": "A" * 43},
    ("POST", "/api/session/invitation/accept"): {"token": "A" * 43},
    ("POST", "/api/session/invitation/join"): joining_form("A" * 43),
    ("PATCH", "/api/session/profile"): {
        "name": "Ada",
        "language": "en",
        "timezone": "UTC",
        "theme": "dark",
        "density": "compact",
    },
    ("POST", "/api/session/workspaces"): workspace_form(slug="hostile-input-2"),
    ("POST", "/api/session/workspaces/<uuid:workspace_id>/close"): {"name": "Not its name"},
    ("POST", "/api/session/second-step"): {"code": "123456"},
    ("POST", "/api/session/password-reset"): {"email": "ada@example.org"},
    ("POST", "/api/session/password-reset/finish"): {"token": "A" * 43, "password": PASSWORD},
    ("POST", "/api/session/reauthenticate"): {"password": PASSWORD, "code": "123456"},
    ("POST", "/api/session/password"): {"password": PASSWORD},
    ("POST", "/api/session/email"): {"email": "ada@example.org"},
    ("POST", "/api/session/email/confirm"): {"token": "A" * 43},
    ("POST", "/api/session/two-factor/confirm"): {"code": "123456"},
}
WITHOUT_BODY = {
    ("POST", "/api/session/sign-out"),
    ("POST", "/api/session/workspaces/<uuid:workspace_id>/reopen"),
    ("POST", "/api/session/two-factor"),
    ("POST", "/api/session/two-factor/recovery-codes"),
}
DOCUMENTS: dict[str, bytes] = {
    "empty": b"",
    "not json": b"{",
    "array": b"[]",
    "null": b"null",
    "text": b'"x"',
    "number": b"1e5",
    "huge number": b"1" * 5000,
    "nan": b'{"email": NaN}',
    "not utf-8": b'{"email": "\xff\xfe"}',
    "utf-16": '{"email": "x"}'.encode("utf-16"),
    "deep": b'{"email":' * 5000 + b"1" + b"}" * 5000,
    "twice": b'{"email": "a@example.org", "email": "b@example.org", "password": "x"}',
    "unknown": b'{"__proto__": {"admin": true}, "constructor": 1, "a/b~c": 2}',
    "large": b'{"email": "' + b"a" * (1024 * 1024) + b'"}',
    "many fields": b"{" + b",".join(b'"f%d": 1' % n for n in range(20_000)) + b"}",
}
VALUES: dict[str, object] = {
    "null": None,
    "number": 12345678901234567890,
    "float": 1e300,
    "infinite": float("1e308"),
    "true": True,
    "list": ["x"] * 10,
    "object": {"$ne": None},
    "empty": "",
    "blank": " \t\n",
    "nul": "a\x00b",
    "lone surrogate": "\ud800",
    "control": "\x1b[31m\x07",
    "newline": "a\r\nBcc: eve@example.com\r\n\r\nbody",
    "long": "x" * 100_000,
    "long chinese": "张" * 100_000,
    "combining": "e" + "\u0301" * 5000,
    "direction": "\u202eevil",
    "emoji": "👩‍👩‍👧‍👦" * 50,
    "sql": "'; DROP TABLE control.app_user; --",
    "html": "<script>alert(1)</script>",
    "template": "{{ 7*7 }}{% for x in y %}",
    "path": "../../../../etc/passwd",
    "percent": "%s%s%n%00",
    "jndi": "${jndi:ldap://127.0.0.1/a}",
    "address": "a" * 64 + "@" + "b" * 63 + "." + "c" * 63 + "." + "d" * 60,
    "quoted address": '"a b"@example.org',
    "idn": "x@" + "ü" * 70 + ".de",
    "dots": "." * 1000,
    "zone": "Europe/../../etc/passwd",
}


def test_the_table_names_every_route_that_reads_a_body(app: Flask) -> None:
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/session")
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH"}
    }
    assert routes - WITHOUT_BODY == set(BODIES)
    assert routes >= WITHOUT_BODY


@pytest.fixture(scope="module")
def inhabited(make_workspace: WorkspaceFactory) -> WorkspaceInfo:
    """One workspace for the whole table."""
    return make_workspace()


@pytest.fixture
def visitor(browser: Browser, inhabited: WorkspaceInfo) -> Browser:
    """Somebody signed in, so that every route is reached; new each time, since some values make good passwords."""
    browser.sign_in(add_member(inhabited.id, "sales").email)
    browser.post("/api/session/two-factor")
    return browser


def refused_or_fine(browser: Browser, inhabited: WorkspaceInfo, method: str, path: str, data: bytes) -> int:
    path = path.replace("<uuid:workspace_id>", str(inhabited.id))
    answer = browser.call(method, path, data=data, content_type="application/json")
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json"
        body = answer.get_json()
        assert body["code"]
        assert body["request_id"]
        assert len(answer.data) < 20_000
    return answer.status_code


@pytest.mark.parametrize(("method", "path"), sorted(BODIES))
def test_a_hostile_document_is_refused(
    visitor: Browser, inhabited: WorkspaceInfo, redis: Redis, method: str, path: str
) -> None:
    outcomes = {}
    for name, document in DOCUMENTS.items():
        redis.flushdb()  # a rate limit would hide the rest of the table
        outcomes[name] = refused_or_fine(visitor, inhabited, method, path, document)
    assert set(outcomes.values()) <= {400, 413, 422}, outcomes


@pytest.mark.parametrize(("method", "path"), sorted(BODIES))
def test_a_hostile_value_in_any_field_breaks_nothing(
    visitor: Browser, inhabited: WorkspaceInfo, redis: Redis, method: str, path: str
) -> None:
    outcomes = {}
    for field, (name, value) in product(BODIES[method, path], VALUES.items()):
        redis.flushdb()
        document = json.dumps(BODIES[method, path] | {field: value}).encode()
        outcomes[field, name] = refused_or_fine(visitor, inhabited, method, path, document)
    assert set(outcomes.values()) <= {200, 202, 400, 401, 403, 410, 422}, outcomes


@pytest.mark.parametrize(
    "query", ["", "?name=", "?name=%00", "?name=%ff%fe", "?name=" + "a" * 5000, "?name[]=x", "?name=a&name=b"]
)
def test_a_hostile_name_gets_some_slug(visitor: Browser, query: str) -> None:
    answer = visitor.get(f"/api/session/slug{query}")
    assert answer.status_code == 200
    assert 2 <= len(answer.get_json()["slug"]) <= 40


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "X" * 50])
def test_any_method_is_answered(visitor: Browser, method: str) -> None:
    for _, path in sorted(BODIES):
        assert visitor.call(method, path).status_code < 500


@pytest.mark.parametrize("value", ["", "x", "a.b.c", "é" * 100, "A" * 5000, "eyJhIjoxfQ.aaaa.bbbb", "\x01"])
def test_a_hostile_cookie_is_nobody(browser: Browser, value: str) -> None:
    cookie = f"crm_session={value}".encode().decode("latin-1")
    answer = browser.get("/api/session", headers={"Cookie": cookie})
    assert answer.status_code == 200
    assert answer.get_json()["user"] is None
