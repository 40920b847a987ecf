"""What leaves the deployment for receivers outside, at receivers on loopback."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from crm_saas import observing
from crm_saas.config import REPOSITORY, Settings, SettingsError, environ_of

SECRETS = ("Ann Berg", "ann@example.org", "hunter2")
"""Name, e-mail and password."""


class Receiver:
    """An HTTP server that keeps what is posted to it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                bodies.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_failure_is_reported_traced_and_logged_without_what_people_typed(
    settings: Settings, receiver: Receiver
) -> None:
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("failing_app.py")), str(receiver.port)],
        input="\n".join(SECRETS),
        env=os.environ | environ_of(settings) | {"PYTHONPATH": str(REPOSITORY)},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "500"
    assert any(b"RuntimeError" in body for body in receiver.bodies)
    assert any(b"/fails" in body and b"RuntimeError" not in body for body in receiver.bodies)
    assert '"event":"unexpected error"' in done.stderr
    for secret in SECRETS:
        assert not any(secret.encode() in body for body in receiver.bodies), secret
        assert secret not in done.stderr


def test_a_package_that_is_not_installed_is_one_clear_line(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:  # noqa: ANN401
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(SettingsError, match=r"CRM_SENTRY_DSN is set, but requirements/observing.txt is not installed"):
        observing.start(settings.model_copy(update={"sentry_dsn": "http://k@127.0.0.1/1"}), "crm-tests")
