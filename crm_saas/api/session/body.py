"""The session as the web client reads it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import current_app, request
from flask_wtf.csrf import generate_csrf

from crm_saas.api.client import from_this_machine
from crm_saas.config import Settings
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import demo, workspaces
from crm_saas.tenants.sessions import Person

MAILBOX_PATH = "/dev/mailbox"


def settings() -> Settings:
    """Return the deployment's settings."""
    found: Settings = current_app.config["CRM_SETTINGS"]
    return found


def session_body(unit: UnitOfWork, person: Person | None, *, second_step: bool = False) -> dict[str, Any]:
    """Return who is signed in, where they belong, and the CSRF token of this browser.

    Arguments: `second_step` whether this browser knew the password and owes the code.
    """
    mine = [] if person is None else workspaces.of_person(unit, person.id)
    return {
        "csrf_token": generate_csrf(),
        "user": None if person is None else asdict(person),
        "second_step": second_step,
        "workspaces": [asdict(summary) for summary in mine],
        "deployment": {
            "mailbox_url": MAILBOX_PATH if has_mailbox(settings()) and from_this_machine() else None,
            "demo": _demo(),
        },
    }


def accepted_language() -> str:
    """Return the language that this browser asks for, of those we speak."""
    language = request.accept_languages.best_match(("en", "zh-CN", "zh"), "en")
    return "zh-CN" if language.startswith("zh") else "en"


def has_mailbox(of: Settings) -> bool:
    """Tell whether mails are read at a local page: never in production, never when there is a mail server."""
    return of.environment != "production" and of.smtp_url is None


def _demo() -> dict[str, str] | None:
    if settings().environment != "embedded" or not settings().demo:
        return None
    return {"email": demo.EMAIL, "password": demo.PASSWORD}
