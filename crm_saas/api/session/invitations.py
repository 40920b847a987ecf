"""The link of an invitation: what it offers, taking it with an account one has, or with a new one.

The token travels in bodies only: an address would leave it in logs and in the history of proxies.
"""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from crm_saas.api import auth, rate_limit
from crm_saas.api.auth import optional_principal, principal, public, signed_in
from crm_saas.api.body import read_json
from crm_saas.api.client import client_network
from crm_saas.api.session import forms, limits
from crm_saas.api.session.body import session_body, settings
from crm_saas.kernel import uow
from crm_saas.tenants import invitations, passwords
from crm_saas.tenants.fields import Fields, sure
from crm_saas.tenants.identity import email_key

blueprint = Blueprint("invitation", __name__, url_prefix="/api/session/invitation")


@blueprint.post("")
@public
def show() -> Response:
    """Say what the link offers, and whether it is for the signed-in person."""
    token = _token(read_json())
    _count(token)
    who = optional_principal()
    with uow.control() as unit:
        offer = invitations.offer(unit, token)
    mine = None if who is None else email_key(who.person.email) == email_key(offer.email)
    return jsonify({**asdict(offer), "for_me": mine})


@blueprint.post("/accept")
@signed_in
def accept() -> Response:
    """Join the workspace as who one is."""
    token = _token(read_json())
    _count(token)
    who = principal()
    with uow.control() as unit:
        joined = invitations.accept(unit, token, who.person.id)
        body = session_body(unit, who.person)
    return jsonify({**body, "workspace_id": joined.workspace_id})


@blueprint.post("/join")
@public
def join() -> Response:
    """Make an account for the address of the link, join, and sign in."""
    form = forms.new_member(read_json())
    _count(form.token)
    before = optional_principal()
    with uow.control() as unit:
        offer = invitations.offer(unit, form.token)
    forms.refuse_guessable(form.password, offer.email, form.name, offer.workspace)
    password_hash = passwords.hash_password(form.password)  # before the transaction: it takes its time
    person = invitations.NewPerson(form.name, password_hash, form.language, form.timezone)
    with uow.control() as unit:
        joined = invitations.accept_as_new(unit, form.token, person)
        entered = auth.enter(unit, joined.user_id, settings(), before=before)
        answer = session_body(unit, entered.person)
    return jsonify({**answer, "workspace_id": joined.workspace_id})


def _token(body: object) -> str:
    fields = Fields(body, ("token",))
    token = fields.text("token", forms.link_token)
    fields.check()
    return sure(token)


def _count(token: str) -> None:
    rate_limit.hit(limits.VERIFY_BY_ADDRESS, client_network())
    rate_limit.hit(limits.INVITATION_BY_LINK, token)
