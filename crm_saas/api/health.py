"""Is the process alive, and can it serve? For load balancers and operators."""

from __future__ import annotations

import logging
import time
from threading import Lock
from typing import Any, cast

import psycopg
from flask import Flask, Response, jsonify
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from crm_saas.api.auth import public
from crm_saas.kernel import jobs, uow
from crm_saas.kernel.bootstrap_sql import inspect_wall

WALL_SECONDS = 60.0
"""How long an inspection of the wall is believed; it reads the whole function catalogue."""
_log = logging.getLogger(__name__)


class _Wall:
    def __init__(self) -> None:
        self._lock = Lock()
        self._until = 0.0
        self._weak: tuple[str, ...] = ()

    def weaknesses(self, connection: psycopg.Connection[Any]) -> tuple[str, ...]:
        with self._lock:
            if time.monotonic() >= self._until:
                self._weak = inspect_wall(connection).weaknesses
                self._until = time.monotonic() + WALL_SECONDS
                if self._weak:
                    _log.warning("the wall is weaker than designed", extra={"weaknesses": self._weak})
            return self._weak


def register(app: Flask) -> None:
    """Add /healthz and /readyz."""
    wall = _Wall()

    @app.get("/healthz")
    @public
    def healthz() -> Response:
        return jsonify(status="ok")

    @app.get("/readyz")
    @public
    def readyz() -> tuple[Response, int]:
        database, weak = _database(wall)
        parts = {"database": database, "redis": _redis()}
        ready = all(state == "ok" for state in parts.values())
        body = {"status": "ok" if ready else "unavailable", **parts}
        if database == "ok":
            body["wall"] = "weaker" if weak else "ok"
        return jsonify(body), 200 if ready else 503


def _database(wall: _Wall) -> tuple[str, tuple[str, ...]]:
    try:
        with uow.control() as unit:
            unit.connection.execute(text("SELECT 1 FROM control.node LIMIT 1"))
            raw = cast("psycopg.Connection[Any]", unit.connection.connection.dbapi_connection)
            return "ok", wall.weaknesses(raw)
    except (SQLAlchemyError, psycopg.Error):
        _log.exception("database not ready")
        return "unavailable", ()


def _redis() -> str:
    try:
        jobs.redis().ping()
    except RedisError:
        _log.exception("redis not ready")
        return "unavailable"
    return "ok"
