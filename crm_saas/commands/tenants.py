"""`crm-saas tenants`: look at workspaces, build those that are not there yet, keep and restore what is in them."""

from __future__ import annotations

import uuid

import click
from sqlalchemy import select, update

from crm_saas.commands import _keeping
from crm_saas.config import SettingsError, load_settings
from crm_saas.crm.search.reindex import reindex
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import FAILED, PROVISIONING, Placement, active_tenants
from crm_saas.tenants import process
from crm_saas.tenants.keeping import backups as kept
from crm_saas.tenants.keeping.model import Closing
from crm_saas.tenants.keeping.move import AT_MOST_SECONDS
from crm_saas.tenants.keeping.purge import leftovers
from crm_saas.tenants.models import TenantVersion, Workspace


@click.group()
def command() -> None:
    """Look at workspaces, build those that are not there yet, back them up and restore them."""
    process.configure(load_settings(), application="crm-command")


@command.command("list")
@click.option(
    "--state",
    type=click.Choice(["provisioning", "active", "failed", "closed", "purging", "moving"]),
    help="Only those in this state.",
)
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


@command.command("move")
@click.argument("tenant")
@click.argument("node_id")
@click.option(
    "--at-most", type=click.IntRange(1), default=AT_MOST_SECONDS, show_default=True, help="Seconds without writes."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def move(tenant: str, node_id: str, at_most: int, *, yes: bool) -> None:
    """Move TENANT (id or slug) to another node; it can be read all the time and not be changed for a moment."""
    tenant_id = _keeping.existing(tenant)
    source = _keeping.node_of(tenant_id)
    if node_id not in uow.directory().node_ids:
        raise click.ClickException(f"no node {node_id} in CRM_NODES")
    if source == node_id:
        raise click.ClickException(f"{tenant} is there already")
    if not yes:
        click.confirm(f"Move {tenant} from {source} to {node_id}?", abort=True)
    done = _keeping.do("move", tenant_id, {"from": source, "to": node_id, "at_most": at_most})
    click.echo(f"{done['rows']} rows moved to {node_id}; writes were refused for {done['refused_seconds']} s")


@command.command("purge")
@click.argument("tenant_id", type=click.UUID)
@click.option("--now", "at_once", is_flag=True, help="Do not wait for the end of the grace period.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(tenant_id: uuid.UUID, *, at_once: bool, yes: bool) -> None:
    """Delete a workspace that its owner has closed: schema, role, files, backups, queue, control rows."""
    if not yes:
        click.confirm(f"Delete {tenant_id} for good, its backups included?", abort=True)
    if at_once:
        with uow.control() as unit:
            unit.connection.execute(update(Closing).where(Closing.workspace_id == tenant_id).values(purge_at=now()))
    _keeping.do("purge", tenant_id, {"node": _keeping.node_of(tenant_id)})
    click.echo(f"{tenant_id} is gone")


@command.command("prove-empty")
@click.argument("tenant_id", type=click.UUID)
@click.option("--word", "words", multiple=True, help="A word only this workspace used, to look for as well.")
def prove_empty(tenant_id: uuid.UUID, words: tuple[str, ...]) -> None:
    """Look for traces of TENANT_ID: catalogue and roles of every node, files, backups, Redis, control plane."""
    found = leftovers(tenant_id, words)
    for line in found:
        click.echo(line)
    if found:
        raise click.ClickException(f"{len(found)} traces of {tenant_id}")
    click.echo(f"nothing of {tenant_id} is left")


@command.command("backup")
@click.argument("tenant", required=False)
@click.option("--all", "every", is_flag=True, help="Every active workspace, one after the other.")
def backup(tenant: str | None, *, every: bool) -> None:
    """Back up TENANT (id or slug) into the backup folder, and test the backup by restoring it."""
    if (tenant is None) == (not every):
        raise click.UsageError("name a workspace, or say --all")
    if every:
        with uow.control() as unit:
            wanted = active_tenants(unit.connection, uow.directory().node_ids, uuid.UUID(int=0))
        ids = [tenant_id for tenant_id, _ in wanted]
    else:
        ids = [_keeping.existing(str(tenant))]
    for tenant_id in ids:
        done = _keeping.do("backup", tenant_id, {"reason": kept.ASKED})
        click.echo(
            f"{tenant_id}: {done['rows']} rows, {done['files']} files in {done['seconds']} s: {done['backup_id']}"
        )


@command.command("backups")
@click.argument("tenant")
def backups(tenant: str) -> None:
    """List the backups of TENANT (id or slug), the newest first."""
    tenant_id = _keeping.existing(tenant)
    kept.adopt_folders(tenant_id)
    with uow.control() as unit:
        for each in kept.of_workspace(unit, tenant_id):
            click.echo(_keeping.line(each))


@command.command("reindex-search")
@click.argument("tenant", required=False)
@click.option("--all", "every", is_flag=True, help="Every active workspace, one after the other.")
def reindex_search(tenant: str | None, *, every: bool) -> None:
    """Make the search tokens and the words of TENANT (id or slug) again, in short units, while it is in use."""
    if (tenant is None) == (not every):
        raise click.UsageError("name a workspace, or say --all")
    if every:
        with uow.control() as unit:
            found = active_tenants(unit.connection, uow.directory().node_ids, uuid.UUID(int=0))
        wanted = [tenant_id for tenant_id, _ in found]
    else:
        wanted = [_keeping.existing(str(tenant))]
    for tenant_id in wanted:
        looked = written = 0
        for records, changed in reindex(tenant_id):
            looked, written = looked + records, written + changed
        click.echo(f"{tenant_id}: {looked} records, tokens of {written} made again")


@command.command("restore")
@click.argument("tenant")
@click.argument("backup_id", type=click.UUID, required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(tenant: str, backup_id: uuid.UUID | None, *, yes: bool) -> None:
    """Put BACKUP_ID (the newest if not named) in the place of what TENANT (id or slug) holds now.

    What is there now is backed up first; it also stays for a week as a schema beside the new one.
    """
    tenant_id = _keeping.existing(tenant)
    wanted = _keeping.newest(tenant_id, backup_id)
    if not yes:
        click.confirm(f"Replace what {tenant} holds now by backup {wanted}?", abort=True)
    done = _keeping.do("restore", tenant_id, {"backup_id": str(wanted)})
    click.echo(f"{done['rows']} rows, {done['files']} files restored in {done['restore_seconds']} s")
    click.echo(f"what was there: backup {done['safety_backup_id']}")
