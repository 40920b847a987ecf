"""The id that ties an answer, its log lines and a support question together."""

from __future__ import annotations

import logging
import time

from flask import Flask, Response, g, request

from crm_saas.api import metrics
from crm_saas.kernel import logs
from crm_saas.kernel.ids import parse_uuid, uuid7

HEADER = "X-Request-Id"
_log = logging.getLogger("crm_saas.access")


def request_id() -> str:
    """Return the id of this request: the caller's if it has our own shape (a UUID), else a new one."""
    if "request_id" not in g:
        given = parse_uuid(request.headers.get(HEADER, ""))
        g.request_id = str(given or uuid7())
    return str(g.request_id)


def register(app: Flask) -> None:
    """Return the id with every answer, and write one line about it; never the query, which may hold a token."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        logs.release()
        logs.bind(request_id=request_id())

    @app.after_request
    def add_header(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        route = "none" if request.url_rule is None else request.url_rule.rule
        metrics.observe(route, response.status_code, seconds)
        if _log.isEnabledFor(logging.INFO):
            _log.info(
                "request",
                extra={
                    "method": request.method,
                    "route": route,
                    "path": request.path,
                    "status": response.status_code,
                    "code": g.get("problem_code"),
                    "ms": round(seconds * 1000, 1),
                },
            )
        return response
