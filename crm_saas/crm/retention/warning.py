"""Telling the owners of records what a rule of retention will delete."""

from __future__ import annotations

from crm_saas.crm.notifications.kinds import RETENTION, Notice
from crm_saas.crm.notifications.telling import tell
from crm_saas.crm.records.registry import RecordType
from crm_saas.crm.retention.due import due_next, owners_of
from crm_saas.crm.retention.model import RetentionRule
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork


def warn(unit: UnitOfWork, rtype: RecordType, rule: RetentionRule) -> None:
    """Tell the owners of what goes at the rule's next run."""
    if rule.months is None or rule.next_run_at is None:
        return
    round_id = uuid7()
    on = rule.next_run_at.date().isoformat()
    owned = owners_of(unit, rtype, due_next(unit, rtype, rule))
    about = [(owner_id, {"count": count, "on": on}) for owner_id, count in sorted(owned.items())]
    tell(unit, [Notice(RETENTION, owner, round_id, None, rtype.name, about=told) for owner, told in about])
