"""Deciding what becomes of each row: one planner for the preview, the dry run and the run."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ARRAY, CTE, Text, and_, cast, column, func, select
from sqlalchemy.dialects.postgresql import array

from crm_saas.crm.imports.mapping import Mapper
from crm_saas.crm.imports.options import Duplicates
from crm_saas.crm.imports.reading import Row
from crm_saas.crm.records import guards
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.bulk import Change, read_locked
from crm_saas.crm.records.duplicates import shown_names
from crm_saas.crm.records.model import ExternalId
from crm_saas.crm.records.policy import OWNER_FIELD, Held, allows, hidden, visible
from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.crm.records.rules import with_consequences
from crm_saas.crm.records.service import external_fields, rule_faults
from crm_saas.kernel.errors import FieldError
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork

Outcome = Literal["create", "fill", "update", "skip", "reject"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell or a row is not taken, or how it is taken differently (`fatal` false)."""

    column: int | None
    field: str
    code: str
    detail: str
    params: dict[str, Any]
    fatal: bool = True


@dataclass(slots=True)
class Planned:
    """What becomes of one row."""

    line: int
    cells: list[str]
    outcome: Outcome
    values: Values
    """What the row says, without what it leaves empty."""
    faults: list[Fault]
    match: tuple[uuid.UUID, str] | None = None
    """The record it is about: id and display name."""


@dataclass(slots=True)
class _Slot:
    """A record of this chunk: one that is stored, or one that an earlier row creates."""

    record_id: uuid.UUID
    version: int
    before: Values | None
    """None: created by this chunk."""
    after: Values
    system: dict[str, Any] = field(default_factory=dict)
    """The other columns of one that is stored."""


