"""Telling the owners of records what a rule of retention will delete."""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, func, select

from crm_saas.crm.notifications.kinds import RETENTION, Notice
from crm_saas.crm.notifications.telling import tell
from crm_saas.crm.records.policy import OWNER_FIELD
from crm_saas.crm.records.registry import RecordType
from crm_saas.crm.retention.due import due_next
from crm_saas.crm.retention.model import RetentionRule
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork


def warn(unit: UnitOfWork, rtype: RecordType, rule: RetentionRule) -> None:
    """Tell the owners of what goes at the rule's next run."""
    if rule.months is None or rule.next_run_at is None:
        return
    round_id = uuid7()
    about = {"at": rule.next_run_at.isoformat()}
    owned = _owners(unit, rtype, due_next(unit, rtype, rule))
    notices = (
        Notice(RETENTION, owner_id, round_id, None, rtype.name, about=about, count=count)
        for owner_id, count in owned.items()
    )
    tell(unit, notices)


def _owners(unit: UnitOfWork, rtype: RecordType, condition: ColumnElement[bool]) -> dict[uuid.UUID, int]:
    """Count records by their owner; those without one are left out."""
    if OWNER_FIELD not in rtype.by_name:
        return {}
    owner = rtype.table.c[OWNER_FIELD]
    statement = select(owner, func.count()).where(condition, owner.is_not(None)).group_by(owner)
    return {row[0]: row[1] for row in unit.connection.execute(statement)}
