"""`crm-saas prepare`: make an operator's own PostgreSQL server ready; `crm-saas up` does it by itself for its own."""

from __future__ import annotations

import click
import psycopg
from psycopg.conninfo import conninfo_to_dict

from crm_saas.config import SettingsError, load_settings
from crm_saas.kernel.bootstrap_sql import APP, OWNER, bootstrap_cluster, inspect_wall


@click.command()
def command() -> None:
    """Make logins, database and extensions on the server that CRM_DATABASE_URL names, and close what is open.

    Asks for the address of a superuser, so that it stands neither in a command line nor in the environment. Safe to
    repeat. Prints what the server does not let us close.
    """
    settings = load_settings()
    if settings.owner_database_url is None:
        raise SettingsError("CRM_OWNER_DATABASE_URL is not set")
    app, owner = conninfo_to_dict(settings.database_url), conninfo_to_dict(settings.owner_database_url)
    if (app.get("user"), owner.get("user")) != (APP, OWNER):
        raise SettingsError(f"CRM_DATABASE_URL signs in as {APP}, CRM_OWNER_DATABASE_URL as {OWNER}")
    superuser = click.prompt("Address of a superuser (postgresql://...)", hide_input=True)
    try:
        bootstrap_cluster(
            superuser,
            app_password=str(app.get("password", "")),
            owner_password=str(owner.get("password", "")),
            database=str(app.get("dbname")),
        )
        with psycopg.connect(settings.database_url) as connection:
            wall = inspect_wall(connection)
    except (psycopg.Error, ValueError) as error:
        raise click.ClickException(str(error).strip().splitlines()[0]) from None
    for weakness in wall.weaknesses:
        click.echo(f"weaker wall: {weakness}")
    click.echo("ready; next: crm-saas migrate")
