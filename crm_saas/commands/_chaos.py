"""The acts of chaos: each does something that is acknowledged, kills while it is being done, and counts afterwards."""

from __future__ import annotations

import io
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

import crm_saas.crm.catalogue  # noqa: F401 - declares the record types
from crm_saas.commands._chaos_counts import (
    BAD_ADDRESS,
    Result,
    all_active,
    batch_done,
    control_relayed,
    count_import,
    count_relayed,
    count_tagging,
    count_workspaces,
    import_run,
    relayed,
)
from crm_saas.commands._stage import Role, Stage, Victim
from crm_saas.crm.batches import service as batches
from crm_saas.crm.imports import service as imports
from crm_saas.crm.imports.reading import Hints
from crm_saas.crm.records import service as records
from crm_saas.crm.records.actor import load_actor
from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.events import Event
from crm_saas.kernel.files import file_store
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import workspaces
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.models import User
from crm_saas.tenants.workspaces import Draft

REST_SECONDS = 300.0
"""How long things may take to come to rest after the last kill: jobs of dead workers are found within about 20 s."""
WITHIN_SECONDS = {"provision": 0.12, "bulk": 1.5, "fast": 0.03}
"""A kill falls at a moment between the beginning of a job and about its usual length."""
IMPORT_ROWS, BAD_EVERY = 5_000, 100
WORKSPACES_OF_ONE_PERSON = 15


def victims(kills: int) -> list[Victim]:
    """Choose whom each kill hits: mostly the worker with its job, often the job alone, now and then a server."""
    pattern: tuple[Victim, ...] = (
        *("worker", "job", "worker", "job", "worker", "database", "worker", "job", "worker", "queue"),
    )
    return [pattern[number % len(pattern)] for number in range(kills)]


def strike(stage: Stage, role: Role, kills: Iterable[Victim], result: Result, give: Callable[[], None]) -> None:
    """For each kill: `give` work, wait until a job is at it, and kill at a moment chosen by chance."""
    for victim in kills:
        give()
        stage.wait_until_at_work(role, 30.0)
        time.sleep(stage.chance.uniform(0, WITHIN_SECONDS[role]))
        result.struck += stage.at_work(role)
        result.kills[victim] = result.kills.get(victim, 0) + 1
        stage.kill(victim, role)


def provisioning(stage: Stage, kills: int) -> Result:
    """Order workspaces while the provisioner is killed."""
    result, ordered, people = Result("provisioning"), set[uuid.UUID](), list[uuid.UUID]()

    def give() -> None:
        for _ in range(2):
            if len(ordered) % WORKSPACES_OF_ONE_PERSON == 0:
                people.append(person())
            ordered.add(order(people[-1]))

    strike(stage, "provision", victims(kills), result, give)
    result.rest_seconds = _rest(stage, result, lambda: all_active(ordered) and control_relayed())
    result.acknowledged = len(ordered)
    count_workspaces(stage.owner, ordered, result)
    return result


def importing(stage: Stage, kills: int) -> Result:
    """Import files into several workspaces while the worker is killed."""
    result = Result("import")
    homes = _homes(stage, 4)
    runs: list[tuple[uuid.UUID, uuid.UUID]] = []

    def give() -> None:
        if len(runs) < 2 + kills // 3:
            runs.append(_start_import(homes[len(runs) % len(homes)], len(runs)))

    strike(stage, "bulk", victims(kills), result, give)
    result.rest_seconds = _rest(
        stage, result, lambda: all(import_run(*run).state == imports.DONE for run in runs) and relayed(homes)
    )
    result.acknowledged = IMPORT_ROWS * len(runs)
    for run in runs:
        count_import(*run, IMPORT_ROWS, result)
    count_relayed(homes, result)
    return result


def changing(stage: Stage, kills: int) -> Result:
    """Tag every lead of some workspaces again and again while the worker is killed."""
    result = Result("bulk")
    homes = _homes(stage, 3)
    runs = [_start_import(home, number) for number, home in enumerate(homes)]
    stage.until(lambda: _quietly(lambda: all(import_run(*run).state == imports.DONE for run in runs)), REST_SECONDS)
    acts: list[tuple[uuid.UUID, uuid.UUID]] = []

    def give() -> None:
        if len(acts) < 2 + kills // 2:
            acts.append(_start_tagging(homes[len(acts) % len(homes)], len(acts)))

    strike(stage, "bulk", victims(kills), result, give)
    result.rest_seconds = _rest(stage, result, lambda: all(batch_done(*act) for act in acts) and relayed(homes))
    for act in acts:
        count_tagging(*act, result)
    count_relayed(homes, result)
    return result


def _start_tagging(home: uuid.UUID, number: int) -> tuple[uuid.UUID, uuid.UUID]:
    with uow.tenant(home) as unit:
        actor = load_actor(unit, _owner(unit), "ui")
        asked = {"object": "lead", "kind": "update", "filter": None, "add": {"tags": [f"round {number}"]}}
        return home, batches.start(unit, actor, asked).id


