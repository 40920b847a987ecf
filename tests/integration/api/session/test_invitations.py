from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from flask import Flask
from redis import Redis
from sqlalchemy import select
from werkzeug.test import TestResponse

from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.events import ControlEvent
from crm_saas.tenants import entitlements
from crm_saas.tenants.entitlements import DEFAULT_PLAN, PLANS
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.models import Invitation, Membership, User
from tests.factories.forms import fresh_email, joining_form
from tests.factories.people import invite
from tests.factories.workspaces import Person, WorkspaceFactory, WorkspaceInfo, make_person
from tests.support.at_once import at_once
from tests.support.browser import Browser
from tests.support.client import Client, codes
from tests.support.mails import mails_to, text_of
from tests.support.sent import sent_statements

LINK = "/api/session/invitation"


@pytest.fixture
def owner(app: Flask, wired: Redis, workspace: WorkspaceInfo) -> Client:
    assert wired is not None
    return Client.signed_in(app, workspace.owner, workspace.id)


@pytest.fixture
def few_seats(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    def limit(seats: int) -> None:
        monkeypatch.setitem(entitlements.PLANS, DEFAULT_PLAN, replace(PLANS[DEFAULT_PLAN], seats=seats))

    return limit


def ask(owner: Client, *emails: str, role: str = "sales") -> TestResponse:
    return owner.post("/invitations", {"emails": list(emails), "role": role})


def outcomes(answer: TestResponse) -> list[str]:
    assert answer.status_code == 201, answer.text
    return [row["outcome"] for row in answer.get_json()["data"]]


def token_to(email: str) -> str:
    """The token in the newest mail to an address."""
    found = re.search(r"/invitation\?token=([\w-]{43})\b", text_of(mails_to(email)[0]))
    assert found is not None
    return found.group(1)


def a_person() -> Person:
    with uow.control() as unit:
        return make_person(unit)


def kinds(workspace: WorkspaceInfo) -> list[str]:
    with uow.control() as unit:
        return list(
            unit.session.scalars(
                select(ControlEvent.type).where(ControlEvent.workspace_id == workspace.id).order_by(ControlEvent.id)
            )
        )


def test_somebody_new_is_invited_by_mail_and_joins_with_a_name_and_a_password(
    owner: Client, workspace: WorkspaceInfo, make_browser: Callable[[], Browser]
) -> None:
    email = fresh_email()
    assert outcomes(ask(owner, email)) == ["invited"]
    (listed,) = owner.get("/invitations").get_json()["data"]
    assert (listed["email"], listed["role"], listed["state"]) == (email, "sales", "pending")
    assert listed["invited_by"]["name"] == workspace.owner.name

    browser, token = make_browser(), token_to(email)
    offer = browser.post(LINK, {"token": token}).get_json()
    assert (offer["workspace"], offer["email"], offer["for_me"]) == (workspace.name, email, None)
    answer = browser.post(f"{LINK}/join", joining_form(token))
    assert answer.status_code == 200, answer.text
    body = answer.get_json()
    assert body["user"]["email"] == email
    assert [(found["id"], found["role"]) for found in body["workspaces"]] == [(str(workspace.id), "sales")]
    with uow.control() as unit:
        assert unit.session.scalars(select(User.verified_at).where(User.email == email)).one() is not None
    # at once, not only when the relay comes round: they can work
    browser.token = body["csrf_token"]
    assert Client(browser, workspace.id).get("/me").get_json()["member"]["role"] == "sales"
    assert owner.get("/invitations").get_json()["data"] == []
    assert kinds(workspace)[-3:] == ["invitation.created", "membership.created", "invitation.accepted"]
    assert browser.post(LINK, {"token": token}).get_json()["code"] == "link_used"


def test_the_mail_is_in_the_language_of_the_person(owner: Client, workspace: WorkspaceInfo) -> None:
    person = a_person()
    with uow.control() as unit:
        unit.session.get_one(User, person.id).language = "zh-CN"
    ask(owner, person.email)
    (mail,) = mails_to(person.email)
    assert mail["Subject"] == f"{workspace.owner.name}邀请您加入“{workspace.name}”"


def test_somebody_with_an_account_signs_in_and_joins(
    owner: Client, workspace: WorkspaceInfo, make_browser: Callable[[], Browser]
) -> None:
    person, browser = a_person(), make_browser()
    _, token = invite(workspace, person.email.upper(), "viewer")
    assert browser.post(f"{LINK}/accept", {"token": token}).status_code == 401
    browser.sign_in(person.email)
    assert browser.post(LINK, {"token": token}).get_json()["for_me"] is True
    joined = browser.post(f"{LINK}/accept", {"token": token})
    assert joined.get_json()["workspace_id"] == str(workspace.id)
    assert browser.post(f"{LINK}/accept", {"token": token}).status_code == 200, "a second click is no fault"
    assert Client(browser, workspace.id).get("/me").get_json()["member"]["role"] == "viewer"
    assert owner.get("/me").get_json()["usage"]["seats"] == 2


def test_who_has_an_account_cannot_make_a_second_one(workspace: WorkspaceInfo, browser: Browser) -> None:
    person = a_person()
    _, token = invite(workspace, person.email)
    answer = browser.post(f"{LINK}/join", joining_form(token))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "account_exists")


