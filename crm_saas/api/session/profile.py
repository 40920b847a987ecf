"""The signed-in person's own settings."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from crm_saas.api import auth
from crm_saas.api.auth import principal, signed_in
from crm_saas.api.body import read_json
from crm_saas.api.session import forms
from crm_saas.kernel import uow
from crm_saas.tenants import profile

blueprint = Blueprint("profile", __name__, url_prefix="/api/session")


@blueprint.patch("/profile")
@signed_in
def change() -> Response:
    """Store name, language, time zone, theme or density."""
    who = principal()
    wanted = forms.profile_change(read_json())
    with uow.control() as unit:
        person = profile.update(unit, who.person.id, wanted)
    auth.forget_cached(who)
    return jsonify(user=asdict(person))
