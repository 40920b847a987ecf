"""Mail goes out through a port: a real SMTP server, or a folder that is read at a local page.

Nothing here is called inside a database transaction.
"""

from __future__ import annotations

import smtplib
import ssl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

from crm_saas.config import Settings

TIMEOUT_SECONDS: Final = 20
KEPT_IN_MAILBOX: Final = 200


class MailRefusedError(Exception):
    """The server will never take this message; trying again changes nothing."""


class MailDelayedError(Exception):
    """The server did not take the message now."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person."""

    id: uuid.UUID
    """Becomes the Message-ID, so that a message sent twice is one message to the reader's program."""
    to: str
    subject: str
    text: str
    html: str
    language: str
    at: datetime
    unsubscribe: str | None = None
    """Where a mail program posts that its reader wants no more of these (RFC 8058)."""


class Mailer(Protocol):
    """Sends one message, or raises `MailRefusedError` or `MailDelayedError`."""

    def send(self, message: Message) -> None:
        """Hand the message over."""


def compose(message: Message, sender: str) -> EmailMessage:
    """Return the message with a plain and an HTML part.

    Raises `ValueError` for an address or subject that would add a header.
    """
    name, address = parseaddr(sender)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(name, addr_spec=address)
    mail["To"] = Address(addr_spec=message.to)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{message.id}@{address.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    if message.unsubscribe is not None:
        mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    mail["Content-Language"] = message.language  # now: before, it would have moved into the first part
    return mail


class SmtpMailer:
    """Sends by SMTP: `smtps://` from the first byte on TLS, `smtp://` with STARTTLS when the server offers it.

    With a user in the address TLS is required, since a password must not travel in the clear; only a server on this
    machine is exempt.
    """

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("a mail server's address is smtp://[user:password@]host[:port] or smtps://...")
        self._implicit_tls = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = parts.port or (465 if self._implicit_tls else 587)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._sender = sender

    def send(self, message: Message) -> None:
        """Send, in a connection of its own."""
        try:
            mail = compose(message, self._sender)
        except ValueError as error:
            raise MailRefusedError(str(error)) from error
        try:
            with self._connection() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise (MailRefusedError if code >= 500 else MailDelayedError)(str(error)) from error
        except smtplib.SMTPSenderRefused as error:
            raise MailDelayedError(str(error)) from error  # our own address or quota: an operator mends it
        except smtplib.SMTPDataError as error:
            raise (MailRefusedError if error.smtp_code >= 500 else MailDelayedError)(str(error)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailDelayedError(f"{type(error).__name__}: {error}") from error

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        context = ssl.create_default_context()
        if self._implicit_tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS)
        with server:
            server.ehlo()
            if not self._implicit_tls and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            elif self._user and not self._implicit_tls and self._host not in {"localhost", "127.0.0.1", "::1"}:
                raise MailDelayedError("the mail server offers no TLS, and a password must not travel without")
            if self._user:
                server.login(self._user, self._password)
            yield server


class MailboxMailer:
    """Keeps messages as files, the newest 200; for a machine without a mail server."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder = folder
        self._sender = sender

    def send(self, message: Message) -> None:
        """Write one file, complete or not at all."""
        try:
            mail = compose(message, self._sender)
        except ValueError as error:
            raise MailRefusedError(str(error)) from error
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self.folder / f"{message.at:%Y%m%dT%H%M%S%f}-{message.id.hex}.eml"
        draft = target.with_suffix(".draft")
        draft.write_bytes(mail.as_bytes())
        draft.replace(target)
        for old in self._files()[KEPT_IN_MAILBOX:]:
            old.unlink(missing_ok=True)

    def messages(self) -> list[EmailMessage]:
        """Return what was sent, newest first."""
        return [_read(file) for file in self._files()]

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.eml"), reverse=True)


def _read(file: Path) -> EmailMessage:
    return BytesParser(EmailMessage, policy=SMTP).parsebytes(file.read_bytes())


def mailer_of(settings: Settings) -> SmtpMailer | MailboxMailer:
    """Return the mailer that the settings ask for."""
    if settings.smtp_url is not None:
        return SmtpMailer(settings.smtp_url, settings.mail_from)
    return MailboxMailer(settings.data_dir / "mailbox", settings.mail_from)
