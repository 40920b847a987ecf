"""`crm-saas prepare`: make an operator's own PostgreSQL server ready; `crm-saas up` does it by itself for its own."""

from __future__ import annotations

import click
import psycopg
from psycopg.conninfo import conninfo_to_dict

from crm_saas.config import SettingsError, load_settings
from crm_saas.kernel.bootstrap_sql import APP, OWNER, bootstrap_cluster, inspect_wall
from crm_saas.kernel.directory import DEFAULT_NODE


@click.command()
@click.option("--node", "node_id", default=DEFAULT_NODE, help="A node that CRM_NODES and CRM_OWNER_NODES name.")
def command(node_id: str) -> None:
    """Make logins, database and extensions on the server that CRM_DATABASE_URL names, and close what is open.

    Asks for the address of a superuser, so that it stands neither in a command line nor in the environment. Safe to
    repeat. Prints what the server does not let us close.
    """
    settings = load_settings()
    app_url = settings.database_url if node_id == DEFAULT_NODE else settings.nodes.get(node_id)
    owner_url = settings.owner_database_url if node_id == DEFAULT_NODE else settings.owner_nodes.get(node_id)
    if owner_url is None or app_url is None:
        where = "CRM_OWNER_DATABASE_URL is" if node_id == DEFAULT_NODE else "CRM_NODES and CRM_OWNER_NODES are"
        raise SettingsError(f"{where} not set" + ("" if node_id == DEFAULT_NODE else f" for {node_id}"))
    app, owner = conninfo_to_dict(app_url), conninfo_to_dict(owner_url)
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
        with psycopg.connect(app_url) as connection:
            wall = inspect_wall(connection)
    except (psycopg.Error, ValueError) as error:
        raise click.ClickException(str(error).strip().splitlines()[0]) from None
    for weakness in wall.weaknesses:
        click.echo(f"weaker wall: {weakness}")
    click.echo("ready; next: crm-saas " + ("migrate" if node_id == DEFAULT_NODE else f"nodes add {node_id}"))
