"""What an operator does for somebody who cannot help themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result
from redis import Redis

from crm_saas.api import auth
from crm_saas.commands import users
from crm_saas.config import Settings, environ_of
from crm_saas.kernel import uow
from crm_saas.kernel.directory import Directory
from crm_saas.tenants import process
from tests.factories.workspaces import WorkspaceInfo
from tests.support.browser import Browser
from tests.support.codes import Authenticator
from tests.support.mails import mails_to


@pytest.fixture(autouse=True)
def rewired(settings: Settings, directory: Directory, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command wires this process anew; afterwards it is as it was."""
    assert redis.ping()
    monkeypatch.setattr(auth, "CACHE_SECONDS", -1.0)
    for name, value in environ_of(settings).items():
        monkeypatch.setenv(name, value)
    yield
    process.configure(settings, application="crm-test")
    uow.directory().dispose()
    uow.configure(directory)


def run(*arguments: str) -> Result:
    before = uow.directory()
    result = CliRunner().invoke(users.command, list(arguments))
    uow.directory().dispose()
    uow.configure(before)
    return result


def test_every_session_of_a_person_is_ended(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    assert run("sign-out", workspace.owner.email.upper()).output == "1 sessions ended\n"
    assert browser.session()["user"] is None


def test_a_lost_second_factor_is_turned_off_and_the_person_hears_of_it(
    browser: Browser, workspace: WorkspaceInfo
) -> None:
    browser.sign_in(workspace.owner.email)
    Authenticator.set_up(browser)
    assert run("two-factor-off", workspace.owner.email, "--yes").exit_code == 0
    assert browser.session()["user"] is None
    assert mails_to(workspace.owner.email)[0]["Subject"] == "Two-factor sign-in was turned off"
    assert browser.sign_in(workspace.owner.email)["user"] is not None


def test_nothing_happens_without_a_yes_or_for_nobody(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    Authenticator.set_up(browser)
    assert run("two-factor-off", workspace.owner.email).exit_code == 1
    assert browser.session()["user"]["two_factor"] is True
    assert "nobody has this address" in run("sign-out", "nobody@example.org").output
