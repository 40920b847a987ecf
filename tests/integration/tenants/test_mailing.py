from __future__ import annotations

import socket
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import delete

from crm_saas.config import Settings
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.mail import MailboxMailer, MailDelayedError, MailRefusedError, Message, SmtpMailer, mailer_of
from crm_saas.tenants import jobs, mailing, outgoing, process, signup
from crm_saas.tenants.models import Mail
from crm_saas.tenants.signup import Application
from crm_saas.tenants.workspaces import Draft
from tests.factories.forms import fresh_email
from tests.support.smtp import Sink, smtp_sink

SENDER = "The CRM <no-reply@crm.example>"


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_sink() as running:
        yield running


@pytest.fixture
def mailer(sink: Sink) -> SmtpMailer:
    return SmtpMailer(f"smtp://127.0.0.1:{sink.port}", SENDER)


def ask_for_mail(to: str, *, language: str = "en", name: str = "Ada Lovelace") -> uuid.UUID:
    """Sign somebody up and return the id of the mail row."""
    draft = Draft("Acme", None, "Europe/Berlin", "EUR", language)
    with uow.control() as unit:
        signup.ask(unit, Application(draft, name, to, "no hash"), process.links())
    with uow.control() as unit:
        return unit.session.query(Mail).filter_by(to_address=to).one().id


def row(mail_id: uuid.UUID) -> Mail | None:
    with uow.control() as unit:
        return unit.session.get(Mail, mail_id)


def message(**changes: str) -> Message:
    values = {
        "to": "ada@example.org",
        "subject": "Hello",
        "text": "Hi\n",
        "html": "<p>Hi</p>",
        "language": "en",
    } | changes
    return Message(id=uuid.uuid4(), at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), **values)


