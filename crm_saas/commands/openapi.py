"""`crm-saas openapi`: the description of the HTTP API."""

from __future__ import annotations

import click

from crm_saas.api.openapi import as_text


@click.command()
def command() -> None:
    """Print the description of the HTTP API (OpenAPI 3.1, JSON)."""
    click.echo(as_text(), nl=False)
