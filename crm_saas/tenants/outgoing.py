"""Asks for a mail in the transaction that causes it; `tenants.mailing` sends it afterwards."""

from __future__ import annotations

import uuid

from sqlalchemy.dialects.postgresql import insert

from crm_saas.kernel import jobs
from crm_saas.kernel.clock import now
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.models import Mail

DELIVER = "crm_saas.tenants.jobs.deliver_mail"


def post(
    unit: UnitOfWork,
    *,
    to: str,
    template: str,
    language: str,
    params: dict[str, str],
    mail_id: uuid.UUID | None = None,
) -> None:
    """Add a mail to the caller's control unit; a worker is told after the commit, and a sweep stands behind.

    Arguments: `template` a key of `mailing.CONTEXTS` or declared by `mailing.tenant_text`; `params` ids and plain
    text, never a token; `mail_id` chosen before, so that a mail posted twice is one.
    """
    mail_id = mail_id or uuid7()
    row = insert(Mail).values(
        id=mail_id, to_address=to, template=template, language=language, params=params,
        created_at=now(), next_attempt_at=now(), attempts=0, failed_at=None,
    )  # fmt: skip
    unit.connection.execute(row.on_conflict_do_nothing())
    unit.on_commit(ask, mail_id)


def ask(mail_id: uuid.UUID) -> None:
    """Ask a worker to send a mail, unless it was asked already and has not begun."""
    jobs.enqueue("fast", DELIVER, mail_id, unique=unique(mail_id))


def unique(mail_id: uuid.UUID | str) -> str:
    """Return what names the sending of this mail among messages."""
    return f"mail:{mail_id}"
