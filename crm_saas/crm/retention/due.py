"""Which records a rule of retention deletes, and when."""

from __future__ import annotations

import calendar
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement

from crm_saas.crm.batches import acting
from crm_saas.crm.records.actor import load_system
from crm_saas.crm.records.registry import RecordType
from crm_saas.crm.retention.model import RetentionRule
from crm_saas.kernel.uow import UnitOfWork


def months_before(at: datetime, months: int) -> datetime:
    """Return the same time of day some months ago, on the last day of a month that is too short."""
    index = at.year * 12 + at.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))


def due(unit: UnitOfWork, rtype: RecordType, asked: object, since: datetime) -> ColumnElement[bool]:
    """Return the condition on the records on which nothing has happened since, as their deletion finds them."""
    return acting.chosen(load_system(unit), rtype, acting.DELETE, selection(asked, since))


def selection(asked: object, since: datetime) -> dict[str, Any]:
    """Return what a bulk job is told: which records are meant."""
    return {"filter": asked, acting.IDLE_SINCE: since.isoformat()}


def due_next(unit: UnitOfWork, rtype: RecordType, rule: RetentionRule) -> ColumnElement[bool]:
    """Return the condition on the records that go when the rule is carried out next, if nothing happens on them."""
    at, months = rule.next_run_at, rule.months
    if at is None or months is None:
        raise ValueError("the rule deletes nothing")
    return due(unit, rtype, rule.filter, months_before(at, months))