def relaying(stage: Stage, kills: int) -> Result:
    """Create and delete leads one by one while the relay's worker is killed."""
    result = Result("relay")
    homes = _homes(stage, 3)
    writer = _Writer(homes)
    writer.start()
    try:
        strike(stage, "fast", victims(kills), result, lambda: None)
    finally:
        writer.stop()
    result.rest_seconds = _rest(stage, result, lambda: relayed(homes))
    result.acknowledged = len(writer.acknowledged)
    stored: list[uuid.UUID] = []
    for home in homes:
        with uow.tenant(home) as unit:
            stored += unit.connection.execute(select(Event.record_id).where(Event.type == "lead.created")).scalars()
    result.stored = len(set(stored) & writer.acknowledged)
    result.lost = len(writer.acknowledged - set(stored))
    result.doubled = len(stored) - len(set(stored))
    count_relayed(homes, result)
    return result


class _Writer(threading.Thread):
    """Somebody at work in the browser: creates leads, and deletes every tenth, noting what was acknowledged."""

    def __init__(self, homes: list[uuid.UUID]) -> None:
        super().__init__(daemon=True)
        self._homes = homes
        self._stopped = threading.Event()
        self.acknowledged = set[uuid.UUID]()

    def run(self) -> None:
        number = 0
        while not self._stopped.wait(0.005):
            home = self._homes[number % len(self._homes)]
            try:
                with uow.tenant(home) as unit:
                    made = _create_lead(unit, home, number)
                    if number % 10 == 0:
                        actor = load_actor(unit, _owner(unit), "ui")
                        records.delete(unit, actor, _leads(), made["id"], version=1)
            except DBAPIError:
                continue  # not acknowledged: it may be there or not
            self.acknowledged.add(made["id"])
            number += 1

    def stop(self) -> None:
        self._stopped.set()
        self.join()


def _create_lead(unit: UnitOfWork, home: uuid.UUID, number: int) -> dict[str, Any]:
    actor = load_actor(unit, _owner(unit), "ui")
    return records.create(unit, actor, _leads(), {"name": f"Lead {number}", "company": str(home)})


def _leads() -> RecordType:
    found = REGISTRY.find("lead")
    if found is None:
        raise LookupError("lead")
    return found


def person() -> uuid.UUID:
    """Add a user; returns their id."""
    user_id = uuid7()
    email = f"{user_id}@example.com"
    with uow.control() as unit:
        unit.session.add(
            User(
                id=user_id,
                email=email,
                email_key=email,
                name="Somebody",
                password_hash="*",  # noqa: S106 - signs in nowhere
                language="en",
                timezone="UTC",
                theme="system",
                density="comfortable",
                verified_at=now(),
                created_at=now(),
                version=1,
            )
        )
    return user_id


def order(owner_id: uuid.UUID) -> uuid.UUID:
    """Order a workspace as sign-up does; returns its id once that is committed."""
    draft = Draft(name="Chaos", slug=None, timezone="UTC", currency="EUR", language="en")
    with uow.control() as unit:
        return workspaces.create(unit, draft, owner_id).id


def _homes(stage: Stage, number: int) -> list[uuid.UUID]:
    owner_id = person()
    homes = [order(owner_id) for _ in range(number)]
    stage.until(lambda: all_active(homes), REST_SECONDS)
    return homes


def _start_import(home: uuid.UUID, number: int) -> tuple[uuid.UUID, uuid.UUID]:
    lines = ["External ID,Name,Company,Email"]
    for row in range(IMPORT_ROWS):
        email = BAD_ADDRESS if row % BAD_EVERY == 0 else f"n{number}r{row}@example.com"
        lines.append(f"{number}-{row},Person {row},Company {row % 50},{email}")
    content = "\n".join(lines).encode()
    key, size = file_store().save(home, io.BytesIO(content), most=len(content))
    path = file_store().path(home, key)
    detected = imports.read_file(path, f"file-{number}.csv", Hints())
    options = imports.first_options(path, detected, _leads(), filename=f"file-{number}.csv")
    with uow.tenant(home) as unit:
        actor = load_actor(unit, _owner(unit), "ui")
        run = imports.create(
            unit, actor, _leads(), filename=f"file-{number}.csv", file_key=key, size=size, options=options
        )
        imports.start(unit, actor, run.id, dry_run=False)
        run_id = run.id
    return home, run_id


def _owner(unit: UnitOfWork) -> uuid.UUID:
    return unit.connection.execute(select(Member.user_id).where(Member.role == "owner")).scalar_one()


def _rest(stage: Stage, result: Result, done: Callable[[], bool]) -> float:
    try:
        return stage.until(lambda: _quietly(done), REST_SECONDS)
    except TimeoutError:
        result.faults.append(f"not at rest after {REST_SECONDS:.0f} s")
        return REST_SECONDS


def _quietly(done: Callable[[], bool]) -> bool:
    try:
        return done()
    except DBAPIError:
        return False
