"""Mails that tell a person what has just happened to their account, so that they notice what was not them."""

from __future__ import annotations

from typing import Final

from crm_saas.kernel.clock import now
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import outgoing
from crm_saas.tenants.models import User

KINDS: Final = (
    "password_changed",
    "email_changed",
    "two_factor_on",
    "two_factor_off",
    "recovery_codes_new",
    "recovery_code_used",
)
"""Templates of a mail row; all are said by `security_notice`."""


def tell(unit: UnitOfWork, user: User, kind: str, *, to: str | None = None, **values: str) -> None:
    """Mail a person a notice, to their address or to the one that was theirs until now."""
    params = {"name": user.name, "at": now().isoformat(), "timezone": user.timezone, **values}
    outgoing.post(unit, to=to or user.email, template=kind, language=user.language, params=params)
