from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from redis import Redis
from sqlalchemy import select

from crm_saas.api import auth
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.events import ControlEvent
from crm_saas.tenants.account import email_change
from tests.factories.workspaces import PASSWORD, WorkspaceInfo
from tests.support.browser import Browser
from tests.support.mails import link_token, mails_to, text_of

NEW = "seven purple kettles sing"
CHANGES = [
    ("DELETE", "/api/session/sessions", None),
    ("POST", "/api/session/password", {"password": NEW}),
    ("POST", "/api/session/email", {"email": "another@example.org"}),
    ("POST", "/api/session/two-factor", None),
    ("POST", "/api/session/two-factor/confirm", {"code": "123456"}),
    ("POST", "/api/session/two-factor/recovery-codes", None),
    ("DELETE", "/api/session/two-factor", None),
]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, redis: Redis) -> None:
    """No limit of another test, and no session from the cache."""
    assert redis.ping()
    monkeypatch.setattr(auth, "CACHE_SECONDS", -1.0)


@pytest.fixture
def signed_in(browser: Browser, workspace: WorkspaceInfo) -> Browser:
    browser.sign_in(workspace.owner.email)
    return browser


def events_of(user_id: object) -> list[str]:
    with uow.control() as unit:
        query = select(ControlEvent.type).where(ControlEvent.user_id == user_id).order_by(ControlEvent.id)
        return list(unit.session.scalars(query))


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_a_sensitive_change_needs_a_proof_of_the_last_ten_minutes(
    signed_in: Browser, method: str, path: str, body: object
) -> None:
    with time_machine.travel(now() + timedelta(minutes=10, seconds=5), tick=True):
        answer = signed_in.call(method, path, json=body)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "reauthentication_required")
        proved = signed_in.post("/api/session/reauthenticate", {"password": PASSWORD})
        assert proved.status_code == 200, proved.text
        again = signed_in.call(method, path, json=body)
        assert again.get_json(silent=True) is None or again.get_json().get("code") != "reauthentication_required"


def test_reading_does_not_need_a_proof(signed_in: Browser) -> None:
    with time_machine.travel(now() + timedelta(hours=2), tick=True):
        assert signed_in.get("/api/session/sessions").status_code == 200


def test_a_wrong_password_proves_nothing_and_is_limited(signed_in: Browser) -> None:
    with time_machine.travel(now() + timedelta(hours=1), tick=True):
        for _ in range(10):
            answer = signed_in.post("/api/session/reauthenticate", {"password": "wrong"})
            assert answer.get_json()["errors"][0]["code"] == "wrong_password"
        assert signed_in.post("/api/session/reauthenticate", {"password": PASSWORD}).status_code == 429
        assert signed_in.post("/api/session/two-factor").get_json()["code"] == "reauthentication_required"


def test_a_proof_gives_the_session_a_new_token(signed_in: Browser, make_browser: Callable[[], Browser]) -> None:
    before = signed_in.client.get_cookie("crm_session")
    assert before is not None
    signed_in.post("/api/session/reauthenticate", {"password": PASSWORD})
    thief = make_browser()
    thief.client.set_cookie("crm_session", before.value)
    assert thief.session()["user"] is None
    assert signed_in.session()["user"] is not None


def test_sessions_are_listed_with_browser_and_system(
    signed_in: Browser, make_browser: Callable[[], Browser], workspace: WorkspaceInfo
) -> None:
    phone = make_browser()
    phone.session()
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1"
    phone.call(
        "POST", "/api/session/sign-in", json={"email": workspace.owner.email, "password": PASSWORD},
        headers={"User-Agent": agent}, address="192.0.2.7",
    )  # fmt: skip
    listed = signed_in.get("/api/session/sessions").get_json()["data"]
    assert [session["current"] for session in sorted(listed, key=lambda each: str(each["signed_in_at"]))] == [
        True,
        False,
    ]
    other = next(session for session in listed if not session["current"])
    assert (other["browser"], other["system"], other["address"]) == ("Safari", "iOS", "192.0.2.7")


def test_ending_one_session_leaves_the_others(
    signed_in: Browser, make_browser: Callable[[], Browser], workspace: WorkspaceInfo
) -> None:
    other = make_browser()
    other.sign_in(workspace.owner.email)
    ids = {each["current"]: each["id"] for each in signed_in.get("/api/session/sessions").get_json()["data"]}
    assert signed_in.call("DELETE", f"/api/session/sessions/{ids[False]}").status_code == 204
    assert other.session()["user"] is None
    assert signed_in.session()["user"] is not None
    assert signed_in.call("DELETE", f"/api/session/sessions/{ids[False]}").status_code == 404
    assert "user.sessions_ended" in events_of(workspace.owner.id)


