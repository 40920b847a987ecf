"""Mails that a test waits for: deliver what is due, read what arrived."""

from __future__ import annotations

import re
from email.message import EmailMessage

from sqlalchemy import select

from crm_saas.kernel import uow
from crm_saas.kernel.mail import MailboxMailer
from crm_saas.tenants import jobs, process
from crm_saas.tenants.models import Mail


def mails_to(address: str) -> list[EmailMessage]:
    """Send what waits for `address` and return all it ever got, newest first."""
    with uow.control() as unit:
        waiting = unit.session.scalars(select(Mail.id).where(Mail.to_address == address).order_by(Mail.id)).all()
    for mail_id in waiting:
        jobs.deliver_mail(str(mail_id))
    mailer = process.mailer()
    assert isinstance(mailer, MailboxMailer)
    return [mail for mail in mailer.messages() if str(mail["To"]) == address]


def text_of(mail: EmailMessage) -> str:
    """The plain part."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def token_in(mail: EmailMessage) -> str:
    """The token of the link in a verification mail."""
    found = re.search(r"http://localhost:8000/verify\?token=([\w-]{43})\b", text_of(mail))
    assert found is not None, text_of(mail)
    return found.group(1)


def link_token(mail: EmailMessage, page: str) -> str:
    """The token of the link to a page such as `reset-password`."""
    found = re.search(rf"http://localhost:8000/{page}\?token=([\w-]{{43}})\b", text_of(mail))
    assert found is not None, text_of(mail)
    return found.group(1)
