"""Proving again who one is: the password, and a code where a second factor is on."""

from __future__ import annotations

import uuid

from crm_saas.api import rate_limit
from crm_saas.api.session import forms, limits
from crm_saas.kernel import uow
from crm_saas.kernel.errors import Invalid
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import passwords, process
from crm_saas.tenants.account import password, two_factor
from crm_saas.tenants.account.two_factor import Proof
from crm_saas.tenants.fields import Fields, ValueFault
from crm_saas.tenants.sessions import Person


def check(person: Person, body: object) -> Proof | None:
    """Check what was typed outside a transaction; return the code that `spend` uses up, if one is needed.

    Raises `Invalid` for a wrong password or a missing code. The password is looked at first: a code is not wasted.
    """
    fields = Fields(body, ("password", "code"))
    typed = fields.text("password", forms.typed_password)
    code = fields.optional("code", forms.typed_code)
    fields.check()
    rate_limit.hit(limits.REAUTHENTICATE_BY_PERSON, str(person.id))
    with uow.control() as unit:
        owner = password.owner(unit, person.id)
        found = two_factor.material(unit, person.id)
    if not passwords.verify(owner.password_hash, typed or ""):
        raise Invalid(errors=[forms.WRONG_PASSWORD])
    if found is None or not found.confirmed:
        return None
    if code is None:
        fields.fault("code", ValueFault("required", "This is needed."))
        fields.check()
    return two_factor.read(found, code or "", process.keys())


def spend(unit: UnitOfWork, user_id: uuid.UUID, proof: Proof | None) -> None:
    """Use the code up in the unit that acts; raises `Invalid` when it does not count."""
    if proof is not None and two_factor.spend(unit, user_id, proof) is None:
        raise Invalid(errors=[forms.WRONG_CODE])


def passed(person: Person) -> None:
    """Start counting anew after a proof that was right."""
    rate_limit.forget(limits.REAUTHENTICATE_BY_PERSON, str(person.id))
