"""A forgotten password: ask for a link, choose a new one."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from crm_saas.api import auth, rate_limit
from crm_saas.api.auth import public
from crm_saas.api.body import read_json
from crm_saas.api.client import client_network
from crm_saas.api.session import forms, limits
from crm_saas.api.session.body import accepted_language
from crm_saas.kernel import uow
from crm_saas.tenants.account import password
from crm_saas.tenants.fields import Fields, sure
from crm_saas.tenants.identity import clean_email, email_key

blueprint = Blueprint("password_reset", __name__, url_prefix="/api/session/password-reset")


@blueprint.post("")
@public
def ask() -> tuple[Response, int]:
    """Mail a link, if there is an account; the same answer and the same work for everybody."""
    fields = Fields(read_json(), ("email",))
    email = fields.text("email", clean_email)
    fields.check()
    email = sure(email)
    rate_limit.hit(limits.RESET_BY_ADDRESS, client_network())
    rate_limit.hit(limits.MAIL_BY_ACCOUNT, email_key(email))
    with uow.control() as unit:
        password.ask_reset(unit, email, accepted_language())
    return jsonify(status="link_sent"), 202


@blueprint.post("/finish")
@public
def finish() -> tuple[str, int]:
    """Store the new password and end every session; signing in is the next step."""
    fields = Fields(read_json(), ("token", "password"))
    token = fields.text("token", forms.link_token)
    rate_limit.hit(limits.VERIFY_BY_ADDRESS, client_network())
    if token is None:
        fields.check()
    token = sure(token)
    rate_limit.hit(limits.VERIFY_BY_LINK, token)
    with uow.control() as unit:
        owner = password.owner_of_link(unit, token)
    hashed = password.new_hash(forms.chosen_password(fields, owner.about))
    with uow.control() as unit:
        user_id = password.reset(unit, token, hashed)
    auth.forget_person(user_id)
    return "", 204