def test_inviting_does_not_tell_whether_an_address_has_an_account(owner: Client) -> None:
    known, unknown = a_person().email, fresh_email()
    seen = []
    for email in (known, unknown):
        with sent_statements() as sent:
            answer = ask(owner, email)
        seen.append((answer.status_code, outcomes(answer), len(sent)))
    assert seen[0][:2] == seen[1][:2]
    assert abs(seen[0][2] - seen[1][2]) <= 1, "one more statement at most: the language of the mail"


def test_a_link_for_another_address_is_explained(workspace: WorkspaceInfo, browser: Browser) -> None:
    person, invited = a_person(), fresh_email()
    _, token = invite(workspace, invited)
    browser.sign_in(person.email)
    assert browser.post(LINK, {"token": token}).get_json()["for_me"] is False
    answer = browser.post(f"{LINK}/accept", {"token": token})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "other_address")
    assert answer.get_json()["email"] == invited


def test_a_link_ends_after_seven_days_and_is_renewed(owner: Client, workspace: WorkspaceInfo, browser: Browser) -> None:
    email = fresh_email()
    invitation_id, token = invite(workspace, email)
    with time_machine.travel(now() + timedelta(days=7, seconds=1)):
        assert browser.post(LINK, {"token": token}).get_json()["code"] == "link_expired"
        assert owner.browser.post("/api/session/sign-in", {}).status_code == 422
        owner.browser.sign_in(workspace.owner.email)
        assert owner.get("/invitations").get_json()["data"][0]["state"] == "expired"
        assert owner.post(f"/invitations/{invitation_id}/resend").status_code == 202
        assert browser.post(LINK, {"token": token_to(email)}).status_code == 200
        assert browser.post(LINK, {"token": token}).get_json()["code"] == "link_unknown"


def test_an_expired_invitation_is_made_anew_by_inviting_again(owner: Client, workspace: WorkspaceInfo) -> None:
    email = fresh_email()
    invite(workspace, email)
    assert outcomes(ask(owner, email)) == ["already_invited"]
    with uow.control() as unit:
        found = unit.session.scalars(select(Invitation).where(Invitation.email == email)).one()
        found.expires_at = now() - timedelta(seconds=1)
    assert outcomes(ask(owner, email)) == ["invited"]
    assert len(owner.get("/invitations").get_json()["data"]) == 1


def test_sending_again_is_limited(owner: Client, workspace: WorkspaceInfo) -> None:
    invitation_id, _ = invite(workspace, fresh_email())
    statuses = [owner.post(f"/invitations/{invitation_id}/resend").status_code for _ in range(6)]
    assert statuses == [202] * 5 + [429]


def test_an_invitation_taken_back_opens_nothing(owner: Client, workspace: WorkspaceInfo, browser: Browser) -> None:
    invitation_id, token = invite(workspace, fresh_email())
    assert owner.delete(f"/invitations/{invitation_id}", None).status_code == 204
    assert owner.delete(f"/invitations/{invitation_id}", None).status_code == 204
    assert browser.post(LINK, {"token": token}).get_json()["code"] == "invitation_revoked"
    assert browser.post(f"{LINK}/join", joining_form(token)).status_code == 410
    assert owner.post(f"/invitations/{invitation_id}/resend").get_json()["code"] == "wrong_state"


def test_a_list_says_what_came_of_each(owner: Client, workspace: WorkspaceInfo) -> None:
    new, waiting = fresh_email(), fresh_email()
    invite(workspace, waiting)
    answer = ask(owner, new, waiting, workspace.owner.email, new.upper())
    assert [(row["email"], row["outcome"]) for row in answer.get_json()["data"]] == [
        (new, "invited"), (waiting, "already_invited"), (workspace.owner.email, "already_member"),
    ]  # fmt: skip


def test_seats_are_checked_with_what_was_promised(owner: Client, few_seats: Callable[[int], None]) -> None:
    few_seats(3)
    refused = ask(owner, fresh_email(), fresh_email(), fresh_email())
    assert (refused.status_code, refused.get_json()["limit"]) == (403, "seats")
    assert owner.get("/invitations").get_json()["data"] == [], "nobody of a list that does not fit is invited"
    assert outcomes(ask(owner, fresh_email(), fresh_email())) == ["invited"] * 2
    assert ask(owner, fresh_email()).status_code == 403


