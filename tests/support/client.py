"""A member at work in one workspace, over HTTP: what the web client's own API client does."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.factories.workspaces import Person
from tests.support.browser import Browser, Headers

API = "/api/v1"


class Client:
    """A signed-in browser that names its workspace with each request."""

    def __init__(self, browser: Browser, workspace_id: uuid.UUID) -> None:
        self.browser = browser
        self.workspace_id = workspace_id

    @classmethod
    def signed_in(cls, app: Flask, person: Person, workspace_id: uuid.UUID) -> Client:
        """Return a client of a person; the workspace may be one they do not belong to."""
        browser = Browser(app)
        browser.sign_in(person.email, person.password)
        return cls(browser, workspace_id)

    def call(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        data: object = None,
        content_type: str | None = None,
        headers: Headers | None = None,
    ) -> TestResponse:
        """Send a request to a path under /api/v1."""
        sent: Headers = {"X-Workspace": str(self.workspace_id)}
        return self.browser.call(
            method, API + path, json=json, data=data, content_type=content_type, headers=sent | (headers or {})
        )

    def get(self, path: str, **headers: str | None) -> TestResponse:
        """Read; a header is given as `if_none_match='"1"'`."""
        return self.call("GET", path, headers=_headers(headers))

    def post(self, path: str, json: object = None, **headers: str | None) -> TestResponse:
        """Send JSON."""
        return self.call("POST", path, json=json, headers=_headers(headers))

    def patch(self, path: str, json: object, version: int | None) -> TestResponse:
        """Change a record, saying which version; None: not saying."""
        return self.call("PATCH", path, json=json, headers=_match(version))

    def delete(self, path: str, version: int | None) -> TestResponse:
        """Delete a record, saying which version."""
        return self.call("DELETE", path, headers=_match(version))

    def add_lead(self, *, allow_duplicates: bool = False, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
        """Create a lead that must be accepted; its JSON form."""
        answer = self.post("/leads?allow_duplicates=1" if allow_duplicates else "/leads", fields)
        assert answer.status_code == 201, answer.text
        lead: dict[str, Any] = answer.get_json()
        return lead

    def change_lead(self, lead: dict[str, Any], **fields: Any) -> dict[str, Any]:  # noqa: ANN401
        """Change a lead at the version in hand; its new JSON form."""
        answer = self.patch(f"/leads/{lead['id']}", fields, lead["version"])
        assert answer.status_code == 200, answer.text
        changed: dict[str, Any] = answer.get_json()
        return changed

    def names(self, query: str = "") -> list[str]:
        """Return the display names of the first page of leads."""
        answer = self.get(f"/leads{query}")
        assert answer.status_code == 200, answer.text
        return [lead["display_name"] for lead in answer.get_json()["data"]]


def codes(answer: TestResponse) -> dict[str, str]:
    """Return pointer -> code of the faults in a problem document."""
    return {error["pointer"]: error["code"] for error in answer.get_json()["errors"]}


def _headers(given: dict[str, str | None]) -> Headers:
    return {name.replace("_", "-").title(): value for name, value in given.items()}


def _match(version: int | None) -> Headers:
    return {} if version is None else {"If-Match": f'"{version}"'}
