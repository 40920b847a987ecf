"""Record types: one description of each object, from which everything else is derived."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any, cast

from sqlalchemy import Column, Row, Table, insert

from crm_saas.crm.records.fields import Field
from crm_saas.crm.records.kinds import Money
from crm_saas.crm.records.model import RecordColumns
from crm_saas.kernel.errors import FieldError
from crm_saas.kernel.prepared import Prepared
from crm_saas.kernel.text import fold, romanised, sort_key, tokens, tsvector

Values = dict[str, Any]
"""A record as domain code handles it: field name -> value as its kind parses it."""

SYSTEM_BEFORE = ("id", "version", "display_name")
SYSTEM_AFTER = ("import_id", "created_at", "created_by_id", "updated_at", "updated_by_id")


@dataclass(frozen=True)
class Shape:
    """Which columns a reader selects, and how a row of them becomes the JSON form of the API."""

    plain: tuple[str, ...]
    """Members whose column is what the API shows."""
    split: tuple[Field, ...]
    """Money: an amount and a currency."""
    external: tuple[str, ...]
    """Those of `plain` that hold external ids."""
    table: Table
    named: tuple[str, ...] | None = None
    """The fields of which the display name is the first that holds something, where the stored one would tell what is
    hidden; they are among those above. None: the stored one is shown, or none."""
    dropped: frozenset[str] = frozenset()
    """Those of them that are only read for the display name."""

    @cached_property
    def columns(self) -> tuple[Column[Any], ...]:
        """The columns to select, in the order `dump` expects."""
        return tuple(self.table.c[name] for name in (*self.plain, *(c for each in self.split for c in each.columns)))

    def dump(self, row: Row[Any] | tuple[Any, ...]) -> dict[str, Any]:
        """Turn a row of `columns` into a JSON object."""
        document = dict(zip(self.plain, row, strict=False))
        index = len(self.plain)
        for money in self.split:
            amount, currency = row[index], row[index + 1]
            document[money.name] = None if amount is None else {"amount_minor": amount, "currency": currency}
            index += 2
        for name in self.external:
            document[name] = _pairs(document[name])
        return document if self.named is None else self._renamed(document, self.named)

    def _renamed(self, document: dict[str, Any], named: tuple[str, ...]) -> dict[str, Any]:
        name = next((text for each in named if (text := _first_of(document[each]))), "")
        first = {"id": document["id"], "version": document["version"], "display_name": name}
        return first | {member: value for member, value in document.items() if member not in self.dropped}


def _first_of(value: Any) -> str:  # noqa: ANN401 - a text, a list of texts, or external ids as the API shows them
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value["value"]
    return str(value) if value else ""


def _pairs(external_ids: dict[str, str]) -> list[dict[str, str]]:
    """Return external ids as the API shows them, by system: JSONB does not keep the order they came in."""
    return [{"system": system, "value": external_ids[system]} for system in sorted(external_ids)]


@dataclass(frozen=True, eq=False)
class RecordType:
    """One object of the CRM. `name` is singular and is what events and rights say; `plural` is in addresses."""

    name: str
    plural: str
    model: type[RecordColumns]
    fields: tuple[Field, ...]
    identity: tuple[str, ...]
    """At least one of these must hold something."""
    display: tuple[str, ...]
    """The display name is the first of these that holds something."""
    searched: tuple[str, ...]
    """Fields whose words are searched, beside e-mails, phones, tags and external ids."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    transitions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Field -> value -> values it may become. A new record may have whatever can still become something else."""
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Field -> value -> the field that says why: needed while it has that value, and only then."""
    guards: Mapping[str, Mapping[str, Callable[..., Mapping[uuid.UUID, list[FieldError]]]]] = field(
        default_factory=dict
    )
    """Field -> value -> what is asked before a record takes it (`guards.Guard`): rules of the workspace's own."""
    settles: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Field -> value -> fields that are emptied when it takes that value: what was pending is settled by it."""
    assign: Callable[..., Mapping[uuid.UUID, Any] | None] | None = None
    """Decides whose a record becomes that names no owner (`owning.Assign`)."""
    check: Callable[[Values], list[FieldError]] = lambda _values: []
    """Rules over several fields, on the whole record as it would be stored."""
    derive: Callable[[Values], dict[str, Any]] = lambda _values: {}
    """Columns of this type that are worked out from its fields."""
    default_sort: str = "-created_at"

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by name."""
        return {each.name: each for each in self.fields}

    @cached_property
    def table(self) -> Table:
        """The table of the model."""
        return cast("Table", self.model.__table__)  # type: ignore[attr-defined]

    @cached_property
    def columns(self) -> tuple[Column[Any], ...]:
        """The columns a reader selects, in the order `dump` expects."""
        return self._whole.columns

    @cached_property
    def insertion(self) -> Prepared:
        """The INSERT of one whole row of the table."""
        return Prepared(insert(self.table))

    @cached_property
    def _plain(self) -> tuple[str, ...]:
        """Names whose column is what the API shows."""
        return (*SYSTEM_BEFORE, *(f.name for f in self.fields if len(f.columns) == 1), *SYSTEM_AFTER)

    @cached_property
    def _split(self) -> tuple[Field, ...]:
        return tuple(f for f in self.fields if len(f.columns) > 1)

    @cached_property
    def _external(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.fields if f.kind == "external_ids")

    def dump(self, row: Row[Any] | tuple[Any, ...]) -> dict[str, Any]:
        """Turn a row of `columns` into the JSON form of the API."""
        return self.shape(None).dump(row)

    def shape(self, names: frozenset[str] | None, hidden: frozenset[str] = frozenset()) -> Shape:
        """Return how to read and dump the members `names` of a record (all if None), beside its id and version.

        What is `hidden` is left out, also from the display name.
        """
        if names is None and not hidden:
            return self._whole
        return _shape(self, names, hidden)

    @cached_property
    def _whole(self) -> Shape:
        return Shape(self._plain, self._split, self._external, self.table)

    @cached_property
    def members(self) -> frozenset[str]:
        """The names of everything the JSON form of a record has."""
        return frozenset((*self._plain, *(each.name for each in self._split)))

    def dump_model(self, record: RecordColumns, hidden: frozenset[str] = frozenset()) -> dict[str, Any]:
        """Turn a stored record into the JSON form of the API, without what is hidden."""
        shape = self.shape(None, hidden)
        return shape.dump(tuple(getattr(record, column.name) for column in shape.columns))

    def without(self, values: Values, hidden: frozenset[str]) -> Values:
        """Return the values of a record as if its hidden fields held nothing."""
        return values | {name: self.by_name[name].empty for name in hidden if name in self.by_name}

    def values_of(self, record: RecordColumns) -> Values:
        """Read the values of a stored record."""
        return {each.name: self._value(record, each) for each in self.fields}

    def _value(self, record: RecordColumns, each: Field) -> Any:  # noqa: ANN401
        if each.kind == "money":
            amount = getattr(record, each.columns[0])
            return None if amount is None else Money(amount, getattr(record, each.columns[1]))
        value = getattr(record, each.name)
        return str(value) if each.kind == "member" and value is not None else value

    def column_values(self, values: Values) -> dict[str, Any]:
        """Turn a whole record's values into what its columns hold, derived columns included."""
        stored: dict[str, Any] = {}
        for each in self.fields:
            value = values[each.name]
            if each.kind == "money":
                stored[each.columns[0]] = None if value is None else value.amount_minor
                stored[each.columns[1]] = None if value is None else value.currency
            elif each.kind == "member":
                stored[each.name] = None if value is None else uuid.UUID(value)
            else:
                stored[each.name] = value
        name = self.display_name(values)
        stored["display_name"] = name
        stored["display_sort"] = sort_key(name)
        stored["keys"] = self.keys(values)
        stored["search"] = self.search(values, name)
        stored.update(self.derive(values))
        return stored

    def nothing(self) -> Values:
        """Return the values of a record that holds nothing at all."""
        return {each.name: each.empty for each in self.fields}

    def blank(self) -> Values:
        """Return the values of a new record that holds nothing but the type's defaults."""
        return {**self.nothing(), **self.defaults}

    def display_name(self, values: Values) -> str:
        """Return what people call a record with these values."""
        for name in self.display:
            value = values[name]
            if isinstance(value, dict):
                value = value[min(value)] if value else None
            elif isinstance(value, list):
                value = value[0] if value else None
            if value:
                return str(value)
        return ""

    def identity_keys(self, values: Values) -> list[str]:
        """Return the keys by which a duplicate of a record with these values is recognised."""
        return [
            key
            for each in self.fields
            if each.kind in {"email_list", "phone_list"}
            for key in each.keys_of(values[each.name])
        ]

    def keys(self, values: Values) -> list[str]:
        """Return all exact look-up keys of a record with these values."""
        tags = [f"tag:{fold(tag)}" for each in self.fields if each.kind == "tags" for tag in values[each.name]]
        return list(dict.fromkeys(self.identity_keys(values) + tags))

    def search(self, values: Values, display_name: str) -> str:
        """Return the search tokens of a record with these values, as the text of a tsvector."""
        return tsvector(self.search_tokens(values, display_name))

    def search_tokens(self, values: Values, display_name: str) -> list[str]:
        """Return the search tokens of a record with these values."""
        texts: list[str | None] = [display_name, romanised(display_name), *(values[name] for name in self.searched)]
        phones: list[str] = []
        for each in self.fields:
            value = values[each.name]
            if each.kind in {"email_list", "tags"}:
                texts += value
            elif each.kind == "external_ids":
                texts += value.values()
            elif each.kind == "phone_list":
                phones += value
        return tokens(texts, phones)

    def as_json(self, values: Values) -> dict[str, Any]:
        """Turn values into the JSON form that events keep; every value reads back with `from_json`."""
        return {name: _json(self.by_name[name], value) for name, value in values.items()}

    def from_json(self, document: Mapping[str, Any]) -> Values:
        """Read values that `as_json` wrote. Fields it does not know are left out."""
        return {name: _unjson(self.by_name[name], value) for name, value in document.items() if name in self.by_name}


