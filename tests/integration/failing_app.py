"""An application that fails in the middle of people's data and tells receivers on loopback: run by test_observing.

A process of its own, since Sentry and OpenTelemetry stay in the libraries of the process they once looked at.
"""

from __future__ import annotations

import sys

import sentry_sdk
from flask import request

from crm_saas import observing
from crm_saas.api.auth import public
from crm_saas.app import create_app
from crm_saas.config import load_settings
from crm_saas.kernel import logs


def main(port: str) -> None:
    """Fail once, with both receivers at `port`."""
    settings = load_settings().model_copy(
        update={"sentry_dsn": f"http://key@127.0.0.1:{port}/1", "otlp_endpoint": f"http://127.0.0.1:{port}"}
    )
    logs.configure("info")
    observing.start(settings, "crm-tests")
    app = create_app(settings)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False

    @app.post("/fails")
    @public
    def fails() -> str:
        typed = request.get_json()
        raise RuntimeError(f"duplicate key\nDETAIL:  Key (email)=({typed['email']}) already exists, {typed['name']}")

    typed = dict(zip(("name", "email", "password"), sys.stdin.read().splitlines(), strict=True))
    answer = app.test_client().post(f"/fails?token={typed['password']}", json=typed)
    app.extensions["tracer_provider"].force_flush()
    sentry_sdk.flush(5)
    print(answer.status_code)  # noqa: T201 - what the test reads


if __name__ == "__main__":
    main(sys.argv[1])
