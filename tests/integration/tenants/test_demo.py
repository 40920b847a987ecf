from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result
from redis import Redis

from crm_saas.app import create_app
from crm_saas.commands.demo import command
from crm_saas.config import Settings, environ_of
from crm_saas.kernel import uow
from crm_saas.kernel.directory import Directory
from crm_saas.tenants import demo
from tests.support.browser import Browser


@pytest.fixture
def embedded(settings: Settings, directory: Directory, redis: Redis) -> Iterator[Settings]:
    """The settings of a machine that shows the demo."""
    assert redis is not None
    yield settings.model_copy(update={"environment": "embedded", "demo": True})
    uow.configure(directory)


def run(settings: Settings) -> Result:
    result = CliRunner().invoke(command, env=environ_of(settings))
    uow.directory().dispose()
    return result


def test_the_demo_is_made_once_and_can_be_entered(embedded: Settings) -> None:
    first, second = run(embedded), run(embedded)
    assert (first.exit_code, second.exit_code) == (0, 0), (first.output, second.output)
    assert first.output == second.output
    browser = Browser(create_app(embedded))
    shown = browser.session()["deployment"]["demo"]
    body = browser.sign_in(shown["email"], shown["password"])
    assert [(found["name"], found["slug"], found["state"]) for found in body["workspaces"]] == [
        ("Demo", "demo", "active")
    ]
    uow.directory().dispose()


@pytest.mark.parametrize("changes", [{"demo": False}, {"environment": "production"}, {"environment": "test"}])
def test_the_password_is_shown_in_the_embedded_demo_only(embedded: Settings, changes: dict[str, object]) -> None:
    browser = Browser(create_app(embedded.model_copy(update=changes)))
    assert browser.session()["deployment"]["demo"] is None
    assert demo.PASSWORD not in browser.get("/api/session").text
    uow.directory().dispose()


def test_production_has_no_demo(embedded: Settings) -> None:
    result = run(embedded.model_copy(update={"environment": "production"}))
    assert result.exit_code == 1
    assert "production" in result.output
