"""Persons as the workspace's privacy officer acts on them: look, hand out, erase, follow."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select

from crm_saas.crm.erasure.knowing import DELETED, Ref
from crm_saas.crm.erasure.model import Erasure
from crm_saas.crm.erasure.records import MODES
from crm_saas.crm.erasure.searching import Found
from crm_saas.crm.imports import service as imports
from crm_saas.crm.imports.model import Import
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.history import last_event
from crm_saas.crm.records.kinds import KINDS, ValueProblem
from crm_saas.crm.records.kinds.emails import normalise_email
from crm_saas.crm.records.policy import visible
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import Conflict, FieldError, Invalid, NotFound
from crm_saas.kernel.ids import parse_uuid, uuid7
from crm_saas.kernel.text import fold
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.keeping import tasks
from crm_saas.tenants.roles import PRIVACY

KIND: Final = "erase"
LOOKING, FOUND, QUEUED, DONE, FAILED = "looking", "found", "queued", "done", "failed"
STATES: Final = (LOOKING, FOUND, QUEUED, DONE, FAILED)
_BEGINNINGS: Final = {"email": "email_list", "phone": "phone_list"}
_CONFIRMED: Final = frozenset({"mode", "records", "by_name", "typed"})


def look(unit: UnitOfWork, actor: Actor, document: object) -> Erasure:
    """Ask for a search that begins at a record, an address or a number; a worker is to be told (`wake`).

    Raises `Forbidden`, `Invalid`, and `NotFound` for a record that the actor does not see.
    """
    actor.require_power(PRIVACY)
    row = Erasure(
        id=uuid7(), state=LOOKING, subject=_subject(unit, actor, document), person={}, found={}, options={},
        result={}, attempts=0, created_at=now(), created_by_id=actor.user_id, confirmed_at=None, finished_at=None,
    )  # fmt: skip
    unit.session.add(row)
    unit.session.flush()
    return row


def _subject(unit: UnitOfWork, actor: Actor, document: object) -> dict[str, Any]:
    if not isinstance(document, dict) or len(document) != 1 or not set(document) <= {"record", *_BEGINNINGS}:
        detail = "Say one of record, email or phone."
        raise Invalid(errors=[FieldError("", "one_of_three", detail)])
    [(name, given)] = document.items()
    if name == "record":
        return {"record": _record(unit, actor, given)}
    kind = KINDS[_BEGINNINGS[name]]
    try:
        values = kind.parse(given if isinstance(given, str) else None, actor.context())
    except ValueProblem as problem:
        raise Invalid(errors=[FieldError(f"/{name}", problem.code, problem.detail, problem.params)]) from None
    if len(values) != 1:
        raise Invalid(errors=[FieldError(f"/{name}", "required", "One address or number.")])
    return {name: values[0].partition(";")[0] if name == "phone" else normalise_email(values[0])}


def _record(unit: UnitOfWork, actor: Actor, given: object) -> dict[str, str]:
    named = given if isinstance(given, dict) else {}
    rtype = REGISTRY.find(named["type"]) if isinstance(named.get("type"), str) else None
    record_id = parse_uuid(named["id"]) if isinstance(named.get("id"), str) else None
    if rtype is None or record_id is None or set(named) != {"type", "id"}:
        raise Invalid(errors=[FieldError("/record", "wrong_type", 'Send {"type", "id"}.')])
    actor.require("read", rtype)
    seen = select(rtype.table.c.id).where(rtype.table.c.id == record_id, visible(actor, rtype))
    if unit.connection.execute(seen).first() is None:
        raise NotFound
    return {"type": rtype.name, "id": str(record_id)}


def wake(workspace_id: uuid.UUID, asked_by_id: uuid.UUID | None = None) -> None:
    """Ask for the work, outside any unit."""
    tasks.want(KIND, workspace_id, asked_by_id=asked_by_id)


def get(unit: UnitOfWork, actor: Actor, erasure_id: uuid.UUID, *, lock: bool = False) -> Erasure:
    """Return a search or an erasure; `NotFound` if there is none."""
    actor.require_power(PRIVACY)
    row = unit.session.get(Erasure, erasure_id, with_for_update=lock)
    if row is None:
        raise NotFound
    return row


def found(unit: UnitOfWork, actor: Actor, erasure_id: uuid.UUID) -> Erasure:
    """Return a search that has found what there is; `Conflict` before and after."""
    row = get(unit, actor, erasure_id)
    _require(row, FOUND)
    return row


def unfinished(unit: UnitOfWork) -> list[Erasure]:
    """Return the erasures that are not done: they wait, are at work, or have failed."""
    states = (QUEUED, FAILED)
    return list(unit.session.scalars(select(Erasure).where(Erasure.state.in_(states)).order_by(Erasure.id.desc())))


def forget(unit: UnitOfWork, actor: Actor, erasure_id: uuid.UUID) -> None:
    """Give up a search, with what it has found."""
    row = get(unit, actor, erasure_id, lock=True)
    _require(row, LOOKING, FOUND, FAILED)
    unit.session.delete(row)


def confirm(unit: UnitOfWork, actor: Actor, erasure_id: uuid.UUID, document: object) -> Erasure:
    """Ask for the erasure of what a search has found; a worker is to be told (`wake`).

    Raises `Invalid`, `Conflict` with code `wrong_state`, or `imports_at_work` while an import may bring in more.
    """
    row = get(unit, actor, erasure_id, lock=True)
    _require(row, FOUND, FAILED)
    mode, records, by_name = _confirmed(unit, row, document)
    if unit.session.scalars(select(Import.id).where(Import.state.in_(imports.AT_WORK)).limit(1)).first() is not None:
        raise Conflict("Wait until the imports have ended, or cancel them.", code="imports_at_work")
    row.options = {"mode": mode, "records": records, "by_name": by_name}
    row.state, row.attempts, row.confirmed_at = QUEUED, 0, now()
    row.created_by_id = actor.user_id
    return row


def _require(row: Erasure, *states: str) -> None:
    if row.state not in states:
        raise Conflict("It is not at that point.", code="wrong_state", state=row.state)


def _confirmed(unit: UnitOfWork, row: Erasure, document: object) -> tuple[str, list[list[str]], bool]:
    given = document if isinstance(document, dict) else {}
    faults = [
        FieldError(f"/{str(name)[:100]}", "unknown_field", "There is no such member.")
        for name in given
        if name not in _CONFIRMED
    ]
    if given.get("mode") not in MODES:
        faults.append(FieldError("/mode", "unknown_option", "Say how.", {"options": list(MODES)}))
    if not isinstance(given.get("by_name", False), bool):
        faults.append(FieldError("/by_name", "wrong_type", "Yes or no."))
    known = {(each["type"], each["id"]) for each in row.found["records"]}
    named = given.get("records")
    chosen = [_pair(each) for each in named] if isinstance(named, list) else [("", "")]
    faults += [
        FieldError(f"/records/{index}", "unknown_option", "Not one of the records found.")
        for index, each in enumerate(chosen)
        if each not in known
    ]
    typed = given.get("typed")
    if not isinstance(typed, str) or fold(typed).split() != fold(title(unit, row)).split():
        faults.append(FieldError("/typed", "differs", "Type it as it is shown."))
    if faults:
        raise Invalid(errors=faults)
    return str(given["mode"]), [list(each) for each in dict.fromkeys(chosen)], given.get("by_name", False)


def _pair(given: object) -> tuple[str, str]:
    named = given if isinstance(given, dict) else {}
    return str(named.get("type")), str(named.get("id"))


def title(unit: UnitOfWork, row: Erasure) -> str:
    """Return what is typed to confirm: the name of the record that the search began at, or the address or number."""
    subject = row.subject
    if "record" in subject:
        [ref] = Ref.read([(subject["record"]["type"], subject["record"]["id"])])
        return called(unit, [ref])[str(ref.id)] or subject["record"]["id"][:8]
    return str(subject.get("email") or subject.get("phone") or "")


def called(unit: UnitOfWork, refs: Sequence[Ref]) -> dict[str, str]:
    """Return what records are called, deleted ones by what their deletion kept."""
    names: dict[str, str] = {}
    for ref in refs:
        table = ref.rtype.table
        name = unit.connection.execute(select(table.c.display_name).where(table.c.id == ref.id)).scalar_one_or_none()
        if name is None:
            last = last_event(unit, ref.rtype, ref.id)
            gone = last is not None and last.type == f"{ref.rtype.name}.{DELETED}"
            held = {field: pair[0] for field, pair in last.changes.items() if pair[0]} if last and gone else {}
            name = ref.rtype.display_name({**ref.rtype.nothing(), **ref.rtype.from_json(held)})
        names[str(ref.id)] = name
    return names


def as_json(unit: UnitOfWork, row: Erasure) -> dict[str, Any]:
    """Return a search or an erasure as the API shows it."""
    told = row.found or Found().to_json()
    names = called(unit, Ref.read((each["type"], each["id"]) for each in told["records"]))
    person: Mapping[str, list[str]] = row.person or {}
    return {
        "id": row.id,
        "state": row.state,
        "title": title(unit, row) if row.subject else "",
        "person": {name: list(person.get(name, ())) for name in ("emails", "phones", "names")},
        "records": [
            {
                "type": each["type"],
                "id": each["id"],
                "display_name": names.get(each["id"], ""),
                "named": each["named"],
                "shares": sorted({key.partition(":")[0] for key in each["shares"]}),
                "deleted": each["deleted"],
                "places": places(each["places"]),
            }
            for each in told["records"]
        ],
        "places": places(told["places"]),
        "names": places(told["names"]),
        "mode": row.options.get("mode"),
        "result": places(row.result.get("counts", {})),
        "created_at": row.created_at,
        "finished_at": row.finished_at,
    }


def places(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return counts by place as the API shows them."""
    return [{"place": name, "count": count} for name, count in sorted(counts.items()) if count]
