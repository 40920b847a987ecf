"""What becomes of the rules that name somebody who leaves."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select

from crm_saas.crm.assignment.assigning import NAMED, NOBODY
from crm_saas.crm.assignment.model import AssignmentMember, AssignmentPolicy, AssignmentRule
from crm_saas.kernel.uow import UnitOfWork


def named_by(unit: UnitOfWork, user_id: uuid.UUID) -> int:
    """Count the rules that give leads to a member alone, and the fallback if it is them."""
    rules = select(func.count()).select_from(AssignmentRule).where(AssignmentRule.member_id == user_id)
    policies = select(func.count()).select_from(AssignmentPolicy).where(AssignmentPolicy.fallback_id == user_id)
    return unit.connection.execute(rules).scalar_one() + unit.connection.execute(policies).scalar_one()


def hand_over(unit: UnitOfWork, user_id: uuid.UUID, to: Sequence[uuid.UUID]) -> None:
    """Let the first of the recipients stand where somebody stood who has left; with none, their rules are switched off.

    Their place in every turn and their capacity are forgotten.
    """
    heir = to[0] if to else None
    for policy in unit.session.scalars(select(AssignmentPolicy).with_for_update()):
        if policy.fallback_id == user_id:
            policy.fallback, policy.fallback_id = (NAMED, heir) if heir else (NOBODY, None)
            policy.version += 1
    for rule in unit.session.scalars(select(AssignmentRule), execution_options={"populate_existing": True}):
        rule.turns = {member: turn for member, turn in rule.turns.items() if member != str(user_id)}
        if rule.member_id == user_id:
            rule.member_id = heir or user_id
            rule.active = rule.active and heir is not None
            rule.version += 1
    own = unit.session.get(AssignmentMember, user_id)
    if own is not None:
        unit.session.delete(own)
    unit.session.flush()
