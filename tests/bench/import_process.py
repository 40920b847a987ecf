"""`python -m tests.bench.import_process WORKSPACE PERSON FILE`: one import from upload to end; prints what it took."""

from __future__ import annotations

import json
import resource
import sys
import time
import uuid
from pathlib import Path

import crm_saas.crm.catalogue  # noqa: F401 - registers the record types
from crm_saas.config import load_settings
from crm_saas.crm.imports import jobs, service
from crm_saas.crm.imports.model import Import
from crm_saas.crm.imports.reading import Hints
from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records.actor import load_actor
from crm_saas.kernel import uow
from crm_saas.kernel.files import file_store
from crm_saas.tenants import process


def main(workspace: str, person: str, name: str) -> None:
    """Do it: the clock starts where the job does."""
    process.configure(load_settings(), application="crm-bench-import")
    workspace_id = uuid.UUID(workspace)
    import_id = _ask_for(workspace_id, uuid.UUID(person), Path(name))
    began, cpu = time.perf_counter(), time.process_time()
    while _at_work(workspace_id, import_id):
        jobs.work(workspace, str(import_id))
    taken = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu}
    with uow.tenant(workspace_id) as unit:
        progress = unit.session.get_one(Import, import_id).progress
    # kilobytes on Linux
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    found = {"rows": progress["rows"], "created": progress["created"], "resident_mb": resident}
    print(json.dumps(taken | found))


def _ask_for(workspace_id: uuid.UUID, person_id: uuid.UUID, file: Path) -> uuid.UUID:
    """Upload a file and start its import, as the API does."""
    with file.open("rb") as stream:
        key, size = file_store().save(workspace_id, stream, most=2**40)
    path = file_store().path(workspace_id, key)
    detected = service.read_file(path, file.name, Hints())
    options = service.first_options(path, detected, LEAD, filename=file.name)
    with uow.tenant(workspace_id) as unit:
        actor = load_actor(unit, person_id, "ui")
        run = service.create(unit, actor, LEAD, filename=file.name, file_key=key, size=size, options=options)
        return service.start(unit, actor, run.id, dry_run=False).id


def _at_work(workspace_id: uuid.UUID, import_id: uuid.UUID) -> bool:
    with uow.tenant(workspace_id) as unit:
        return unit.session.get_one(Import, import_id).state in service.AT_WORK


if __name__ == "__main__":
    main(*sys.argv[1:])
