"""What answers, files and logs give away (ASVS 5.0 chapters 5, 8 and 16)."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from collections.abc import Iterator

import pytest
from flask import Flask

from crm_saas.kernel import logs
from tests.factories.workspaces import PASSWORD, WorkspaceInfo
from tests.guards.isolation.matrix import routes
from tests.guards.redteam.test_doors import fill
from tests.support.browser import Browser
from tests.support.client import Client
from tests.support.codes import Authenticator
from tests.support.mails import link_token, mails_to

PUBLIC_FILES = {"/", "/<path:path>", "/api/v1/openapi.json", "/metrics", "/healthz", "/readyz", "/dev/mailbox"}
NEW = "seven purple kettles sing"


@pytest.fixture
def client(app: Flask, workspace: WorkspaceInfo) -> Client:
    return Client.signed_in(app, workspace.owner, workspace.id)


def test_no_private_answer_is_stored_by_anybody(app: Flask, client: Client) -> None:
    stored = []
    for method, rule in sorted(routes(app)):
        if method != "GET" or rule in PUBLIC_FILES:
            continue
        answer = client.browser.get(fill(rule), headers={"X-Workspace": str(client.workspace_id)})
        control = answer.headers.get("Cache-Control", "")
        if "no-store" not in control and "private" not in control:
            stored.append((rule, answer.status_code, control))
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert stored == []


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "//evil.example/%2e%2e", "/%5cevil.example", "/\\evil.example", "/sign-in?next=//evil.example",
     "/.%0d%0aLocation:%20https://evil.example", "/http://evil.example", "/api//evil.example/"],
)  # fmt: skip
def test_the_server_sends_nobody_elsewhere(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert "evil.example" not in answer.headers.get("Location", "")
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "path",
    ["/../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/assets/../index.html", "/assets/..%5c..%5cwin.ini",
     "/%2e%2e/pyproject.toml",
     "/assets/%00.js", "/.env", "/.git/config", "/index.html.br", "/assets//etc/passwd", "/....//....//etc/passwd"],
)  # fmt: skip
def test_no_path_leads_out_of_the_built_client(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code in {200, 404, 503}
    assert "root:" not in answer.text
    assert "[project]" not in answer.text


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.csv",
        'a"; filename="b.html',
        "a\r\nSet-Cookie: x=1.csv",
        "a\u202egpj.csv",
        "<svg onload=alert(1)>.csv",
    ],
)
def test_a_file_goes_out_as_a_file_whatever_its_name(client: Client, name: str) -> None:
    rows = b"Company,Email\nGood,good@example.org\n<script>alert(1)</script>,not-an-address\n"
    form = {"file": (io.BytesIO(rows), name), "object": "lead"}
    made = client.call("POST", "/imports", data=form, content_type="multipart/form-data")
    assert made.status_code in {201, 422}
    if made.status_code == 422:
        return
    answer = client.get(f"/imports/{made.get_json()['id']}/rejected")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "html" not in answer.headers["Content-Type"]
    assert "Set-Cookie" not in {name for name, value in answer.headers if "x=1" in value}


def test_a_bomb_of_a_workbook_is_refused_before_it_is_unpacked(client: Client) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        book.writestr("xl/workbook.xml", "<workbook/>")
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(400):
                sheet.write(b"0" * (1024 * 1024))
    assert len(packed.getvalue()) < 1024 * 1024
    packed.seek(0)
    form = {"file": (packed, "bomb.xlsx"), "object": "lead"}
    answer = client.call("POST", "/imports", data=form, content_type="multipart/form-data")
    assert answer.status_code in {413, 422}, answer.text


class _Lines(logging.Handler):
    """Every line that the process would write, as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logs.formatter("json"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[list[str]]:
    handler, root = _Lines(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler.lines
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_secret_of_a_whole_life_is_in_a_line(browser: Browser, workspace: WorkspaceInfo, lines: list[str]) -> None:
    browser.sign_in(workspace.owner.email)
    authenticator, codes = Authenticator.set_up(browser)
    begun_cookie = browser.client.get_cookie("crm_session")
    assert begun_cookie is not None
    browser.post("/api/session/sign-out")
    browser.session()
    browser.post("/api/session/sign-in", {"email": workspace.owner.email, "password": "not the password at all"})
    browser.post("/api/session/sign-in", {"email": workspace.owner.email, "password": PASSWORD})
    browser.post("/api/session/second-step", {"code": codes[0]})
    browser.session()
    browser.post("/api/session/password-reset", {"email": workspace.owner.email})
    token = link_token(mails_to(workspace.owner.email)[0], "reset-password")
    browser.session()
    browser.get(f"/reset-password?token={token}")
    browser.post("/api/session/password-reset/finish", {"token": token, "password": NEW})
    written = "\n".join(lines)
    assert "/api/session/password-reset/finish" in written
    secrets = [PASSWORD, NEW, "not the password at all", token, codes[0], begun_cookie.value, authenticator.code()]
    assert [secret for secret in (*secrets, workspace.owner.email) if secret in written] == []


def test_refusals_are_in_the_log_with_their_code(browser: Browser, workspace: WorkspaceInfo, lines: list[str]) -> None:
    browser.session()
    browser.post("/api/session/sign-in", {"email": workspace.owner.email, "password": "wrong"})
    browser.get("/api/session/sessions")
    browser.post("/api/session/sign-out", headers={"X-CSRF-Token": "x"})
    codes = {json.loads(line).get("code") for line in lines}
    assert {"bad_credentials", "unauthenticated", "csrf_failed"} <= codes


def test_nobody_writes_lines_of_their_own(browser: Browser, lines: list[str]) -> None:
    evil = '/x%0d%0a{"event":"all is well"}%1b[2J'
    browser.get(evil, headers={"User-Agent": 'a"} {"event": "forged"}', "X-Request-Id": "0 1"})
    for line in lines:
        assert "\n" not in line
        assert "\x1b" not in line
        assert isinstance(json.loads(line), dict)


def test_a_failure_of_ours_tells_nothing_of_us(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("postgresql://crm_app:secret@db/crm at /srv/app/secret.py")

    monkeypatch.setitem(app.view_functions, "v1.workspace.me", broken)
    broken.__access__ = "signed_in"  # type: ignore[attr-defined]
    answer = client.get("/me")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
