"""`crm-saas tenants`: look at workspaces and build those that are not there yet."""

from __future__ import annotations

import uuid

import click
from sqlalchemy import select, update

from crm_saas.config import SettingsError, load_settings
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import FAILED, PROVISIONING, Placement
from crm_saas.tenants import process
from crm_saas.tenants.models import TenantVersion, Workspace


@click.group()
def command() -> None:
    """Look at workspaces and build those that are not there yet."""
    process.configure(load_settings(), application="crm-command")


@command.command("list")
@click.option("--state", type=click.Choice(["provisioning", "active", "failed"]), help="Only those in this state.")
def list_tenants(state: str | None) -> None:
    """One line for each workspace: id, slug, node, state, revision, and what went wrong."""
    query = (
        select(
            Workspace.id, Workspace.slug, Placement.node_id, Placement.state, Placement.error, TenantVersion.revision
        )
        .join(Placement, Placement.tenant_id == Workspace.id)
        .outerjoin(TenantVersion, TenantVersion.tenant_id == Workspace.id)
        .order_by(Workspace.id)
    )
    if state is not None:
        query = query.where(Placement.state == state)
    with uow.control() as unit:
        for row in unit.connection.execute(query):
            line = f"{row.id}  {row.slug:<30}  {row.node_id:<10}  {row.state:<12}  {row.revision or '-':<8}"
            click.echo(f"{line}  {row.error}" if row.error else line.rstrip())


@command.command("provision")
@click.argument("tenant_id", type=click.UUID, required=False)
def provision(tenant_id: uuid.UUID | None) -> None:
    """Build TENANT_ID, or every workspace that waits; one that was given up is tried again when it is named."""
    try:
        provisioner = process.provisioner()
    except RuntimeError as error:
        raise SettingsError(str(error)) from None
    if tenant_id is None:
        click.echo(f"{len(provisioner.sweep())} built")
        return
    with uow.control() as unit:
        unit.connection.execute(
            update(Placement)
            .where(Placement.tenant_id == tenant_id, Placement.state == FAILED)
            .values(state=PROVISIONING, error=None, changed_at=now())
        )
    if not provisioner.provision(tenant_id):
        raise click.ClickException(f"{tenant_id} does not wait to be built")
    click.echo(f"{tenant_id} is active")
