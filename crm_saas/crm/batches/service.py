"""Acts on many records as their users ask for them: preview, start, follow, cancel, undo."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from crm_saas.crm.batches import acting
from crm_saas.crm.batches.acting import DELETE, PARTS, UNDO, UPDATE, TooManyFoundError
from crm_saas.crm.batches.model import BulkJob
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.counting import count_some
from crm_saas.crm.records.policy import hidden, read_only, visible
from crm_saas.crm.records.queries import ListQuery
from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.kernel import jobs
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from crm_saas.kernel.events import Event
from crm_saas.kernel.ids import parse_uuid, uuid7
from crm_saas.kernel.uow import UnitOfWork

QUEUED, RUNNING, CANCELLING, CANCELLED, DONE, FAILED = (
    "queued", "running", "cancelling", "cancelled", "done", "failed",
)  # fmt: skip
STATES: Final = (QUEUED, RUNNING, CANCELLING, CANCELLED, DONE, FAILED)
AT_WORK: Final = (QUEUED, RUNNING, CANCELLING)
ENDED: Final = (CANCELLED, DONE, FAILED)
COUNTS: Final = ("changed", "unchanged", "left")
MOST_IDS: Final = 10_000
MOST_SEARCHED: Final = 200
MOST_SHOWN: Final = 100
"""Records left alone that are kept by name; all are counted."""
PREVIEWED: Final = 200
"""Records whose fate is worked out before the start."""
_MEMBERS: Final = frozenset({"object", "kind", "ids", "filter", "q", *PARTS})


class Asked:
    """What a caller wants done, read strictly."""

    def __init__(self, unit: UnitOfWork, actor: Actor, document: object) -> None:
        """Raise `Invalid` with a pointer for every fault, `Forbidden` without the right."""
        if not isinstance(document, dict):
            raise Invalid(errors=[FieldError("", "wrong_type", "Expected an object.")])
        faults = [
            FieldError(f"/{str(name)[:100]}", "unknown_field", "There is no such member.")
            for name in document
            if name not in _MEMBERS
        ]
        named = document.get("object", "lead")
        rtype = REGISTRY.find(named) if isinstance(named, str) else None
        if rtype is None:
            faults.append(FieldError("/object", "unknown_option", "There is no such object."))
        self.kind = document.get("kind")
        if self.kind not in {UPDATE, DELETE}:
            faults.append(FieldError("/kind", "unknown_option", "Say update or delete.", {"options": [UPDATE, DELETE]}))
        if ("ids" in document) == ("filter" in document):
            faults.append(FieldError("/ids", "one_of_two", "Send either ids or a filter (null: all)."))
        self.typed = _words(document, faults)
        if self.kind == DELETE and any(part in document for part in PARTS):
            faults.append(FieldError("/kind", "nothing_to_change", "A deletion changes no field."))
        self.selection: dict[str, Any] = {}
        if "ids" in document:
            self.selection["ids"] = _ids(document["ids"], faults)
        else:
            self.selection["filter"] = document.get("filter")
        if faults or rtype is None:
            raise Invalid(errors=faults)
        self.rtype = rtype
        actor.require(str(self.kind), rtype)
        self.changes = {part: document[part] for part in PARTS if part in document}
        self.edit = acting.read_edit(unit, actor, rtype, self.changes) if self.kind == UPDATE else None
        self.condition = self._choose(unit, actor)

    def _choose(self, unit: UnitOfWork, actor: Actor) -> ColumnElement[bool]:
        """Return the condition on the records that are meant; what a search finds now is kept as ids."""
        try:
            if self.typed:
                self.selection = {"ids": acting.found_ids(unit, actor, self.rtype, self._list())}
            return acting.chosen(actor, self.rtype, str(self.kind), self.selection)
        except TooManyFoundError as error:
            params = {"max": error.most}
            detail = "The search finds too many for this; say more, or filter."
            raise Invalid(errors=[FieldError("/q", "too_many", detail, params)]) from None
        except Invalid as error:
            raise error.below("/filter") from None

    def _list(self) -> ListQuery:
        return ListQuery(
            sort=self.rtype.default_sort, filter=self.selection["filter"], search=self.typed, action=str(self.kind)
        )


def _words(document: Mapping[str, Any], faults: list[FieldError]) -> str:
    """Read what is searched for beside the filter."""
    typed = document.get("q", "")
    if not isinstance(typed, str):
        faults.append(FieldError("/q", "wrong_type", "Expected a text."))
        return ""
    if len(typed) > MOST_SEARCHED:
        faults.append(FieldError("/q", "too_long", "Search for less.", {"max": MOST_SEARCHED}))
    if typed.strip() and "ids" in document:
        faults.append(FieldError("/q", "one_of_two", "Send either ids or what is searched for."))
    return typed.strip()


def _ids(given: object, faults: list[FieldError]) -> list[str]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_IDS:
        params = {"min": 1, "max": MOST_IDS}
        faults.append(FieldError("/ids", "out_of_range", f"A list of 1 to {MOST_IDS} ids.", params))
        return []
    found = [parse_uuid(each) if isinstance(each, str) else None for each in given]
    faults += [
        FieldError(f"/ids/{index}", "invalid_id", "Not the id of a record.")
        for index, each in enumerate(found)
        if each is None
    ][:MOST_SHOWN]
    return sorted({str(each) for each in found if each is not None})


def preview(unit: UnitOfWork, actor: Actor, document: object) -> dict[str, Any]:
    """Answer how many records are chosen, and what would become of the first of them. Nothing is stored."""
    asked = Asked(unit, actor, document)
    rtype, edit = asked.rtype, asked.edit
    count = count_some(unit, rtype, asked.condition)
    column = rtype.table.c.id
    statement = select(rtype.table).where(asked.condition).order_by(column).limit(PREVIEWED)
    rows = unit.connection.execute(statement).all()
    changes, refused = ([], []) if edit is None else acting.plan(unit, actor, rtype, edit, rows)
    changing = len(rows) if edit is None else sum(change.after != change.before for change in changes)
    missing = max(len(asked.selection["ids"]) - count[0], 0) if "ids" in asked.selection else 0
    return {
        "count": {"value": count[0], "exact": count[1]},
        "missing": missing,
        "looked_at": len(rows),
        "changed": changing,
        "unchanged": len(changes) - changing if edit is not None else 0,
        "left": named(unit, actor, rtype, refused[:MOST_SHOWN]),
    }


def start(unit: UnitOfWork, actor: Actor, document: object) -> BulkJob:
    """Ask for an act on many records."""
    asked = Asked(unit, actor, document)
    ids = asked.selection.get("ids")
    total = len(ids) if ids is not None else count_some(unit, asked.rtype, asked.condition)[0]
    return add(
        unit,
        actor,
        asked.rtype,
        kind=str(asked.kind),
        selection=asked.selection,
        changes=asked.changes,
        total=total,
    )


def add(
    unit: UnitOfWork,
    actor: Actor,
    rtype: RecordType,
    *,
    kind: str,
    selection: Mapping[str, Any],
    changes: Mapping[str, Any],
    total: int,
    undoes_id: uuid.UUID | None = None,
) -> BulkJob:
    """Add a job of the actor's, the product's own included, and wake a worker for it; nothing is checked."""
    job = BulkJob(
        id=uuid7(),
        kind=kind,
        record_type=rtype.name,
        selection=dict(selection),
        changes=dict(changes),
        undoes_id=undoes_id,
        undone_by_id=None,
        state=QUEUED,
        total=total,
        progress={"after": None, "done": 0, "seconds": 0.0, "failures": 0} | dict.fromkeys(COUNTS, 0),
        result={},
        created_at=now(),
        created_by_id=actor.user_id,
        finished_at=None,
        lease_until=None,
        version=1,
    )
    unit.session.add(job)
    unit.session.flush()
    unit.on_commit(hint, unit.workspace_id, job.id)
    return job


def rtype_of(job: BulkJob) -> RecordType:
    """Return the type of the records that a job is about."""
    rtype = REGISTRY.find(job.record_type)
    if rtype is None:
        raise NotFound
    return rtype


def get(unit: UnitOfWork, actor: Actor, job_id: uuid.UUID, *, lock: bool = False) -> BulkJob:
    """Return a job of the actor's own; `NotFound` for anybody else's: it names records they may not see."""
    job = unit.session.get(BulkJob, job_id, with_for_update=lock)
    if job is None or job.created_by_id != actor.user_id:
        raise NotFound
    actor.require("update", rtype_of(job))
    return job


def recent(unit: UnitOfWork, actor: Actor, *, before: uuid.UUID | None, limit: int) -> list[BulkJob]:
    """Return the actor's jobs, the newest first, one more than `limit` if there are more."""
    if all(actor.level(action, rtype) == "none" for rtype in REGISTRY for action in (UPDATE, DELETE)):
        raise Forbidden("Your role may not change any records.", action=UPDATE)
    statement = select(BulkJob).where(BulkJob.created_by_id == actor.user_id).order_by(BulkJob.id.desc())
    if before is not None:
        statement = statement.where(BulkJob.id < before)
    return list(unit.session.scalars(statement.limit(limit + 1)))


