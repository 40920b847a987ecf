"""Sign-up: asked for by anybody, finished by the link in the mail.

Asking does the same work whether or not the address has an account: one hash, one row, one mail. Which mail it is, is
decided when it is sent, out of the caller's sight.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import Forbidden, Gone, Unauthenticated
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal, outgoing, passwords, workspaces
from crm_saas.tenants.identity import email_key
from crm_saas.tenants.links import Links
from crm_saas.tenants.models import SignUp, User
from crm_saas.tenants.sessions import token_hash
from crm_saas.tenants.workspaces import Draft

LINK_LIFE: Final = timedelta(hours=24)
KEPT: Final = timedelta(days=7)
"""How long a sign-up can still be sent again after its link ran out."""
THEME, DENSITY = "system", "comfortable"


class PasswordRequired(Forbidden):
    """The link was opened in another browser than the sign-up: whoever finishes must know its password."""

    code, title = "password_required", "Type the password you chose when you signed up"


@dataclass(frozen=True, slots=True)
class Application:
    """A filled-in sign-up form; every value is clean, the password hashed."""

    workspace: Draft
    name: str
    email: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class Welcome:
    """A finished sign-up."""

    user_id: uuid.UUID
    workspace_id: uuid.UUID


def ask(unit: UnitOfWork, application: Application, links: Links) -> uuid.UUID:
    """Keep a sign-up until its link is opened, and ask for its mail; return its id."""
    sign_up = _row(application, email_key(application.email), links)
    unit.session.add(sign_up)
    outgoing.post(
        unit,
        to=application.email,
        template="sign_up",
        language=application.workspace.language,
        params={"sign_up_id": str(sign_up.id)},
    )
    return sign_up.id


def ask_again(unit: UnitOfWork, email: str, language: str) -> None:
    """Ask for the mail once more. What it says, and whether there is one at all, is decided when it is sent."""
    outgoing.post(unit, to=email, template="resend", language=language, params={"email_key": email_key(email)})


def pending(unit: UnitOfWork, key: str, links: Links) -> SignUp | None:
    """Return the newest unfinished sign-up of an address with a link that works; an old one gets a new link."""
    newest = unit.session.scalars(
        select(SignUp)
        .where(SignUp.email_key == key, SignUp.used_at.is_(None), SignUp.created_at > now() - KEPT)
        .order_by(SignUp.created_at.desc(), SignUp.id.desc())
        .limit(1)
    ).one_or_none()
    if newest is None or newest.expires_at > now():
        return newest
    draft = Draft(newest.organisation, newest.slug, newest.timezone, newest.currency, newest.language)
    renewed = _row(Application(draft, newest.name, newest.email, newest.password_hash), key, links)
    unit.session.add(renewed)
    return renewed


def _row(application: Application, key: str, links: Links) -> SignUp:
    sign_up_id = uuid7()
    draft = application.workspace
    return SignUp(
        id=sign_up_id,
        token_hash=token_hash(links.sign_up_token(sign_up_id)),
        email=application.email,
        email_key=key,
        name=application.name,
        organisation=draft.name,
        password_hash=application.password_hash,
        slug=draft.slug,
        timezone=draft.timezone,
        currency=draft.currency,
        language=draft.language,
        created_at=now(),
        expires_at=now() + LINK_LIFE,
        used_at=None,
    )


def finish(unit: UnitOfWork, token: str, *, same_browser_as: set[uuid.UUID], password: str | None) -> Welcome:
    """Make the user, the workspace and its place in one control unit; of two at once exactly one succeeds.

    Arguments: `same_browser_as` ids of the sign-ups this browser asked for. Any other link needs the `password`: or
    else somebody could sign up with a stranger's address and own the account as soon as the stranger opens the mail.

    Raises:
        Gone: code link_unknown, link_used or link_expired.
        PasswordRequired, Unauthenticated: opened elsewhere without the password, or with a wrong one.
    """
    sign_up = _locked(unit, token)
    if sign_up.used_at is not None:
        raise Gone("This link was used already. Sign in instead.", code="link_used")
    if sign_up.expires_at <= now():
        raise Gone("This link has expired. Ask for a new one.", code="link_expired")
    if sign_up.id not in same_browser_as:
        if password is None:
            raise PasswordRequired
        if not passwords.verify(sign_up.password_hash, password):
            raise Unauthenticated("The password is not right.", code="bad_credentials")
    user_id = _new_user(unit, sign_up)
    draft = Draft(sign_up.organisation, sign_up.slug, sign_up.timezone, sign_up.currency, sign_up.language)
    workspace = workspaces.create(unit, draft, user_id)
    return Welcome(user_id, workspace.id)


def _locked(unit: UnitOfWork, token: str) -> SignUp:
    """Return the sign-up of a link with every sign-up of its address locked, in one order, so that links queue up."""
    hashed = token_hash(token)
    key = select(SignUp.email_key).where(SignUp.token_hash == hashed).scalar_subquery()
    rows = unit.session.scalars(select(SignUp).where(SignUp.email_key == key).order_by(SignUp.id).with_for_update())
    for sign_up in rows.all():
        if sign_up.token_hash == hashed:
            return sign_up
    raise Gone("This link is not known.", code="link_unknown")


def _new_user(unit: UnitOfWork, sign_up: SignUp) -> uuid.UUID:
    """Make the user and use up every link of the address; raises `Gone` if the address has an account by now."""
    user_id = uuid7()
    statement = insert(User).values(
        id=user_id,
        email=sign_up.email,
        email_key=sign_up.email_key,
        name=sign_up.name,
        password_hash=sign_up.password_hash,
        language=sign_up.language,
        timezone=sign_up.timezone,
        theme=THEME,
        density=DENSITY,
        verified_at=now(),
        created_at=now(),
        version=1,
    )
    statement = statement.on_conflict_do_nothing(index_elements=["email_key"])
    if unit.connection.execute(statement.returning(User.id)).first() is None:
        raise Gone("This address has an account already. Sign in instead.", code="link_used")
    unit.connection.execute(
        update(SignUp).where(SignUp.email_key == sign_up.email_key, SignUp.used_at.is_(None)).values(used_at=now())
    )
    journal.record(unit, "user.created", user_id=user_id, actor_id=user_id)
    return user_id


def forget_old(unit: UnitOfWork) -> int:
    """Delete sign-ups that can no longer be finished; return how many."""
    return int(unit.connection.execute(delete(SignUp).where(SignUp.created_at < now() - KEPT)).rowcount)
