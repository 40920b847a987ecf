"""The choices of one import, as its row keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final, Literal

from crm_saas.crm.imports.mapping import Mapper
from crm_saas.crm.imports.reading import Detected, Hints
from crm_saas.crm.records.actor import Actor
from crm_saas.crm.records.fields import Field
from crm_saas.crm.records.kinds import Context
from crm_saas.crm.records.policy import writable
from crm_saas.crm.records.registry import RecordType

Duplicates = Literal["skip", "fill", "update", "create"]
DUPLICATES: Final = ("skip", "fill", "update", "create")
DATE_ORDERS: Final = ("dmy", "mdy", "ymd")
DECIMALS: Final = (".", ",")
BAD_CELLS: Final = ("reject", "notes")
IMPORTER, RULES = "importer", "rules"
OWNERS: Final = (IMPORTER, RULES)


@dataclass(frozen=True, slots=True)
class Options:
    """How the file is read, which column goes where, and what is done with rows that are known already."""

    detected: dict[str, Any]
    """`Detected.to_json()`."""
    hints: dict[str, Any] = field(default_factory=dict)
    """What was chosen by hand of the reading."""
    mapping: dict[str, str] = field(default_factory=dict)
    """Column index as text -> target; columns that are not here are not read."""
    duplicates: Duplicates = "skip"
    external_system: str | None = None
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    decimal: Literal[".", ","] | None = None
    bad_cells: Literal["reject", "notes"] = "reject"
    unowned: Literal["importer", "rules"] = "importer"
    """Who gets new records of rows that name no owner: who imports, or whom the rules of assignment name."""
    dry_run: bool = False

    @property
    def reading(self) -> Detected:
        """How the file is read."""
        return Detected.from_json(self.detected)

    @property
    def by_hand(self) -> Hints:
        """What was chosen of it."""
        return Hints(**self.hints)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for the row."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Options:
        """Read what `to_json` wrote; members of a later version are left out."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})

    def mapper(self, rtype: RecordType, actor: Actor, members: Mapping[str, str]) -> Mapper:
        """Return the validator of the rows; `MappingProblem` if the mapping cannot be used."""
        return Mapper(
            {int(index): target for index, target in self.mapping.items()},
            importable(rtype, actor),
            self.context(actor, members),
            headers=self.reading.headers,
            bad_cells=self.bad_cells,
        )

    def context(self, actor: Actor, members: Mapping[str, str]) -> Context:
        """Return what the cells are read against."""
        return replace(
            actor.context(),
            date_order=self.date_order,
            decimal=self.decimal,
            external_system=self.external_system,
            members=members,
        )


def importable(rtype: RecordType, actor: Actor | None = None) -> tuple[Field, ...]:
    """Return the fields that a column may fill, for this actor. What has a default may be left out by a file."""
    return tuple(
        replace(each, required=each.required and each.name not in rtype.defaults)
        for each in (rtype.fields if actor is None else writable(actor, rtype))
        if each.importable and not each.read_only
    )
