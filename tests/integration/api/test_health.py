from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import create_engine, text

from crm_saas.app import create_app
from crm_saas.config import Settings
from crm_saas.kernel import jobs, uow
from crm_saas.kernel.db import sqlalchemy_url
from crm_saas.kernel.directory import DEFAULT_NODE, Directory
from tests.support.browser import Browser
from tests.support.servers import Addresses


def test_alive(browser: Browser) -> None:
    answer = browser.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_ready_and_the_wall_stands(browser: Browser) -> None:
    answer = browser.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ok", "database": "ok", "redis": "ok", "wall": "ok"}


@pytest.fixture
def no_database(wired: Redis, directory: Directory) -> Iterator[None]:
    """A database server that does not answer."""
    assert wired is not None
    gone = Directory({DEFAULT_NODE: "postgresql://crm_app:x@127.0.0.1:1/crm"})
    uow.configure(gone)
    yield
    uow.configure(directory)
    gone.dispose()


@pytest.fixture
def no_redis(wired: Redis) -> Iterator[None]:
    """A Redis server that does not answer."""
    assert wired is not None
    jobs.configure("redis://127.0.0.1:1/0")
    yield
    jobs.configure(None)


@pytest.mark.usefixtures("no_database")
def test_not_ready_without_the_database_and_still_alive(app: Flask) -> None:
    browser = Browser(app)
    answer = browser.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json() == {"status": "unavailable", "database": "unavailable", "redis": "ok"}
    assert browser.get("/healthz").status_code == 200


@pytest.mark.usefixtures("no_database")
def test_a_request_without_the_database_is_unavailable_not_broken(app: Flask) -> None:
    answer = Browser(app).get("/api/session")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert answer.get_json()["code"] == "unavailable"
    assert "127.0.0.1" not in answer.text


@pytest.mark.usefixtures("no_redis")
def test_not_ready_without_redis(app: Flask) -> None:
    answer = Browser(app).get("/readyz")
    assert (answer.status_code, answer.get_json()["redis"]) == (503, "unavailable")


def test_a_weaker_wall_is_reported_and_served(
    settings: Settings, directory: Directory, redis: Redis, addresses: Addresses
) -> None:
    database = settings.database_url.rpartition("/")[2].partition("?")[0]
    superuser = create_engine(sqlalchemy_url(addresses.superuser), isolation_level="AUTOCOMMIT")
    with superuser.connect() as connection:
        connection.execute(text(f"GRANT TEMP ON DATABASE {database} TO PUBLIC"))
    try:
        app = create_app(settings)  # of its own: an application believes an inspection for a minute
        uow.directory().dispose()
        uow.configure(directory)
        answer = Browser(app).get("/readyz")
    finally:
        with superuser.connect() as connection:
            connection.execute(text(f"REVOKE TEMP ON DATABASE {database} FROM PUBLIC"))
        superuser.dispose()
    assert redis.ping()
    assert (answer.status_code, answer.get_json()["wall"]) == (200, "weaker")