@pytest.mark.usefixtures("wired")
class TestDelivery:
    @pytest.mark.parametrize(("language", "word"), [("en", "Confirm"), ("zh-CN", "请确认您的邮箱")])
    def test_a_mail_arrives_as_text_and_html_in_the_language(
        self, sink: Sink, mailer: SmtpMailer, language: str, word: str
    ) -> None:
        email = fresh_email()
        mail_id = ask_for_mail(email, language=language)
        assert mailing.deliver(mail_id, mailer, process.links())
        (mail,) = sink.messages
        assert sink.recipients == [email]
        assert word in mail["Subject"]
        assert mail["From"] == SENDER
        assert mail["Content-Language"] == language
        assert mail["Message-ID"] == f"<{mail_id}@crm.example>"
        assert mail["Auto-Submitted"] == "auto-generated"
        text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
        assert text is not None
        assert html is not None
        link = "http://localhost:8000/verify?token="
        assert link in text.get_content()
        assert link in html.get_content()
        assert row(mail_id) is None

    def test_it_is_sent_once_however_often_it_is_asked_for(self, sink: Sink, mailer: SmtpMailer) -> None:
        mail_id = ask_for_mail(fresh_email())
        with ThreadPoolExecutor(4) as pool:
            outcomes = list(pool.map(lambda _: mailing.deliver(mail_id, mailer, process.links()), range(4)))
        assert outcomes.count(True) == 1
        assert len(sink.messages) == 1
        assert not mailing.deliver(mail_id, mailer, process.links())

    def test_a_worker_killed_after_handing_over_sends_the_same_message_again(
        self, sink: Sink, mailer: SmtpMailer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mail_id = ask_for_mail(fresh_email())

        class Killed(BaseException):
            pass

        def send_and_die(given: Message) -> None:
            SmtpMailer.send(mailer, given)
            raise Killed

        monkeypatch.setattr(mailer, "send", send_and_die)
        with pytest.raises(Killed):
            mailing.deliver(mail_id, mailer, process.links())
        monkeypatch.undo()
        assert not mailing.deliver(mail_id, mailer, process.links()), "somebody may still be sending it"
        with time_machine.travel(now() + mailing.LEASE + timedelta(seconds=1), tick=True):
            assert mailing.deliver(mail_id, mailer, process.links())
        assert len({mail["Message-ID"] for mail in sink.messages}) == 1
        assert row(mail_id) is None

    def test_a_server_that_is_away_is_tried_later_and_later(self, mailer: SmtpMailer) -> None:
        gone = SmtpMailer("smtp://127.0.0.1:1", SENDER)
        mail_id = ask_for_mail(fresh_email())
        at = now()
        for attempt, pause in enumerate(mailing.BACKOFF, 1):
            with time_machine.travel(at, tick=False):
                assert not mailing.deliver(mail_id, gone, process.links())
                waiting = row(mail_id)
                assert waiting is not None
                assert (waiting.attempts, waiting.failed_at) == (attempt, None)
                assert waiting.next_attempt_at == now() + pause
                with uow.control() as unit:
                    assert mail_id not in mailing.due(unit, 10_000)
                assert not mailing.deliver(mail_id, mailer, process.links())
            at += pause
        with time_machine.travel(at, tick=False):
            assert not mailing.deliver(mail_id, gone, process.links())
            given_up = row(mail_id)
        assert given_up is not None
        assert given_up.failed_at is not None

    def test_it_arrives_when_the_server_is_back(self, sink: Sink, mailer: SmtpMailer) -> None:
        mail_id = ask_for_mail(fresh_email())
        sink.at_data = "451 try later"
        assert not mailing.deliver(mail_id, mailer, process.links())
        sink.at_data = "250 OK"
        with time_machine.travel(now() + mailing.BACKOFF[0], tick=True):
            with uow.control() as unit:
                assert mail_id in mailing.due(unit, 10_000)
            assert mailing.deliver(mail_id, mailer, process.links())
        assert len(sink.messages) == 1

    def test_a_refused_recipient_is_given_up_at_once(self, sink: Sink, mailer: SmtpMailer) -> None:
        sink.at_recipient = "550 no such person"
        mail_id = ask_for_mail(fresh_email())
        assert not mailing.deliver(mail_id, mailer, process.links())
        given_up = row(mail_id)
        assert given_up is not None
        assert given_up.failed_at is not None
        with uow.control() as unit:
            assert mail_id not in mailing.due(unit, 10_000)

    def test_a_sign_up_that_is_gone_sends_nothing(self, sink: Sink, mailer: SmtpMailer) -> None:
        with uow.control() as unit:
            outgoing.post(
                unit, to="x@example.org", template="sign_up", language="en", params={"sign_up_id": str(uuid.uuid4())}
            )
            unit.session.flush()
            mail_id = unit.session.query(Mail).filter_by(to_address="x@example.org").one().id
        assert mailing.deliver(mail_id, mailer, process.links())
        assert sink.messages == []
        assert row(mail_id) is None


def test_a_mail_is_hinted_after_the_commit_only(wired: Redis) -> None:
    queue = Queue("fast", connection=wired, serializer=JSONSerializer)

    class Undo(Exception):  # noqa: N818
        pass

    def post_and_undo() -> None:
        with uow.control() as unit:
            outgoing.post(unit, to="x@example.org", template="resend", language="en", params={"email_key": "x"})
            raise Undo

    with pytest.raises(Undo):
        post_and_undo()
    assert queue.jobs == []
    mail_id = ask_for_mail(fresh_email())
    assert [(job.func_name, list(job.args)) for job in queue.jobs] == [(outgoing.DELIVER, [str(mail_id)])]


def test_the_sweep_asks_for_mails_whose_message_was_lost(wired: Redis) -> None:
    with uow.control() as unit:  # a sweep takes the oldest hundred, and other tests leave some
        unit.connection.execute(delete(Mail))
    mail_id = ask_for_mail(fresh_email())
    wired.flushdb()
    assert jobs.sweep_mail() >= 1
    queue = Queue("fast", connection=wired, serializer=JSONSerializer)
    assert [str(mail_id)] in [list(job.args) for job in queue.jobs]
    assert jobs.deliver_mail(str(mail_id))
    assert row(mail_id) is None


def test_mails_given_up_are_forgotten_after_a_month(wired: Redis) -> None:
    assert wired is not None
    mail_id = ask_for_mail(fresh_email())
    with uow.control() as unit:
        unit.session.get_one(Mail, mail_id).failed_at = now()
    jobs.sweep_ended()
    assert row(mail_id) is not None
    with time_machine.travel(now() + timedelta(days=31), tick=True), uow.control() as unit:
        assert mailing.forget_given_up(unit) >= 1
    assert row(mail_id) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Hello\r\nBcc: eve@example.com"},
        {"subject": "Hello\nX: y"},
        {"to": "ada@example.org\r\nBcc: eve@example.com"},
        {"to": "ada@example.org, eve@example.com"},
        {"to": "not an address"},
    ],
)
def test_no_header_can_be_slipped_in(sink: Sink, mailer: SmtpMailer, tmp_path: Path, changes: dict[str, str]) -> None:
    for either in (mailer, MailboxMailer(tmp_path, SENDER)):
        with pytest.raises(MailRefusedError):
            either.send(message(**changes))
    assert sink.messages == []
    assert list(tmp_path.iterdir()) == []


def test_a_password_does_not_travel_without_tls(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    original = socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda address, *rest, **more: original(("127.0.0.1", address[1]), *rest, **more)
    )
    with pytest.raises(MailDelayedError, match="TLS"):
        SmtpMailer(f"smtp://user:secret@mail.example:{sink.port}", SENDER).send(message())
    assert sink.messages == []


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example:25", ""])
def test_a_wrong_server_address_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="smtp"):
        SmtpMailer(url, SENDER)


def test_chinese_arrives_unharmed(sink: Sink, mailer: SmtpMailer) -> None:
    mailer.send(
        message(
            subject="请确认您的邮箱，开通“北京商贸”",
            text="张三，您好：\n",
            html="<p>张三，您好：</p>",
            language="zh-CN",
        )
    )
    (mail,) = sink.messages
    assert mail["Subject"] == "请确认您的邮箱，开通“北京商贸”"
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "张三，您好："


def test_the_mailbox_keeps_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_saas.kernel.mail.KEPT_IN_MAILBOX", 3)
    mailbox = MailboxMailer(tmp_path / "mailbox", SENDER)
    for number in range(5):
        sent = message(subject=f"Number {number}")
        mailbox.send(replace(sent, at=sent.at + timedelta(seconds=number)))
    assert [str(mail["Subject"]) for mail in mailbox.messages()] == ["Number 4", "Number 3", "Number 2"]
    assert (tmp_path / "mailbox").stat().st_mode & 0o777 == 0o700


def test_the_settings_choose_the_mailer(settings: Settings, sink: Sink) -> None:
    assert isinstance(mailer_of(settings), MailboxMailer)
    assert isinstance(mailer_of(settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{sink.port}"})), SmtpMailer)
