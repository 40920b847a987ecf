"""`crm-saas up`: run the whole product on this machine."""

from __future__ import annotations

import os
import sys

import click

from crm_saas.config import load_settings
from crm_saas.local.errors import LocalError
from crm_saas.local.up import up

EXIT_USAGE = 2


@click.command()
def command() -> None:
    """Run everything on this machine until Ctrl-C.

    PostgreSQL and Redis are started from their wheels unless CRM_DATABASE_URL and CRM_REDIS_URL name servers.
    """
    settings = load_settings(services=False)
    if "CRM_DEMO" not in os.environ and settings.environment == "embedded":
        settings = settings.model_copy(update={"demo": True})
    try:
        up(settings)
    except LocalError as error:
        click.echo(f"crm: {error}", err=True)
        sys.exit(EXIT_USAGE)
    except OSError as error:  # a full disk, a folder taken away
        click.echo(f"crm: {error.filename or settings.data_dir}: {error.strerror}", err=True)
        sys.exit(EXIT_USAGE)
