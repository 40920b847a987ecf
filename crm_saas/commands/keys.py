"""`crm-saas keys`: the keys that seal secrets in the database."""

from __future__ import annotations

import base64
import os

import click

import crm_saas.models  # noqa: F401 - every model says here what it seals
from crm_saas.config import load_settings
from crm_saas.kernel import crypto, uow
from crm_saas.kernel.clock import now
from crm_saas.tenants import process

BATCH = 200


@click.group()
def command() -> None:
    """Make, list and rotate the keys that seal secrets in the database."""


@command.command("new")
def new() -> None:
    """Print a new key, as it goes in front of the others in CRM_ENCRYPTION_KEYS."""
    click.echo(f"k{now():%Y%m%d}:{base64.b64encode(os.urandom(crypto.KEY_BYTES)).decode()}")


@command.command("list")
def list_keys() -> None:
    """One line for each key: its id, what it does, and how many rows it sealed; keys that are missing, too."""
    process.configure(load_settings(), application="crm-command")
    ring = process.keys()
    with uow.control() as unit:
        used = crypto.usage(unit)
    for key_id in [*ring.ids, *sorted({name for _, name in used} - set(ring.ids))]:
        rows = sum(count for (_, name), count in used.items() if name == key_id)
        role = "MISSING" if key_id not in ring.ids else "seals" if key_id == ring.current else "opens"
        click.echo(f"{key_id:<32}  {role:<8}  {rows} rows")


@command.command("rotate")
def rotate() -> None:
    """Seal every row anew with the first key, in short units; may be stopped and repeated."""
    process.configure(load_settings(), application="crm-command")
    ring = process.keys()
    for column in crypto.SEALED_COLUMNS:
        done = 0
        while True:
            with uow.control() as unit:
                some = crypto.reseal(unit, column, ring, limit=BATCH)
            done += some
            if some == 0:
                break
        click.echo(f"{column.purpose}: {done} sealed anew with {ring.current}")
