"""What every answer says to browsers, and which requests of a browser are believed."""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from crm_saas.api.body import JSON_BYTES
from crm_saas.api.errors import CsrfFailed
from crm_saas.config import Settings, SettingsError

LOOPBACK: Final = ("localhost", "127.0.0.1")
UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
NONCE_PLACEHOLDER: Final = "__CSP_NONCE__"

_COMMON: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
_HSTS: Final = "max-age=31536000; includeSubDomains"
_NO_CONTENT: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_PAGE: Final = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}';"
    " img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self';"
    " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class HeaderCsrf(CSRFProtect):  # type: ignore[misc] # Flask-WTF ships no types
    """Takes the token from the header only: looking for it in a form would read an upload before its route does."""

    def _get_csrf_token(self) -> str | None:
        return request.headers.get("X-CSRF-Token")


csrf = HeaderCsrf()


def register(app: Flask, settings: Settings) -> None:
    """Set cookies, limits, hosts, CSRF protection and headers.

    Raises `SettingsError` for an address that would send cookies in the clear over a network.
    """
    address = urlsplit(settings.base_url)
    https = address.scheme == "https"
    host = (address.hostname or "").lower()
    if not https and host not in LOOPBACK:
        raise SettingsError("CRM_BASE_URL starts with https:// unless it names this machine (localhost)")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=settings.earlier_secret_keys,
        SESSION_COOKIE_NAME="__Host-crm_session" if https else "crm_session",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=JSON_BYTES,
        TRUSTED_HOSTS=[host, *LOOPBACK],
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # `_check_origin` looks at more, and works behind a proxy
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    origins = {f"{address.scheme}://{address.netloc}".lower()}
    app.before_request(lambda: _check_origin(origins))
    csrf.init_app(app)
    app.after_request(lambda response: _add_headers(response, https=https))


def nonce() -> str:
    """Return the Content-Security-Policy nonce of this answer; asking for it makes the answer a page."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    return str(g.csp_nonce)


def _check_origin(origins: set[str]) -> None:
    """Refuse a change that another site's page sent, whatever token it carries."""
    if request.method not in UNSAFE:
        return
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    known = origin is None or origin.lower() in origins or _is_local(origin.lower())
    if not known or site not in {"same-origin", "none"}:
        raise CsrfFailed("The request comes from another site.", code="csrf_origin")


def _is_local(origin: str) -> bool:
    """Tell whether the origin is the loopback address that this request was sent to."""
    name = request.host.rsplit(":", 1)[0].lower()
    return name in LOOPBACK and origin == f"http://{request.host.lower()}"


def _add_headers(response: Response, *, https: bool) -> Response:
    headers = response.headers
    for name, value in _COMMON.items():
        headers[name] = value
    if https:
        headers["Strict-Transport-Security"] = _HSTS
    if "csp_nonce" in g:
        headers["Content-Security-Policy"] = _PAGE.format(nonce=g.csp_nonce)
    else:
        headers["Content-Security-Policy"] = _NO_CONTENT
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    return response
