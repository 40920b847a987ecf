"""`crm-saas demo`: the account and the workspace that the embedded default shows."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
from sqlalchemy import select

from crm_saas.config import load_settings
from crm_saas.crm.imports import intake, jobs, service
from crm_saas.crm.imports.model import Import
from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records.actor import Actor, load_actor
from crm_saas.kernel import uow
from crm_saas.kernel.directory import ACTIVE, Placement
from crm_saas.tenants import demo, process
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.roles import OWNER


@click.command()
def command() -> None:
    """Make the demo account and its workspace with sample leads, once."""
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
    _load_sample(workspace_id)
    click.echo(f"demo workspace {workspace_id}: sign in as {demo.EMAIL} with {demo.PASSWORD}")


def _load_sample(workspace_id: uuid.UUID) -> None:
    """Import the sample leads, once; the import stays in the workspace's list and can be undone there."""

    @contextmanager
    def opened() -> Iterator[_AtWork]:
        with uow.tenant(workspace_id) as unit:
            owner = unit.session.scalars(select(Member.user_id).where(Member.role == OWNER)).first()
            if owner is None:
                raise click.ClickException("the demo workspace has no owner")
            yield _AtWork(unit, load_actor(unit, owner, "ui"))

    with uow.tenant(workspace_id) as unit:
        if intake.has_any(unit):
            return
    run = intake.start_sample(opened, LEAD)
    while True:
        jobs.work(str(workspace_id), str(run.id))
        with uow.tenant(workspace_id) as unit:
            if unit.session.get_one(Import, run.id).state not in service.AT_WORK:
                return


@dataclass(frozen=True)
class _AtWork:
    unit: uow.UnitOfWork
    actor: Actor
