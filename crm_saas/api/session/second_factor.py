"""One's own second factor: set up, confirm, new recovery codes, turn off."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from crm_saas.api import auth, rate_limit
from crm_saas.api.auth import principal, require_recent_authentication, signed_in
from crm_saas.api.body import read_json
from crm_saas.api.session import forms, limits
from crm_saas.api.session.body import session_body
from crm_saas.kernel import uow
from crm_saas.kernel.errors import Conflict, Invalid
from crm_saas.tenants import process, sessions
from crm_saas.tenants.account import recovery, totp, two_factor
from crm_saas.tenants.fields import Fields, sure

blueprint = Blueprint("second_factor", __name__, url_prefix="/api/session/two-factor")


@blueprint.get("")
@signed_in
def show() -> Response:
    """Say whether it is on, since when, and how many recovery codes are left."""
    with uow.control() as unit:
        return jsonify(asdict(two_factor.state(unit, principal().person.id)))


@blueprint.post("")
@signed_in
def begin() -> Response:
    """Make a secret for the authenticator. Nothing changes until a code confirms it."""
    who = principal()
    require_recent_authentication()
    with uow.control() as unit:
        secret = two_factor.begin(unit, who.person.id, process.keys())
    address = totp.address(secret, who.person.email)
    return jsonify(secret=secret, address=address, picture=totp.picture(address))


@blueprint.post("/confirm")
@signed_in
def confirm() -> Response:
    """Turn it on by a first code; returns the recovery codes, once. Every other browser is signed out."""
    who = principal()
    require_recent_authentication()
    fields = Fields(read_json(), ("code",))
    code = fields.text("code", forms.typed_code)
    fields.check()
    rate_limit.hit(limits.SECOND_STEP_BY_PERSON, str(who.person.id))
    with uow.control() as unit:
        found = two_factor.material(unit, who.person.id)
    if found is None:
        raise Conflict("Begin first.", code="two_factor_off")
    proof = two_factor.read(found, sure(code), process.keys())
    codes = recovery.make()
    with uow.control() as unit:
        if not two_factor.confirm(unit, who.person.id, proof, codes):
            raise Invalid(errors=[forms.WRONG_CODE])
        unit.session.flush()
        sessions.end_all(unit, who.person.id, but=who.session.session_id)
        renewed = auth.renew(unit, who)
        body = session_body(unit, renewed.person)
    auth.forget_person(who.person.id)
    rate_limit.forget(limits.SECOND_STEP_BY_PERSON, str(who.person.id))
    return jsonify(recovery_codes=codes.codes, session=body)


@blueprint.post("/recovery-codes")
@signed_in
def renew_codes() -> Response:
    """Make new recovery codes; the ones before stop working."""
    who = principal()
    require_recent_authentication()
    codes = recovery.make()
    with uow.control() as unit:
        two_factor.renew_codes(unit, who.person.id, codes)
    return jsonify(recovery_codes=codes.codes)


@blueprint.delete("")
@signed_in
def turn_off() -> Response:
    """Turn it off."""
    who = principal()
    require_recent_authentication()
    with uow.control() as unit:
        two_factor.turn_off(unit, who.person.id)
        unit.session.flush()
        renewed = auth.renew(unit, who)
        body = session_body(unit, renewed.person)
    auth.forget_person(who.person.id)
    return jsonify(body)
