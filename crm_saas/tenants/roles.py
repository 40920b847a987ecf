"""Roles of a member: what each may do to records, how far that reaches, and which fields it does not see or change.

The shipped roles are here; a workspace's own are rows of its schema (`own_roles`). Both are `Rights`, data that the
record engine compiles into its queries. Shipped roles draw no walls between colleagues: a firm of five has no teams
yet, and at level `team` it would see nothing. Who wants walls copies a role.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

OWNER, ADMIN, MANAGER, SALES, SERVICE, VIEWER = "owner", "admin", "manager", "sales", "service", "viewer"

Level = Literal["none", "own", "team", "all"]
LEVELS: Final[tuple[Level, ...]] = ("none", "own", "team", "all")
"""Each reaches at least as far as the one before it. `team`: what members of my team, or of one below it, own."""
READ, CREATE, UPDATE, DELETE, IMPORT, EXPORT = "read", "create", "update", "delete", "import", "export"
ACTIONS: Final = (READ, CREATE, UPDATE, DELETE, IMPORT, EXPORT)
LEVELS_OF: Final[dict[str, tuple[Level, ...]]] = {
    READ: LEVELS,
    CREATE: ("none", "all"),
    UPDATE: LEVELS,
    DELETE: LEVELS,
    IMPORT: ("none", "own", "all"),
    EXPORT: LEVELS,
}
"""Creating has no rows to tell apart. Imports at `own` are those one has started oneself."""
_WITHIN_READING: Final = frozenset({UPDATE, DELETE, EXPORT})
"""Nobody does to a record what reaches further than reading it."""

FieldAccess = Literal["hidden", "read_only"]
HIDDEN, READ_ONLY = "hidden", "read_only"
FIELD_ACCESS: Final = (HIDDEN, READ_ONLY)

MEMBERS, WORKSPACE, AUDIT, DATA, VIEWS, PRIVACY = "members", "workspace", "audit", "data", "views", "privacy"
CONFIRM = "confirm"
POWERS: Final = (MEMBERS, WORKSPACE, AUDIT, DATA, VIEWS, PRIVACY, CONFIRM)
"""What is not about records: people and their roles, the workspace's settings, its journal, its data as a whole
(backups, export, deletion), views for everybody, what is known of persons (all of it, whatever the role may see:
handing it out, erasing it, how long it is kept), confirming what others ask for, such as that a lead is qualified."""

_NOTHING: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Rights:
    """What a role may do. A record type that is not named is as `others` say; a field that is not named is writable."""

    others: Mapping[str, Level] = field(default_factory=dict)
    """Action -> level; an action that is not named is `none`."""
    types: Mapping[str, Mapping[str, Level]] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, FieldAccess]] = field(default_factory=dict)
    """Record type -> field -> what limits it."""
    powers: frozenset[str] = frozenset()

    def given(self, action: str, type_name: str) -> Level:
        """Return the level that the role names for an action."""
        return self.types.get(type_name, self.others).get(action, "none")

    def level(self, action: str, type_name: str) -> Level:
        """Return how far an action reaches: as the role says, but no further than reading."""
        level = self.given(action, type_name)
        if action in _WITHIN_READING:
            return min(level, self.given(READ, type_name), key=LEVELS.index)
        return level

    def actions(self, type_name: str) -> frozenset[str]:
        """Return what the role may do to at least some records of a type."""
        return frozenset(action for action in ACTIONS if self.level(action, type_name) != "none")

    @property
    def by_team(self) -> bool:
        """Whether anything reaches as far as the team."""
        return any("team" in levels.values() for levels in (self.others, *self.types.values()))

    def hidden(self, type_name: str) -> frozenset[str]:
        """Return the fields of a type that do not exist for the role."""
        limited = self.fields.get(type_name)
        return frozenset(name for name, access in limited.items() if access == HIDDEN) if limited else frozenset()

    def read_only(self, type_name: str) -> frozenset[str]:
        """Return the fields of a type that the role sees and does not change."""
        limited = self.fields.get(type_name)
        return frozenset(name for name, access in limited.items() if access == READ_ONLY) if limited else frozenset()

    def covers(self, other: Rights, type_names: Iterable[str]) -> bool:
        """Tell whether this role may do everything that another may: only then may its holder give the other."""
        return other.powers <= self.powers and all(self._covers_type(other, name) for name in type_names)

    def _covers_type(self, other: Rights, name: str) -> bool:
        reach = all(
            LEVELS.index(self.level(action, name)) >= LEVELS.index(other.level(action, name)) for action in ACTIONS
        )
        hidden, read_only = self.hidden(name), self.read_only(name)
        return reach and hidden <= other.hidden(name) and read_only <= other.hidden(name) | other.read_only(name)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for the row of a workspace's own role."""
        return {
            "types": {name: dict(levels) for name, levels in self.types.items()},
            "fields": {name: dict(limited) for name, limited in self.fields.items() if limited},
            "powers": sorted(self.powers),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any], based_on: str) -> Rights:
        """Read what `to_json` wrote. Types that came later are as in the role it is based on, powers are not."""
        return cls(
            others=SHIPPED[based_on].others if based_on in SHIPPED else _NOTHING,
            types=stored.get("types", _NOTHING),
            fields=stored.get("fields", _NOTHING),
            powers=frozenset(stored.get("powers", ())),
        )


NO_RIGHTS: Final = Rights()
"""Of somebody whose role does not exist (any more)."""


def _everywhere(*actions: str) -> dict[str, Level]:
    return dict.fromkeys(actions, "all")


SHIPPED: Final[dict[str, Rights]] = {
    OWNER: Rights(_everywhere(*ACTIONS), powers=frozenset(POWERS)),
    ADMIN: Rights(_everywhere(*ACTIONS), powers=frozenset(POWERS)),
    MANAGER: Rights(_everywhere(*ACTIONS), powers=frozenset({VIEWS, CONFIRM})),
    SALES: Rights(_everywhere(READ, CREATE, UPDATE, DELETE)),
    SERVICE: Rights(_everywhere(READ, CREATE, UPDATE)),
    VIEWER: Rights(_everywhere(READ)),
}
"""The roles every workspace has."""

ROLES: Final[dict[str, frozenset[str]]] = {role: rights.actions("") for role, rights in SHIPPED.items()}
"""Shipped role -> actions it may do to at least some records, on every type."""
POWERS_OF: Final[dict[str, frozenset[str]]] = {role: rights.powers for role, rights in SHIPPED.items() if rights.powers}
"""Shipped role -> powers; one that is not named has none."""
