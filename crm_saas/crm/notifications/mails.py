"""Notifications by mail: which are due, and what such a mail says at the moment it is sent.

The rows say first which mail they go into, then the mail's own row is written under that id in the control plane, then
the rows are done. A process killed anywhere in between is followed by one that goes on: the mail is never lost, and
two of them have one Message-ID. The mail's row holds ids only; what it says is read when it is sent, so it never tells
of what its reader may not see by then, or has read meanwhile.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from crm_saas.crm.notifications import reading
from crm_saas.crm.notifications.kinds import DIGEST, FINISHED, KINDS
from crm_saas.crm.notifications.model import Notification
from crm_saas.crm.records.actor import Actor, load_actor
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import UnknownTenantError
from crm_saas.kernel.errors import NotFound
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import mail_texts, outgoing
from crm_saas.tenants.links import Links
from crm_saas.tenants.mailing import Text, tenant_text
from crm_saas.tenants.mirror import Member, WorkspaceSettings

TEMPLATE: Final = "notifications"
QUIET: Final = timedelta(minutes=5)
"""A mail waits until nothing more has come for so long,"""
LONGEST: Final = timedelta(minutes=30)
"""but no longer than this."""
DIGEST_HOUR: Final = 8
MOST_TOLD: Final = 30
_WHAT: Final = {
    "import": {"en": "import", "zh-CN": "导入"},
    "export": {"en": "export of the workspace", "zh-CN": "工作区导出"},
    "update": {"en": "change of many records", "zh-CN": "批量更改"},
    "delete": {"en": "deletion of many records", "zh-CN": "批量删除"},
    "undo": {"en": "undoing", "zh-CN": "撤销"},
}


@dataclass(frozen=True, slots=True)
class Post:
    """One mail to be posted."""

    id: uuid.UUID
    workspace_id: uuid.UUID
    member_id: uuid.UUID
    to: str
    language: str
    sort: str
    """soon or digest."""


def is_due(sort: str, first: datetime, last: datetime, timezone: str) -> bool:
    """Tell whether notifications that came from `first` to `last` are to be mailed now, to somebody in a time zone."""
    at = now()
    if sort != DIGEST:
        return last <= at - QUIET or first <= at - LONGEST
    local = at.astimezone(ZoneInfo(timezone))
    eight = local.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return first < (eight if eight <= local else eight - timedelta(days=1))


def claim_due(unit: UnitOfWork) -> list[Post]:
    """Put what is due into mails; returns them, with those that an earlier try did not post."""
    waiting = select(
        Notification.recipient_id,
        Notification.mail,
        func.min(Notification.created_at).label("first"),
        func.max(Notification.created_at).label("last"),
    ).where(Notification.mail.is_not(None), Notification.mail_id.is_(None))
    rows = unit.connection.execute(waiting.group_by(Notification.recipient_id, Notification.mail)).all()
    people = _people(unit, {row.recipient_id for row in rows})
    for row in rows:
        person = people.get(row.recipient_id)
        mine = (
            Notification.recipient_id == row.recipient_id,
            Notification.mail == row.mail,
            Notification.mail_id.is_(None),
        )
        if person is None:
            unit.connection.execute(update(Notification).where(*mine).values(mail=None))
        elif is_due(row.mail, row.first, row.last, person.timezone):
            unit.connection.execute(update(Notification).where(*mine).values(mail_id=uuid7()))
    return _claimed(unit)


def _claimed(unit: UnitOfWork) -> list[Post]:
    rows = unit.connection.execute(
        select(Notification.mail_id, Notification.recipient_id, Notification.mail)
        .where(Notification.mail.is_not(None), Notification.mail_id.is_not(None))
        .distinct()
    ).all()
    people = _people(unit, {row.recipient_id for row in rows})
    return [
        Post(row.mail_id, unit.workspace_id, person.user_id, person.email, person.language, row.mail)
        for row in rows
        if (person := people.get(row.recipient_id)) is not None
    ]


def _people(unit: UnitOfWork, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Member]:
    rows = unit.session.scalars(select(Member).where(Member.user_id.in_(set(ids)), Member.active))
    return {row.user_id: row for row in rows}


def post(workspace_id: uuid.UUID, posts: Sequence[Post]) -> None:
    """Write the mails' rows, then note that it is done. Done twice it is done once."""
    with uow.control() as unit:
        for each in posts:
            params = {"workspace_id": str(workspace_id), "member_id": str(each.member_id), "sort": each.sort}
            outgoing.post(unit, to=each.to, template=TEMPLATE, language=each.language, params=params, mail_id=each.id)
    with uow.tenant(workspace_id) as unit:
        ids = [each.id for each in posts]
        unit.connection.execute(update(Notification).where(Notification.mail_id.in_(ids)).values(mail=None))


