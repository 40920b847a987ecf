"""A real browser at a real deployment. All tests of this folder share both, in one worker."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support.deployment import Deployment
from tests.support.pages import watched
from tests.support.person import Person

CHROMIUM_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE_MS = 20_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the browser tests in one worker, so that one deployment serves them all."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.xdist_group("e2e"))


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    made = Deployment(tmp_path_factory.mktemp("e2e") / "data", demo=True)
    made.start()
    yield made
    made.end(signal.SIGTERM)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "no Chromium found; `make test` installs one where it can"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser, deployment: Deployment) -> Iterator[BrowserContext]:
    made = chromium.new_context(
        base_url=deployment.address,
        viewport={"width": 1440, "height": 900},
        locale="en-US",
        timezone_id="Europe/Berlin",
    )
    made.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page in which nothing may go wrong unseen."""
    with watched(context.new_page()) as made:
        yield made


@pytest.fixture
def phone(chromium: Browser, deployment: Deployment) -> Iterator[Page]:
    """A page under fingers, in which nothing may go wrong unseen."""
    made = chromium.new_context(
        base_url=deployment.address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True,
        locale="en-US", timezone_id="Europe/Berlin",
    )  # fmt: skip
    made.set_default_timeout(PATIENCE_MS)
    with watched(made.new_page()) as page:
        yield page
    made.close()


@pytest.fixture
def another_page(chromium: Browser, deployment: Deployment) -> Iterator[Callable[[], Page]]:
    """Call it for the page of somebody else, at a browser of their own."""
    with ExitStack() as stack:

        def make() -> Page:
            context = chromium.new_context(base_url=deployment.address, locale="en-US")
            context.set_default_timeout(PATIENCE_MS)
            stack.callback(context.close)
            return stack.enter_context(watched(context.new_page()))

        yield make


@pytest.fixture
def person(page: Page) -> Person:
    """Somebody who has not signed up yet, at an empty browser."""
    return Person(page)
