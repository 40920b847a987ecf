"""Erasing a person everywhere, in short steps that may be done again, and proving that nothing is left."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, select

from crm_saas.crm.erasure import files
from crm_saas.crm.erasure.columns import PAGE, mentions, wordy_tables
from crm_saas.crm.erasure.knowing import Ref, effective, known_of
from crm_saas.crm.erasure.person import Person
from crm_saas.crm.erasure.places import clean
from crm_saas.crm.erasure.records import Hand, erase
from crm_saas.crm.search import words
from crm_saas.kernel import uow
from crm_saas.kernel.files import file_store
from crm_saas.kernel.ids import schema_name
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.models import Mail

Steps = Callable[[], AbstractContextManager[Connection]]
"""Opens a transaction of the owner inside the tenant's schema, for one step."""
MOST_STEPS: Final = 10_000
MOST_ROUNDS: Final = 3
"""What is written while an erasure is at work is found by the next round."""


@dataclass(slots=True)
class Order:
    """What is to be erased."""

    workspace_id: uuid.UUID
    records: list[Ref]
    mode: str
    person: Person
    actor_id: uuid.UUID | None
    by_name: bool = False
    """Whether they are looked for by name too, where no address or number of theirs stands beside it."""


@dataclass(slots=True)
class Outcome:
    """What an erasure has done."""

    counts: Counter[str] = field(default_factory=Counter)
    """Rows by table; files by what they are."""
    kept: Person = field(default_factory=Person)
    """Addresses and numbers that stay, since a record that was not chosen has them too."""
    looked_at: dict[str, int] = field(default_factory=dict)
    """Tables and files that the proof has read."""
    left: Counter[str] = field(default_factory=Counter)
    """What the proof still found: nothing, or it is no proof."""

    def to_json(self) -> dict[str, Any]:
        """Return the certificate: numbers, and nothing of the person."""
        counts = {name: count for name, count in sorted(self.counts.items()) if count}
        return {"counts": counts, "kept": len(self.kept.keys), "looked_at": self.looked_at, "left": dict(self.left)}


def owner_steps(owner: Engine, workspace_id: uuid.UUID) -> Steps:
    """Return what opens the steps of an erasure in a living workspace."""

    @contextmanager
    def step() -> Iterator[Connection]:
        with owner.begin() as connection:
            connection.exec_driver_sql(f'SET LOCAL search_path = "{schema_name(workspace_id)}", ext')
            yield connection

    return step


def known(steps: Steps, order: Order) -> Person:
    """Return by what the person is recognised, with what their records and their history tell now."""
    person = order.person
    with steps() as connection:
        for ref in order.records:
            person |= known_of(connection, ref)
    return person


def run(steps: Steps, order: Order, note: Callable[[str], None]) -> Outcome:
    """Erase, look again, and erase again what came in between; `left` says what could not be erased."""
    outcome = Outcome()
    for _ in range(MOST_ROUNDS):
        surely = _round(steps, order, outcome, note)
        note("proof")
        _prove(steps, order, surely, outcome)
        if not outcome.left:
            break
    return outcome


def _round(steps: Steps, order: Order, outcome: Outcome, note: Callable[[str], None]) -> Person:
    """Erase what there is; returns by what the person was to be recognised."""
    note("records")
    for ref in order.records:
        with steps() as connection:
            outcome.counts += erase(Hand(connection, order.actor_id), ref, order.mode, order.person)
    with steps() as connection:
        surely, outcome.kept = effective(connection, order.person, order.records)
        surely = surely if order.by_name else surely.without_names()
        note("files")
        outcome.counts += files.clean(connection, order.workspace_id, surely)
        tables = wordy_tables(connection)
    for table in tables:
        note(table.name)
        for _ in range(MOST_STEPS):
            with steps() as connection:
                cleaned = clean(Hand(connection, order.actor_id), table, surely)
            outcome.counts[table.name] += cleaned
            if cleaned < PAGE:
                break
    _weed(steps, order.workspace_id)
    return surely


def _weed(steps: Steps, workspace_id: uuid.UUID) -> None:
    """Forget the search words that no record has any more."""
    word: str | None = ""
    while word is not None:
        with steps() as connection:
            word = words.weed(UnitOfWork(connection, workspace_id), word, PAGE)


def _prove(steps: Steps, order: Order, surely: Person, outcome: Outcome) -> None:
    """Read every table and every file once more."""
    left: Counter[str] = Counter()
    with steps() as connection:
        tables = wordy_tables(connection)
        for table in tables:
            left[table.name] += sum(1 for _ in mentions(connection, table, surely))
        held = files.holding(connection, order.workspace_id, surely)
    left += Counter(uploads=len(held.uploads), rejects=len(held.rejects), exports=held.exports, files=len(held.others))
    outcome.left = +left
    outcome.looked_at = {"tables": len(tables), "files": len(file_store().names(order.workspace_id))}


def forget_mails(workspace_id: uuid.UUID, person: Person) -> int:
    """Delete mails of a workspace that wait to be sent and say something of a person; returns how many."""
    with uow.control() as unit:
        rows = unit.connection.execute(
            select(Mail.id, Mail.params).where(Mail.params["workspace_id"].as_string() == str(workspace_id))
        ).all()
        about = [row.id for row in rows if person.is_in(row.params)]
        unit.connection.execute(delete(Mail).where(Mail.id.in_(about)))
    return len(about)
