from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask

from crm_saas.api import errors, request_id, security, web
from crm_saas.config import Settings
from tests.support.browser import Browser

SCRIPT = b"console.log('hello')" * 50


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A small built client, and a secret beside it."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / ".vite").mkdir()
    (folder / "index.html").write_text('<meta name="csp-nonce" content="__CSP_NONCE__"><script nonce="__CSP_NONCE__">')
    (folder / "assets" / "index-Ab3_xY9z.js").write_bytes(SCRIPT)
    (folder / "assets" / "index-Ab3_xY9z.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "assets" / "icon.svg").write_text("<svg/>")
    (folder / ".vite" / "manifest.json").write_text("{}")
    (folder / "robots.txt").write_text("User-agent: *")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


@pytest.fixture
def site(dist: Path, settings: Settings) -> Browser:
    """The application's web part over the small client."""
    app = Flask("site", static_folder=None)
    request_id.register(app)
    errors.register(app)
    security.register(app, settings)
    web.register(app, dist)
    return Browser(app)


@pytest.mark.parametrize("path", ["/", "/sign-in", "/w/acme/leads", "/verify?token=abc", "/w/acme/leads/0190-ab"])
def test_a_path_of_the_client_gets_the_page_with_its_nonce(site: Browser, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "__CSP_NONCE__" not in answer.text
    nonce = answer.text.split('content="')[1].split('"')[0]
    assert f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]
    assert answer.text.count(nonce) == 2


def test_hashed_files_are_kept_for_ever(site: Browser) -> None:
    answer = site.get("/assets/index-Ab3_xY9z.js")
    assert answer.data == SCRIPT
    assert answer.headers["Content-Type"].startswith("text/javascript")
    control = answer.headers["Cache-Control"]
    assert "immutable" in control
    assert "max-age=31536000" in control
    assert "public" in control


def test_other_files_are_asked_for_again(site: Browser) -> None:
    answer = site.get("/assets/icon.svg")
    assert "immutable" not in answer.headers["Cache-Control"]
    tag = answer.headers["ETag"]
    assert site.get("/assets/icon.svg", headers={"If-None-Match": tag}).status_code == 304


def test_packed_files_go_to_those_who_read_them(site: Browser) -> None:
    packed = site.get("/assets/index-Ab3_xY9z.js", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == SCRIPT
    assert packed.headers["Content-Type"].startswith("text/javascript")
    plain = site.get("/assets/index-Ab3_xY9z.js")
    assert "Content-Encoding" not in plain.headers
    assert {packed.headers["Vary"], plain.headers["Vary"]} == {"Accept-Encoding"}
    assert packed.headers["ETag"] != plain.headers["ETag"]


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/../../secret.txt",
        "/..%2fsecret.txt",
        "//secret.txt",
        "/link.txt",
        "/.vite/manifest.json",
        "/assets/index-Ab3_xY9z.js.gz",
        "/etc/passwd.txt",
        "/assets/",
        "/assets",
        "/assets/none.js",
        "/api/none",
        "/api",
        "/%00.txt",
        "/index.html",
    ],
)
def test_nothing_else_is_served(site: Browser, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code in {404, 308}
    assert b"secret" not in answer.data


def test_a_missing_path_of_the_api_is_a_problem_document(site: Browser) -> None:
    answer = site.get("/api/none")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_a_client_that_is_not_built_is_said_plainly(dist: Path, site: Browser) -> None:
    (dist / "index.html").unlink()
    answer = site.get("/")
    assert answer.status_code == 503
    assert "make run" in answer.text
    assert answer.content_type == "text/html; charset=utf-8"
