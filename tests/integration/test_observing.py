"""What leaves the deployment for receivers outside, at receivers on loopback."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import sentry_sdk
from flask import Flask, request

from crm_saas import observing
from crm_saas.api.auth import public
from crm_saas.app import create_app
from crm_saas.config import Settings, SettingsError
from crm_saas.kernel import uow
from crm_saas.kernel.directory import Directory
from tests.support.polling import eventually

SECRETS = ("hunter2", "ann@example.org", "Ann Berg")


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


@pytest.fixture
def app_that_fails(settings: Settings, app: Flask, directory: Directory, receiver: Receiver) -> Iterator[Flask]:
    """An application that reports and traces to the receiver, with a view that fails in the middle of people's data."""
    assert app is not None
    told = settings.model_copy(
        update={
            "sentry_dsn": f"http://key@127.0.0.1:{receiver.port}/1",
            "otlp_endpoint": f"http://127.0.0.1:{receiver.port}",
        }
    )
    observing.start(told, "crm-tests")
    made = create_app(told)
    own = uow.directory()
    uow.configure(directory)

    @made.post("/fails")
    @public
    def fails() -> str:
        typed = request.get_json()
        raise RuntimeError(f"duplicate key\nDETAIL:  Key (email)=({typed['email']}) already exists, {typed['name']}")

    made.config["WTF_CSRF_CHECK_DEFAULT"] = False
    yield made
    own.dispose()
    made.extensions["tracer_provider"].shutdown()
    sentry_sdk.get_client().close()
    sentry_sdk.init()


def test_a_failure_is_reported_and_traced_without_what_people_typed(app_that_fails: Flask, receiver: Receiver) -> None:
    answer = app_that_fails.test_client().post(
        "/fails?token=hunter2", json={"name": "Ann Berg", "email": "ann@example.org", "password": "hunter2"}
    )
    assert answer.status_code == 500
    app_that_fails.extensions["tracer_provider"].force_flush()
    sentry_sdk.flush(5)
    eventually(lambda: any(b"RuntimeError" in body for body in receiver.bodies))
    eventually(lambda: any(b"/fails" in body and b"RuntimeError" not in body for body in receiver.bodies))
    for secret in SECRETS:
        assert not any(secret.encode() in body for body in receiver.bodies), secret


def test_a_package_that_is_not_installed_is_one_clear_line(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:  # noqa: ANN401
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(SettingsError, match=r"CRM_SENTRY_DSN is set, but requirements/observing.txt is not installed"):
        observing.start(settings.model_copy(update={"sentry_dsn": "http://k@127.0.0.1/1"}), "crm-tests")
