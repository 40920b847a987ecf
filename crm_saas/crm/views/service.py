"""Saved views: who sees one, who may change it, and that a role opens with one at most."""

from __future__ import annotations

import uuid
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.crm.views.model import SavedView
from crm_saas.crm.views.reading import DEFAULTS, EVERYONE, PRIVATE, TEAM, read, works
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import FieldError, Forbidden, Invalid, NotFound, PreconditionFailed, QuotaExceeded
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import own_roles
from crm_saas.tenants.mirror import WorkspaceSettings
from crm_saas.tenants.roles import SHIPPED, VIEWS
from crm_saas.tenants.teams import Team

MOST_VIEWS: Final = 200
"""In a workspace, everybody's own included."""


def list_of(unit: UnitOfWork, actor: Actor, rtype: RecordType) -> list[dict[str, Any]]:
    """Return the views of a type that the actor may use, in their order."""
    actor.require("read", rtype)
    found = unit.session.scalars(
        select(SavedView)
        .where(SavedView.record_type == rtype.name, _usable(actor))
        .order_by(SavedView.position, SavedView.id)
    )
    return [as_json(actor, rtype, view) for view in found]


def create(unit: UnitOfWork, actor: Actor, document: object) -> dict[str, Any]:
    """Keep a view; raises `Invalid`, `Forbidden` and, with 200 of them, `QuotaExceeded`."""
    rtype = _type_of(document)
    actor.require("read", rtype)
    given = read(rtype, document, actor.context(), roles=_roles(unit), also=("object",))
    if "name" not in given:
        raise Invalid(errors=[FieldError("/name", "required", "This is needed.")])
    _hold(unit)
    used = unit.connection.execute(select(func.count()).select_from(SavedView)).scalar_one()
    if used >= MOST_VIEWS:
        raise QuotaExceeded("No more views can be kept.", limit="views", allowed=MOST_VIEWS, used=used)
    at = now()
    view = SavedView(
        id=uuid7(), record_type=rtype.name, owner_id=actor.user_id, created_at=at, updated_at=at, version=1,
        **{**DEFAULTS, **given},
    )  # fmt: skip
    if "position" not in given:
        view.position = used
    _check(unit, actor, view, {name for name, value in given.items() if value != DEFAULTS.get(name)})
    _only_default(unit, view)
    unit.session.add(view)
    return as_json(actor, rtype, view)


def change(unit: UnitOfWork, actor: Actor, view_id: uuid.UUID, document: object, *, version: int) -> dict[str, Any]:
    """Change the members that the body names."""
    _hold(unit)
    view = _to_change(unit, actor, view_id, version)
    rtype = REGISTRY.find(view.record_type)
    if rtype is None:
        raise NotFound
    given = read(rtype, document, actor.context(), roles=_roles(unit))
    changed = {name for name, value in given.items() if getattr(view, name) != value}
    for name in changed:
        setattr(view, name, given[name])
    if view.audience != EVERYONE and "audience" in changed and "default_for" not in given:
        view.default_for = []
    if changed:
        _check(unit, actor, view, changed)
        _only_default(unit, view)
        view.updated_at, view.version = now(), view.version + 1
    return as_json(actor, rtype, view)


def delete(unit: UnitOfWork, actor: Actor, view_id: uuid.UUID, *, version: int) -> None:
    """Forget a view; the records it showed are not touched."""
    unit.session.delete(_to_change(unit, actor, view_id, version))


def release(unit: UnitOfWork, owner_id: uuid.UUID, to_id: uuid.UUID) -> list[dict[str, Any]]:
    """Give what somebody who left shared to somebody else, forget what only they saw; returns what became of each."""
    theirs = unit.session.scalars(
        select(SavedView).where(SavedView.owner_id == owner_id).order_by(SavedView.position, SavedView.id)
    ).all()
    told = []
    for view in theirs:
        heir = None if view.audience == PRIVATE else to_id
        told.append({"id": str(view.id), "object": view.record_type, "name": view.name, "to_id": heir and str(heir)})
        if heir is None:
            unit.session.delete(view)
        else:
            view.owner_id, view.updated_at, view.version = heir, now(), view.version + 1
    return told


