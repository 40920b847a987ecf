"""Sends the mails that transactions asked for: claim, commit, render, hand over, then delete the row.

A process killed between handing over and deleting sends the message again after two minutes, with the same
Message-ID; none is ever lost.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar

from sqlalchemy import delete, select, update

from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.mail import MailDelayedError, Mailer, MailRefusedError, Message
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import invitations, mail_texts, signup
from crm_saas.tenants.account import email_change, notices, password
from crm_saas.tenants.account.model import EmailChange
from crm_saas.tenants.keeping.model import Closing, KeepingTask
from crm_saas.tenants.links import Links
from crm_saas.tenants.models import Invitation, Mail, SignUp, User, Workspace

LEASE: Final = timedelta(minutes=2)
"""Longer than any attempt: until then nobody else takes the message."""
BACKOFF: Final = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720))
"""Pause after the first, second, ... failed attempt; then the message is given up."""
GIVEN_UP_KEPT: Final = timedelta(days=30)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: uuid.UUID
    to: str
    language: str
    attempts: int
    template: str
    params: dict[str, str]
    text: tuple[str, dict[str, Any]] | None
    """Template and its values; None when there is nothing to say any more, or a tenant is yet to be asked."""


def deliver(mail_id: uuid.UUID, mailer: Mailer, links: Links) -> bool:
    """Send one mail if it is due; True if it was handed over or had nothing to say. Safe to repeat and to race."""
    with uow.control() as unit:
        claimed = _claim(unit, mail_id, links)
    if claimed is None:
        return False
    read = _TENANT_TEXTS.get(claimed.template)
    text = claimed.text if read is None else read(mail_id, claimed.language, claimed.params, links)
    if text is not None:
        template, values = text
        rendered = mail_texts.render(template, claimed.language, values)
        message = Message(
            claimed.id, claimed.to, rendered.subject, rendered.text, rendered.html, claimed.language, now(),
            unsubscribe=values.get("unsubscribe"),
        )  # fmt: skip
        try:
            mailer.send(message)
        except (MailRefusedError, MailDelayedError) as error:
            _put_back(claimed, error)
            return False
    with uow.control() as unit:
        unit.connection.execute(delete(Mail).where(Mail.id == mail_id))
    return True


def due(unit: UnitOfWork, limit: int = 100) -> list[uuid.UUID]:
    """Return the ids of mails that should be tried now, oldest first."""
    return list(
        unit.session.scalars(
            select(Mail.id)
            .where(Mail.failed_at.is_(None), Mail.next_attempt_at <= now())
            .order_by(Mail.next_attempt_at)
            .limit(limit)
        )
    )


def forget_given_up(unit: UnitOfWork) -> int:
    """Delete mails given up more than thirty days ago; return how many."""
    return int(unit.connection.execute(delete(Mail).where(Mail.failed_at < now() - GIVEN_UP_KEPT)).rowcount)


def _claim(unit: UnitOfWork, mail_id: uuid.UUID, links: Links) -> _Claimed | None:
    row = unit.connection.execute(
        update(Mail)
        .where(Mail.id == mail_id, Mail.failed_at.is_(None), Mail.next_attempt_at <= now())
        .values(attempts=Mail.attempts + 1, next_attempt_at=now() + LEASE)
        .returning(Mail.to_address, Mail.template, Mail.language, Mail.params, Mail.attempts)
    ).one_or_none()
    if row is None:
        return None
    text = None if row.template in _TENANT_TEXTS else CONTEXTS[row.template](unit, row.params, links)
    return _Claimed(mail_id, row.to_address, row.language, row.attempts, row.template, row.params, text)


def _put_back(claimed: _Claimed, error: Exception) -> None:
    """Try later, or give up: at once when the server will never take it, else after the last pause."""
    final = isinstance(error, MailRefusedError) or claimed.attempts > len(BACKOFF)
    _log.log(
        logging.ERROR if final else logging.WARNING,
        "mail given up" if final else "mail delayed",
        extra={"mail_id": str(claimed.id), "attempts": claimed.attempts, "error": str(error)},
    )
    values: dict[str, Any] = (
        {"failed_at": now()} if final else {"next_attempt_at": now() + BACKOFF[claimed.attempts - 1]}
    )
    with uow.control() as unit:
        unit.connection.execute(update(Mail).where(Mail.id == claimed.id).values(**values))


Text = tuple[str, dict[str, Any]] | None
TenantText = Callable[[uuid.UUID, str, dict[str, str], Links], Text]
_T = TypeVar("_T", bound=TenantText)
_TENANT_TEXTS: Final[dict[str, TenantText]] = {}


def tenant_text(template: str) -> Callable[[_T], _T]:
    """Declare what reads a mail's words in a tenant's plane: called outside any unit, with id, language and params."""

    def declare(function: _T) -> _T:
        _TENANT_TEXTS[template] = function
        return function

    return declare


def _sign_up(unit: UnitOfWork, params: dict[str, str], links: Links) -> Text:
    found = unit.session.get(SignUp, uuid.UUID(params["sign_up_id"]))
    if found is None or found.used_at is not None:
        return None
    return _account_exists(unit, found.email_key, links) or _verify(found, links)


def _resend(unit: UnitOfWork, params: dict[str, str], links: Links) -> Text:
    key = params["email_key"]
    known = _account_exists(unit, key, links)
    if known is not None:
        return known
    found = signup.pending(unit, key, links)
    return None if found is None else _verify(found, links)


def _account_exists(unit: UnitOfWork, key: str, links: Links) -> Text:
    name = unit.connection.execute(select(User.name).where(User.email_key == key)).scalar_one_or_none()
    return None if name is None else ("account_exists", {"name": name, "link": links.sign_in_page()})


def _verify(found: SignUp, links: Links) -> Text:
    hours = int(signup.LINK_LIFE.total_seconds() // 3600)
    values = {
        "name": found.name, "organisation": found.organisation, "email": found.email,
        "link": links.verify_page(found.id), "hours": hours,
    }  # fmt: skip
    return "verify", values


def _export_ready(unit: UnitOfWork, params: dict[str, str], links: Links) -> Text:
    row = unit.connection.execute(
        select(User.name, Workspace.name.label("organisation"), Workspace.slug)
        .join(KeepingTask, KeepingTask.asked_by_id == User.id)
        .join(Workspace, Workspace.id == KeepingTask.workspace_id)
        .where(KeepingTask.id == uuid.UUID(params["task_id"]))
    ).one_or_none()
    if row is None:
        return None
    return "export_ready", {
        "name": row.name,
        "organisation": row.organisation,
        "link": links.data_page(row.slug),
    }


def _workspace_closed(unit: UnitOfWork, params: dict[str, str], links: Links) -> Text:
    row = unit.connection.execute(
        select(User.name, Workspace.name.label("organisation"), Workspace.slug, Closing.purge_at)
        .join(Closing, Closing.workspace_id == Workspace.id)
        .where(Workspace.id == uuid.UUID(params["workspace_id"]), User.id == uuid.UUID(params["user_id"]))
    ).one_or_none()
    if row is None:  # opened again meanwhile
        return None
    return "workspace_closed", {
        "name": row.name,
        "organisation": row.organisation,
        "date": f"{row.purge_at:%Y-%m-%d}",
        "link": f"{links.base_url}/w/{row.slug}",
    }


def _workspace_purged(unit: UnitOfWork, params: dict[str, str], links: Links) -> Text:
    name = unit.connection.execute(
        select(User.name).where(User.id == uuid.UUID(params["user_id"]))
    ).scalar_one_or_none()
    return None if name is None else ("workspace_purged", {"name": name, "link": links.sign_in_page()})


def _invitation(unit: UnitOfWork, params: dict[str, str], links: Links) -> Text:
    found = unit.session.get(Invitation, uuid.UUID(params["invitation_id"]))
    if found is None or invitations.state_of(found) != invitations.PENDING or str(found.sent) != params["sent"]:
        return None
    values = {
        "email": found.email,
        "organisation": unit.session.get_one(Workspace, found.workspace_id).name,
        "name": unit.session.get_one(User, found.invited_by_id).name,
        "link": links.invitation_page(found.id, found.sent),
        "days": invitations.LIFE.days,
    }
    return "invitation", values


def _password_reset(unit: UnitOfWork, params: dict[str, str], links: Links) -> Text:
    reset_id = uuid.UUID(params["reset_id"])
    user = password.open_reset(unit, reset_id, params["email_key"], links)
    if user is None:
        return None
    minutes = int(password.LINK_LIFE.total_seconds() // 60)
    return "password_reset", {"name": user.name, "link": links.reset_page(reset_id), "minutes": minutes}


def _email_change(unit: UnitOfWork, params: dict[str, str], links: Links) -> Text:
    found = unit.session.get(EmailChange, uuid.UUID(params["change_id"]))
    if found is None or found.used_at is not None:
        return None
    name = unit.session.get_one(User, found.user_id).name
    taken = email_change.is_taken(unit, found.email_key)
    hours = int(email_change.LINK_LIFE.total_seconds() // 3600)
    link = links.sign_in_page() if taken else links.email_page(found.id)
    return "email_change", {"name": name, "email": found.email, "link": link, "hours": hours, "taken": taken}


def _notice(kind: str, _: UnitOfWork, params: dict[str, str], links: Links) -> Text:
    at = datetime.fromisoformat(params["at"])
    return "security_notice", {**params, "kind": kind, "at": at, "link": links.sign_in_page()}


CONTEXTS: Final[dict[str, Callable[[UnitOfWork, dict[str, str], Links], Text]]] = {
    "sign_up": _sign_up,
    "resend": _resend,
    "export_ready": _export_ready,
    "workspace_closed": _workspace_closed,
    "workspace_purged": _workspace_purged,
    "invitation": _invitation,
    "password_reset": _password_reset,
    "email_change": _email_change,
    **{kind: partial(_notice, kind) for kind in notices.KINDS},
}
"""Template key of a mail row -> what is said now, read in the unit that claims the row."""
