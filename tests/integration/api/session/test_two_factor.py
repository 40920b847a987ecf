from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from redis import Redis
from sqlalchemy import select

from crm_saas.api import auth
from crm_saas.commands import keys
from crm_saas.config import Settings, environ_of
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.crypto import KeyRing, SealBrokenError, Sealed
from crm_saas.kernel.directory import Directory
from crm_saas.tenants import process
from crm_saas.tenants.account import second_step
from crm_saas.tenants.account.model import SECOND_FACTOR, RecoveryCode, TwoFactor
from tests.factories.workspaces import PASSWORD, WorkspaceInfo
from tests.support.at_once import at_once
from tests.support.browser import Browser
from tests.support.codes import Authenticator
from tests.support.mails import mails_to


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, redis: Redis) -> None:
    """No limit of another test, and no session from the cache."""
    assert redis.ping()
    monkeypatch.setattr(auth, "CACHE_SECONDS", -1.0)


@pytest.fixture
def held(browser: Browser, workspace: WorkspaceInfo) -> tuple[Authenticator, list[str]]:
    """The owner has turned it on and is signed out."""
    browser.sign_in(workspace.owner.email)
    found = Authenticator.set_up(browser)
    assert browser.session()["user"]["two_factor"] is True
    browser.post("/api/session/sign-out")
    browser.session()
    return found


