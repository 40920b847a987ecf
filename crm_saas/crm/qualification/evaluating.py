"""How far a record meets the criteria: each one's verdict, the score, and what is still in the way."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import select

from crm_saas.crm.qualification.model import QualificationCriterion, QualificationFinding, QualificationPolicy
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.holding import holding, workspace_context
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.errors import FieldError
from crm_saas.kernel.uow import UnitOfWork

MET, NOT_MET, UNKNOWN = "met", "not_met", "unknown"
VERDICTS: Final = (MET, NOT_MET, UNKNOWN)
Why = Literal["met", "not_met", "unknown", "no_evidence"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one record stands with one criterion."""

    criterion: QualificationCriterion
    why: Why
    finding: QualificationFinding | None

    @property
    def met(self) -> bool:
        """Whether it counts."""
        return self.why == MET


@dataclass(frozen=True, slots=True)
class Standings:
    """How one record stands with all of them."""

    policy: QualificationPolicy
    each: tuple[Standing, ...]

    @property
    def score(self) -> int:
        """The points of what is met."""
        return sum(standing.criterion.points for standing in self.each if standing.met)

    @property
    def total(self) -> int:
        """The points there are."""
        return sum(standing.criterion.points for standing in self.each)

    @property
    def threshold(self) -> int:
        """The least score; never more than there is, so that removing a criterion locks nobody out."""
        return min(self.policy.threshold, self.total)

    def faults(self, pointer: str) -> list[FieldError]:
        """Return what is in the way of qualifying, told at a pointer; nothing when it may be qualified."""
        found = [
            _missing(pointer, standing) for standing in self.each if standing.criterion.required and not standing.met
        ]
        if self.score < self.threshold:
            params = {"score": self.score, "threshold": self.threshold}
            detail = f"The score is {self.score}; at least {self.threshold} is needed."
            found.append(FieldError(pointer, "score_too_low", detail, params))
        return found


def _missing(pointer: str, standing: Standing) -> FieldError:
    criterion = standing.criterion
    english, chinese = criterion.name_en or criterion.name_zh, criterion.name_zh or criterion.name_en
    said: dict[Why, tuple[str, str]] = {
        "not_met": ("criterion_not_met", "is not met"),
        "unknown": ("criterion_unknown", "has not been assessed"),
        "no_evidence": ("criterion_no_evidence", "has no evidence"),
    }
    code, words = said[standing.why]
    params = {"criterion": str(criterion.id), "name_en": english, "name_zh": chinese}
    return FieldError(pointer, code, f"“{english}” {words}.", params)


def policy_of(unit: UnitOfWork, rtype: RecordType) -> QualificationPolicy:
    """Return what is demanded of records of a type."""
    return unit.session.get_one(QualificationPolicy, rtype.name)


def criteria(unit: UnitOfWork) -> list[QualificationCriterion]:
    """Return the criteria in their order."""
    order = (QualificationCriterion.position, QualificationCriterion.id)
    return list(unit.session.scalars(select(QualificationCriterion).order_by(*order)))


def standings(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, rows: Sequence[Mapping[str, Any]]
) -> dict[uuid.UUID, Standings]:
    """Return how records stand, by id; `rows` are their columns as they are, or would be, stored."""
    policy, asked = policy_of(unit, rtype), criteria(unit)
    by_filter = [each for each in asked if each.filter is not None]
    filters = [each.filter for each in by_filter]
    held = holding(unit, rtype, filters, workspace_context(unit, actor), rows) if filters else {}
    found = _findings(unit, [row["id"] for row in rows])
    told = {}
    for row in rows:
        record_id: uuid.UUID = row["id"]
        holds = dict(zip((each.id for each in by_filter), held.get(record_id, ()), strict=True))
        told[record_id] = Standings(
            policy,
            tuple(_standing(each, found.get((record_id, each.id)), holds=holds.get(each.id)) for each in asked),
        )
    return told


def _findings(
    unit: UnitOfWork, record_ids: Iterable[uuid.UUID]
) -> dict[tuple[uuid.UUID, uuid.UUID], QualificationFinding]:
    statement = select(QualificationFinding).where(QualificationFinding.record_id.in_(list(record_ids)))
    return {(each.record_id, each.criterion_id): each for each in unit.session.scalars(statement)}


def _standing(
    criterion: QualificationCriterion,
    finding: QualificationFinding | None,
    *,
    holds: bool | None,
) -> Standing:
    """Decide one criterion: by its filter, else by what was found out."""
    if criterion.filter is not None:
        return Standing(criterion, "met" if holds else "not_met", None)
    if finding is None or finding.verdict == UNKNOWN:
        return Standing(criterion, "unknown", finding)
    if finding.verdict == NOT_MET:
        return Standing(criterion, "not_met", finding)
    proved = finding.evidence_kind is not None or not criterion.evidence
    return Standing(criterion, "met" if proved else "no_evidence", finding)
