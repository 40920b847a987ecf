"""What a job does to some records: which ones they are, and what they become."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, select

from crm_saas.crm.records import bulk, guards, options
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.filters import compile_filter
from crm_saas.crm.records.policy import hidden, visible
from crm_saas.crm.records.queries import ListQuery, which
from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.crm.records.rules import check, with_consequences
from crm_saas.crm.records.schema import load
from crm_saas.crm.records.searching import SEARCH_BOUND, SEEN_BOUND
from crm_saas.crm.records.service import reading_context
from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.events import Event
from crm_saas.kernel.text import fold
from crm_saas.kernel.uow import UnitOfWork

UPDATE, DELETE, UNDO = "update", "delete", "undo"
IDLE_SINCE: Final = "idle_since"
"""Of a selection: only records on which nothing has happened since, as ISO 8601."""
PARTS: Final = ("set", "add", "remove")
GONE: Final = "gone"
"""No longer there, or no longer one's own to change."""


@dataclass(slots=True)
class Edit:
    """What a job of kind `update` writes, read for one unit."""

    given: Values
    add: Mapping[str, list[str]]
    remove: Mapping[str, list[str]]

    def after(self, rtype: RecordType, before: Values) -> Values:
        """Return what a record becomes; raises `Invalid` where that breaks a rule of the type."""
        given = dict(self.given)
        for name in {*self.add, *self.remove}:
            without = {fold(tag) for tag in self.remove.get(name, ())}
            kept = [tag for tag in before[name] if fold(tag) not in without]
            known = {fold(tag) for tag in kept}
            given[name] = kept + [tag for tag in self.add.get(name, ()) if fold(tag) not in known]
        given = {name: value for name, value in given.items() if value != before[name]}
        after = with_consequences(rtype, before, given)
        if after != before:
            check(rtype, after, before)
        return after


@dataclass(slots=True)
class Outcome:
    """What became of some records."""

    changed: int = 0
    unchanged: int = 0
    left: list[dict[str, Any]] = field(default_factory=list)
    """Those left alone, with reasons."""


def read_edit(unit: UnitOfWork, actor: Actor, rtype: RecordType, changes: Mapping[str, Any]) -> Edit:
    """Read the changes of a job as a form is read; `Invalid` with a pointer for every fault."""
    parts = {part: changes.get(part, {}) for part in PARTS}
    faults = [
        FieldError(f"/{part}", "wrong_type", "Expected an object.")
        for part, value in parts.items()
        if not isinstance(value, dict)
    ]
    if faults:
        raise Invalid(errors=faults)
    kinds = {each.name: each.kind for each in rtype.fields}
    for part in ("add", "remove"):
        faults += [
            FieldError(f"/{part}/{str(name)[:100]}", "not_a_list", "Only tags are added and removed.")
            for name in parts[part]
            if kinds.get(name) != "tags"
        ]
    faults += [
        FieldError(f"/set/{name}", "one_each", "No two records share this; change it one by one.")
        for name in parts["set"]
        if kinds.get(name) == "external_ids"
    ]
    if faults:
        raise Invalid(errors=faults)
    if not any(parts.values()):
        raise Invalid(errors=[FieldError("/set", "nothing_to_change", "Say what changes.")])
    read = {part: _loaded(unit, actor, rtype, part, document) for part, document in parts.items()}
    return Edit(options.settle(unit, rtype, read["set"]), read["add"], read["remove"])


def _loaded(unit: UnitOfWork, actor: Actor, rtype: RecordType, part: str, document: Any) -> Values:  # noqa: ANN401
    try:
        return load(rtype, document, reading_context(unit, actor, rtype, document))
    except Invalid as error:
        raise error.below(f"/{part}") from None


def chosen(actor: Actor, rtype: RecordType, kind: str, selection: Mapping[str, Any]) -> ColumnElement[bool]:
    """Return the condition on the records that a job is about, of those the actor may do this to."""
    mine = visible(actor, rtype, kind)
    if IDLE_SINCE in selection:
        mine = and_(mine, idle_since(rtype, datetime.fromisoformat(selection[IDLE_SINCE])))
    if "ids" in selection:
        return and_(mine, rtype.table.c.id.in_([uuid.UUID(record_id) for record_id in selection["ids"]]))
    if selection["filter"] is None:
        return mine
    return and_(mine, compile_filter(rtype, selection["filter"], actor.context()))