def as_json(actor: Actor, rtype: RecordType, view: SavedView) -> dict[str, Any]:
    """Return a view as the API shows it to a member."""
    return {
        "id": view.id,
        "object": view.record_type,
        "name": view.name,
        "owner_id": view.owner_id,
        "audience": PRIVATE if view.audience == TEAM and view.team_id is None else view.audience,
        "team_id": view.team_id,
        "layout": view.layout,
        "query": view.query,
        "default_for": view.default_for,
        "position": view.position,
        "may_change": _may_change(actor, view),
        "works": works(rtype, view.query, actor.context()),
        "version": view.version,
    }


def _type_of(document: object) -> RecordType:
    name = document.get("object") if isinstance(document, dict) else None
    rtype = REGISTRY.find(name) if isinstance(name, str) else None
    if rtype is None:
        raise Invalid(errors=[FieldError("/object", "unknown_option", "Name a type of record.")])
    return rtype


def _roles(unit: UnitOfWork) -> list[str]:
    return [*SHIPPED, *(role.key for role in own_roles.listed(unit))]


def _usable(actor: Actor) -> ColumnElement[bool]:
    """One's own, those for everyone, and those for one's team or a team above it."""
    way = select(func.unnest(Team.path)).where(Team.id == actor.team_id)
    for_team = and_(SavedView.audience == TEAM, SavedView.team_id.in_(way))
    return or_(SavedView.owner_id == actor.user_id, SavedView.audience == EVERYONE, for_team)


def _may_change(actor: Actor, view: SavedView) -> bool:
    return view.owner_id == actor.user_id or VIEWS in actor.powers


def _to_change(unit: UnitOfWork, actor: Actor, view_id: uuid.UUID, version: int) -> SavedView:
    """Lock a view; what the actor cannot see does not exist for them."""
    view = unit.session.scalars(
        select(SavedView).where(SavedView.id == view_id, _usable(actor)).with_for_update()
    ).one_or_none()
    if view is None:
        raise NotFound
    if not _may_change(actor, view):
        raise Forbidden("This view is somebody else's.", power=VIEWS)
    if view.version != version:
        rtype = REGISTRY.find(view.record_type)
        current = None if rtype is None else as_json(actor, rtype, view)
        raise PreconditionFailed("The view has changed since you read it.", current=current)
    return view


def _check(unit: UnitOfWork, actor: Actor, view: SavedView, changed: set[str]) -> None:
    """What others see, and what a role opens with, is for those with the power to say; one's own team is one's own."""
    if view.audience != TEAM:
        view.team_id = None
    elif view.team_id is None or not _is_team(unit, view.team_id):
        raise Invalid(errors=[FieldError("/team_id", "unknown_team", "There is no such team.")])
    elif view.team_id != actor.team_id and changed & {"audience", "team_id"}:
        actor.require_power(VIEWS)
    if view.default_for and view.audience != EVERYONE:
        detail = "Only a view for everyone can be what a role opens with."
        raise Invalid(errors=[FieldError("/default_for", "not_for_everyone", detail)])
    if "default_for" in changed or ("audience" in changed and view.audience == EVERYONE):
        actor.require_power(VIEWS)


def _is_team(unit: UnitOfWork, team_id: uuid.UUID) -> bool:
    return unit.connection.execute(select(Team.id).where(Team.id == team_id)).first() is not None


def _only_default(unit: UnitOfWork, view: SavedView) -> None:
    """Take the roles that open with this view from the one they opened with before."""
    if not view.default_for:
        return
    with unit.session.no_autoflush:
        others = unit.session.scalars(
            select(SavedView).where(
                SavedView.record_type == view.record_type,
                SavedView.id != view.id,
                SavedView.default_for.overlap(view.default_for),
            )
        ).all()
    for other in others:
        other.default_for = [role for role in other.default_for if role not in view.default_for]
        other.version += 1


def _hold(unit: UnitOfWork) -> None:
    """Let one at a time count views or choose what a role opens with."""
    unit.connection.execute(select(WorkspaceSettings.id).with_for_update())
