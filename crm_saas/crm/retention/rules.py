"""What a workspace says of how long records are kept, and what that would mean now."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from crm_saas.crm.batches import service as batches
from crm_saas.crm.batches.model import BulkJob
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.counting import count_some
from crm_saas.crm.records.filters import read_filter
from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.crm.retention.due import due, due_next, months_before
from crm_saas.crm.retention.model import RetentionRule, RetentionRun
from crm_saas.crm.retention.warning import warn
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import Conflict, Invalid, NotFound, require_version
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.fields import Fields, as_it_is, sure, whole_number
from crm_saas.tenants.roles import PRIVACY

WARNED: Final = timedelta(days=7)
"""From a warning to the deletion, and so from one deletion to the next."""
GRACE: Final = timedelta(days=30)
"""From a deletion to the erasure of what the log knows."""
MOST_MONTHS: Final = 240
MOST_NAMED: Final = 5
MOST_RUNS: Final = 50
_MEMBERS: Final = ("months", "filter", "history_months")
Document = dict[str, Any]


def rtype_of(name: str) -> RecordType:
    """Return a type by its name; `NotFound` if there is none."""
    rtype = REGISTRY.find(name)
    if rtype is None:
        raise NotFound
    return rtype


def every(unit: UnitOfWork, actor: Actor) -> list[Document]:
    """Return what is said of each type, those that nothing was said of included."""
    actor.require_power(PRIVACY)
    rules = {rule.record_type: rule for rule in unit.session.scalars(select(RetentionRule))}
    return [_json(unit, rtype, rules.get(rtype.name)) for rtype in REGISTRY]


def runs(unit: UnitOfWork, actor: Actor) -> list[Document]:
    """Return the last deletions, the newest first."""
    actor.require_power(PRIVACY)
    undoing = aliased(BulkJob)
    statement = (
        select(RetentionRun, BulkJob, undoing.state)
        .join(BulkJob, BulkJob.id == RetentionRun.id)
        .outerjoin(undoing, undoing.id == BulkJob.undone_by_id)
        .order_by(RetentionRun.id.desc())
        .limit(MOST_RUNS)
    )
    return [_run_json(run, job, undoing_state) for run, job, undoing_state in unit.session.execute(statement)]


def change(unit: UnitOfWork, actor: Actor, rtype: RecordType, document: object, *, version: int) -> Document:
    """Say how long records of a type are kept; deletions begin a week later, and begin anew with every change.

    Arguments: `version` 0 where nothing was said before. Raises `Invalid`, `PreconditionFailed` for a stale version.
    """
    actor.require_power(PRIVACY)
    rule = _held(unit, rtype, actor)
    require_version(rule.version, version)
    fields = Fields(document, _MEMBERS)
    months = fields.value("months", _months)
    history_months = fields.value("history_months", _months)
    asked = _filter(actor, rtype, fields)
    anew = (months, asked) != (rule.months, rule.filter)
    if anew:
        rule.next_run_at = None if months is None else now() + WARNED
    rule.months, rule.filter, rule.history_months = months, asked, history_months
    rule.version, rule.updated_at, rule.updated_by_id = rule.version + 1, now(), actor.user_id
    unit.session.flush()
    if anew:
        warn(unit, rtype, rule)
    return _json(unit, rtype, rule)


def _held(unit: UnitOfWork, rtype: RecordType, actor: Actor) -> RetentionRule:
    """Return the rule of a type, locked; one that says nothing if there was none."""
    silent = insert(RetentionRule).values(
        record_type=rtype.name, version=0, updated_at=now(), updated_by_id=actor.user_id
    )  # fmt: skip
    unit.connection.execute(silent.on_conflict_do_nothing())
    return unit.session.get_one(RetentionRule, rtype.name, with_for_update=True)


def preview(unit: UnitOfWork, actor: Actor, rtype: RecordType, document: object) -> Document:
    """Answer how many records a rule would delete if it were carried out now, and the longest untouched of them."""
    actor.require_power(PRIVACY)
    fields = Fields(document, ("months", "filter"))
    months = fields.value("months", whole_number(1, MOST_MONTHS))
    asked = _filter(actor, rtype, fields)
    condition = due(unit, rtype, asked, months_before(now(), sure(months)))
    table = rtype.table
    first = select(table.c.id, table.c.display_name, table.c.updated_at).where(condition)
    rows = unit.connection.execute(first.order_by(table.c.updated_at, table.c.id).limit(MOST_NAMED)).all()
    return {
        "count": _count(unit, rtype, condition),
        "records": [{"id": row.id, "display_name": row.display_name, "last_at": row.updated_at} for row in rows],
    }


def bring_back(unit: UnitOfWork, actor: Actor, run_id: uuid.UUID) -> BulkJob:
    """Undo a deletion while that is possible; the undoing is a bulk job of the actor's."""
    actor.require_power(PRIVACY)
    run = unit.session.get(RetentionRun, run_id, with_for_update=True)
    if run is None:
        raise NotFound
    if run.erase_at <= now():
        raise Conflict("The time to bring these back is over.", code="too_late")
    return batches.take_back(unit, actor, unit.session.get_one(BulkJob, run_id, with_for_update=True))


def _months(raw: object) -> int | None:
    return None if raw is None else whole_number(1, MOST_MONTHS)(raw)


def _filter(actor: Actor, rtype: RecordType, fields: Fields) -> dict[str, Any] | None:
    """Read the filter as the last of the fields: nobody may ask about what is hidden from them."""
    raw: Any = fields.value("filter", as_it_is)
    fields.check()
    if raw is not None:
        try:
            read_filter(rtype, raw, actor.context())
        except Invalid as error:
            raise error.below("/filter") from None
    return None if raw is None else dict(raw)


def _count(unit: UnitOfWork, rtype: RecordType, condition: ColumnElement[bool]) -> Document:
    value, exact = count_some(unit, rtype, condition)
    return {"value": value, "exact": exact}


def _json(unit: UnitOfWork, rtype: RecordType, rule: RetentionRule | None) -> Document:
    return {
        "object": rtype.name,
        "months": rule and rule.months,
        "filter": rule and rule.filter,
        "history_months": rule and rule.history_months,
        "next_run_at": rule and rule.next_run_at,
        "due": _count(unit, rtype, due_next(unit, rtype, rule)) if rule and rule.next_run_at else None,
        "version": 0 if rule is None else rule.version,
    }


def _run_json(run: RetentionRun, job: BulkJob, undoing: str | None) -> Document:
    return {
        "id": run.id,
        "object": run.record_type,
        "months": run.months,
        "filter": run.filter,
        "started_at": run.started_at,
        "erase_at": run.erase_at,
        "erased_at": run.erased_at,
        "state": job.state,
        "deleted": job.progress["changed"],
        "undoing": undoing,
    }
