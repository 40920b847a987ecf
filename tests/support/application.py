"""Fixtures of everything that talks to the application: the app over the run's servers, and browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from redis import Redis

from crm_saas.app import create_app
from crm_saas.config import Settings
from crm_saas.kernel import uow
from crm_saas.kernel.directory import Directory
from crm_saas.tenants import process
from tests.support.browser import Browser


@pytest.fixture(scope="session")
def app(settings: Settings, directory: Directory) -> Iterator[Flask]:
    """The application; its units of work run on the directory of the test run."""
    made = create_app(settings)
    own = uow.directory()
    uow.configure(directory)
    yield made
    own.dispose()


@pytest.fixture
def wired(settings: Settings, directory: Directory, redis: Redis) -> Iterator[Redis]:
    """The process as production wires it, with an empty Redis; for tests that run jobs or count attempts."""
    process.configure(settings, application="crm-tests")
    own = uow.directory()
    uow.configure(directory)
    yield redis
    own.dispose()


@pytest.fixture
def browser(app: Flask, wired: Redis) -> Browser:
    """A browser that has just arrived, rate limits at zero."""
    assert wired is not None
    return Browser(app)


@pytest.fixture
def make_browser(app: Flask, wired: Redis) -> Callable[[], Browser]:
    """Call it for one more browser."""
    assert wired is not None
    return lambda: Browser(app)
