"""What a workspace is called and where it is at home."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from crm_saas.kernel.errors import FieldError, Invalid, NotFound, PreconditionFailed
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal, memberships
from crm_saas.tenants.models import Workspace


@dataclass(frozen=True, slots=True)
class Change:
    """A clean change; None leaves a field as it is."""

    name: str | None = None
    slug: str | None = None
    timezone: str | None = None
    currency: str | None = None
    language: str | None = None
    country: str | None = None


def update(
    unit: UnitOfWork, workspace_id: uuid.UUID, change: Change, *, version: int, actor_id: uuid.UUID
) -> Workspace:
    """Store a change in the caller's control unit; the workspace's own copy follows right after the commit.

    Raises `PreconditionFailed` for another version than the stored one, and `Invalid` for a slug that is taken.
    """
    found = unit.session.get(Workspace, workspace_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    if found.version != version:
        raise PreconditionFailed("The settings have changed since you read them.")
    changed = {}
    for name in Change.__slots__:
        before, after = getattr(found, name), getattr(change, name)
        if after is not None and after != before:
            changed[name] = [before, after]
    if not changed:
        return found
    if "slug" in changed:
        _require_free(unit, changed["slug"][1])
    for name, (_, after) in changed.items():
        setattr(found, name, after)
    found.version += 1
    journal.record(unit, "workspace.updated", workspace_id=workspace_id, actor_id=actor_id, data=changed)
    unit.session.flush()
    memberships.copied_at_once(unit, workspace_id)
    return found


def _require_free(unit: UnitOfWork, slug: str) -> None:
    if unit.connection.execute(select(Workspace.id).where(Workspace.slug == slug)).first() is not None:
        raise slug_taken()


def slug_taken() -> Invalid:
    """Return the refusal of a slug that another workspace has, also when it got it at the same moment."""
    return Invalid(errors=[FieldError("/slug", "slug_taken", "This address is taken.")])
