"""Rules carried out: a week's warning, the deletion as a bulk job, and at the end the erasure of what the log knows.

A rule has one clock. At `next_run_at` a bulk job deletes what is due, the clock moves on by a week, and in the same
unit the owners of what will be due then are told: whatever is deleted was announced a week before, unless something
happened on it meanwhile, and then it stays.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from itertools import takewhile
from typing import Any, Final

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import aliased

from crm_saas.crm.batches import acting
from crm_saas.crm.batches import service as batches
from crm_saas.crm.batches.model import BulkJob
from crm_saas.crm.erasure.erasing import Steps
from crm_saas.crm.erasure.knowing import Ref
from crm_saas.crm.erasure.person import Person
from crm_saas.crm.erasure.records import WHOLE, Hand, erase, redact_event
from crm_saas.crm.records.actor import load_system
from crm_saas.crm.records.counting import count_some
from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.crm.retention.due import due, months_before, selection
from crm_saas.crm.retention.model import RetentionRule, RetentionRun
from crm_saas.crm.retention.rules import GRACE, WARNED
from crm_saas.crm.retention.warning import warn
from crm_saas.kernel.clock import now
from crm_saas.kernel.events import Event
from crm_saas.kernel.uow import UnitOfWork

STEP: Final = 200


def run_due(unit: UnitOfWork) -> int:
    """Begin the deletions of a workspace that are due, and warn of the next ones; returns how many began."""
    begun = 0
    at = now()
    statement = select(RetentionRule).where(RetentionRule.next_run_at <= at).with_for_update(skip_locked=True)
    for rule in unit.session.scalars(statement).all():
        rtype = REGISTRY.find(rule.record_type)
        if rtype is None or rule.months is None or rule.next_run_at is None:
            continue
        begun += _begin(unit, rtype, rule, months_before(rule.next_run_at, rule.months))
        while rule.next_run_at <= at:
            rule.next_run_at += WARNED
        unit.session.flush()
        warn(unit, rtype, rule)
    return begun


def _begin(unit: UnitOfWork, rtype: RecordType, rule: RetentionRule, since: datetime) -> bool:
    """Begin one deletion, of what is idle since then; False if there is nothing."""
    total = count_some(unit, rtype, due(unit, rtype, rule.filter, since))[0]
    if not total:
        return False
    chosen = selection(rule.filter, since)
    job = batches.add(unit, load_system(unit), rtype, kind=acting.DELETE, selection=chosen, changes={}, total=total)
    run = RetentionRun(
        id=job.id, record_type=rtype.name, months=rule.months, filter=rule.filter, started_at=now(),
        erase_at=now() + GRACE, erased_at=None,
    )  # fmt: skip
    unit.session.add(run)
    return True


def is_something_to_erase(unit: UnitOfWork) -> bool:
    """Tell whether the owner of the schema has work in a workspace: the log is append-only for everybody else."""
    over = select(RetentionRun.id).where(RetentionRun.erase_at <= now(), RetentionRun.erased_at.is_(None)).limit(1)
    if unit.connection.execute(over).first() is not None:
        return True
    rules = unit.session.scalars(select(RetentionRule).where(RetentionRule.history_months.is_not(None)))
    return any(_old_history(unit.connection, _cutoff(rule), rule.history_through, 1) for rule in rules)


def erase_due(steps: Steps) -> dict[str, int]:
    """Erase what the log knows of records whose grace is over, and personal values of old history.

    Returns how many records were erased and events looked at. In steps that each commit; done again it goes on.
    """
    with steps() as connection:
        over = connection.execute(
            select(RetentionRun.id, RetentionRun.record_type)
            .where(RetentionRun.erase_at <= now(), RetentionRun.erased_at.is_(None))
            .order_by(RetentionRun.id)
        ).all()
        rules = connection.execute(
            select(RetentionRule.__table__).where(RetentionRule.history_months.is_not(None))
        ).all()  # fmt: skip
    erased = sum(_erase_run(steps, row.id, row.record_type) for row in over)
    return {"records": erased, "events": sum(_forget_history(steps, rule) for rule in rules)}


def _erase_run(steps: Steps, run_id: uuid.UUID, type_name: str) -> int:
    """Erase the records that a run has deleted and nobody has brought back."""
    rtype, count, after = REGISTRY.find(type_name), 0, None
    while rtype is not None and (ids := _erase_some(steps, rtype, run_id, after)):
        count, after = count + len(ids), ids[-1]
    with steps() as connection:
        connection.execute(update(RetentionRun).where(RetentionRun.id == run_id).values(erased_at=now()))
        connection.execute(update(BulkJob).where(BulkJob.id == run_id).values(result={}))
    return count


def _erase_some(steps: Steps, rtype: RecordType, run_id: uuid.UUID, after: uuid.UUID | None) -> list[uuid.UUID]:
    with steps() as connection:
        ids = _deleted_for_good(connection, rtype, run_id, after)
        for record_id in ids:
            erase(Hand(connection, None), Ref(rtype, record_id), WHOLE, Person())
    return ids


def _deleted_for_good(
    connection: Connection, rtype: RecordType, run_id: uuid.UUID, after: uuid.UUID | None
) -> list[uuid.UUID]:
    later = aliased(Event)
    since = select(later.id).where(
        later.record_type == Event.record_type, later.record_id == Event.record_id, later.version > Event.version
    )
    statement = select(Event.record_id).where(
        Event.batch_id == run_id, Event.type == f"{rtype.name}.deleted", ~since.exists()
    )
    if after is not None:
        statement = statement.where(Event.record_id > after)
    return list(connection.execute(statement.order_by(Event.record_id).limit(STEP)).scalars())


def _cutoff(rule: Any) -> datetime:  # noqa: ANN401 - a row or a model
    return months_before(now(), rule.history_months)


def _old_history(connection: Connection, until: datetime, after: uuid.UUID | None, most: int) -> list[Any]:
    """Return the next events of any type that are older; ids are in the order of time, so the first younger ends it."""
    statement = select(Event.id, Event.record_type, Event.at, Event.changes, Event.redacted)
    if after is not None:
        statement = statement.where(Event.id > after)
    events = connection.execute(statement.order_by(Event.id).limit(most))
    return list(takewhile(lambda event: event.at < until, events))


def _forget_history(steps: Steps, rule: Any) -> int:  # noqa: ANN401 - a row
    """Take personal values out of the history of a type that is older than its rule keeps."""
    rtype, count, after = REGISTRY.find(rule.record_type), 0, rule.history_through
    while rtype is not None and (events := _forget_some(steps, rtype, _cutoff(rule), after)):
        count, after = count + len(events), events[-1].id
    return count


def _forget_some(steps: Steps, rtype: RecordType, until: datetime, after: uuid.UUID | None) -> list[Any]:
    personal = {each.name for each in rtype.fields if each.personal}
    with steps() as connection:
        events = _old_history(connection, until, after, STEP)
        for event in events:
            names = sorted(personal & event.changes.keys()) if event.record_type == rtype.name else []
            redact_event(connection, event.id, event.changes, event.redacted, names)
        if events:
            ours = RetentionRule.record_type == rtype.name
            connection.execute(update(RetentionRule).where(ours).values(history_through=events[-1].id))
    return events
