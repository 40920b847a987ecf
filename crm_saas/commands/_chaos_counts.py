"""What is there after chaos: counted in the database itself, against what was acknowledged."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Engine, any_, func, select, text

from crm_saas.crm.batches import service as batches
from crm_saas.crm.batches.model import BulkJob
from crm_saas.crm.imports import service as imports
from crm_saas.crm.imports.model import Import
from crm_saas.crm.leads.model import Lead
from crm_saas.kernel import uow
from crm_saas.kernel.directory import ACTIVE, Placement
from crm_saas.kernel.events import ControlEvent, ControlOutbox, Event, Outbox
from crm_saas.kernel.files import file_store
from crm_saas.kernel.ids import schema_name
from crm_saas.tenants.mirror import Member, RecordCount
from crm_saas.tenants.models import Workspace

BAD_ADDRESS = "not an address"
"""Stands in the rows of a file that must be rejected."""


@dataclass
class Result:
    """One row of the table."""

    act: str
    kills: dict[str, int] = field(default_factory=dict)
    struck: int = 0
    """Kills that met a job at work."""
    acknowledged: int = 0
    stored: int = 0
    lost: int = 0
    doubled: int = 0
    unrelayed: int = 0
    rest_seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether everything acknowledged is there once and every event was relayed."""
        return self.acknowledged > 0 and not (self.lost or self.doubled or self.unrelayed or self.faults)


def all_active(ids: Iterable[uuid.UUID]) -> bool:
    """Tell whether all these workspaces can be used."""
    wanted = set(ids)
    with uow.control() as unit:
        active = select(func.count()).where(Placement.tenant_id.in_(wanted), Placement.state == ACTIVE)
        return unit.connection.execute(active).scalar_one() == len(wanted)


def control_relayed() -> bool:
    """Tell whether the control plane's outbox is empty."""
    with uow.control() as unit:
        return unit.connection.execute(select(func.count()).select_from(ControlOutbox)).scalar_one() == 0


def relayed(homes: Iterable[uuid.UUID]) -> bool:
    """Tell whether the outboxes of these workspaces are empty."""
    for home in homes:
        with uow.tenant(home) as unit:
            if unit.connection.execute(select(Outbox.id).limit(1)).first() is not None:
                return False
    return True


def import_run(home: uuid.UUID, run_id: uuid.UUID) -> Import:
    """Return an import as it is now."""
    with uow.tenant(home) as unit:
        return unit.session.get_one(Import, run_id)


def count_workspaces(owner: Engine, ordered: set[uuid.UUID], result: Result) -> None:
    """Count workspaces that are whole, those activated twice, and what building left behind."""
    with uow.control() as unit:
        known = set(unit.connection.execute(select(Workspace.id)).scalars())
        provisioned = unit.connection.execute(
            select(ControlEvent.workspace_id, func.count())
            .where(ControlEvent.type == "workspace.provisioned")
            .group_by(ControlEvent.workspace_id)
        ).all()
    result.doubled = sum(count - 1 for _, count in provisioned)
    with owner.connect() as connection:
        for query in (
            "SELECT nspname FROM pg_namespace WHERE nspname ~ '^t_'",
            "SELECT rolname FROM pg_roles WHERE rolname ~ '^t_'",
        ):
            strays = set(connection.execute(text(query)).scalars()) - {schema_name(one) for one in known}
            result.faults += [f"left behind: {name}" for name in strays]
    for workspace_id in ordered & known:
        with uow.tenant(workspace_id) as unit:
            members = unit.connection.execute(select(func.count()).select_from(Member)).scalar_one()
            counts = unit.connection.execute(select(RecordCount.value)).scalars().all()
            if members == 1 and counts == [0]:
                result.stored += 1
    result.lost = result.acknowledged - result.stored
    result.unrelayed = 0 if control_relayed() else 1


def count_import(home: uuid.UUID, run_id: uuid.UUID, rows: int, result: Result) -> None:
    """Count the rows of a file: each is one lead with one event, or one rejected line, and the import says the same."""
    run = import_run(home, run_id)
    with uow.tenant(home) as unit:
        leads = unit.connection.execute(select(Lead.external_ids).where(Lead.import_id == run_id)).scalars().all()
        events = unit.connection.execute(
            select(func.count(), func.count(Event.record_id.distinct())).where(Event.batch_id == run_id)
        ).one()
    names = [value for lead in leads for value in lead.values()]
    rejected = _rejected_lines(home, run)
    accounted = len(set(names)) + len(set(rejected))
    result.stored += accounted
    result.lost += rows - accounted
    result.doubled += len(names) - len(set(names)) + len(rejected) - len(set(rejected)) + events[0] - events[1]
    if (run.progress["created"], run.progress["rejected"]) != (len(names), len(rejected)) or events[1] != len(names):
        result.faults.append(f"import {run_id}: counts {run.progress}, stored {len(names)}, events {tuple(events)}")


def batch_done(home: uuid.UUID, job_id: uuid.UUID) -> bool:
    """Tell whether a job has done all it was asked for."""
    with uow.tenant(home) as unit:
        return unit.session.get_one(BulkJob, job_id).state == batches.DONE


def count_tagging(home: uuid.UUID, job_id: uuid.UUID, result: Result) -> None:
    """Count what a job did: every lead has its tag once and one event of the job, and the job says the same."""
    with uow.tenant(home) as unit:
        job = unit.session.get_one(BulkJob, job_id)
        (tag,) = job.changes["add"]["tags"]
        leads = unit.connection.execute(select(func.count()).select_from(Lead)).scalar_one()
        tags = unit.connection.execute(select(Lead.tags).where(any_(Lead.tags) == tag)).scalars().all()
        events, records = unit.connection.execute(
            select(func.count(), func.count(Event.record_id.distinct())).where(Event.batch_id == job_id)
        ).one()
        changed = job.progress["changed"]
    result.acknowledged += leads
    result.stored += len(tags)
    result.lost += leads - len(tags)
    result.doubled += sum(each.count(tag) - 1 for each in tags) + events - records
    if not changed == records == leads:
        result.faults.append(f"job {job_id}: changed {changed}, events of {records}, leads {leads}")


def _rejected_lines(home: uuid.UUID, run: Import) -> list[str]:
    path = imports.rejects_path(file_store().path(home, run.file_key))
    return [line for line in path.read_text(encoding="utf-8-sig").splitlines() if BAD_ADDRESS in line]


def count_relayed(homes: Iterable[uuid.UUID], result: Result) -> None:
    """Count what is left in the outboxes, and compare the counts the relay keeps with the rows themselves."""
    for home in homes:
        with uow.tenant(home) as unit:
            result.unrelayed += unit.connection.execute(select(func.count()).select_from(Outbox)).scalar_one()
            leads = unit.connection.execute(select(func.count()).select_from(Lead)).scalar_one()
            counted = unit.connection.execute(
                select(RecordCount.value).where(RecordCount.record_type == "lead")
            ).scalar_one()
        if counted != leads:
            result.faults.append(f"{home}: {leads} leads, counted {counted}")