def cancel(unit: UnitOfWork, actor: Actor, job_id: uuid.UUID) -> BulkJob:
    """Ask a job to stop after the records it is at; what is done stays, and can be undone."""
    job = get(unit, actor, job_id, lock=True)
    if job.state not in AT_WORK:
        raise Conflict("It has ended already.", code="wrong_state", state=job.state)
    job.state = CANCELLING
    job.version += 1
    unit.on_commit(hint, unit.workspace_id, job.id)
    return job


def undo(unit: UnitOfWork, actor: Actor, job_id: uuid.UUID) -> BulkJob:
    """Ask for the undoing of a job of the actor's own."""
    return take_back(unit, actor, get(unit, actor, job_id, lock=True))


def take_back(unit: UnitOfWork, actor: Actor, job: BulkJob) -> BulkJob:
    """Ask for a job's undoing, which is a job itself, the actor's own, and can be undone as well.

    Raises `Forbidden`, `Conflict` with code `wrong_state` or `undone_already`.
    """
    rtype = rtype_of(job)
    actor.require(DELETE if job.kind != UPDATE else UPDATE, rtype)
    limited = _written(unit, job) & (hidden(actor, rtype) | read_only(actor, rtype))
    if limited:
        raise Forbidden("Your role may not change every field of this.", fields=sorted(limited))
    if job.state not in ENDED:
        raise Conflict("It is still at work; cancel it first.", code="wrong_state", state=job.state)
    if job.undone_by_id is not None:
        raise Conflict("It has been undone already.", code="undone_already", by=str(job.undone_by_id))
    touched = select(func.count(func.distinct(Event.record_id))).where(Event.batch_id == job.id)
    total = unit.connection.execute(touched).scalar_one()
    undoing = add(unit, actor, rtype, kind=UNDO, selection={}, changes={}, total=total, undoes_id=job.id)
    job.undone_by_id = undoing.id
    job.version += 1
    return undoing


