"""What was found out about a record: a verdict on each criterion, with the evidence for it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from crm_saas.crm.qualification.evaluating import MET, UNKNOWN, VERDICTS
from crm_saas.crm.qualification.model import QualificationCriterion, QualificationFinding
from crm_saas.crm.records import log
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.kinds import KINDS, Context, ValueProblem
from crm_saas.crm.records.periods import today_in
from crm_saas.crm.records.policy import Held, require_on
from crm_saas.crm.records.registry import RecordType
from crm_saas.crm.records.service import locked
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import Conflict, NotFound
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.fields import Fields, ValueFault, one_of, sure

EVIDENCE: Final = ("letter", "survey", "visit", "call", "email", "other")
LONGEST_NOTE: Final = 5_000
MEMBERS: Final = ("verdict", "evidence_kind", "evidence_on", "note")


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody found out; everything is clean."""

    verdict: str
    evidence_kind: str | None
    evidence_on: date | None
    note: str

    @classmethod
    def of(cls, found: QualificationFinding | None) -> Draft:
        """Return what is stored."""
        if found is None:
            return NOTHING
        return cls(found.verdict, found.evidence_kind, found.evidence_on, found.note)

    def told(self) -> dict[str, Any]:
        """Return what the log tells of it: not its note."""
        on = None if self.evidence_on is None else self.evidence_on.isoformat()
        return {"verdict": self.verdict, "evidence_kind": self.evidence_kind, "evidence_on": on}


NOTHING: Final = Draft(UNKNOWN, None, None, "")


def read(actor: Actor, criterion: QualificationCriterion, document: object) -> Draft:
    """Read what a caller found out about a criterion; `Invalid` with a pointer for every fault."""
    fields = Fields(document, MEMBERS)
    verdict = fields.text("verdict", one_of(*VERDICTS))
    kind = fields.optional("evidence_kind", one_of(*EVIDENCE))
    on = fields.optional("evidence_on", lambda text: _past_day(actor, text))
    note = fields.optional("note", _note)
    if kind is None and not fields.is_faulty("evidence_kind") and (on or (verdict == MET and criterion.evidence)):
        fields.fault("evidence_kind", ValueFault("evidence_required", "Say what shows it."))
    fields.check()
    return Draft(sure(verdict), kind, on, note or "")


def _note(text: str) -> str:
    try:
        return KINDS["long_text"].parse(text, Context(max_length=LONGEST_NOTE)) or ""
    except ValueProblem as problem:
        raise ValueFault(problem.code, problem.detail, **problem.params) from None


def _past_day(actor: Actor, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueFault("invalid_date", "Not a date.") from None
    if day > today_in(actor.timezone, now()):
        raise ValueFault("in_the_future", "Evidence is of today or earlier.")
    return day


def note_down(
    unit: UnitOfWork,
    actor: Actor,
    rtype: RecordType,
    record_id: uuid.UUID,
    document: object,
    *,
    criterion_id: uuid.UUID,
) -> None:
    """Keep what was found out about a criterion, in the place of what was there; the record's history tells of it.

    Raises `NotFound`, `Forbidden`, `Invalid`, and `Conflict` for a criterion that a filter decides.
    """
    record = locked(unit, rtype, record_id, actor=actor)
    require_on(actor, rtype, "update", Held.of(rtype, record))
    criterion = unit.session.get(QualificationCriterion, criterion_id, with_for_update={"read": True})
    if criterion is None:
        raise NotFound
    if criterion.filter is not None:
        raise Conflict("What the record holds decides this criterion.", code="decided_by_filter")
    draft = read(actor, criterion, document)
    found = unit.session.scalars(
        select(QualificationFinding)
        .where(QualificationFinding.record_id == record_id, QualificationFinding.criterion_id == criterion_id)
        .with_for_update()
    ).one_or_none()
    before = Draft.of(found)
    if draft == before:
        return
    if draft == NOTHING:
        unit.session.delete(found)
    else:
        found = found or _new(unit, rtype, record_id, criterion_id)
        found.verdict, found.evidence_kind, found.evidence_on = draft.verdict, draft.evidence_kind, draft.evidence_on
        found.note, found.found_by_id, found.found_at = draft.note, actor.user_id, now()
        found.version += 1
    unit.session.flush()
    name = {"criterion": str(criterion.id), "name_en": criterion.name_en, "name_zh": criterion.name_zh}
    changes = {"finding": (name | before.told(), name | draft.told())}
    log.write(unit, actor, rtype, "assessed", record_id, version=record.version, changes=changes)


def _new(unit: UnitOfWork, rtype: RecordType, record_id: uuid.UUID, criterion_id: uuid.UUID) -> QualificationFinding:
    found = QualificationFinding(
        id=uuid7(), record_type=rtype.name, record_id=record_id, criterion_id=criterion_id, version=0
    )
    unit.session.add(found)
    return found
