"""A browser as the bench needs it: one kept connection, a cookie, the CSRF token."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any, Final, Self

BLOCK: Final = 64 * 1024


class Client:
    """Sends requests to one server of this machine; every answer must have the status that was expected."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers: dict[str, str] = {}
        self._cookies: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        headers: dict[str, str] | None = None,
        expect: int = 200,
    ) -> bytes:
        """Send one request and return the body of its answer."""
        given = {**self._headers, **(headers or {})}
        try:
            response = self._answer(method, path, body, given)
        except ConnectionError:  # the server closes what was idle while another side had its turn
            self._connection.close()
            response = self._answer(method, path, body, given)
        content = response.read()
        if response.status != expect:
            raise RuntimeError(f"{method} {path}: {response.status} {content[:300]!r}")
        for cookie in response.headers.get_all("Set-Cookie", []):
            self._keep(cookie)
        return content

    def blocks(self, path: str) -> Iterator[bytes]:
        """Get a file and yield it as it comes; there is no waiting too long for its first byte."""
        self._connection.connect()
        self._connection.sock.settimeout(None)
        self._connection.request("GET", path, headers=self._headers)
        response = self._connection.getresponse()
        if response.status != http.client.OK:
            raise RuntimeError(f"GET {path}: {response.status} {response.read(300)!r}")
        while block := response.read(BLOCK):
            yield block

    def json(self, method: str, path: str, document: object = None, *, expect: int = 200) -> Any:  # noqa: ANN401
        """Send a JSON document and return the one in the answer."""
        body = None if document is None else json.dumps(document).encode()
        return json.loads(self.send(method, path, body, expect=expect))

    def always_send(self, **headers: str) -> None:
        """Send these headers with every request from now on; an underscore stands for a hyphen."""
        self._headers.update({name.replace("_", "-"): value for name, value in headers.items()})

    def sign_in(self, email: str, password: str) -> None:
        """Sign in as a person does, and send cookie and CSRF token from now on."""
        self.always_send(Content_Type="application/json")
        self.always_send(X_CSRF_Token=self.json("GET", "/api/session")["csrf_token"])
        session = self.json("POST", "/api/session/sign-in", {"email": email, "password": password})
        self.always_send(X_CSRF_Token=session["csrf_token"])

    def _answer(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        self._connection.request(method, path, body, headers)
        return self._connection.getresponse()

    def _keep(self, cookie: str) -> None:
        for name, morsel in SimpleCookie(cookie).items():
            self._cookies[name] = morsel.value
        self._headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