def _written(unit: UnitOfWork, job: BulkJob) -> set[str]:
    """Return the fields that a job, or the one that it undoes, has written."""
    first = job
    while first.undoes_id is not None:
        first = unit.session.get_one(BulkJob, first.undoes_id)
    return {name for part in PARTS for name in first.changes.get(part, {})}


def hint(workspace_id: uuid.UUID, job_id: uuid.UUID) -> None:
    """Wake a worker for a job; the sweep does it otherwise."""
    jobs.enqueue("bulk", "crm_saas.crm.batches.jobs.work", workspace_id, job_id, unique=f"batch:{job_id}")


def named(unit: UnitOfWork, actor: Actor, rtype: RecordType, left: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return records left alone with what they are called now; no name for what the actor may not see."""
    table = rtype.table
    ids = [uuid.UUID(each["id"]) for each in left]
    rows = unit.connection.execute(
        select(table.c.id, table.c.display_name).where(table.c.id.in_(ids), visible(actor, rtype))
    )
    unseen = hidden(actor, rtype)
    told = unseen.isdisjoint(rtype.display)
    names = {str(row.id): row.display_name for row in rows if told}
    return [
        {
            "id": each["id"],
            "display_name": names.get(each["id"]),
            "reason": each["reason"],
            "fields": [name for name in each.get("fields", []) if name not in unseen],
            "errors": each.get("errors", []),
        }
        for each in left
    ]


def as_json(job: BulkJob) -> dict[str, Any]:
    """Return the JSON form of the API."""
    progress = job.progress
    rate = progress["done"] / progress["seconds"] if progress["seconds"] > 0 else None
    ahead = max(job.total - progress["done"], 0)
    ids = job.selection.get("ids")
    return {
        "id": job.id,
        "object": job.record_type,
        "kind": job.kind,
        "state": job.state,
        "chosen": None if ids is None else len(ids),
        "filter": job.selection.get("filter"),
        **{part: job.changes.get(part, {}) for part in PARTS},
        "undoes_id": job.undoes_id,
        "undone_by_id": job.undone_by_id,
        "progress": {
            "done": progress["done"],
            "total": max(job.total, progress["done"]),
            "records_per_second": rate,
            "seconds_left": ahead / rate if rate and job.state in AT_WORK else None,
        },
        "counts": {name: progress[name] for name in COUNTS},
        "error": job.result.get("error"),
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }
