"""What workers call. Every job may run twice, or at the same time as itself."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from crm_saas.kernel import jobs, uow
from crm_saas.kernel.sweeps import sweep
from crm_saas.tenants import counting, mailing, mirroring, outgoing, process, sessions, signup
from crm_saas.tenants.account import email_change, password, second_step

CONSUMERS: Final = (counting.count_records, mirroring.copy_changes)
"""Declared as consumers of events where they are defined; named here so that a worker imports them."""

ENDED_SESSIONS_KEPT: Final = timedelta(days=30)


def provision(tenant_id: str) -> bool:
    """Build one tenant; in the provisioner only."""
    return process.provisioner().provision(uuid.UUID(tenant_id))


@sweep("provision")
def sweep_provisioning() -> int:
    """Build every tenant that is still waiting; in the provisioner only."""
    return len(process.provisioner().sweep())


def deliver_mail(mail_id: str) -> bool:
    """Send one mail if it is still to be sent."""
    jobs.started("fast", outgoing.unique(mail_id))
    return mailing.deliver(uuid.UUID(mail_id), process.mailer(), process.links())


@sweep("fast")
def sweep_mail() -> int:
    """Ask for every mail that is due: new ones whose message was lost, and delayed ones; return how many."""
    with uow.control() as unit:
        waiting = mailing.due(unit)
    for mail_id in waiting:
        outgoing.ask(mail_id)  # a job for each: a slow server must not hold the sweep
    return len(waiting)


@sweep("fast", every=3600)
def sweep_ended() -> int:
    """Delete what has ended: old sessions, sign-ups nobody finished, mails given up."""
    with uow.control() as unit:
        return (
            sessions.forget_ended(unit, ENDED_SESSIONS_KEPT)
            + signup.forget_old(unit)
            + mailing.forget_given_up(unit)
            + password.forget_old(unit)
            + email_change.forget_old(unit)
            + second_step.forget_old(unit)
        )
