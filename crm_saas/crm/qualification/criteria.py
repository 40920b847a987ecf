"""What a workspace demands of its leads, as its settings say it: criteria, a threshold, whether somebody confirms."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import delete, func, select

from crm_saas.crm.qualification.evaluating import criteria, policy_of
from crm_saas.crm.qualification.model import QualificationCriterion, QualificationFinding, QualificationPolicy
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.filters import leaves_of, read_filter
from crm_saas.crm.records.policy import hidden
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import FieldError, Invalid, NotFound, QuotaExceeded, require_version
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.fields import Fields, ValueFault, as_it_is, each_once, flag, plain_line, whole_number
from crm_saas.tenants.roles import WORKSPACE

MOST_CRITERIA: Final = 30
MOST_POINTS: Final = 1_000
LONGEST_NAME: Final = 100
LONGEST_HELP: Final = 500
MEMBERS: Final = ("name_en", "name_zh", "help_en", "help_zh", "filter", "required", "points", "evidence")
SILENT: Final[dict[str, Any]] = {
    "name_en": "", "name_zh": "", "help_en": "", "help_zh": "", "filter": None, "required": False, "points": 0,
    "evidence": False,
}  # fmt: skip
"""A new criterion where its body is silent."""
Document = dict[str, Any]


def settings(unit: UnitOfWork, actor: Actor, rtype: RecordType) -> Document:
    """Return what is demanded, for everybody to read."""
    policy = policy_of(unit, rtype)
    asked = criteria(unit)
    return {**policy_json(policy), "criteria": [criterion_json(actor, rtype, each) for each in asked]}


def change_policy(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, document: object, *, version: int
) -> QualificationPolicy:
    """Change the threshold and whether somebody confirms. Leads that wait are decided by what is then demanded."""
    actor.require_power(WORKSPACE)
    policy = unit.session.get_one(QualificationPolicy, rtype.name, with_for_update=True)
    require_version(policy.version, version)
    fields = Fields(document, ("threshold", "confirm"))
    most = sum(each.points for each in criteria(unit))
    threshold = fields.value("threshold", whole_number(0, most)) if "threshold" in fields else None
    confirm = fields.value("confirm", flag) if "confirm" in fields else None
    fields.check()
    before = (policy.threshold, policy.confirm)
    policy.threshold = policy.threshold if threshold is None else threshold
    policy.confirm = policy.confirm if confirm is None else confirm
    if (policy.threshold, policy.confirm) != before:
        policy.version += 1
    unit.session.flush()
    return policy


def add(unit: UnitOfWork, actor: Actor, rtype: RecordType, document: object) -> QualificationCriterion:
    """Add a criterion at the end; raises `Invalid`, and `QuotaExceeded` when there are 30."""
    actor.require_power(WORKSPACE)
    given = _read(actor, rtype, document, SILENT)
    _hold(unit, rtype)
    used = unit.connection.execute(select(func.count()).select_from(QualificationCriterion)).scalar_one()
    if used >= MOST_CRITERIA:
        raise QuotaExceeded("No more criteria can be kept.", limit="criteria", allowed=MOST_CRITERIA, used=used)
    at = now()
    made = QualificationCriterion(id=uuid7(), position=used, version=1, created_at=at, updated_at=at, **given)
    unit.session.add(made)
    unit.session.flush()
    return made


def change(
    unit: UnitOfWork,
    actor: Actor,
    rtype: RecordType,
    criterion_id: uuid.UUID,
    document: object,
    *,
    version: int,
) -> QualificationCriterion:
    """Change the members that the body names."""
    actor.require_power(WORKSPACE)
    found = _locked(unit, criterion_id)
    require_version(found.version, version)
    before = {name: getattr(found, name) for name in MEMBERS}
    given = _read(actor, rtype, document, before)
    for name, value in given.items():
        setattr(found, name, value)
    if given != before:
        found.version, found.updated_at = found.version + 1, now()
    unit.session.flush()
    return found


def remove(unit: UnitOfWork, actor: Actor, criterion_id: uuid.UUID) -> QualificationCriterion:
    """Remove a criterion with everything that was found out by it."""
    actor.require_power(WORKSPACE)
    found = _locked(unit, criterion_id)
    unit.connection.execute(delete(QualificationFinding).where(QualificationFinding.criterion_id == criterion_id))
    unit.session.delete(found)
    unit.session.flush()
    return found


def put_in_order(unit: UnitOfWork, actor: Actor, rtype: RecordType, document: object) -> None:
    """Put the criteria into the order of `{"ids"}`, which names each of them once."""
    actor.require_power(WORKSPACE)
    _hold(unit, rtype)
    asked = {each.id: each for each in criteria(unit)}
    fields = Fields(document, ("ids",))
    ids = fields.value("ids", each_once(asked))
    fields.check()
    for position, criterion_id in enumerate(ids or ()):
        asked[criterion_id].position = position
    unit.session.flush()


def policy_json(policy: QualificationPolicy) -> Document:
    """Return what is demanded of a whole lead."""
    return {"threshold": policy.threshold, "confirm": policy.confirm, "version": policy.version}


def criterion_json(actor: Actor, rtype: RecordType, criterion: QualificationCriterion) -> Document:
    """Return a criterion as the API shows it; no filter to somebody for whom a field of it does not exist."""
    told = {name: getattr(criterion, name) for name in MEMBERS}
    unseen = hidden(actor, rtype)
    if criterion.filter is not None and unseen and _names(rtype, actor, criterion.filter) & unseen:
        told["filter"] = None
    return {"id": criterion.id, **told, "automatic": criterion.filter is not None, "version": criterion.version}


def _names(rtype: RecordType, actor: Actor, document: object) -> set[str]:
    """Return the fields that a filter names, links followed or not; all of them if it cannot be read."""
    try:
        return {leaf.name.partition(".")[0] for leaf in leaves_of(read_filter(rtype, document, actor.context()))}
    except Invalid:
        return set(rtype.by_name)


def _read(actor: Actor, rtype: RecordType, document: object, before: Document) -> Document:
    """Return all members of a criterion: those that a body names read, the others as they were."""
    fields = Fields(document, MEMBERS)
    readers: dict[str, Callable[[object], Any]] = {
        "name_en": _line(LONGEST_NAME), "name_zh": _line(LONGEST_NAME), "help_en": _line(LONGEST_HELP),
        "help_zh": _line(LONGEST_HELP), "filter": as_it_is, "required": flag,
        "points": whole_number(0, MOST_POINTS), "evidence": flag,
    }  # fmt: skip
    given = fields.over(before, readers)
    if not given["name_en"] and not given["name_zh"] and not fields.is_faulty("name_en"):
        fields.fault("name_en", ValueFault("required", "Name it in one language at least."))
    if given["filter"] is not None and given["evidence"]:
        fields.fault("evidence", ValueFault("decided_by_filter", "What the record holds needs no evidence."))
    fields.check()
    if "filter" in fields and given["filter"] is not None:
        _require_filter(actor, rtype, given["filter"])
    return given


def _require_filter(actor: Actor, rtype: RecordType, document: object) -> None:
    try:
        node = read_filter(rtype, document, actor.context())
    except Invalid as refusal:
        raise refusal.below("/filter") from None
    if next(leaves_of(node), None) is None:
        raise Invalid(errors=[FieldError("/filter", "required", "Give at least one condition.")])


def _line(longest: int) -> Callable[[object], str]:
    def read(raw: object) -> str:
        if raw is not None and not isinstance(raw, str):
            raise ValueFault("wrong_type", "This must be text.", type="string")
        return plain_line(raw, longest) if raw and raw.strip() else ""

    return read


def _locked(unit: UnitOfWork, criterion_id: uuid.UUID) -> QualificationCriterion:
    found = unit.session.get(QualificationCriterion, criterion_id, with_for_update=True)
    if found is None:
        raise NotFound
    return found


def _hold(unit: UnitOfWork, rtype: RecordType) -> None:
    """Let one at a time count criteria or put them in order."""
    unit.session.get_one(QualificationPolicy, rtype.name, with_for_update=True)
