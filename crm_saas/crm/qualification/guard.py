"""What stands between a lead and its qualification, whatever door it comes through."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final

from crm_saas.crm.qualification.evaluating import standings
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.guards import Step
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.errors import FieldError
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.roles import CONFIRM

STATUS, QUALIFIED = "status", "qualified"
STATE, REASON = "qualification_state", "qualification_reason"
WAITING, SENT_BACK = "waiting", "sent_back"
PENDING: Final = (STATE, REASON)
"""The fields that say what a lead waits for."""
_AT: Final = f"/{STATUS}"


def refusals(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, steps: Sequence[Step]
) -> dict[uuid.UUID, list[FieldError]]:
    """Return why records may not be qualified: criteria that are not met, a low score, a manager to ask."""
    told = standings(unit, actor, rtype, [step.row(rtype) for step in steps])
    found = {}
    for record_id, standing in told.items():
        faults = standing.faults(_AT)
        if standing.policy.confirm and CONFIRM not in actor.powers:
            detail = "Somebody who confirms qualifications has to agree; ask for it."
            faults.append(FieldError(_AT, "confirmation_needed", detail))
        if faults:
            found[record_id] = faults
    return found
