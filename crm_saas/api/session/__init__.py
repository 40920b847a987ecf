"""What the web client uses to sign up, sign in and switch workspace."""

from __future__ import annotations

from flask import Flask

from crm_saas.api.session import (
    access,
    invitations,
    profile,
    reset,
    second_factor,
    security,
    signup,
    workspaces,
)


def register(app: Flask) -> None:
    """Add /api/session."""
    for part in (access, signup, reset, invitations, profile, security, second_factor, workspaces):
        app.register_blueprint(part.blueprint)
