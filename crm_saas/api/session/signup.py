"""Sign up, open the link, ask for it again."""

from __future__ import annotations

import flask
from flask import Blueprint, Response, jsonify, request

from crm_saas.api import auth, rate_limit
from crm_saas.api.auth import optional_principal, public
from crm_saas.api.body import read_json
from crm_saas.api.client import client_network
from crm_saas.api.session import forms, limits
from crm_saas.api.session.body import accepted_language, session_body, settings
from crm_saas.kernel import uow
from crm_saas.kernel.ids import parse_uuid
from crm_saas.tenants import process, signup, slugs
from crm_saas.tenants.fields import Fields, sure
from crm_saas.tenants.identity import ORGANISATION_LENGTH, clean_email, email_key

blueprint = Blueprint("sign_up", __name__, url_prefix="/api/session")
_REMEMBERED = "sign_ups"
_REMEMBER = 5


@blueprint.post("/sign-up")
@public
def ask() -> tuple[Response, int]:
    """Take a sign-up and mail its link; the same answer whether or not the address has an account."""
    form = forms.sign_up(read_json())
    rate_limit.hit(limits.SIGN_UP_BY_ADDRESS, client_network())
    rate_limit.hit(limits.MAIL_BY_ACCOUNT, email_key(form.email))
    application = form.application()  # hashes the password: before the transaction
    with uow.control() as unit:
        forms.require_free_slug(unit, application.workspace.slug)
        sign_up_id = signup.ask(unit, application, process.links())
    flask.session[_REMEMBERED] = [*_remembered(), str(sign_up_id)][-_REMEMBER:]
    return jsonify(status="verification_sent", email=form.email), 202


@blueprint.post("/resend")
@public
def ask_again() -> tuple[Response, int]:
    """Mail the link again, if there is something to confirm."""
    fields = Fields(read_json(), ("email",))
    email = fields.text("email", clean_email)
    fields.check()
    email = sure(email)
    rate_limit.hit(limits.SIGN_UP_BY_ADDRESS, client_network())
    rate_limit.hit(limits.MAIL_BY_ACCOUNT, email_key(email))
    with uow.control() as unit:
        signup.ask_again(unit, email, accepted_language())
    return jsonify(status="verification_sent"), 202


@blueprint.post("/verify")
@public
def verify() -> Response:
    """Open the link: make the account and the workspace, and sign in."""
    fields = Fields(read_json(), ("token", "password"))
    token, password = fields.text("token", forms.link_token), fields.optional("password", forms.typed_password)
    fields.check()
    token = sure(token)
    rate_limit.hit(limits.VERIFY_BY_ADDRESS, client_network())
    rate_limit.hit(limits.VERIFY_BY_LINK, token)
    mine = {found for text in _remembered() if (found := parse_uuid(text)) is not None}
    before = optional_principal()
    with uow.control() as unit:
        welcome = signup.finish(unit, token, same_browser_as=mine, password=password)
        entered = auth.enter(unit, welcome.user_id, settings(), before=before)
        body = session_body(unit, entered.person)
    return jsonify({**body, "workspace_id": welcome.workspace_id})


@blueprint.get("/slug")
@public
def suggest_slug() -> Response:
    """Suggest the address of a workspace by its name, and say whether it is free."""
    rate_limit.hit(limits.SLUG_BY_ADDRESS, client_network())
    name = request.args.get("name", "").replace("\x00", "")[:ORGANISATION_LENGTH]
    slug = slugs.slugify(name)
    with uow.control() as unit:
        return jsonify(slug=slug, available=slugs.is_free(unit, slug))


def _remembered() -> list[str]:
    """The sign-ups this browser asked for; the cookie is signed, so they can be believed."""
    found = flask.session.get(_REMEMBERED, [])
    return [text for text in found if isinstance(text, str)]
