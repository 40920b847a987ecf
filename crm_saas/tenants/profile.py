"""What people say about themselves."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal
from crm_saas.tenants.models import User
from crm_saas.tenants.sessions import Person

THEMES = ("system", "light", "dark")
DENSITIES = ("comfortable", "compact")


@dataclass(frozen=True, slots=True)
class Change:
    """A clean change; None leaves a field as it is."""

    name: str | None = None
    language: str | None = None
    timezone: str | None = None
    theme: str | None = None
    density: str | None = None


def update(unit: UnitOfWork, user_id: uuid.UUID, change: Change) -> Person:
    """Store a change in the caller's control unit; workspaces hear of what they keep a copy of."""
    user = unit.session.get_one(User, user_id, with_for_update=True)
    changed = {}
    for name in Change.__slots__:
        after = getattr(change, name)
        before = getattr(user, name)
        if after is not None and after != before:
            setattr(user, name, after)
            changed[name] = [before, after]
    if changed:
        user.version += 1
        journal.record(unit, "user.updated", user_id=user_id, actor_id=user_id, data=changed)
    return person(user)


def current(unit: UnitOfWork, user_id: uuid.UUID) -> Person:
    """Return a user as they are now; what a process remembers of a session may be older than a change in another."""
    return person(unit.session.get_one(User, user_id))


def person(user: User) -> Person:
    """Return a user as requests know them."""
    return Person(
        user.id, user.email, user.name, user.language, user.timezone, user.theme, user.density,
        two_factor=user.two_factor_at is not None,
    )  # fmt: skip
