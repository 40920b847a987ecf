"""The demo account of the embedded default: a fixed sign-in on a machine that only its owner reaches."""

from __future__ import annotations

import uuid
from typing import Final

from sqlalchemy import select

from crm_saas.kernel.clock import now
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal, passwords, signup, workspaces
from crm_saas.tenants.identity import email_key
from crm_saas.tenants.models import User, Workspace
from crm_saas.tenants.workspaces import Draft

EMAIL: Final = "demo@example.com"
PASSWORD: Final = "show-me-around-7"  # noqa: S105 - shown on the sign-in page, exists in the embedded default only
NAME: Final = "Demo"
_DRAFT: Final = Draft(name=NAME, slug="demo", timezone="Europe/Berlin", currency="EUR", language="en")


def ensure(unit: UnitOfWork) -> uuid.UUID:
    """Make the demo account and its workspace unless they exist, in the caller's control unit; return the workspace."""
    user_id = unit.connection.execute(select(User.id).where(User.email_key == email_key(EMAIL))).scalar_one_or_none()
    if user_id is None:
        user_id = _new_user(unit)
    found = unit.connection.execute(
        select(Workspace.id).where(Workspace.created_by_id == user_id).order_by(Workspace.created_at).limit(1)
    ).scalar_one_or_none()
    return found or workspaces.create(unit, _DRAFT, user_id).id


def _new_user(unit: UnitOfWork) -> uuid.UUID:
    user = User(
        id=uuid7(),
        email=EMAIL,
        email_key=email_key(EMAIL),
        name=NAME,
        password_hash=passwords.hash_password(PASSWORD),
        language=_DRAFT.language,
        timezone=_DRAFT.timezone,
        theme=signup.THEME,
        density=signup.DENSITY,
        verified_at=now(),
        created_at=now(),
        version=1,
    )
    unit.session.add(user)
    unit.session.flush()
    journal.record(unit, "user.created", user_id=user.id, actor_id=user.id)
    return user.id
