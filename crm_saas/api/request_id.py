"""The id that ties an answer, its log lines and a support question together."""

from __future__ import annotations

from flask import Flask, Response, g, request

from crm_saas.kernel.ids import parse_uuid, uuid7

HEADER = "X-Request-Id"


def request_id() -> str:
    """Return the id of this request: the caller's if it has our own shape (a UUID), else a new one."""
    if "request_id" not in g:
        given = parse_uuid(request.headers.get(HEADER, ""))
        g.request_id = str(given or uuid7())
    return str(g.request_id)


def register(app: Flask) -> None:
    """Return the id with every answer."""

    @app.after_request
    def add_header(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        return response
