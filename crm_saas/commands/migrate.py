"""`crm-saas migrate`: bring both planes to a revision, and say who is where."""

from __future__ import annotations

from typing import Literal

import click
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from crm_saas.config import SettingsError, load_settings
from crm_saas.kernel.db import make_owner_engine
from crm_saas.kernel.directory import DEFAULT_NODE
from crm_saas.kernel.migrate import HEAD
from crm_saas.tenants import fleet


@click.command()
@click.option("--plane", type=click.Choice(["all", "control", "tenant"]), default="all", help="Which plane to migrate.")
@click.option("--to", "target", default=HEAD, metavar="REVISION", help="With --plane: a revision, `base` or `head`.")
@click.option("--workers", type=click.IntRange(1, 32), default=4, help="Processes that migrate tenants in parallel.")
@click.option("--report", "only_report", is_flag=True, help="Change nothing; say who is at which revision.")
def command(plane: Literal["all", "control", "tenant"], target: str, workers: int, *, only_report: bool) -> None:
    """Migrate the control plane, then every tenant.

    A tenant that fails is named and does not stop the others; run it again to go on. Exits with 1 if one failed.
    """
    if plane == "all" and target != HEAD:
        raise click.UsageError("the planes have histories of their own: say which with --plane")
    settings = load_settings()
    url = settings.owner_database_url
    if url is None:
        raise SettingsError("not set: CRM_OWNER_DATABASE_URL (only the owner of the schemas migrates)")
    owner = make_owner_engine(url)
    try:
        failed = (
            [] if only_report else _migrate(owner, {DEFAULT_NODE: url, **settings.owner_nodes}, plane, target, workers)
        )
        _print(fleet.report(owner))
    except OperationalError as error:
        raise click.ClickException(str(error.orig).strip().splitlines()[-1]) from None
    if failed:
        raise click.ClickException(f"{len(failed)} of the tenants failed; run `crm-saas migrate` again to go on")


def _migrate(owner: Engine, urls: dict[str, str], plane: str, target: str, workers: int) -> list[fleet.Outcome]:
    if plane != "tenant":
        click.echo(f"control plane at {fleet.migrate_control(owner, target)}")
    if plane == "control":
        return []
    tenants = fleet.behind(owner, target)
    failed = []
    for number, outcome in enumerate(fleet.migrate_tenants(urls, tenants, target, workers=workers), 1):
        if outcome.error:
            failed.append(outcome)
            click.echo(f"tenant {outcome.tenant_id} failed: {outcome.error}", err=True)
        if number % 100 == 0 or number == len(tenants):
            click.echo(f"{number} of {len(tenants)} tenants")
    return failed


def _print(report: fleet.Report) -> None:
    click.echo(f"{'plane':<10}{'revision':<14}{'newest':<14}tenants")
    click.echo(f"{'control':<10}{report.control or '-':<14}{report.control_head:<14}")
    for revision, count in sorted(report.revisions.items(), key=lambda item: item[0] or ""):
        click.echo(f"{'tenant':<10}{revision or '-':<14}{report.tenant_head:<14}{count}")
    for state, count in sorted(report.not_active.items()):
        click.echo(f"{'tenant':<10}{state:<28}{count}")
    for outcome in report.failed:
        click.echo(f"failed: {outcome.tenant_id} at {outcome.revision or '-'}: {outcome.error}")
