"""One place renders every refusal and every failure as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

import logging
from typing import Final

import orjson
from flask import Flask, Response, g
from flask_wtf.csrf import CSRFError
from redis.exceptions import RedisError
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from crm_saas.api.request_id import request_id
from crm_saas.kernel.db import sqlstate
from crm_saas.kernel.directory import TenantMovingError, UnknownTenantError
from crm_saas.kernel.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    TooLarge,
    Unauthenticated,
    Unavailable,
    UnsupportedMedia,
    WorkspaceMoving,
)

CONTENT_TYPE: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = "2"
MOVING_RETRY_SECONDS: Final = "5"
_log = logging.getLogger(__name__)


class CsrfFailed(Forbidden):
    """A change whose CSRF token is missing, old or of another session."""

    code, title = "csrf_failed", "This page is out of date"


class Busy(Conflict):
    """Another request holds what this one needs; the same request may be sent again."""

    code, title = "busy", "Somebody else is changing this right now"


class MethodNotAllowed(Problem):
    """The path exists, but not with this method."""

    status, code, title = 405, "method_not_allowed", "This method is not allowed here"


_BY_STATUS: Final[dict[int, type[Problem]]] = {
    cls.status: cls
    for cls in (BadRequest, Unauthenticated, Forbidden, NotFound, MethodNotAllowed, TooLarge, UnsupportedMedia, Invalid)
}
_PASSED_ON: Final = ("Allow", "Retry-After", "Content-Range")
"""Headers that an HTTP exception may add to its answer."""

_BY_SQLSTATE: Final[dict[str, type[Problem]]] = {
    "57014": Unavailable,  # query_canceled: statement_timeout
    "25P03": Unavailable,  # idle_in_transaction_session_timeout
    "53300": Unavailable,  # too_many_connections
    "57P01": Unavailable,  # admin_shutdown
    "57P02": Unavailable,  # crash_shutdown
    "57P03": Unavailable,  # cannot_connect_now
    "55P03": Busy,  # lock_not_available
    "40001": Busy,  # serialization_failure
    "40P01": Busy,  # deadlock_detected
}

_UNSTORABLE: Final = {
    None,  # refused by the driver: NUL in text, an integer that no column can hold
    "22003",  # numeric_value_out_of_range
    "22008",  # datetime_field_overflow
    "22021",  # character_not_in_repertoire
    "22P05",  # untranslatable_character
}
"""A value that a column cannot hold and no check of ours has caught: the caller's fault, and a line in our log."""


def register(app: Flask) -> None:
    """Send everything that a view may raise through `problem_of`."""

    def answer(error: Exception) -> Response:
        problem = problem_of(error)
        if problem.status == 500:
            _log.exception("unexpected error", exc_info=error)
        elif problem.status == 503:
            _log.error("unavailable", exc_info=error)
        return render(problem)

    for kind in (HTTPException, Exception):
        app.register_error_handler(kind, answer)


def problem_of(error: Exception) -> Problem:  # noqa: PLR0911 - a table, one line for each kind
    """Return the problem that describes an exception to the caller, without anything internal."""
    match error:
        case Problem():
            return error
        case CSRFError():
            return CsrfFailed("Load the page again, then repeat what you did.")
        case HTTPException():
            return _from_http(error)
        case DBAPIError():
            return _from_database(error)
        case PoolTimeoutError() | RedisError():
            return Unavailable(headers={"Retry-After": RETRY_AFTER_SECONDS})
        case TenantMovingError():
            return WorkspaceMoving(headers={"Retry-After": MOVING_RETRY_SECONDS})
        case UnknownTenantError():
            return NotFound()
    return Problem()


def render(problem: Problem) -> Response:
    """Return the problem document as a response; its code goes into the line about the request."""
    g.problem_code = problem.problem_code
    body = {
        **problem.extra,
        "type": f"/problems/{problem.problem_code.replace('_', '-')}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail or problem.title,
        "code": problem.problem_code,
        "request_id": request_id(),
        "errors": [error.as_dict() for error in problem.errors],
    }
    content = orjson.dumps(body, default=str, option=orjson.OPT_UTC_Z)
    return Response(content, problem.status, problem.headers, content_type=CONTENT_TYPE)


def _from_http(error: HTTPException) -> Problem:
    headers = {name: value for name, value in error.get_headers() if name in _PASSED_ON}
    kind = _BY_STATUS.get(error.code or 500)
    if kind is not None:
        return kind(headers=headers)
    return _http_problem(error.code or 500, error.name)(headers=headers)


def _http_problem(status: int, name: str) -> type[Problem]:
    """A class for a status that HTTP libraries raise and the product never does, such as 414."""
    code = name.lower().replace(" ", "_").replace("-", "_")
    return type("HttpProblem", (Problem,), {"status": status, "code": code, "title": name})


def _from_database(error: DBAPIError) -> Problem:
    state = sqlstate(error)
    kind = _BY_SQLSTATE.get(state or "")
    if kind is None and state is not None and state.startswith("08"):  # connection_exception
        kind = Unavailable
    if kind is None and (error.connection_invalidated or (isinstance(error, OperationalError) and state is None)):
        kind = Unavailable
    if kind is not None:
        return kind(headers={"Retry-After": RETRY_AFTER_SECONDS})
    if isinstance(error, DataError) and state in _UNSTORABLE:
        _log.warning("value refused by the database", exc_info=error)
        return Invalid()
    return Problem()
