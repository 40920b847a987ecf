"""A new e-mail address: asked for in a session, counts once the link sent to it was opened by the same person.

The link alone is not enough: of an address with a typing error a stranger would get the link, and with it the account.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, update

from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import Gone
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal, outgoing
from crm_saas.tenants.account import notices
from crm_saas.tenants.account.model import EmailChange
from crm_saas.tenants.identity import email_key
from crm_saas.tenants.links import Links
from crm_saas.tenants.models import User
from crm_saas.tenants.sessions import token_hash

LINK_LIFE: Final = timedelta(hours=24)
KEPT: Final = timedelta(days=7)


def ask(unit: UnitOfWork, user_id: uuid.UUID, email: str, language: str, links: Links) -> None:
    """Keep the wish and mail its link to the new address; an earlier wish is void.

    The same work whether or not the address has an account: what the mail says is decided when it is sent.
    """
    unit.connection.execute(
        update(EmailChange).where(EmailChange.user_id == user_id, EmailChange.used_at.is_(None)).values(used_at=now())
    )
    change_id = uuid7()
    unit.session.add(
        EmailChange(
            id=change_id,
            token_hash=token_hash(links.email_token(change_id)),
            user_id=user_id,
            email=email,
            email_key=email_key(email),
            created_at=now(),
            expires_at=now() + LINK_LIFE,
            used_at=None,
        )
    )
    journal.record(unit, "user.email_change_asked", user_id=user_id, actor_id=user_id)
    outgoing.post(unit, to=email, template="email_change", language=language, params={"change_id": str(change_id)})


def pending(unit: UnitOfWork, user_id: uuid.UUID) -> str | None:
    """Return the address that waits to be confirmed."""
    return unit.connection.execute(
        select(EmailChange.email)
        .where(EmailChange.user_id == user_id, EmailChange.used_at.is_(None), EmailChange.expires_at > now())
        .order_by(EmailChange.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def is_taken(unit: UnitOfWork, key: str) -> bool:
    """Tell whether an address has an account; never told to who asks, only to who reads its mail."""
    return unit.connection.execute(select(User.id).where(User.email_key == key)).first() is not None


def confirm(unit: UnitOfWork, user_id: uuid.UUID, token: str) -> User:
    """Make the new address the person's; the old one gets a notice.

    Raises `Gone` with link_unknown (also for somebody else's link), link_used or link_expired.
    """
    found = unit.session.scalars(
        select(EmailChange).where(EmailChange.token_hash == token_hash(token)).with_for_update()
    ).one_or_none()
    if found is None or found.user_id != user_id:
        raise Gone("This link is not known.", code="link_unknown")
    if found.used_at is not None:
        raise Gone("This link was used already.", code="link_used")
    if found.expires_at <= now():
        raise Gone("This link has expired. Ask for a new one.", code="link_expired")
    user = unit.session.get_one(User, user_id, with_for_update=True)
    free = ~select(User.id).where(User.email_key == found.email_key, User.id != user_id).exists()
    before = user.email
    done = unit.connection.execute(
        update(User)
        .where(User.id == user_id, free)
        .values(email=found.email, email_key=found.email_key, version=User.version + 1)
    )
    if not done.rowcount:
        raise Gone("This address has an account of its own.", code="link_used")
    found.used_at = now()
    unit.session.refresh(user)
    journal.record(unit, "user.email_changed", user_id=user_id, actor_id=user_id)
    notices.tell(unit, user, "email_changed", to=before)
    return user


def forget_old(unit: UnitOfWork) -> int:
    """Delete wishes that ended long ago; return how many."""
    return int(unit.connection.execute(delete(EmailChange).where(EmailChange.expires_at < now() - KEPT)).rowcount)