def _json(each: Field, value: Any) -> Any:  # noqa: ANN401
    if each.kind == "external_ids":
        return _pairs(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Money):
        return {"amount_minor": value.amount_minor, "currency": value.currency}
    return value


def _unjson(each: Field, value: Any) -> Any:  # noqa: ANN401
    if each.kind == "external_ids":
        return {item["system"]: item["value"] for item in value}
    if value is not None and each.kind == "money":
        return Money(value["amount_minor"], value["currency"])
    if value is not None and each.kind == "date":
        return date.fromisoformat(value)
    if value is not None and each.kind == "instant":
        return datetime.fromisoformat(value)
    return value


@lru_cache(maxsize=256)
def _shape(rtype: RecordType, names: frozenset[str] | None, hidden: frozenset[str]) -> Shape:
    wanted = (rtype.members if names is None else (names & rtype.members) | {"id", "version"}) - hidden
    named: tuple[str, ...] | None = None
    dropped: frozenset[str] = frozenset()
    if "display_name" in wanted and not hidden.isdisjoint(rtype.display):
        named = tuple(name for name in rtype.display if name not in hidden)
        dropped = frozenset(named) - wanted
        wanted = wanted.union(named) - {"display_name"}
    return Shape(
        tuple(name for name in rtype._plain if name in wanted),  # noqa: SLF001 - of the same module
        tuple(each for each in rtype._split if each.name in wanted),  # noqa: SLF001
        tuple(name for name in rtype._external if name in wanted),  # noqa: SLF001
        rtype.table,
        named,
        dropped,
    )


class Registry:
    """The record types of the product, by name and by plural."""

    def __init__(self) -> None:
        self._types: dict[str, RecordType] = {}

    def add(self, rtype: RecordType) -> RecordType:
        """Register a type; its name and plural must be free."""
        if self.find(rtype.name) or self.find_plural(rtype.plural):
            msg = f"record type {rtype.name} exists"
            raise ValueError(msg)
        self._types[rtype.name] = rtype
        return rtype

    def find(self, name: str) -> RecordType | None:
        """Return the type of this name."""
        return self._types.get(name)

    def find_plural(self, plural: str) -> RecordType | None:
        """Return the type whose addresses use this plural."""
        return next((rtype for rtype in self._types.values() if rtype.plural == plural), None)

    def __iter__(self) -> Iterator[RecordType]:
        return iter(self._types.values())


REGISTRY = Registry()
