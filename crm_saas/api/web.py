"""Serves the built web client: hashed files for ever, the page with a fresh nonce every time."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path
from typing import Final

from flask import Flask, Response, make_response, request, send_file
from markupsafe import Markup
from werkzeug.exceptions import NotFound as HttpNotFound
from werkzeug.security import safe_join

from crm_saas.api.auth import public
from crm_saas.api.security import NONCE_PLACEHOLDER, nonce
from crm_saas.config import REPOSITORY

DIST: Final = REPOSITORY / "frontend" / "dist"
_HASHED: Final = re.compile(r"assets/.+-[\w-]{8,}\.\w+")
_NOT_PAGES: Final = ("api", "assets", "dev", "problems")
_YEAR: Final = 31_536_000
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_NOT_BUILT: Final = Markup(
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>CRM</title>'
    "<h1>The web client is not built</h1><p><code>make run</code> builds it; so does"
    " <code>npm run build</code> in <code>frontend</code>. The API answers already.</p>"
    '<p lang="zh-CN">网页客户端尚未构建。请运行 <code>make run</code>。</p></html>'
)


def register(app: Flask, dist: Path = DIST) -> None:
    """Answer every path that no other route has: a built file, or the page for a path of the client."""

    @app.get("/")
    @app.get("/<path:path>")
    @public
    def client(path: str = "") -> Response:
        file = _file(dist, path)
        if file is not None:
            return _send(file, path)
        head = path.partition("/")[0]
        if head in _NOT_PAGES or "." in path.rpartition("/")[2]:
            raise HttpNotFound
        return _page(dist / "index.html")


def _file(dist: Path, path: str) -> Path | None:
    """Return the built file at `path`; never one outside `dist`, never a page or a build note."""
    joined = safe_join(str(dist), path) if path else None
    if joined is None or path.startswith(".") or path.endswith((".html", ".br", ".gz")):
        return None
    file = Path(joined)
    inside = file.is_file() and file.resolve().is_relative_to(dist.resolve())
    return file if inside else None


def _send(file: Path, path: str) -> Response:
    mimetype = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    chosen, encoding = file, None
    for name, suffix in _ENCODINGS:
        packed = file.with_name(file.name + suffix)
        if request.accept_encodings.quality(name) > 0 and packed.is_file():
            chosen, encoding = packed, name
            break
    hashed = _HASHED.fullmatch(path) is not None
    response = send_file(chosen, mimetype=mimetype, conditional=True, max_age=_YEAR if hashed else 300)
    response.cache_control.public = True
    if hashed:
        response.cache_control.immutable = True
    if encoding is not None:
        response.headers["Content-Encoding"] = encoding
    response.vary.add("Accept-Encoding")
    return response


def _page(index: Path) -> Response:
    try:
        html = index.read_text(encoding="utf-8")
    except FileNotFoundError:
        return _html(str(_NOT_BUILT), 503)
    return _html(html.replace(NONCE_PLACEHOLDER, nonce()))


def _html(text: str, status: int = 200) -> Response:
    nonce()  # makes the answer a page for `security`
    response = make_response(text, status)
    response.content_type = "text/html; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"
    return response