def first_step(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.session()
    answer = browser.post("/api/session/sign-in", {"email": workspace.owner.email, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    assert (answer.get_json()["user"], answer.get_json()["second_step"]) == (None, True)
    assert answer.get_json()["workspaces"] == []


def second(browser: Browser, code: str) -> tuple[int, str | None]:
    answer = browser.post("/api/session/second-step", {"code": code})
    body = answer.get_json()
    return answer.status_code, (body["errors"][0]["code"] if body.get("errors") else body.get("code"))


Held = tuple[Authenticator, list[str]]


def test_signing_in_takes_the_code(browser: Browser, workspace: WorkspaceInfo, held: Held) -> None:
    first_step(browser, workspace)
    assert browser.get("/api/session/sessions").status_code == 401
    assert browser.session()["second_step"] is True
    assert second(browser, held[0].code()) == (200, None)
    assert browser.session()["user"]["id"] == str(workspace.owner.id)
    assert browser.session()["second_step"] is False


def test_a_code_works_once(
    browser: Browser, make_browser: Callable[[], Browser], workspace: WorkspaceInfo, held: Held
) -> None:
    code = held[0].code()
    first_step(browser, workspace)
    assert second(browser, code) == (200, None)
    watcher = make_browser()
    first_step(watcher, workspace)
    assert second(watcher, code) == (422, "wrong_code")


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (0, 200), (1, 200), (2, 422)])
def test_one_step_of_drift_counts(
    browser: Browser, workspace: WorkspaceInfo, held: Held, steps: int, status: int
) -> None:
    with time_machine.travel(int(now().timestamp()) // 30 * 30 + 315, tick=False):
        first_step(browser, workspace)
        assert second(browser, held[0].code(steps=steps))[0] == status


def test_a_recovery_code_works_once_and_is_told_by_mail(
    browser: Browser, make_browser: Callable[[], Browser], workspace: WorkspaceInfo, held: Held
) -> None:
    code = held[1][3]
    first_step(browser, workspace)
    assert second(browser, code.upper().replace("-", " ")) == (200, None)
    assert browser.get("/api/session/two-factor").get_json()["recovery_codes_left"] == 9
    assert mails_to(workspace.owner.email)[0]["Subject"] == "A recovery code was used; 9 left"
    other = make_browser()
    first_step(other, workspace)
    assert second(other, code) == (422, "wrong_code")


def test_a_recovery_code_used_twice_at_once_works_once(app: Flask, workspace: WorkspaceInfo, held: Held) -> None:
    browsers = [Browser(app) for _ in range(4)]
    for each in browsers:
        first_step(each, workspace)
    answers = at_once([partial(second, each, held[1][0]) for each in browsers])
    assert sorted(status for status, _ in answers) == [200, 422, 422, 422]


def test_a_code_used_twice_at_once_works_once(app: Flask, workspace: WorkspaceInfo, held: Held) -> None:
    browsers = [Browser(app) for _ in range(4)]
    for each in browsers:
        first_step(each, workspace)
    code = held[0].code()
    answers = at_once([partial(second, each, code) for each in browsers])
    assert sorted(status for status, _ in answers) == [200, 422, 422, 422]


def test_five_wrong_codes_end_the_step(browser: Browser, workspace: WorkspaceInfo, held: Held) -> None:
    first_step(browser, workspace)
    for _ in range(second_step.TRIES):
        assert second(browser, "000000") == (422, "wrong_code")
    assert second(browser, held[0].code()) == (410, "second_step_over")


def test_guessing_codes_is_limited_for_each_account(browser: Browser, workspace: WorkspaceInfo, held: Held) -> None:
    answers = []
    for _ in range(3):
        first_step(browser, workspace)
        answers += [second(browser, "000000")[0] for _ in range(4)]
    assert answers[:10] == [422] * 10
    assert answers[10:] == [429] * 2
    first_step(browser, workspace)
    assert second(browser, held[0].code())[0] == 429


def test_the_step_ends_after_ten_minutes(browser: Browser, workspace: WorkspaceInfo, held: Held) -> None:
    first_step(browser, workspace)
    with time_machine.travel(now() + second_step.LIFE + timedelta(seconds=5), tick=True):
        assert browser.session()["second_step"] is False
        assert second(browser, held[0].code()) == (410, "second_step_over")


@pytest.mark.usefixtures("held")
def test_the_step_belongs_to_its_browser(
    browser: Browser, make_browser: Callable[[], Browser], workspace: WorkspaceInfo
) -> None:
    first_step(browser, workspace)
    other = make_browser()
    other.session()
    assert second(other, "123456") == (410, "second_step_over")


def test_nothing_is_on_before_a_code_confirms_it(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    begun = browser.post("/api/session/two-factor").get_json()
    assert begun["address"].startswith("otpauth://totp/CRM")
    assert begun["picture"].startswith("data:image/svg+xml")
    assert browser.post("/api/session/two-factor/confirm", {"code": "000000"}).status_code == 422
    assert browser.get("/api/session/two-factor").get_json()["on"] is False
    assert browser.sign_in(workspace.owner.email)["user"] is not None


def test_turning_it_on_signs_other_browsers_out_and_is_told_by_mail(
    browser: Browser, make_browser: Callable[[], Browser], workspace: WorkspaceInfo
) -> None:
    other = make_browser()
    other.sign_in(workspace.owner.email)
    browser.sign_in(workspace.owner.email)
    _, codes = Authenticator.set_up(browser)
    assert len(set(codes)) == 10
    assert other.session()["user"] is None
    assert mails_to(workspace.owner.email)[0]["Subject"] == "Two-factor sign-in is on"
    assert browser.post("/api/session/two-factor").get_json()["code"] == "two_factor_on"


def test_proving_again_takes_the_code_too(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    authenticator, _ = Authenticator.set_up(browser)
    answer = browser.post("/api/session/reauthenticate", {"password": PASSWORD})
    assert answer.get_json()["errors"][0] | {"detail": ""} == {
        "pointer": "/code", "code": "required", "detail": "", "params": {},
    }  # fmt: skip
    wrong = browser.post("/api/session/reauthenticate", {"password": PASSWORD, "code": "000000"})
    assert wrong.get_json()["errors"][0]["code"] == "wrong_code"
    right = {"password": PASSWORD, "code": authenticator.code()}
    assert browser.post("/api/session/reauthenticate", right).status_code == 200


def test_new_recovery_codes_end_the_old_ones(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    _, before = Authenticator.set_up(browser)
    after = browser.post("/api/session/two-factor/recovery-codes").get_json()["recovery_codes"]
    assert set(before) & set(after) == set()
    browser.post("/api/session/sign-out")
    first_step(browser, workspace)
    assert second(browser, before[0]) == (422, "wrong_code")
    assert second(browser, after[0]) == (200, None)


def test_turning_it_off_leaves_nothing(browser: Browser, workspace: WorkspaceInfo) -> None:
    browser.sign_in(workspace.owner.email)
    Authenticator.set_up(browser)
    assert browser.call("DELETE", "/api/session/two-factor").status_code == 200
    with uow.control() as unit:
        assert unit.session.get(TwoFactor, workspace.owner.id) is None
        query = select(RecoveryCode).where(RecoveryCode.user_id == workspace.owner.id)
        assert unit.session.scalars(query).all() == []
    assert mails_to(workspace.owner.email)[0]["Subject"] == "Two-factor sign-in was turned off"
    assert browser.sign_in(workspace.owner.email)["user"]["two_factor"] is False


def test_the_secret_is_sealed_to_its_row(browser: Browser, workspace: WorkspaceInfo, settings: Settings) -> None:
    browser.sign_in(workspace.owner.email)
    secret = browser.post("/api/session/two-factor").get_json()["secret"]
    ring = KeyRing.parse(settings.encryption_keys)
    with uow.control() as unit:
        row = unit.session.get_one(TwoFactor, workspace.owner.id)
        sealed = Sealed(row.key_id, bytes(row.secret))
    assert secret.encode() not in sealed.data
    assert ring.open(sealed, SECOND_FACTOR, workspace.owner.id).decode() == secret
    with pytest.raises(SealBrokenError):
        ring.open(sealed, SECOND_FACTOR, workspace.id)


@pytest.fixture
def rewired(settings: Settings, directory: Directory) -> Iterator[Settings]:
    """A command wires this process anew; afterwards it is as it was."""
    yield settings
    process.configure(settings, application="crm-test")
    uow.directory().dispose()
    uow.configure(directory)


def test_keys_are_rotated_and_listed(
    browser: Browser, workspace: WorkspaceInfo, rewired: Settings, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = f"fresh:{base64.b64encode(os.urandom(32)).decode()}"
    ring = f"{new},{rewired.encryption_keys}"
    changed = rewired.model_copy(update={"encryption_keys": ring})
    for name, value in environ_of(changed).items():
        monkeypatch.setenv(name, value)
    done = run_command("rotate")
    assert "sealed anew with fresh" in done
    listed = {line.split()[0]: line.split()[1:3] for line in run_command("list").splitlines()}
    assert listed["fresh"][0] == "seals"
    assert listed["test"] == ["opens", "0"]
    with uow.control() as unit:
        assert unit.session.get_one(TwoFactor, workspace.owner.id).key_id == "fresh"
    first_step(browser, workspace)
    assert second(browser, held[0].code()) == (200, None)


def run_command(*arguments: str) -> str:
    before = uow.directory()
    result = CliRunner().invoke(keys.command, list(arguments), catch_exceptions=False)
    uow.directory().dispose()
    uow.configure(before)
    assert result.exit_code == 0, result.output
    return result.output
