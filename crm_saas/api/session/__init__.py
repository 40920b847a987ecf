"""What the web client uses to sign up, sign in and switch workspace."""

from __future__ import annotations

from flask import Flask

from crm_saas.api.session import access, invitations, profile, signup, workspaces


def register(app: Flask) -> None:
    """Add /api/session."""
    for part in (access, signup, invitations, profile, workspaces):
        app.register_blueprint(part.blueprint)
