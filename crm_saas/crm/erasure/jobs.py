"""What the `keep` worker does about persons: look, erase, and erase again what a restored backup brought back."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, select, update

import crm_saas.crm.catalogue  # noqa: F401 - a worker needs the record types
from crm_saas.crm.erasure import erasing, files, hashed, searching, service
from crm_saas.crm.erasure.erasing import Order, owner_steps
from crm_saas.crm.erasure.knowing import Ref
from crm_saas.crm.erasure.model import Erasure
from crm_saas.crm.erasure.person import Person
from crm_saas.crm.erasure.records import MODES
from crm_saas.crm.imports import service as imports
from crm_saas.crm.imports.model import Import
from crm_saas.crm.records import log
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.rounds import in_each_tenant
from crm_saas.kernel.sweeps import sweep
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import erased, process
from crm_saas.tenants.keeping import restore
from crm_saas.tenants.keeping.tasks import Run, handler

MOST_ATTEMPTS: Final = 5
SEARCH_KEPT: Final = timedelta(days=1)
"""A search that nobody confirmed; it holds what it has found."""
_log = logging.getLogger(__name__)


class StillThereError(Exception):
    """After an erasure something was left. The message says where, and nothing of the person."""


@handler(service.KIND)
def work(run: Run) -> dict[str, Any]:
    """Do every search and erasure of a workspace that waits."""
    owner, done = process.owners()[run.node_id], 0
    while (found := _next(owner, run.workspace_id)) is not None:
        try:
            (_look if found[1] == service.LOOKING else _erase)(owner, run, found[0])
        except Exception:
            _note_failure(owner, run.workspace_id, found[0])
            raise
        done += 1
    return {"done": done}


HANDLERS: Final = (work,)


def _next(owner: Engine, workspace_id: uuid.UUID) -> tuple[uuid.UUID, str] | None:
    """Return the oldest that waits; an erasure waits until no import is at work, which might bring in more."""
    with owner_steps(owner, workspace_id)() as connection:
        states = _may_begin(connection)
        row = connection.execute(
            select(Erasure.id, Erasure.state).where(Erasure.state.in_(states)).order_by(Erasure.id).limit(1)
        ).one_or_none()
    return None if row is None else (row.id, row.state)


def _may_begin(connection: Connection) -> tuple[str, ...]:
    busy = connection.execute(select(Import.id).where(Import.state.in_(imports.AT_WORK)).limit(1)).first()
    return (service.LOOKING,) if busy is not None else (service.LOOKING, service.QUEUED)


def _look(owner: Engine, run: Run, erasure_id: uuid.UUID) -> None:
    run.note("looking")
    with owner_steps(owner, run.workspace_id)() as connection:
        subject = connection.execute(select(Erasure.subject).where(Erasure.id == erasure_id)).scalar_one()
        person, found = searching.look(connection, run.workspace_id, subject)
        connection.execute(
            update(Erasure)
            .where(Erasure.id == erasure_id, Erasure.state == service.LOOKING)
            .values(state=service.FOUND, person=person.to_json(), found=found.to_json())
        )


def _erase(owner: Engine, run: Run, erasure_id: uuid.UUID) -> None:
    steps = owner_steps(owner, run.workspace_id)
    with steps() as connection:
        row = connection.execute(select(Erasure.__table__).where(Erasure.id == erasure_id)).one()
    order = Order(
        run.workspace_id, Ref.read(row.options["records"]), row.options["mode"], Person.from_json(row.person),
        row.created_by_id, row.options["by_name"],
    )  # fmt: skip
    order.person = erasing.known(steps, order)
    with steps() as connection:  # what the records tell is gone when this is tried again
        connection.execute(update(Erasure).where(Erasure.id == erasure_id).values(person=order.person.to_json()))
    with uow.control() as unit:
        erased.remember(
            unit, erasure_id, run.workspace_id, mode=order.mode, asked=(row.created_by_id, row.confirmed_at),
            records=[ref.to_json() for ref in order.records], keys=hashed.keys_of(order.person, by_name=order.by_name),
        )  # fmt: skip
    restore.drop_replaced(owner, run.workspace_id)
    outcome = erasing.run(steps, order, run.note)
    outcome.counts["mails"] += erasing.forget_mails(run.workspace_id, order.person)
    files.forget_exports(run.workspace_id)
    log.wake_relay(run.workspace_id)
    if outcome.left:
        raise StillThereError(f"left: {dict(outcome.left)}")
    result = outcome.to_json()
    with uow.control() as unit:
        erased.finish(unit, erasure_id, result)
    with steps() as connection:
        connection.execute(
            update(Erasure)
            .where(Erasure.id == erasure_id)
            .values(
                state=service.DONE, subject={}, person={}, found={}, options={"mode": order.mode}, result=result,
                finished_at=now(),
            )
        )  # fmt: skip


def _note_failure(owner: Engine, workspace_id: uuid.UUID, erasure_id: uuid.UUID) -> None:
    """Count a failure; after five it is over, and what it holds stays, so that it can be asked for again."""
    with owner_steps(owner, workspace_id)() as connection:
        attempts = connection.execute(
            update(Erasure)
            .where(Erasure.id == erasure_id)
            .values(attempts=Erasure.attempts + 1)
            .returning(Erasure.attempts)
        ).scalar_one_or_none()
        if attempts is not None and attempts >= MOST_ATTEMPTS:
            connection.execute(update(Erasure).where(Erasure.id == erasure_id).values(state=service.FAILED))


@restore.before_swap
def erase_again(connection: Connection, workspace_id: uuid.UUID) -> None:
    """Erase in a restored schema, before anybody sees it, whoever was erased in the workspace.

    What recognises them is read from what came back: the records by their ids, and every address and number whose
    keyed hash is on the list.
    """
    with uow.control() as unit:
        listed = erased.of_workspace(unit, workspace_id, limit=None)
    if not listed:
        return

    @contextmanager
    def step() -> Iterator[Connection]:
        yield connection

    person = hashed.recognised(connection, workspace_id, frozenset(each for one in listed for each in one.hashes))
    for mode in MODES:
        records = [pair for one in listed if one.mode == mode for pair in one.records]
        order = Order(workspace_id, Ref.read(records), mode, person, None, by_name=bool(person.names))
        order.person = erasing.known(step, order)
        outcome = erasing.run(step, order, lambda _step: None)
        if outcome.left:
            raise StillThereError(f"left: {dict(outcome.left)}")


@sweep("keep")
def sweep_waiting() -> int:
    """Ask for the work of every workspace in which a search or an erasure waits: its message was lost."""
    return sum(in_each_tenant(_ask_again))


def _ask_again(unit: UnitOfWork) -> int:
    waiting = select(Erasure.id).where(Erasure.state.in_(_may_begin(unit.connection))).limit(1)
    if unit.connection.execute(waiting).first() is None:
        return 0
    unit.on_commit(service.wake, unit.workspace_id)
    return 1


@sweep("keep", every=3600)
def sweep_unconfirmed() -> int:
    """Forget searches that nobody confirmed within a day."""
    return sum(in_each_tenant(_forget_unconfirmed))


def _forget_unconfirmed(unit: UnitOfWork) -> int:
    old = delete(Erasure).where(
        Erasure.state.in_((service.LOOKING, service.FOUND)), Erasure.created_at < now() - SEARCH_KEPT
    )
    return int(unit.connection.execute(old).rowcount)
