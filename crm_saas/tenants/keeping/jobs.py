"""What the `keep` worker calls."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Final

from crm_saas.kernel import jobs
from crm_saas.kernel.sweeps import sweep
from crm_saas.tenants import process
from crm_saas.tenants.keeping import backups, closing, move, purge, tasks

HANDLERS: Final = (backups.make, backups.bring_back, purge.purge, move.move)
"""Declared as handlers where they are defined; named here so that a worker imports them."""
NIGHTLY_EVERY: Final = int(timedelta(minutes=5).total_seconds())


def work(task_id: str) -> bool:
    """Do a task; the entry for RQ. A failed attempt is left to the sweep: RQ would repeat it at once."""
    jobs.started("keep", tasks.unique(task_id))
    try:
        return tasks.work(uuid.UUID(task_id))
    except Exception:  # noqa: BLE001 - it is in the log and in the task's row
        return False


@sweep("keep")
def sweep_tasks() -> int:
    """Wake a worker for every task that nobody is at: its message was lost, or its worker was killed."""
    waiting = tasks.waiting()
    for task_id in waiting:
        tasks.hint(task_id)
    return len(waiting)


@sweep("keep", every=NIGHTLY_EVERY)
def sweep_nightly() -> int:
    """Ask for the backups that are due."""
    settings = process.settings()
    return backups.ask_nightly(settings.backup_hour) if settings.backup_nightly else 0


@sweep("keep", every=NIGHTLY_EVERY)
def sweep_closed() -> int:
    """Ask for the purge of closed workspaces whose grace period is over."""
    return closing.ask_due()


@sweep("keep", every=3600)
def sweep_kept() -> int:
    """Remove what was kept long enough: backups, replaced schemas, the notes of tasks."""
    return backups.thin_out(process.settings().backup_keep) + backups.drop_replaced() + tasks.forget_old()