def test_signing_out_everywhere_includes_here(
    signed_in: Browser, make_browser: Callable[[], Browser], workspace: WorkspaceInfo
) -> None:
    other = make_browser()
    other.sign_in(workspace.owner.email)
    assert signed_in.call("DELETE", "/api/session/sessions").status_code == 204
    assert signed_in.session()["user"] is None
    assert other.session()["user"] is None


def test_an_ended_session_is_answered_for_at_most_five_seconds_elsewhere() -> None:
    assert auth.CACHE_SECONDS <= 5.0


def test_a_new_password_signs_the_others_out_and_is_told_by_mail(
    signed_in: Browser, make_browser: Callable[[], Browser], workspace: WorkspaceInfo
) -> None:
    other = make_browser()
    other.sign_in(workspace.owner.email)
    answer = signed_in.post("/api/session/password", {"password": NEW})
    assert answer.status_code == 200, answer.text
    assert other.session()["user"] is None
    assert signed_in.session()["user"] is not None
    assert make_browser().post(
        "/api/session/sign-in", {"email": workspace.owner.email, "password": PASSWORD}
    ).status_code == 401  # fmt: skip
    make_browser().sign_in(workspace.owner.email, NEW)
    (mail,) = mails_to(workspace.owner.email)
    assert mail["Subject"] == "Your password was changed"


@pytest.mark.parametrize(("password", "code"), [("short", "password_too_short"), ("password123", "password_common")])
def test_a_weak_new_password_is_refused(signed_in: Browser, password: str, code: str) -> None:
    answer = signed_in.post("/api/session/password", {"password": password})
    assert [error["code"] for error in answer.get_json()["errors"]] == [code]


class TestAddress:
    """A new e-mail address."""

    def test_it_counts_once_the_link_is_opened(self, signed_in: Browser, workspace: WorkspaceInfo) -> None:
        fresh = f"new-{workspace.slug}@example.org"
        assert signed_in.post("/api/session/email", {"email": fresh}).status_code == 202
        assert signed_in.session()["user"]["email"] == workspace.owner.email
        assert signed_in.get("/api/session/sessions").get_json()["pending_email"] == fresh
        (mail,) = mails_to(fresh)
        done = signed_in.post("/api/session/email/confirm", {"token": link_token(mail, "confirm-email")})
        assert done.get_json()["user"]["email"] == fresh
        (notice,) = mails_to(workspace.owner.email)
        assert notice["Subject"] == "Your e-mail address was changed"
        again = signed_in.post("/api/session/email/confirm", {"token": link_token(mail, "confirm-email")})
        assert again.get_json()["code"] == "link_used"
        assert signed_in.sign_in(fresh)["user"]["id"] == str(workspace.owner.id)

    def test_a_stranger_with_the_link_gets_nothing(
        self, signed_in: Browser, make_browser: Callable[[], Browser], two_workspaces: tuple[WorkspaceInfo, ...]
    ) -> None:
        fresh = f"typo-{two_workspaces[0].slug}@example.org"
        signed_in.post("/api/session/email", {"email": fresh})
        token = link_token(mails_to(fresh)[0], "confirm-email")
        stranger = make_browser()
        assert stranger.post("/api/session/email/confirm", {"token": token}).status_code == 401
        stranger.sign_in(two_workspaces[1].owner.email)
        assert stranger.post("/api/session/email/confirm", {"token": token}).get_json()["code"] == "link_unknown"

    def test_an_address_with_an_account_is_one_answer_and_no_link(
        self, signed_in: Browser, two_workspaces: tuple[WorkspaceInfo, ...]
    ) -> None:
        taken = two_workspaces[0].owner.email
        assert signed_in.post("/api/session/email", {"email": taken}).status_code == 202
        assert "confirm-email" not in text_of(mails_to(taken)[0])
        free = signed_in.post("/api/session/email", {"email": f"free-{taken}"})
        assert (free.status_code, free.get_json()["status"]) == (202, "verification_sent")

    def test_the_link_ends_after_a_day_and_an_older_one_with_a_newer(
        self, signed_in: Browser, workspace: WorkspaceInfo
    ) -> None:
        first, second = f"a-{workspace.slug}@example.org", f"b-{workspace.slug}@example.org"
        tokens = []
        for email in (first, second):
            signed_in.post("/api/session/email", {"email": email})
            tokens.append(link_token(mails_to(email)[0], "confirm-email"))
        assert signed_in.post("/api/session/email/confirm", {"token": tokens[0]}).get_json()["code"] == "link_used"
        with time_machine.travel(now() + email_change.LINK_LIFE + timedelta(seconds=5), tick=True):
            assert (
                signed_in.post("/api/session/email/confirm", {"token": tokens[1]}).get_json()["code"] == "link_expired"
            )
