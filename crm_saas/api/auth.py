"""Who is asking. Flask-Login carries a random token in the signed cookie; the row behind it decides.

Every view states its access with `public` or `signed_in`; an application with a view that does not say is not built.
"""

from __future__ import annotations

import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from threading import Lock
from typing import Any, Final, Literal, TypeVar

import flask
from flask import Flask, Response, g, request
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from crm_saas.api.client import client_address
from crm_saas.config import Settings
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import ReauthenticationRequired, Unauthenticated
from crm_saas.tenants import sessions
from crm_saas.tenants.sessions import SignedIn

Access = Literal["public", "signed_in"]
View = TypeVar("View", bound=Callable[..., Any])
CACHE_SECONDS: Final = 5.0
"""How long a session that was ended elsewhere may still be answered; its token is never older than that."""
RECENT: Final = timedelta(minutes=10)
"""How long a proof of who one is holds for sensitive changes."""
CACHE_SIZE: Final = 10_000
_ACCESS: Final = "__access__"


def public(view: View) -> View:
    """State that a view answers everybody."""
    setattr(view, _ACCESS, "public")
    return view


def signed_in(view: View) -> View:
    """State that a view answers signed-in people only; it may call `principal()`."""
    setattr(view, _ACCESS, "signed_in")
    return view


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return what a view states; None if it states nothing."""
    return getattr(view, _ACCESS, None)


class Principal(UserMixin):  # type: ignore[misc] # Flask-Login ships no types
    """The signed-in person behind a request."""

    def __init__(self, token: str, session: SignedIn) -> None:
        self._token = token
        self.session = session
        self.person = session.person

    def get_id(self) -> str:
        """Return what Flask-Login puts into the cookie."""
        return self._token


def principal() -> Principal:
    """Return who is asking; raises `Unauthenticated` when nobody is signed in."""
    user = current_user._get_current_object()  # noqa: SLF001 - the way out of a werkzeug proxy
    if not isinstance(user, Principal):
        raise Unauthenticated
    return user


def optional_principal() -> Principal | None:
    """Return who is asking, or None."""
    user = current_user._get_current_object()  # noqa: SLF001
    return user if isinstance(user, Principal) else None


class _Logins(LoginManager):  # type: ignore[misc] # Flask-Login ships no types
    """Without the "remember me" cookie: looking for it would make every answer depend on the session's cookie."""

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


class _Cache:
    """Recent answers about sessions, by token hash; bounded, and never older than five seconds."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[bytes, tuple[float, SignedIn]] = OrderedDict()

    def get(self, hashed: bytes) -> SignedIn | None:
        with self._lock:
            found = self._known.get(hashed)
            if found is None or found[0] < time.monotonic():
                self._known.pop(hashed, None)
                return None
            self._known.move_to_end(hashed)
            return found[1]

    def put(self, hashed: bytes, session: SignedIn) -> None:
        with self._lock:
            self._known[hashed] = (time.monotonic() + CACHE_SECONDS, session)
            self._known.move_to_end(hashed)
            while len(self._known) > CACHE_SIZE:
                self._known.popitem(last=False)

    def drop(self, hashed: bytes) -> None:
        with self._lock:
            self._known.pop(hashed, None)

    def drop_person(self, user_id: uuid.UUID) -> None:
        with self._lock:
            for hashed in [key for key, (_, known) in self._known.items() if known.person.id == user_id]:
                del self._known[hashed]


_cache = _Cache()


def register(app: Flask, settings: Settings) -> None:
    """Add Flask-Login and the check of what each view states."""
    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(days=settings.session_days)
    manager = _Logins(app)
    manager.session_protection = None  # the address of a phone changes; the token is the proof
    manager.user_loader(lambda token: _load(token, settings))

    @app.before_request
    def require_stated_access() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if view is not None and access_of(view) != "public":
            principal()


def check_every_view(app: Flask) -> None:
    """Refuse to build an application in which a view does not state its access."""
    silent = sorted(name for name, view in app.view_functions.items() if access_of(view) is None)
    if silent:
        raise RuntimeError(f"views that do not state their access: {', '.join(silent)}")


def _load(token: str, settings: Settings) -> Principal | None:
    hashed = sessions.token_hash(token)
    session = _cache.get(hashed)
    if session is None:
        with uow.control() as unit:
            session = sessions.find(unit, hashed)
            touched = session is not None and sessions.touch(
                unit, session, days=settings.session_days, longest=settings.session_max_days
            )
        if session is None:
            return None
        if touched:
            flask.session.modified = True  # the cookie's own age starts again with the row's
        _cache.put(hashed, session)
    return Principal(token, session)


def enter(unit: uow.UnitOfWork, user_id: uuid.UUID, settings: Settings, *, before: Principal | None) -> Principal:
    """Sign this browser in, in the caller's unit; token and CSRF token are new, nothing of the old session stays.

    Arguments: `before` who was signed in, asked for before the unit began.
    """
    leave(unit, before)
    token = sessions.start(
        unit, user_id, days=settings.session_days, address=client_address(), agent=request.user_agent.string
    )
    unit.session.flush()
    session = sessions.find(unit, sessions.token_hash(token))
    if session is None:
        raise RuntimeError("a session that was just started is not there")
    flask.session.permanent = True
    entered = Principal(token, session)
    login_user(entered)
    return entered


def require_recent_authentication() -> None:
    """Refuse a sensitive change with `ReauthenticationRequired` unless the person proved lately who they are.

    Call it first in a view, inside or outside of a unit. The web client then asks for the password (and a code) in
    a dialog and repeats the request, so a view needs nothing else.
    """
    at = principal().session.authenticated_at
    if at is None or now() - at > RECENT:
        raise ReauthenticationRequired("Type your password again to go on.")


def renew(unit: uow.UnitOfWork, who: Principal) -> Principal:
    """Note that the person has just proved who they are; the session goes on under a new token.

    A new token also means that no process still remembers what it knew of the old one.
    """
    token = sessions.renew(unit, who.session.session_id)
    session = sessions.find(unit, sessions.token_hash(token))
    if session is None:
        raise Unauthenticated
    forget_cached(who)
    renewed = Principal(token, session)
    login_user(renewed)
    return renewed


def leave(unit: uow.UnitOfWork, who: Principal | None) -> None:
    """Sign this browser out, in the caller's unit."""
    if who is not None:
        sessions.end(unit, who.session.session_id)
        forget_cached(who)
    logout_user()
    flask.session.clear()
    g.pop("csrf_token", None)


def forget_cached(who: Principal) -> None:
    """Read a person's session again at their next request, after a change of it."""
    _cache.drop(sessions.token_hash(who.get_id()))


def forget_person(user_id: uuid.UUID) -> None:
    """Read every session of a person again: at once in this process, within five seconds in the others."""
    _cache.drop_person(user_id)
