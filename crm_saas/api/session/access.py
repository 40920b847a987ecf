"""Who am I; sign in; sign out."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from crm_saas.api import auth, rate_limit
from crm_saas.api.auth import optional_principal, public
from crm_saas.api.body import read_json
from crm_saas.api.client import client_network
from crm_saas.api.session import forms, limits
from crm_saas.api.session.body import session_body, settings
from crm_saas.kernel import uow
from crm_saas.tenants import signin
from crm_saas.tenants.fields import Fields, ValueFault, sure
from crm_saas.tenants.identity import EMAIL_LENGTH, email_key

blueprint = Blueprint("session", __name__, url_prefix="/api/session")


@blueprint.get("")
@public
def show() -> Response:
    """Say who is signed in, and give the browser its CSRF token."""
    who = optional_principal()
    with uow.control() as unit:
        return jsonify(session_body(unit, None if who is None else who.person))


@blueprint.post("/sign-in")
@public
def sign_in() -> Response:
    """Sign in; the answer never says whether the account exists."""
    fields = Fields(read_json(), ("email", "password"))
    email, password = fields.text("email", _short), fields.text("password", forms.typed_password)
    fields.check()
    email, password = sure(email), sure(password)
    key, network = email_key(email), client_network()
    rate_limit.hit(limits.SIGN_IN_BY_ADDRESS, network)
    rate_limit.hit(limits.SIGN_IN_BY_ACCOUNT_AND_ADDRESS, key, network)
    rate_limit.hit(limits.SIGN_IN_BY_ACCOUNT, key)
    before = optional_principal()
    with uow.control() as unit:
        found = signin.find(unit, email)
    account = signin.check(found, password)
    rate_limit.forget(limits.SIGN_IN_BY_ACCOUNT_AND_ADDRESS, key, network)
    with uow.control() as unit:
        signin.strengthen(unit, account, password)
        entered = auth.enter(unit, account.user_id, settings(), before=before)
        return jsonify(session_body(unit, entered.person))


@blueprint.post("/sign-out")
@public
def sign_out() -> tuple[str, int]:
    """Sign out; nobody being signed in is fine."""
    who = optional_principal()
    with uow.control() as unit:
        auth.leave(unit, who)
    return "", 204


def _short(text: str) -> str:
    if len(text) > EMAIL_LENGTH:
        raise ValueFault("too_long", f"At most {EMAIL_LENGTH} characters.", max=EMAIL_LENGTH)
    return text