def test_the_last_seat_is_taken_once(
    workspace: WorkspaceInfo, make_browser: Callable[[], Browser], few_seats: Callable[[int], None]
) -> None:
    few_seats(4)
    tokens = [invite(workspace, fresh_email())[1] for _ in range(3)]
    few_seats(2)
    browsers = [make_browser() for _ in tokens]
    for each in browsers:
        each.session()
    answers = at_once([partial(b.post, f"{LINK}/join", joining_form(t)) for b, t in zip(browsers, tokens, strict=True)])
    assert sorted(answer.status_code for answer in answers) == [200, 403, 403]
    with uow.control() as unit:
        assert entitlements.seats_used(unit, workspace.id) == 2


def test_two_browsers_with_one_link_make_one_member(
    workspace: WorkspaceInfo, make_browser: Callable[[], Browser]
) -> None:
    email = fresh_email()
    _, token = invite(workspace, email)
    browsers = [make_browser(), make_browser()]
    for each in browsers:
        each.session()
    answers = at_once([partial(b.post, f"{LINK}/join", joining_form(token)) for b in browsers])
    assert sorted(answer.status_code for answer in answers) == [200, 410]
    with uow.tenant(workspace.id) as unit:
        assert [row.email for row in unit.session.scalars(select(Member).where(Member.email == email))] == [email]


def test_taking_back_and_accepting_at_once_end_in_one_of_the_two(
    owner: Client, workspace: WorkspaceInfo, make_browser: Callable[[], Browser]
) -> None:
    for _ in range(5):
        invitation_id, token = invite(workspace, fresh_email())
        browser = make_browser()
        browser.session()
        revoked, joined = at_once(
            [
                partial(owner.delete, f"/invitations/{invitation_id}", None),
                partial(browser.post, f"{LINK}/join", joining_form(token)),
            ]
        )
        assert (revoked.status_code, joined.status_code) in {(204, 410), (409, 200)}


def test_only_owners_make_owners(app: Flask, make_workspace: WorkspaceFactory, wired: Redis) -> None:
    assert wired is not None
    workspace = make_workspace(roles=("admin",))
    admin = Client.signed_in(app, workspace.members["admin"], workspace.id)
    refused = ask(admin, fresh_email(), role="owner")
    assert (refused.status_code, refused.get_json()["code"]) == (403, "owners_only")
    assert outcomes(ask(admin, fresh_email(), role="admin")) == ["invited"]


def test_who_left_comes_back_by_an_invitation(workspace: WorkspaceInfo, browser: Browser) -> None:
    person = a_person()
    _, token = invite(workspace, person.email)
    browser.sign_in(person.email)
    browser.post(f"{LINK}/accept", {"token": token})
    with uow.control() as unit:
        found = unit.session.scalars(select(Membership).where(Membership.user_id == person.id)).one()
        found.active, found.version = False, found.version + 1
    _, again = invite(workspace, person.email, "viewer")
    assert browser.post(f"{LINK}/accept", {"token": token}).get_json()["code"] == "link_used"
    assert browser.post(f"{LINK}/accept", {"token": again}).status_code == 200
    assert Client(browser, workspace.id).get("/me").get_json()["member"]["role"] == "viewer"


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, {"/role": "required", "/emails": "required"}),
        ({"emails": "a@example.org", "role": "sales"}, {"/emails": "required"}),
        (
            {"emails": ["a@example.org", "no", 3], "role": "sales"},
            {"/emails/1": "invalid_email", "/emails/2": "invalid_email"},
        ),
        ({"emails": ["a@example.org"] * 101, "role": "sales"}, {"/emails": "too_many"}),
        ({"emails": ["a@example.org"], "role": "emperor"}, {"/role": "unknown_option"}),
        ({"emails": ["a@example.org"], "role": "sales", "team_id": "x"}, {"/team_id": "invalid_id"}),
        ({"emails": ["a@example.org"], "role": "sales", "seats": 1}, {"/seats": "unknown_field"}),
    ],
)
def test_hostile_invitations_are_refused_with_pointers(owner: Client, body: object, faults: dict[str, str]) -> None:
    answer = owner.post("/invitations", body)
    assert answer.status_code == 422, answer.text
    assert codes(answer) == faults


def test_a_guessable_password_is_refused_and_the_link_still_works(workspace: WorkspaceInfo, browser: Browser) -> None:
    _, token = invite(workspace, fresh_email())
    refused = browser.post(f"{LINK}/join", joining_form(token, password="password123"))
    assert codes(refused) == {"/password": "password_common"}
    assert browser.post(f"{LINK}/join", joining_form(token)).status_code == 200
