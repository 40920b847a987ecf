"""The words of mapping: targets, the validated row, and its problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crm_saas.crm.records.kinds import FieldLike

NAME_PARTS = ("name.given", "name.family")
SHARED = frozenset({"street"})
SHARED_KINDS = frozenset({"email_list", "phone_list", "tags", "long_text"})
"""What several columns may fill together: these fields, and all fields of these kinds."""


class MappingProblem(Exception):  # noqa: N818 - the word the API and the interface use
    """A mapping that makes no sense. `code` is translated by the web client as `error.<code>`."""

    def __init__(self, code: str, detail: str, **params: Any) -> None:  # noqa: ANN401
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.params: dict[str, Any] = params


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with one cell (or, without a column, with a field that no cell fills).

    `fatal`: the row must be rejected. Otherwise what could not be read was kept in the notes.
    """

    column: int | None
    field: str
    code: str
    detail: str
    params: dict[str, Any]
    fatal: bool = True


@dataclass(slots=True)
class MappedRow:
    """What a row says: parsed values by field (only fields with a value), problems, and options new to a choice."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)
    new_options: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    """What went to the notes because its field could not take it."""

    @property
    def rejected(self) -> bool:
        """Whether any problem is fatal."""
        return any(problem.fatal for problem in self.problems)


def may_share(target: str, by_name: Mapping[str, FieldLike]) -> bool:
    """Whether several columns may fill this target together."""
    return target in SHARED or (target in by_name and by_name[target].kind in SHARED_KINDS)


def columns_by_target(mapping: Mapping[int, str], by_name: Mapping[str, FieldLike]) -> dict[str, list[int]]:
    """Columns of each target, in the order of the columns; columns without a target are left out.

    Raises:
        MappingProblem: unknown_target, target_used_twice.
    """
    columns: dict[str, list[int]] = {}
    for column, target in sorted(mapping.items()):
        if target and target not in by_name and not (target in NAME_PARTS and "name" in by_name):
            raise MappingProblem("unknown_target", "No such field.", column=column, target=target)
        if target:
            columns.setdefault(target, []).append(column)
    twice = [target for target, places in columns.items() if len(places) > 1 and not may_share(target, by_name)]
    if "name" in columns and not columns.keys().isdisjoint(NAME_PARTS):
        twice.append("name")
    if twice:
        raise MappingProblem("target_used_twice", "Only one column can fill this field.", field=twice[0])
    return columns
