"""`crm-saas users`: what an operator does for somebody who cannot help themselves."""

from __future__ import annotations

import uuid

import click
from sqlalchemy import select

from crm_saas.config import load_settings
from crm_saas.kernel import uow
from crm_saas.tenants import journal, process, sessions
from crm_saas.tenants.account import two_factor
from crm_saas.tenants.identity import email_key
from crm_saas.tenants.models import User


@click.group()
def command() -> None:
    """Sign people out, or turn off a second factor that is lost. Make sure of who asks before you do."""
    process.configure(load_settings(), application="crm-command")


@command.command("sign-out")
@click.argument("email")
def sign_out(email: str) -> None:
    """End every session of the person with this address."""
    with uow.control() as unit:
        user_id = _existing(unit, email)
        ended = sessions.end_all(unit, user_id)
        journal.record(unit, "user.sessions_ended", user_id=user_id, data={"ended": ended, "by": "operator"})
    click.echo(f"{ended} sessions ended")


@command.command("two-factor-off")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
def two_factor_off(email: str, *, yes: bool) -> None:
    """Turn off the second factor of somebody who lost phone and recovery codes; they hear of it by mail."""
    if not yes:
        click.confirm(f"Are you sure that it is {email} who asks?", abort=True)
    with uow.control() as unit:
        user_id = _existing(unit, email)
        two_factor.turn_off(unit, user_id)
        sessions.end_all(unit, user_id)
    click.echo("two-factor sign-in is off, every session ended")


def _existing(unit: uow.UnitOfWork, email: str) -> uuid.UUID:
    found = unit.connection.execute(select(User.id).where(User.email_key == email_key(email))).scalar_one_or_none()
    if found is None:
        raise click.ClickException("nobody has this address")
    return found
