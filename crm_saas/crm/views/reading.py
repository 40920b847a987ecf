"""Reading what a caller sends of a view: every fault with a pointer, its filter read as lists read theirs."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from crm_saas.crm.records.filters import read_filter
from crm_saas.crm.records.kinds import KINDS, Context, ValueProblem
from crm_saas.crm.records.ordering import sortable
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.ids import parse_uuid
from crm_saas.tenants.roles import HIDDEN

PRIVATE, TEAM, EVERYONE = "private", "team", "everyone"
AUDIENCES: Final = (PRIVATE, TEAM, EVERYONE)
TABLE, BOARD = "table", "board"
LAYOUTS: Final = (TABLE, BOARD)
LONGEST_NAME: Final = 60
LONGEST_SEARCH: Final = 200
MOST_COLUMNS: Final = 60
LEAST_WIDTH, MOST_WIDTH = 80, 640
MOST_POSITION: Final = 10_000
EMPTY: Final[Mapping[str, Any]] = {"filter": None, "q": "", "sort": None, "columns": None}
"""The query of a view that is silent about it: everything, in the type's own order, with its own columns."""
DEFAULTS: Final[Mapping[str, Any]] = {
    "audience": PRIVATE, "team_id": None, "layout": TABLE, "query": dict(EMPTY), "default_for": [], "position": 0,
}  # fmt: skip
"""A new view where its body is silent."""


class _FaultError(Exception):
    def __init__(self, code: str, detail: str, path: str = "", **params: Any) -> None:  # noqa: ANN401
        super().__init__(detail)
        self.path, self.code, self.params = path, code, params


