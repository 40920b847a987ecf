"""Filled-in forms, right unless a test says otherwise."""

from __future__ import annotations

import itertools
from typing import Any

NEW_PASSWORD = "plum tractor nine velvet"
_numbers = itertools.count(1)


def fresh_email() -> str:
    """An address that nobody has."""
    return f"newcomer{next(_numbers)}@example.org"


def sign_up_form(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - forms hold JSON
    """A sign-up form; a change to None leaves the field out."""
    form: dict[str, Any] = {
        "organisation": "Acme Trading",
        "name": "Ada Lovelace",
        "email": fresh_email(),
        "password": NEW_PASSWORD,
        "timezone": "Europe/Berlin",
        "currency": "EUR",
        "language": "en",
    } | changes
    return {name: value for name, value in form.items() if value is not None}


def workspace_form(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """The form of one more workspace."""
    form = sign_up_form(**changes)
    return {name: form[name] for name in form if name not in {"name", "email", "password"}}


def joining_form(token: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """What somebody new says who takes up an invitation."""
    return {
        "token": token, "name": "Grace Hopper", "password": NEW_PASSWORD, "language": "en", "timezone": "Asia/Shanghai",
    } | changes  # fmt: skip
