"""What workers do about retention: delete what is due, and erase what the log knows once nobody can bring it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import crm_saas.crm.catalogue  # noqa: F401 - a worker needs the record types
from crm_saas.crm.erasure.erasing import owner_steps
from crm_saas.crm.retention import carrying_out
from crm_saas.kernel.rounds import in_each_tenant
from crm_saas.kernel.sweeps import sweep
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import process
from crm_saas.tenants.keeping import tasks
from crm_saas.tenants.keeping.tasks import Run, handler

KIND: Final = "retain"
HOURLY: Final = int(timedelta(hours=1).total_seconds())


@handler(KIND)
def work(run: Run) -> dict[str, Any]:
    """Erase in one workspace what is kept no longer."""
    run.note("erasing")
    return carrying_out.erase_due(owner_steps(process.owners()[run.node_id], run.workspace_id))


HANDLERS: Final = (work,)


@sweep("bulk", every=HOURLY)
def sweep_due() -> int:
    """Begin the deletions that are due in every workspace; returns how many."""
    return sum(in_each_tenant(carrying_out.run_due))


@sweep("keep", every=HOURLY)
def sweep_over() -> int:
    """Ask for the erasure of what is kept no longer; returns in how many workspaces."""
    return sum(in_each_tenant(_ask))


def _ask(unit: UnitOfWork) -> int:
    if not carrying_out.is_something_to_erase(unit):
        return 0
    unit.on_commit(tasks.want, KIND, unit.workspace_id)
    return 1
