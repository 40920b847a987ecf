"""`crm-saas secret`: a fresh secret key."""

from __future__ import annotations

import secrets

import click


@click.command()
def command() -> None:
    """Print a fresh value for CRM_SECRET_KEY."""
    click.echo(secrets.token_urlsafe(48))