@dataclass(slots=True)
class Plan:
    """A chunk's rows, and the records to write for them."""

    rows: list[Planned] = field(default_factory=list)
    new: list[tuple[uuid.UUID, Values]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def count(self, outcome: Outcome) -> int:
        """Count rows by what becomes of them."""
        return sum(row.outcome == outcome for row in self.rows)


class Planner:
    """Plans the rows of one import, chunk by chunk."""

    def __init__(self, rtype: RecordType, mapper: Mapper, duplicates: Duplicates, *, by_rules: bool = False) -> None:
        self._rtype = rtype
        self._by_rules = by_rules
        self._mapper = mapper
        self._mode = duplicates

    def plan(self, unit: UnitOfWork, actor: Actor, rows: Sequence[Row]) -> Plan:
        """Plan one chunk against what is stored; matched records that it may change are locked."""
        planned = [self._read(row) for row in rows]
        known = _Known(self._rtype, actor)
        known.look_up(unit, [row.values for row in planned if row.outcome != "reject"])
        if self._mode in {"fill", "update"}:
            known.load(unit)
        for row in planned:
            if row.outcome != "reject":
                self._decide(unit, row, known, actor)
        changes = [
            Change(slot.record_id, slot.version, slot.before, slot.after)
            for slot in known.slots.values()
            if slot.before is not None and slot.after != slot.before
        ]
        new = [(slot.record_id, slot.after) for slot in known.slots.values() if slot.before is None]
        return Plan(planned, new, changes)

    def _read(self, row: Row) -> Planned:
        if row.problem is not None:
            fault = Fault(None, "", row.problem.code, row.problem.detail, row.problem.params)
            return Planned(row.line, row.cells, "reject", {}, [fault])
        mapped = self._mapper.apply(row.cells)
        faults = [Fault(p.column, p.field, p.code, p.detail, p.params, p.fatal) for p in mapped.problems]
        refused = any(fault.fatal for fault in faults)
        return Planned(row.line, row.cells, "reject" if refused else "create", mapped.values, faults)

    def _decide(self, unit: UnitOfWork, row: Planned, known: _Known, actor: Actor) -> None:
        if known.is_taken(row.values):
            row.outcome = "reject"
            detail = "Another record has this external id."
            row.faults.append(Fault(None, external_fields(self._rtype)[0].name, "external_id_taken", detail, {}))
            return
        slot_id = known.find(row.values)
        if slot_id is not None:
            row.match = (slot_id, known.names.get(slot_id, ""))
        if slot_id is None or (self._mode == "create" and not known.has_external(row.values)):
            self._create(row, known, actor)
        elif self._mode == "create":
            detail = "A record with this external id exists."
            row.outcome = "reject"
            row.faults.append(Fault(None, external_fields(self._rtype)[0].name, "external_id_taken", detail, {}))
        elif self._mode == "skip":
            row.outcome = "skip"
        elif slot_id not in known.slots:
            detail = "It is about a record that you may not change."
            row.outcome = "reject"
            row.faults.append(Fault(None, "", "not_yours", detail, {}))
        else:
            self._merge(unit, row, known.slots[slot_id], known, actor)

    def _create(self, row: Planned, known: _Known, actor: Actor) -> None:
        values = {**self._rtype.blank(), **row.values}
        if OWNER_FIELD in values and values[OWNER_FIELD] is None and not self._by_rules:
            values[OWNER_FIELD] = str(actor.user_id)
        if self._refused(row, values, None):
            return
        row.outcome = "create"
        known.add(_Slot(uuid7(), 0, None, values))

    def _merge(self, unit: UnitOfWork, row: Planned, slot: _Slot, known: _Known, actor: Actor) -> None:
        after = dict(slot.after)
        for name, value in row.values.items():
            each = self._rtype.by_name[name]
            if each.kind == "external_ids":
                after[name] = {**value, **after[name]} if self._mode == "fill" else {**after[name], **value}
            elif self._mode == "update" or each.is_empty(after[name]):
                after[name] = value
        if after == slot.after:
            row.outcome = "skip"
            return
        given = {name: value for name, value in after.items() if value != slot.after[name]}
        after = with_consequences(self._rtype, slot.after, given)
        if self._refused(row, after, slot.before) or self._guarded(unit, row, slot, after, actor):
            return
        row.outcome = "fill" if self._mode == "fill" else "update"
        slot.after = after
        known.note(slot)

    def _refused(self, row: Planned, after: Values, before: Values | None) -> bool:
        return self._rejected(row, rule_faults(self._rtype, after, before))

    def _guarded(self, unit: UnitOfWork, row: Planned, slot: _Slot, after: Values, actor: Actor) -> bool:
        """Ask the workspace's own rules about a stored record. A new one may come in as what it was elsewhere."""
        if slot.before is None:
            return False
        step = guards.Step(slot.record_id, slot.before, after, slot.system)
        return self._rejected(row, guards.refusals(unit, actor, self._rtype, [step]).get(slot.record_id, []))

    def _rejected(self, row: Planned, found: list[FieldError]) -> bool:
        for fault in found:
            row.faults.append(Fault(None, fault.pointer.strip("/"), fault.code, fault.detail, fault.params))
        if found:
            row.outcome = "reject"
        return bool(found)


class _Known:
    """The records that a chunk's rows may be about, by key: those stored, and those the chunk creates."""

    def __init__(self, rtype: RecordType, actor: Actor) -> None:
        self._rtype = rtype
        self._actor = actor
        self._by_key: dict[str, uuid.UUID] = {}
        self._taken: set[str] = set()
        """Keys of external ids that records have which the actor may not see."""
        self.slots: dict[uuid.UUID, _Slot] = {}
        self.names: dict[uuid.UUID, str] = {}

    def look_up(self, unit: UnitOfWork, rows: Sequence[Values]) -> None:
        """Find stored records that share a key with any row and that the actor may see; of several, the oldest."""
        seen = visible(self._actor, self._rtype)
        keys: set[str] = set()
        external: set[tuple[str, str]] = set()
        for values in rows:
            keys.update(shared_keys(self._rtype, values))
            external.update(pair for each in external_fields(self._rtype) for pair in values.get(each.name, {}).items())
        table = self._rtype.table
        if keys:
            # key by key: for an overlap with thousands, a planner that knows little of a growing table reads all of it
            asked = _listed("asked", key=sorted(keys))
            found = unit.connection.execute(
                select(table.c.id, table.c.display_name, asked.c.key)
                .join_from(asked, table, table.c["keys"].bool_op("@>")(array([asked.c.key])))
                .where(seen)
                .order_by(table.c.id)
            )
            for record_id, name, key in found:
                self.names[record_id] = name
                self._by_key.setdefault(key, record_id)
        if external:
            systems, ids = zip(*sorted(external), strict=True)
            pairs = _listed("pairs", system=systems, value=ids)
            taken = unit.connection.execute(
                select(ExternalId.system, ExternalId.value, table.c.id, table.c.display_name, seen.label("seen"))
                .join_from(
                    pairs,
                    ExternalId,
                    and_(
                        ExternalId.record_type == self._rtype.name,
                        ExternalId.system == pairs.c.system,
                        ExternalId.value == pairs.c.value,
                    ),
                )
                .join(table, table.c.id == ExternalId.record_id)
            )
            for system, value, record_id, name, is_seen in taken:
                if is_seen:
                    self.names[record_id] = name
                    self._by_key[_external_key(system, value)] = record_id
                else:
                    self._taken.add(_external_key(system, value))
        unseen = hidden(self._actor, self._rtype)
        if self.names and not unseen.isdisjoint(self._rtype.display):
            self.names = shown_names(unit, self._rtype, list(self.names), unseen)

    def load(self, unit: UnitOfWork) -> None:
        """Lock and read every record found, since rows may change it."""
        locked = read_locked(unit, self._rtype, set(self._by_key.values()))
        for record_id, row in locked.items():
            if not allows(self._actor, self._rtype, "update", Held.of(self._rtype, row)):
                continue
            values = self._rtype.values_of(row)
            self.slots[record_id] = _Slot(record_id, row.version, values, dict(values), guards.system_of(row))
        # what was deleted between the two statements is not known any more
        self._by_key = {key: record_id for key, record_id in self._by_key.items() if record_id in locked}

    def find(self, values: Values) -> uuid.UUID | None:
        """Return the record a row is about: by external id first, then by e-mail, then by phone."""
        for key in keys_of(self._rtype, values):
            if key in self._by_key:
                return self._by_key[key]
        return None

    def is_taken(self, values: Values) -> bool:
        """Tell whether one of the row's external ids belongs to a record that the actor may not see."""
        return any(key in self._taken for key in external_keys(self._rtype, values))

    def has_external(self, values: Values) -> bool:
        """Tell whether one of the row's external ids belongs to a record."""
        return any(key in self._by_key for key in external_keys(self._rtype, values))

    def add(self, slot: _Slot) -> None:
        """Remember a record that the chunk creates."""
        self.slots[slot.record_id] = slot
        self.note(slot)

    def note(self, slot: _Slot) -> None:
        """Let later rows find a record by what it holds now."""
        self.names[slot.record_id] = self._rtype.display_name(slot.after)
        for key in keys_of(self._rtype, slot.after):
            self._by_key.setdefault(key, slot.record_id)


def _listed(name: str, **columns: Sequence[str]) -> CTE:
    """Return lists of texts as a table whose columns have the lists' names."""
    arrays = [cast(list(values), ARRAY(Text)) for values in columns.values()]
    rows = func.unnest(*arrays).table_valued(*(column(each, Text) for each in columns), name=f"{name}_rows")
    return select(rows.render_derived()).cte(name).prefix_with("MATERIALIZED", dialect="postgresql")


def keys_of(rtype: RecordType, values: Values) -> list[str]:
    """Return every key by which another row is about the same record, the surest first."""
    return [*external_keys(rtype, values), *shared_keys(rtype, values)]


def shared_keys(rtype: RecordType, values: Values) -> list[str]:
    """Return the keys of e-mail addresses and phone numbers among some values."""
    return [
        key
        for each in rtype.fields
        if each.kind in {"email_list", "phone_list"} and values.get(each.name)
        for key in each.keys_of(values[each.name])
    ]


def external_keys(rtype: RecordType, values: Values) -> list[str]:
    """Return the keys of external ids among some values."""
    return [
        _external_key(system, value)
        for each in external_fields(rtype)
        for system, value in values.get(each.name, {}).items()
    ]


def _external_key(system: str, value: str) -> str:
    return f"external:{system}:{value}"
