"""The security of one's own account: proof of presence, sessions, password, address."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from uuid import UUID

from flask import Blueprint, Response, jsonify

from crm_saas.api import auth, rate_limit
from crm_saas.api.auth import principal, require_recent_authentication, signed_in
from crm_saas.api.body import read_json
from crm_saas.api.session import forms, limits, proof
from crm_saas.api.session.body import session_body
from crm_saas.kernel import uow
from crm_saas.kernel.errors import NotFound
from crm_saas.tenants import journal, process, profile, sessions
from crm_saas.tenants.account import agents, email_change, password
from crm_saas.tenants.fields import Fields, sure
from crm_saas.tenants.identity import clean_email, email_key

blueprint = Blueprint("security", __name__, url_prefix="/api/session")


@blueprint.post("/reauthenticate")
@signed_in
def reauthenticate() -> Response:
    """Prove again who one is; holds for ten minutes. The session goes on under a new token."""
    who = principal()
    typed = proof.check(who.person, read_json())
    with uow.control() as unit:
        proof.spend(unit, who.person.id, typed)
        renewed = auth.renew(unit, who)
        body = session_body(unit, renewed.person)
    proof.passed(who.person)
    return jsonify(body)


@blueprint.get("/sessions")
@signed_in
def list_sessions() -> Response:
    """List the browsers where this person is signed in."""
    who = principal()
    with uow.control() as unit:
        listed = sessions.of_person(unit, who.person.id)
        waiting = email_change.pending(unit, who.person.id)
    return jsonify(
        data=[
            {
                "id": each.id,
                "current": each.id == who.session.session_id,
                "browser": agents.browser_of(each.agent),
                "system": agents.system_of(each.agent),
                "address": each.address,
                "signed_in_at": each.created_at,
                "seen_at": each.seen_at,
            }
            for each in listed
        ],
        pending_email=waiting,
    )


@blueprint.delete("/sessions/<uuid:session_id>")
@signed_in
def end_session(session_id: UUID) -> tuple[str, int]:
    """Sign one browser out. Another process may answer it for five seconds more."""
    who = principal()
    require_recent_authentication()
    with uow.control() as unit:
        if not sessions.end_one(unit, who.person.id, session_id):
            raise NotFound
        _note_end(unit, who.person.id, 1)
    auth.forget_person(who.person.id)
    return "", 204


@blueprint.delete("/sessions")
@signed_in
def end_every_session() -> tuple[str, int]:
    """Sign out everywhere, here too."""
    who = principal()
    require_recent_authentication()
    with uow.control() as unit:
        _note_end(unit, who.person.id, sessions.end_all(unit, who.person.id))
        auth.leave(unit, who)
    auth.forget_person(who.person.id)
    return "", 204


@blueprint.post("/password")
@signed_in
def change_password() -> Response:
    """Choose a new password; every other browser is signed out."""
    who = principal()
    require_recent_authentication()
    fields = Fields(read_json(), ("password",))
    with uow.control() as unit:
        owner = password.owner(unit, who.person.id)
    hashed = password.new_hash(forms.chosen_password(fields, owner.about))
    with uow.control() as unit:
        password.change(unit, who.person.id, hashed, but=who.session.session_id)
        unit.session.flush()
        renewed = auth.renew(unit, who)
        body = session_body(unit, renewed.person)
    auth.forget_person(who.person.id)
    return jsonify(body)


@blueprint.post("/email")
@signed_in
def ask_email() -> tuple[Response, int]:
    """Mail a link to a new address; the old one stays until the link is opened."""
    who = principal()
    require_recent_authentication()
    fields = Fields(read_json(), ("email",))
    email = fields.text("email", clean_email)
    fields.check()
    email = sure(email)
    rate_limit.hit(limits.EMAIL_BY_PERSON, str(who.person.id))
    rate_limit.hit(limits.MAIL_BY_ACCOUNT, email_key(email))
    with uow.control() as unit:
        email_change.ask(unit, who.person.id, email, who.person.language, process.links())
    return jsonify(status="verification_sent", email=email), 202


@blueprint.post("/email/confirm")
@signed_in
def confirm_email() -> Response:
    """Open the link: the new address counts from now on. Only in a session of the person who asked."""
    who = principal()
    fields = Fields(read_json(), ("token",))
    token = fields.text("token", forms.link_token)
    fields.check()
    rate_limit.hit(limits.VERIFY_BY_LINK, str(who.person.id))
    with uow.control() as unit:
        person = profile.person(email_change.confirm(unit, who.person.id, sure(token)))
    auth.forget_person(who.person.id)
    return jsonify(user=asdict(person))


def _note_end(unit: uow.UnitOfWork, user_id: uuid.UUID, ended: int) -> None:
    journal.record(unit, "user.sessions_ended", user_id=user_id, actor_id=user_id, data={"ended": ended})