def idle_since(rtype: RecordType, since: datetime) -> ColumnElement[bool]:
    """Return the condition on the records on which nothing has happened since: no change, and nothing said."""
    table = rtype.table
    happened = exists().where(
        Event.record_type == rtype.name, Event.record_id == table.c.id, Event.at >= since
    )  # fmt: skip
    return and_(table.c.updated_at < since, ~happened)


class TooManyFoundError(Exception):
    """A search found more than it looks at; `most` is how many it looks at."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


def found_ids(unit: UnitOfWork, actor: Actor, rtype: RecordType, query: ListQuery) -> list[str]:
    """Return the records of a list that is searched, all of them: a search looks at a bounded number of records."""
    most = SEEN_BOUND if hidden(actor, rtype) else SEARCH_BOUND
    ids = unit.connection.execute(select(rtype.table.c.id).where(which(unit, actor, rtype, query).condition()))
    found = sorted(str(record_id) for record_id in ids.scalars())
    if len(found) >= most:
        raise TooManyFoundError(most)
    return found


def next_ids(
    unit: UnitOfWork,
    actor: Actor,
    rtype: RecordType,
    kind: str,
    selection: Mapping[str, Any],
    *,
    until: uuid.UUID,
    after: uuid.UUID | None,
    most: int,
) -> list[uuid.UUID]:
    """Return the next records of a selection, by id; of a filter only those made before the job (`until`)."""
    if "ids" in selection:
        ids = (uuid.UUID(record_id) for record_id in selection["ids"])
        return [record_id for record_id in ids if after is None or record_id > after][:most]
    column = rtype.table.c.id
    statement = select(column).where(chosen(actor, rtype, kind, selection), column <= until).order_by(column)
    if after is not None:
        statement = statement.where(column > after)
    return list(unit.connection.execute(statement.limit(most)).scalars())


def act(
    unit: UnitOfWork,
    actor: Actor,
    rtype: RecordType,
    *,
    kind: str,
    edit: Edit | None,
    ids: Sequence[uuid.UUID],
    selection: Mapping[str, Any],
) -> Outcome:
    """Change or delete these records, but for those that a rule or a right keeps, or that are idle no longer."""
    stored = bulk.read_locked(unit, rtype, ids)
    mine = chosen(actor, rtype, kind, selection) if IDLE_SINCE in selection else visible(actor, rtype, kind)
    column = rtype.table.c.id
    allowed = set(unit.connection.execute(select(column).where(column.in_(list(stored)), mine)).scalars())
    outcome = Outcome(left=[{"id": str(each), "reason": GONE} for each in ids if each not in allowed])
    rows = [stored[each] for each in ids if each in allowed]
    if edit is None:
        bulk.delete_many(unit, actor, rtype, rows)
        outcome.changed = len(rows)
        return outcome
    changes, refused = plan(unit, actor, rtype, edit, rows)
    outcome.changed = bulk.update_many(unit, actor, rtype, changes)
    outcome.unchanged = len(changes) - outcome.changed
    outcome.left += refused
    return outcome


def not_mine(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, action: str, ids: Sequence[uuid.UUID]
) -> set[uuid.UUID]:
    """Return those of the records that are there and that the actor may not do this to."""
    column = rtype.table.c.id
    there = select(column).where(column.in_(ids))
    mine = set(unit.connection.execute(there.where(visible(actor, rtype, action))).scalars())
    return set(unit.connection.execute(there).scalars()) - mine


def plan(
    unit: UnitOfWork, actor: Actor, rtype: RecordType, edit: Edit, rows: Sequence[Any]
) -> tuple[list[bulk.Change], list[dict[str, Any]]]:
    """Work out what records become, and which of them a rule keeps as they are."""
    steps: list[guards.Step] = []
    faults: dict[uuid.UUID, Sequence[FieldError]] = {}
    for row in rows:
        before = rtype.values_of(row)
        try:
            after = edit.after(rtype, before)
        except Invalid as error:
            faults[row.id] = error.errors
        else:
            steps.append(guards.Step(row.id, before, after, guards.system_of(row)))
    faults |= guards.refusals(unit, actor, rtype, steps)
    changes = [
        bulk.Change(step.record_id, step.system["version"], step.before or {}, step.after)
        for step in steps
        if step.record_id not in faults
    ]
    return changes, [_refused(row.id, faults[row.id]) for row in rows if row.id in faults]


def _refused(record_id: uuid.UUID, faults: Sequence[FieldError]) -> dict[str, Any]:
    told = [fault.as_dict() for fault in faults]
    return {"id": str(record_id), "reason": "refused", "errors": told}
