from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import func, select

from crm_saas.kernel import jobs, uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import PROVISIONING, Directory, Placement
from crm_saas.kernel.events import ControlEvent, ControlOutbox
from crm_saas.tenants.identity import email_key
from crm_saas.tenants.models import LoginSession, Mail, Membership, SignUp, User, Workspace
from tests.factories.forms import NEW_PASSWORD, fresh_email, sign_up_form
from tests.factories.workspaces import Person, WorkspaceInfo, make_person
from tests.support.browser import Browser
from tests.support.mails import mails_to, text_of, token_in
from tests.support.statements import recorded_statements


def _counted(name: str, original: Callable[..., object], made: list[str]) -> Callable[..., object]:
    def counting(self: PasswordHasher, *args: str) -> object:
        made.append(name)
        return original(self, *args)

    return counting


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The argon2 calls of the test, by name."""
    made: list[str] = []
    for name in ("hash", "verify"):
        monkeypatch.setattr(PasswordHasher, name, _counted(name, getattr(PasswordHasher, name), made))
    return made


CHANGING = {"X-Request-Id", "Set-Cookie", "Content-Length"}


def person() -> Person:
    with uow.control() as unit:
        return make_person(unit)


def sign_up(browser: Browser, **changes: object) -> str:
    """Sign up and return the token of the mailed link."""
    form = sign_up_form(**changes)
    answer = browser.post("/api/session/sign-up", form)
    assert answer.status_code == 202, answer.text
    return token_in(mails_to(form["email"])[0])


def test_signing_up_answers_and_mails_a_link(browser: Browser) -> None:
    form = sign_up_form()
    answer = browser.post("/api/session/sign-up", form)
    assert (answer.status_code, answer.get_json()) == (202, {"status": "verification_sent", "email": form["email"]})
    mail = mails_to(form["email"])[0]
    assert mail["Subject"] == "Confirm your e-mail address for Acme Trading"
    assert "Ada Lovelace" in text_of(mail)
    assert {part.get_content_type() for part in mail.walk()} == {"multipart/alternative", "text/plain", "text/html"}


def test_the_link_makes_account_workspace_and_session(browser: Browser) -> None:
    email = fresh_email()
    token = sign_up(
        browser, email=email, organisation="Müller & Söhne", language="zh-CN", timezone="Asia/Shanghai", currency="CNY"
    )
    answer = browser.post("/api/session/verify", {"token": token})
    assert answer.status_code == 200, answer.text
    body = answer.get_json()
    assert body["user"]["email"] == email
    assert (body["user"]["language"], body["user"]["theme"], body["user"]["density"]) == (
        "zh-CN",
        "system",
        "comfortable",
    )
    (mine,) = body["workspaces"]
    assert mine["id"] == body["workspace_id"]
    assert (mine["name"], mine["role"], mine["state"]) == ("Müller & Söhne", "owner", "provisioning")
    assert mine["slug"].startswith("muller-sohne")
    assert browser.session()["user"]["email"] == email
    with uow.control() as unit:
        workspace = unit.session.get_one(Workspace, uuid.UUID(mine["id"]))
        assert (workspace.country, workspace.currency, workspace.timezone) == ("CN", "CNY", "Asia/Shanghai")
        assert unit.session.get_one(Placement, workspace.id).state == PROVISIONING
        events = unit.session.execute(
            select(ControlEvent.type, ControlOutbox.id)
            .join(ControlOutbox, ControlOutbox.event_id == ControlEvent.id)
            .where((ControlEvent.workspace_id == workspace.id) | (ControlEvent.user_id == workspace.created_by_id))
        ).all()
    assert {row.type for row in events} == {"user.created", "workspace.created", "membership.created"}


def test_nothing_secret_is_stored_in_the_clear(browser: Browser) -> None:
    email = fresh_email()
    answer = browser.post("/api/session/sign-up", sign_up_form(email=email))
    assert answer.status_code == 202
    with uow.control() as unit:
        mail = unit.session.scalars(select(Mail).where(Mail.to_address == email)).one()
        row = unit.session.scalars(select(SignUp).where(SignUp.email_key == email_key(email))).one()
        stored = repr([mail.params, row.token_hash, row.password_hash])
    token = token_in(mails_to(email)[0])
    assert token not in stored
    assert NEW_PASSWORD not in stored
    browser.post("/api/session/verify", {"token": token})
    cookie = browser.client.get_cookie("crm_session")
    assert cookie is not None
    with uow.control() as unit:
        hashes = unit.session.scalars(select(LoginSession.token_hash)).all()
        assert all(len(value) == 32 for value in hashes)
        assert unit.session.scalars(select(Mail).where(Mail.to_address == email)).all() == []


def test_both_branches_do_the_same_work(browser: Browser, directory: Directory, hashes: list[str]) -> None:
    known, unknown = person().email, fresh_email()
    seen = {}
    for email in (known, unknown):
        hashes.clear()
        with recorded_statements(directory.node_engine("default")) as statements:
            answer = browser.post("/api/session/sign-up", sign_up_form(email=email))
        body = answer.get_json()
        assert body.pop("email") == email
        headers = {name: value for name, value in answer.headers if name not in CHANGING}
        with uow.control() as unit:
            mails = unit.connection.execute(
                select(func.count()).select_from(Mail).where(Mail.to_address == email)
            ).scalar_one()
        seen[email] = (answer.status_code, body, headers, statements, list(hashes), mails)
    assert seen[known] == seen[unknown]
    assert seen[known][4] == ["hash"]
    assert seen[known][5] == 1


def test_an_existing_account_is_told_by_mail_and_not_touched(browser: Browser) -> None:
    known = person()
    answer = browser.post("/api/session/sign-up", sign_up_form(email=known.email.upper(), name="Somebody Else"))
    assert answer.status_code == 202
    found = mails_to(known.email.partition("@")[0].upper() + "@example.com")
    assert found[0]["Subject"] == "You already have an account"
    assert "token=" not in text_of(found[0])
    assert "Somebody Else" not in text_of(found[0])
    with uow.control() as unit:
        assert unit.session.get_one(User, known.id).name == known.name


def test_the_link_works_once(browser: Browser, make_browser: Callable[[], Browser]) -> None:
    token = sign_up(browser)
    assert browser.post("/api/session/verify", {"token": token}).status_code == 200
    again = make_browser().post("/api/session/verify", {"token": token, "password": NEW_PASSWORD})
    assert (again.status_code, again.get_json()["code"]) == (410, "link_used")


def test_two_at_once_make_one_account(browser: Browser, make_browser: Callable[[], Browser]) -> None:
    email = fresh_email()
    token = sign_up(browser, email=email)
    others = [make_browser() for _ in range(6)]
    for other in others:
        other.session()

    def open_link(other: Browser) -> tuple[int, str | None]:
        answer = other.post("/api/session/verify", {"token": token, "password": NEW_PASSWORD})
        return answer.status_code, answer.get_json().get("code")

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(open_link, others))
    assert outcomes == [(200, None)] + [(410, "link_used")] * 5
    with uow.control() as unit:
        user = unit.session.scalars(select(User).where(User.email_key == email)).one()
        assert len(unit.session.scalars(select(Membership).where(Membership.user_id == user.id)).all()) == 1


def test_two_links_of_one_address_at_once_make_one_account(make_browser: Callable[[], Browser]) -> None:
    email = fresh_email()
    browsers = [make_browser(), make_browser()]
    tokens = [sign_up(browser, email=email) for browser in browsers]
    assert tokens[0] != tokens[1]

    def open_link(pair: tuple[Browser, str]) -> int:
        return pair[0].post("/api/session/verify", {"token": pair[1]}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(open_link, zip(browsers, tokens, strict=True))) == [200, 410]
    with uow.control() as unit:
        assert unit.session.scalars(select(User).where(User.email_key == email)).one().name == "Ada Lovelace"


def test_the_newer_of_two_links_works_and_ends_the_older(browser: Browser) -> None:
    email = fresh_email()
    older, newer = sign_up(browser, email=email), sign_up(browser, email=email, name="Ada Byron")
    body = browser.post("/api/session/verify", {"token": newer}).get_json()
    assert body["user"]["name"] == "Ada Byron"
    browser.session()
    late = browser.post("/api/session/verify", {"token": older})
    assert (late.status_code, late.get_json()["code"]) == (410, "link_used")


def test_the_link_runs_out_after_a_day(browser: Browser) -> None:
    token = sign_up(browser)
    with time_machine.travel(now() + timedelta(hours=24, seconds=1), tick=True):
        answer = browser.post("/api/session/verify", {"token": token})
    assert (answer.status_code, answer.get_json()["code"]) == (410, "link_expired")
    assert browser.post("/api/session/verify", {"token": token}).status_code == 200


def test_a_link_nobody_made_is_not_known(browser: Browser) -> None:
    answer = browser.post("/api/session/verify", {"token": "A" * 43})
    assert (answer.status_code, answer.get_json()["code"]) == (410, "link_unknown")


def test_another_browser_needs_the_password_of_the_sign_up(
    browser: Browser, make_browser: Callable[[], Browser]
) -> None:
    token = sign_up(browser)
    stranger = make_browser()
    asked = stranger.post("/api/session/verify", {"token": token})
    assert (asked.status_code, asked.get_json()["code"]) == (403, "password_required")
    wrong = stranger.post("/api/session/verify", {"token": token, "password": "a wrong password"})
    assert (wrong.status_code, wrong.get_json()["code"]) == (401, "bad_credentials")
    assert stranger.session()["user"] is None
    right = stranger.post("/api/session/verify", {"token": token, "password": NEW_PASSWORD})
    assert right.status_code == 200


def test_asking_again_sends_the_same_open_link(browser: Browser) -> None:
    email = fresh_email()
    token = sign_up(browser, email=email)
    assert browser.post("/api/session/resend", {"email": email}).status_code == 202
    mails = mails_to(email)
    assert len(mails) == 2
    assert token_in(mails[0]) == token


def test_asking_again_after_a_day_gives_a_new_link(browser: Browser) -> None:
    email = fresh_email()
    old = sign_up(browser, email=email)
    with time_machine.travel(now() + timedelta(hours=25), tick=True):
        browser.session()
        assert browser.post("/api/session/resend", {"email": email}).status_code == 202
        new = token_in(mails_to(email)[0])
        assert new != old
        answer = browser.post("/api/session/verify", {"token": new, "password": NEW_PASSWORD})
        assert answer.status_code == 200, answer.text


def test_asking_again_does_the_same_work_for_everybody(browser: Browser, directory: Directory) -> None:
    pending = fresh_email()
    sign_up(browser, email=pending)
    seen = []
    for email in (person().email, pending, fresh_email()):
        with recorded_statements(directory.node_engine("default")) as statements:
            answer = browser.post("/api/session/resend", {"email": email})
        seen.append((answer.status_code, answer.get_json(), statements))
    assert seen[0] == seen[1] == seen[2]


def test_asking_again_mails_nobody_who_never_signed_up(browser: Browser) -> None:
    email = fresh_email()
    assert browser.post("/api/session/resend", {"email": email}).status_code == 202
    assert mails_to(email) == []
    with uow.control() as unit:
        assert unit.session.scalars(select(Mail).where(Mail.to_address == email)).all() == []


def test_a_chosen_slug_is_used(browser: Browser) -> None:
    slug = f"chosen-{uuid.uuid4().hex[:8]}"
    body = browser.post("/api/session/verify", {"token": sign_up(browser, slug=slug)}).get_json()
    assert body["workspaces"][0]["slug"] == slug


def test_a_taken_slug_is_refused_when_chosen(browser: Browser, workspace: WorkspaceInfo) -> None:
    answer = browser.post("/api/session/sign-up", sign_up_form(slug=workspace.slug))
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.get_json()["errors"]] == [("/slug", "slug_taken")]


def test_a_slug_taken_in_the_meantime_gets_a_suffix(make_browser: Callable[[], Browser]) -> None:
    slug = f"race-{uuid.uuid4().hex[:8]}"
    browsers = [make_browser() for _ in range(4)]
    tokens = [sign_up(browser, slug=slug) for browser in browsers]

    def open_link(pair: tuple[Browser, str]) -> str:
        answer = pair[0].post("/api/session/verify", {"token": pair[1]})
        return str(answer.get_json()["workspaces"][0]["slug"])

    with ThreadPoolExecutor(4) as pool:
        got = sorted(pool.map(open_link, zip(browsers, tokens, strict=True)))
    assert got == [slug, f"{slug}-2", f"{slug}-3", f"{slug}-4"]


def test_signing_up_tells_the_provisioner(browser: Browser) -> None:
    body = browser.post("/api/session/verify", {"token": sign_up(browser)}).get_json()
    (job,) = Queue("provision", connection=jobs.redis(), serializer=JSONSerializer).jobs
    assert (job.func_name, list(job.args)) == ("crm_saas.tenants.jobs.provision", [body["workspace_id"]])


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"email": "nobody"}, "/email", "invalid_email"),
        ({"email": None}, "/email", "required"),
        ({"name": ""}, "/name", "required"),
        ({"name": "x" * 101}, "/name", "too_long"),
        ({"name": "Ada\r\nBcc: eve@example.com"}, "/name", "control_character"),
        ({"organisation": "   "}, "/organisation", "required"),
        ({"organisation": "see http://evil.example"}, "/organisation", "link_not_allowed"),
        ({"password": "short"}, "/password", "password_too_short"),
        ({"password": "x" * 5000}, "/password", "password_too_long"),
        ({"password": "Password2024"}, "/password", "password_common"),
        ({"password": "Acme Trading"}, "/password", "password_common"),
        ({"slug": "../../x"}, "/slug", "invalid_slug"),
        ({"slug": "admin"}, "/slug", "slug_taken"),
        ({"timezone": "Mars/Base"}, "/timezone", "unknown_timezone"),
        ({"currency": "XXX"}, "/currency", "unknown_currency"),
        ({"language": "fr"}, "/language", "unknown_option"),
        ({"role": "owner"}, "/role", "unknown_field"),
    ],
)
def test_a_wrong_value_is_refused_where_it_is(
    browser: Browser, change: dict[str, object], pointer: str, code: str
) -> None:
    answer = browser.post("/api/session/sign-up", sign_up_form(**change))
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.get_json()["errors"]] == [(pointer, code)]


def test_slug_suggestion_says_whether_it_is_free(browser: Browser, workspace: WorkspaceInfo) -> None:
    taken = browser.get(f"/api/session/slug?name={workspace.slug}").get_json()
    assert taken == {"slug": workspace.slug, "available": False}
    free = browser.get("/api/session/slug?name=%E5%8C%97%E4%BA%AC%E5%95%86%E8%B4%B8").get_json()
    assert free == {"slug": "bei-jing-shang-mao", "available": True}