def read(
    rtype: RecordType, document: object, context: Context, *, roles: Collection[str], also: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return the members that the body names; `roles` are those there are, `also` members that were read elsewhere.

    Raises `Invalid` with a pointer for every fault.
    """
    if not isinstance(document, dict):
        raise Invalid("Send a JSON object.", errors=[FieldError("", "wrong_type", "Expected an object.")])
    reader = _Reader(rtype, context, roles)
    return reader.members({name: value for name, value in document.items() if name not in also})


class _Reader:
    """Reads one body, gathering every fault."""

    def __init__(self, rtype: RecordType, context: Context, roles: Collection[str]) -> None:
        self._rtype, self._context, self._roles = rtype, context, roles
        self._faults: list[FieldError] = []

    def members(self, document: Mapping[str, Any]) -> dict[str, Any]:
        found = self._object(
            document,
            "",
            {
                "name": _name,
                "audience": lambda raw: _one_of(AUDIENCES, raw),
                "layout": lambda raw: _one_of(LAYOUTS, raw),
                "query": lambda raw: raw,
                "team_id": _team,
                "default_for": self._opens_for,
                "position": _position,
            },
        )
        if "query" in found:
            found["query"] = self._query(found["query"])
        if self._faults:
            raise Invalid(errors=self._faults)
        return found

    def _opens_for(self, raw: object) -> list[str]:
        if not isinstance(raw, list) or not all(isinstance(role, str) and role in self._roles for role in raw):
            raise _FaultError("unknown_option", "Expected a list of roles.", allowed=list(self._roles))
        return sorted(set(raw))

    def _query(self, raw: object) -> dict[str, Any]:
        if not isinstance(raw, dict):
            self._faults.append(FieldError("/query", "wrong_type", "Expected an object."))
            return {}
        found = self._object(
            raw,
            "/query",
            {"filter": self._filter, "q": _search, "sort": self._sort, "columns": self._columns},
        )
        return {**EMPTY, **found}

    def _object(
        self, document: Mapping[str, Any], pointer: str, readers: Mapping[str, Callable[[Any], Any]]
    ) -> dict[str, Any]:
        found = {}
        for name, raw in document.items():
            at = f"{pointer}/{name[:100].replace('~', '~0').replace('/', '~1')}"
            if name not in readers:
                self._faults.append(FieldError(at, "unknown_field", "There is no such field."))
                continue
            try:
                found[name] = readers[name](raw)
            except _FaultError as fault:
                self._faults.append(FieldError(f"{at}{fault.path}", fault.code, str(fault), fault.params))
        return found

    def _filter(self, raw: object) -> object:
        """Keep the document as it was written: periods move with the calendar."""
        if raw is None:
            return None
        try:
            read_filter(self._rtype, raw, self._context)
        except Invalid as refusal:
            self._faults += [
                FieldError(f"/query/filter{fault.pointer}", fault.code, fault.detail, fault.params)
                for fault in refusal.errors
            ]
        return raw

    def _sort(self, raw: object) -> str | None:
        if raw is None:
            return None
        allowed = sortable(self._rtype)
        if not isinstance(raw, str) or raw.removeprefix("-") not in allowed:
            raise _FaultError("unknown_sort", "The list cannot be sorted by this.", allowed=list(allowed))
        return raw

    def _columns(self, raw: object) -> list[dict[str, Any]] | None:
        if raw is None:
            return None
        if not isinstance(raw, list) or len(raw) > MOST_COLUMNS:
            raise _FaultError("wrong_type", f"Expected a list of at most {MOST_COLUMNS} columns.", max=MOST_COLUMNS)
        columns = [self._column(item, f"/{index}") for index, item in enumerate(raw)]
        if len({column["field"] for column in columns}) < len(columns):
            raise _FaultError("repeated", "Name each column once.")
        return columns

    def _column(self, raw: object, path: str) -> dict[str, Any]:
        if not isinstance(raw, dict) or not {"field"} <= set(raw) <= {"field", "width"}:
            raise _FaultError("wrong_type", "A column has field and maybe width.", path)
        name, width = raw["field"], raw.get("width")
        if not isinstance(name, str) or name not in self._rtype.members:
            raise _FaultError("unknown_field", "There is no such field.", f"{path}/field")
        if width is not None and not (type(width) is int and LEAST_WIDTH <= width <= MOST_WIDTH):
            bounds = {"min": LEAST_WIDTH, "max": MOST_WIDTH}
            raise _FaultError("out_of_range", f"{LEAST_WIDTH} to {MOST_WIDTH} pixels.", f"{path}/width", **bounds)
        return {"field": name, "width": width}


def _text(raw: object, longest: int) -> str:
    if raw is not None and not isinstance(raw, str):
        raise _FaultError("wrong_type", "Expected a text.")
    try:
        return KINDS["text"].parse(raw, Context(max_length=longest)) or ""
    except ValueProblem as problem:
        raise _FaultError(problem.code, problem.detail, **problem.params) from None


def _name(raw: object) -> str:
    text = _text(raw, LONGEST_NAME)
    if not text:
        raise _FaultError("required", "This is needed.")
    return text


def _search(raw: object) -> str:
    return _text(raw, LONGEST_SEARCH)


def _one_of(allowed: tuple[str, ...], raw: object) -> str:
    if not isinstance(raw, str) or raw not in allowed:
        raise _FaultError("unknown_option", "This is not one of the options.", allowed=list(allowed))
    return raw


def _team(raw: object) -> uuid.UUID | None:
    found = parse_uuid(raw) if isinstance(raw, str) else None
    if raw is not None and found is None:
        raise _FaultError("invalid_id", "Not the id of a team.")
    return found


def _position(raw: object) -> int:
    if type(raw) is not int or not 0 <= raw <= MOST_POSITION:
        raise _FaultError("out_of_range", f"A whole number of 0 to {MOST_POSITION}.", min=0, max=MOST_POSITION)
    return raw


def works(rtype: RecordType, query: Mapping[str, Any], context: Context) -> bool:
    """Tell whether a list can be asked for with the query of a view: not with what its reader does not see."""
    sort = query["sort"]
    if sort is not None and sort.removeprefix("-") not in sortable(rtype, context.limited(rtype.name, HIDDEN)):
        return False
    try:
        if query["filter"] is not None:
            read_filter(rtype, query["filter"], context)
    except Invalid:
        return False
    return True
