"""`crm-saas nodes`: the database nodes of the deployment."""

from __future__ import annotations

import click
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from crm_saas.config import SettingsError, load_settings
from crm_saas.kernel import uow
from crm_saas.kernel.bootstrap_sql import EXTENSIONS
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import Node, Placement
from crm_saas.tenants import process


@click.group()
def command() -> None:
    """Look at the database nodes, add one, say whether it takes new workspaces."""
    process.configure(load_settings(), application="crm-command")


@command.command("list")
def list_nodes() -> None:
    """One line for each node: id, workspaces, whether it takes new ones, whether it answers."""
    with uow.control() as unit:
        rows = unit.connection.execute(
            select(Node.id, Node.accepts_new, func.count(Placement.tenant_id))
            .outerjoin(Placement, Placement.node_id == Node.id)
            .group_by(Node.id)
            .order_by(Node.id)
        ).all()
    for node_id, accepts_new, tenants in rows:
        new = "takes new ones" if accepts_new else "full"
        click.echo(f"{node_id:<16}  {tenants:>6} workspaces  {new:<14}  {why_not(node_id) or 'answers'}")


@command.command("add")
@click.argument("node_id")
@click.option("--full", is_flag=True, help="It takes no new workspaces yet; they can be moved there.")
def add(node_id: str, *, full: bool) -> None:
    """Add NODE_ID, which CRM_NODES and CRM_OWNER_NODES name and `crm-saas prepare --node` has prepared."""
    if reason := why_not(node_id):
        raise click.ClickException(f"{node_id}: {reason}")
    with uow.control() as unit:
        if unit.session.get(Node, node_id) is not None:
            raise click.ClickException(f"{node_id} is there already")
        unit.session.add(Node(id=node_id, accepts_new=not full, created_at=now()))
    click.echo(f"{node_id} is added")


@command.command("set")
@click.argument("node_id")
@click.option("--full/--roomy", required=True, help="Whether it takes no new workspaces, or does.")
def change(node_id: str, *, full: bool) -> None:
    """Say whether NODE_ID takes new workspaces."""
    with uow.control() as unit:
        found = unit.connection.execute(
            update(Node).where(Node.id == node_id).values(accepts_new=not full).returning(Node.id)
        ).first()
    if found is None:
        raise click.ClickException(f"no node {node_id}")
    click.echo(f"{node_id} is {'full' if full else 'roomy'}")


def why_not(node_id: str) -> str | None:
    """Return why workspaces could not live on a node; None if they can."""
    try:
        owners = process.owners()
    except RuntimeError as error:
        raise SettingsError(str(error)) from None
    if node_id not in owners or node_id not in uow.directory().node_ids:
        return "not in CRM_NODES and CRM_OWNER_NODES"
    try:
        with owners[node_id].connect() as connection:
            there = set(connection.execute(text("SELECT extname FROM pg_extension")).scalars())
        uow.directory().node_engine(node_id).connect().close()  # as crm_app; nothing is asked
    except DBAPIError as error:
        return f"does not answer: {str(getattr(error, 'orig', error)).strip().splitlines()[-1]}"
    missing = sorted(set(EXTENSIONS) - there)
    return f"not prepared, extensions are missing: {', '.join(missing)}" if missing else None
