"""`crm-saas demo`: the account and the workspace that the embedded default shows."""

from __future__ import annotations

import click

from crm_saas.config import load_settings
from crm_saas.kernel import uow
from crm_saas.kernel.directory import ACTIVE, Placement
from crm_saas.tenants import demo, process


@click.command()
def command() -> None:
    """Make the demo account and its workspace, once."""
    settings = load_settings()
    if settings.environment == "production":
        raise click.ClickException("no demo account in production: its password is public")
    process.configure(settings, application="crm-demo")
    with uow.control() as unit:
        workspace_id = demo.ensure(unit)
    if settings.owner_database_url is not None:
        process.provisioner().provision(workspace_id)
    with uow.control() as unit:
        state = unit.session.get_one(Placement, workspace_id).state
    if state != ACTIVE:
        raise click.ClickException("the demo workspace waits for the provisioner (CRM_OWNER_DATABASE_URL is not set)")
    click.echo(f"demo workspace {workspace_id}: sign in as {demo.EMAIL} with {demo.PASSWORD}")