@tenant_text(TEMPLATE)
def text(mail_id: uuid.UUID, language: str, params: dict[str, str], links: Links) -> Text:
    """Return what a mail says; None when there is nothing left to tell."""
    workspace_id, member_id = uuid.UUID(params["workspace_id"]), uuid.UUID(params["member_id"])
    try:
        with uow.tenant(workspace_id) as unit:
            actor = load_actor(unit, member_id, "system")
            found = _told(unit, actor, mail_id)
            settings = unit.session.get_one(WorkspaceSettings, workspace_id)
            slug, organisation = settings.slug, settings.name
    except (NotFound, UnknownTenantError):
        return None
    if not found:
        return None
    home = f"{links.base_url}/w/{slug}"
    items = [_item(each, language, home, actor.timezone) for each in found]
    return TEMPLATE, {
        "name": actor.name,
        "organisation": organisation,
        "digest": params["sort"] == DIGEST,
        "items": items,
        "link": items[0]["link"] if len(items) == 1 else f"{home}/notifications",
        "settings": f"{home}/settings/notifications",
        "unsubscribe": links.unsubscribe(workspace_id, member_id, params["sort"]),
    }


def _told(unit: UnitOfWork, actor: Actor, mail_id: uuid.UUID) -> list[reading.Document]:
    """Return what a mail tells of; nothing where the workspace asks for a second factor that they do not have."""
    asked_from = actor.two_factor_from
    if asked_from is not None and asked_from <= now() and not unit.session.get_one(Member, actor.user_id).two_factor:
        return []
    return reading.of_mail(unit, actor, mail_id, MOST_TOLD)


def _item(document: reading.Document, language: str, home: str, timezone: str) -> dict[str, Any]:
    kind = KINDS.find(document["kind"])
    says = {} if kind is None else (kind.says_many or kind.says) if document["record"] is None else kind.says
    record, actor = document["record"], document["actor"]
    title = record["display_name"] if record else _title(document, language)
    said = says.get(language, says.get("en", document["kind"]))
    rtype = REGISTRY.find(document["object"] or "")
    page = home if rtype is None else f"{home}/{rtype.plural}" + (f"/{record['id']}" if record else "")
    return {
        "text": said.format(
            actor=(actor or {}).get("name") or "CRM",
            title=title,
            count=document["count"],
            on=_day(document, language, timezone),
        ),
        "excerpt": document["excerpt"],
        "link": f"{home}/settings/data" if document["about"].get("what") == "export" else page,
    }


def _day(document: reading.Document, language: str, timezone: str) -> str:
    """Return the day that it is about, where its reader is."""
    at = document["about"].get("at")
    return mail_texts.day(datetime.fromisoformat(at), timezone, language) if at else ""


def _title(document: reading.Document, language: str) -> str:
    """Return what a job of one's own is called."""
    if document["kind"] != FINISHED.name:
        return ""
    about = document["about"]
    words = _WHAT.get(about.get("what", ""), {})
    return str(about.get("name") or words.get(language, words.get("en", "")))
