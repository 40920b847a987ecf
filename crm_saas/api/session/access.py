"""Who am I; sign in, in one step or two; sign out."""

from __future__ import annotations

import logging

import flask
from flask import Blueprint, Response, jsonify, request

from crm_saas.api import auth, rate_limit
from crm_saas.api.auth import optional_principal, public
from crm_saas.api.body import read_json
from crm_saas.api.client import client_address, client_network
from crm_saas.api.session import forms, limits
from crm_saas.api.session.body import session_body, settings
from crm_saas.kernel import uow
from crm_saas.kernel.errors import Gone, Invalid, RateLimited
from crm_saas.tenants import journal, process, profile, signin
from crm_saas.tenants.account import agents, second_step, two_factor
from crm_saas.tenants.fields import Fields, ValueFault, sure
from crm_saas.tenants.identity import EMAIL_LENGTH, email_key

_STEP = "second_step"
_log = logging.getLogger(__name__)


class StepOver(Gone):
    """There is no step to finish: it took too long, or too many codes were wrong."""

    code, title = "second_step_over", "Sign in again"


blueprint = Blueprint("session", __name__, url_prefix="/api/session")


@blueprint.get("")
@public
def show() -> Response:
    """Say who is signed in, and give the browser its CSRF token."""
    who = optional_principal()
    token = None if who is not None else _step_token()
    with uow.control() as unit:
        owes = token is not None and second_step.is_open(unit, token)
        person = None if who is None else profile.current(unit, who.person.id)
        return jsonify(session_body(unit, person, second_step=owes))


@blueprint.post("/sign-in")
@public
def sign_in() -> Response:
    """Sign in; the answer never says whether the account exists. With a second factor, the code comes next."""
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
    try:
        account = signin.check(found, password)
    except signin.BadCredentials:
        _log.warning("sign-in refused", extra={"account": rate_limit.hashed(key)})
        _note_refusal(key)
        raise
    rate_limit.forget(limits.SIGN_IN_BY_ACCOUNT_AND_ADDRESS, key, network)
    with uow.control() as unit:
        signin.strengthen(unit, account, password)
        if account.two_factor:
            flask.session[_STEP] = second_step.begin(unit, account.user_id)
            return jsonify(session_body(unit, None, second_step=True))
        entered = auth.enter(unit, account.user_id, settings(), before=before)
        journal.record(
            unit, "user.signed_in", user_id=account.user_id, actor_id=account.user_id, data=_seen("password")
        )
        return jsonify(session_body(unit, entered.person))


@blueprint.post("/second-step")
@public
def prove() -> Response:
    """Finish signing in with a code of the authenticator or a recovery code."""
    fields = Fields(read_json(), ("code",))
    code = fields.text("code", forms.typed_code)
    fields.check()
    before, token = optional_principal(), _step_token()
    with uow.control() as unit:
        step = None if token is None else second_step.attempt(unit, token)
        found = None if step is None else two_factor.material(unit, step.user_id)
    if step is None or found is None:
        raise StepOver
    rate_limit.hit(limits.SECOND_STEP_BY_PERSON, str(step.user_id))
    rate_limit.hit(limits.SECOND_STEP_BY_PERSON_AND_DAY, str(step.user_id))
    proof = two_factor.read(found, sure(code), process.keys())
    with uow.control() as unit:
        how = two_factor.spend(unit, step.user_id, proof)
        if how is not None and second_step.finish(unit, step):
            entered = auth.enter(unit, step.user_id, settings(), before=before)
            journal.record(unit, "user.signed_in", user_id=step.user_id, actor_id=step.user_id, data=_seen(how))
            body = session_body(unit, entered.person)
        else:
            journal.record(unit, "user.second_factor_refused", user_id=step.user_id, data=_seen("code"))
            body = None
    if body is None:
        raise Invalid(errors=[forms.WRONG_CODE])
    rate_limit.forget(limits.SECOND_STEP_BY_PERSON, str(step.user_id))
    return jsonify(body)


@blueprint.post("/sign-out")
@public
def sign_out() -> tuple[str, int]:
    """Sign out; nobody being signed in is fine."""
    who = optional_principal()
    with uow.control() as unit:
        auth.leave(unit, who)
        if who is not None:
            user_id = who.person.id
            journal.record(unit, "user.signed_out", user_id=user_id, actor_id=user_id, data=_seen(None))
    return "", 204


def _step_token() -> str | None:
    """The step this browser has begun; the cookie is signed, and the row decides."""
    token = flask.session.get(_STEP)
    return token if isinstance(token, str) else None


def _note_refusal(key: str) -> None:
    """Tell the journal of a wrong password, a few times an hour for each account: it is not there to be filled up."""
    try:
        rate_limit.hit(limits.REFUSALS_NOTED, key)
        rate_limit.hit(limits.REFUSALS_NOTED_BY_ADDRESS, client_network())
    except RateLimited:
        return
    with uow.control() as unit:
        journal.note_refusal(unit, key, _seen(None))


def _seen(how: str | None) -> dict[str, str | None]:
    """What the journal keeps of a sign-in: by which proof, from where, from which kind of browser."""
    agent = request.user_agent.string
    return {
        "by": how,
        "address": client_address(),
        "browser": agents.browser_of(agent),
        "system": agents.system_of(agent),
    }


def _short(text: str) -> str:
    if len(text) > EMAIL_LENGTH:
        raise ValueFault("too_long", f"At most {EMAIL_LENGTH} characters.", max=EMAIL_LENGTH)
    return text
