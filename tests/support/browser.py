"""A browser as the product sees it: keeps cookies and the CSRF token, says where its pages come from."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.factories.workspaces import PASSWORD

ORIGIN = "http://localhost:8000"


class Browser:
    """One browser with its own cookies."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.token: str | None = None

    def call(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        headers = {"Host": "localhost:8000", **kwargs.pop("headers", {})}
        if method in {"POST", "PUT", "PATCH", "DELETE"}:
            if self.token is None:
                self.session()
            headers = {"X-CSRF-Token": self.token or "", "Origin": ORIGIN, "Sec-Fetch-Site": "same-origin", **headers}
        headers = {name: value for name, value in headers.items() if value is not None}
        return self.client.open(path, method=method, headers=headers, **kwargs)

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.call("GET", path, **kwargs)

    def post(self, path: str, json: Any = None, **kwargs: Any) -> TestResponse:
        return self.call("POST", path, json=json, **kwargs) if json is not None else self.call("POST", path, **kwargs)

    def patch(self, path: str, json: Any = None, **kwargs: Any) -> TestResponse:
        return self.call("PATCH", path, json=json, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> TestResponse:
        return self.call("DELETE", path, **kwargs)

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
