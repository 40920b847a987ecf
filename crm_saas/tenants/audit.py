"""The journal of a workspace for those who may read it: acts on it and its people, and sign-ins of its members.

Events about the workspace are its own. Sign-ins belong to a person, not to a workspace: they are shown where the person
is a member, from when they joined to when they left, and nothing else of what they do elsewhere.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select

from crm_saas.kernel.events import ControlEvent
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.models import Membership, User
from crm_saas.tenants.roles import SHIPPED

SIGN_INS: Final = (
    "user.signed_in",
    "user.signed_out",
    "user.sign_in_refused",
    "user.second_factor_refused",
    "user.sessions_ended",
    "user.password_changed",
    "user.recovery_code_used",
    "user.two_factor_enabled",
    "user.two_factor_disabled",
)
"""What is shown of a person's own events: how they got in, or did not."""
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "sign_ins": ("user.",),
    "members": ("membership.", "invitation."),
    "rights": ("role.", "team.", "field_right."),
    "data": ("workspace.export", "workspace.backup", "workspace.restore", "records.export", "person.", "retention."),
    "workspace": ("workspace.",),
    "leads": ("qualification.", "assignment."),
}
"""Kind, as people filter by it -> the beginnings of event types."""
SHOWN: Final = frozenset(
    {
        "role", "email", "to", "total", "slug", "name", "timezone", "currency", "language", "country", "by", "browser",
        "system", "address", "ended", "reason", "active", "team_id", "key", "label", "label_now", "rights", "id",
        "name_now", "parent_id", "type", "rows", "complete", "narrowed", "taken_at", "mode", "months", "history_months",
    }
)  # fmt: skip
"""What is shown of an event's data: nothing is by accident."""
_NAMING: Final = ("role", "key", "team_id", "parent_id")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for; None: everything."""

    person_id: uuid.UUID | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def named(data: Mapping[str, Any]) -> set[str]:
    """Return the keys of a workspace's own roles and the ids of teams that the data of an event speaks of."""
    values = (data[name] for name in _NAMING if name in data)
    found = {each for value in values for each in (value if isinstance(value, list) else [value])}
    return {each for each in found if isinstance(each, str)} - SHIPPED.keys()


def former_names(unit: UnitOfWork, workspace_id: uuid.UUID, sought: set[str]) -> dict[str, str]:
    """Return what roles and teams that are no more were called last, by key and id, in a control unit."""
    if not sought:
        return {}
    data = ControlEvent.data
    key = func.coalesce(data["key"].astext, data["id"].astext)
    name = func.coalesce(data["label"][0].astext, data["name_now"].astext)
    query = select(key, name).where(
        ControlEvent.workspace_id == workspace_id,
        ControlEvent.type.in_(("role.deleted", "team.deleted")),
        key.in_(sought),
    )
    return dict(unit.connection.execute(query).all())


def page(
    unit: UnitOfWork, workspace_id: uuid.UUID, asked: Question, before: uuid.UUID | None, limit: int
) -> list[dict[str, Any]]:
    """Return at most `limit` events older than `before`, the newest first, in a control unit."""
    found = [
        *_rows(unit, _of_workspace(workspace_id, asked), asked, before, limit),
        *_rows(unit, _of_people(workspace_id, asked), asked, before, limit),
    ]
    newest = sorted(found, key=lambda event: event.id.int, reverse=True)[:limit]
    return list(_shown(unit, newest))


def _rows(
    unit: UnitOfWork, own: ColumnElement[bool] | None, asked: Question, before: uuid.UUID | None, limit: int
) -> Sequence[ControlEvent]:
    if own is None:
        return []
    query = select(ControlEvent).where(own)
    if before is not None:
        query = query.where(ControlEvent.id < before)
    if asked.since is not None:
        query = query.where(ControlEvent.at >= asked.since)
    if asked.until is not None:
        query = query.where(ControlEvent.at < asked.until)
    return unit.session.scalars(query.order_by(ControlEvent.id.desc()).limit(limit)).all()


def _of_workspace(workspace_id: uuid.UUID, asked: Question) -> ColumnElement[bool] | None:
    if asked.kind == "sign_ins":
        return None
    condition = ControlEvent.workspace_id == workspace_id
    if asked.kind is not None:
        condition &= or_(*(ControlEvent.type.startswith(head, autoescape=True) for head in KINDS[asked.kind]))
    if asked.person_id is not None:
        condition &= or_(ControlEvent.actor_id == asked.person_id, ControlEvent.user_id == asked.person_id)
    return condition


def _of_people(workspace_id: uuid.UUID, asked: Question) -> ColumnElement[bool] | None:
    if asked.kind not in {None, "sign_ins"}:
        return None
    belonging = select(Membership.id).where(
        Membership.workspace_id == workspace_id,
        Membership.user_id == ControlEvent.user_id,
        ControlEvent.at >= Membership.created_at,
        or_(Membership.ended_at.is_(None), ControlEvent.at <= Membership.ended_at),
        or_(Membership.active, Membership.ended_at.is_not(None)),
    )
    members = select(Membership.user_id).where(Membership.workspace_id == workspace_id)
    condition = (
        ControlEvent.workspace_id.is_(None)
        & ControlEvent.type.in_(SIGN_INS)
        & ControlEvent.user_id.in_(members)
        & belonging.exists()
    )
    if asked.person_id is not None:
        condition &= ControlEvent.user_id == asked.person_id
    return condition


def _shown(unit: UnitOfWork, events: Sequence[ControlEvent]) -> Iterator[dict[str, Any]]:
    ids = {each for event in events for each in (event.actor_id, event.user_id) if each is not None}
    names = {row.id: row.name for row in unit.connection.execute(select(User.id, User.name).where(User.id.in_(ids)))}

    def person(user_id: uuid.UUID | None) -> dict[str, Any] | None:
        return None if user_id is None else {"id": user_id, "name": names.get(user_id, "")}

    for event in events:
        yield {
            "id": event.id,
            "at": event.at,
            "type": event.type,
            "actor": person(event.actor_id),
            "person": person(event.user_id),
            "data": {name: value for name, value in event.data.items() if name in SHOWN},
        }
