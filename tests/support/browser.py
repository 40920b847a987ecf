"""A browser as the product sees it: keeps cookies and the CSRF token, says where its pages come from."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.factories.workspaces import PASSWORD

HOST = "localhost:8000"
ORIGIN = f"http://{HOST}"
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
Headers = dict[str, str | None]


class Browser:
    """One browser with its own cookies."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.token: str | None = None

    def call(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        data: object = None,
        content_type: str | None = None,
        headers: Headers | None = None,
        address: str = "127.0.0.1",
    ) -> TestResponse:
        """Send a request as a page of ours does; a header set to None is left out."""
        sent: Headers = {"Host": HOST}
        if method in UNSAFE:
            if self.token is None:
                self.session()
            sent |= {"X-CSRF-Token": self.token, "Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
        sent |= headers or {}
        return self.client.open(
            path,
            method=method,
            json=json,
            data=data,
            content_type=content_type,
            headers={name: value for name, value in sent.items() if value is not None},
            environ_base={"REMOTE_ADDR": address},
            buffered=True,
        )

    def get(self, path: str, *, headers: Headers | None = None) -> TestResponse:
        """Read."""
        return self.call("GET", path, headers=headers)

    def post(self, path: str, json: object = None, *, headers: Headers | None = None) -> TestResponse:
        """Send JSON."""
        return self.call("POST", path, json=json, headers=headers)

    def patch(self, path: str, json: object = None, *, headers: Headers | None = None) -> TestResponse:
        """Change by JSON."""
        return self.call("PATCH", path, json=json, headers=headers)

    def session(self) -> dict[str, Any]:
        """Load the session, as the web client does first."""
        body: dict[str, Any] = self.get("/api/session").get_json()
        self.token = body["csrf_token"]
        return body

    def sign_in(self, email: str, password: str = PASSWORD) -> dict[str, Any]:
        """Sign in and keep the new token."""
        answer = self.post("/api/session/sign-in", {"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.get_json()
        self.token = body["csrf_token"]
        return body
