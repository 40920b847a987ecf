"""The filter language: JSON conditions over the fields of a record type and of what its links lead to.

`{"all": [node, ...]}`, `{"any": [node, ...]}`, `{"not": node}` and leaves `{"field", "op", "value"}`. A document is
read here, once, into a tree; `compile_filter` makes SQL of it and `explaining` tells which leaves hold for one record.
A condition holds or it does not: what SQL would call unknown (a comparison with nothing) does not hold.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from crm_saas.crm.records.comparing import COMPILERS, Source, column_of, compare
from crm_saas.crm.records.fields import SYSTEM_FIELDS, Field
from crm_saas.crm.records.kinds import KINDS, Context, Money, ValueProblem
from crm_saas.crm.records.periods import Period, read_period
from crm_saas.crm.records.registry import RecordType
from crm_saas.crm.records.relations import RELATIONS, Relation
from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.tenants.roles import HIDDEN

MOST_LEAVES: Final = 50
MOST_DEPTH: Final = 8
MOST_VALUES: Final = 500
LONGEST_TEXT: Final = 200
_MANY = frozenset({"in", "not_in", "between"})
_NONE = frozenset({"is_empty", "is_not_empty"})
_PART = frozenset({"contains", "starts_with"})
_TEXT_LISTS = frozenset({"email_list", "phone_list", "tags"})
_SYSTEM = {each.name: each for each in SYSTEM_FIELDS}
_GROUPS: Final = ("all", "any")
_FORM: Final = (
    'A filter is {"all": [...]}, {"any": [...]} or {"not": ...} of conditions {"field", "op", "value"}, nested or not.'
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition, read."""

    pointer: str
    name: str
    """As the caller wrote it, the part behind a link included."""
    field: Field
    """What is compared: a field of the type, or of what `relation` leads to."""
    operator: str
    values: tuple[Any, ...]
    relation: Relation | None
    link: Field | None
    """The field of the type that holds the link."""


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions of which all must hold, or any. All of none hold; any of none does not."""

    pointer: str
    kind: Literal["all", "any"]
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """A condition that must not hold."""

    pointer: str
    part: Node


Node = Leaf | Group | Not


def read_filter(rtype: RecordType, document: object, context: Context) -> Node:
    """Read a filter document; raises `Invalid` with a pointer into the document for every fault."""
    reader = _Reader(rtype, context)
    node = reader.node(document, "", 0)
    if reader.faults or node is None:
        raise Invalid("The filter cannot be used.", errors=reader.faults)
    return node


def compile_filter(rtype: RecordType, document: object, context: Context) -> ColumnElement[bool]:
    """Compile a filter document to a condition on the type's table; raises `Invalid` as `read_filter` does."""
    return condition_of(rtype, read_filter(rtype, document, context), context)


def condition_of(rtype: RecordType, node: Node, context: Context, *, decided: bool = False) -> ColumnElement[bool]:
    """Return the condition of a tree.

    With `decided` it is never unknown, as what stands below a `not` must be. Elsewhere an unknown condition already
    counts as one that does not hold, and the plain form is what indexes answer.
    """
    match node:
        case Leaf():
            condition = leaf_condition(rtype, node, context)
            return func.coalesce(condition, false()) if decided else condition
        case Group(kind="all"):
            return and_(true(), *(condition_of(rtype, part, context, decided=decided) for part in node.parts))
        case Group():
            return or_(false(), *(condition_of(rtype, part, context, decided=decided) for part in node.parts))
        case Not():
            return ~condition_of(rtype, node.part, context, decided=True)


def leaf_condition(rtype: RecordType, leaf: Leaf, context: Context) -> ColumnElement[bool]:
    """Return the condition of one leaf; a link that leads nowhere has nothing behind it."""
    if leaf.relation is None or leaf.link is None:
        return _compared(rtype, leaf, context)
    holder = column_of(rtype, leaf.link)
    behind = select(leaf.relation.key).where(_compared(leaf.relation, leaf, context))
    if leaf.operator in {"is_empty", "ne", "not_in"}:
        return or_(holder.is_(None), holder.in_(behind))
    return holder.in_(behind)


def filter_field(rtype: RecordType, name: str) -> Field | None:
    """Return the field of this name if lists can be filtered by it."""
    each = rtype.by_name.get(name) or _SYSTEM.get(name)
    return each if each is not None and each.filterable else None


def leaves_of(node: Node) -> Iterator[Leaf]:
    """Yield the leaves of a tree in the order they were written."""
    match node:
        case Leaf():
            yield node
        case Group():
            for part in node.parts:
                yield from leaves_of(part)
        case Not():
            yield from leaves_of(node.part)


def _compared(source: Source, leaf: Leaf, context: Context) -> ColumnElement[bool]:
    if leaf.operator in _NONE:
        empty = _is_empty(source, leaf.field)
        return empty if leaf.operator == "is_empty" else ~empty
    compiler = COMPILERS.get(leaf.field.kind, compare)
    return compiler(source, leaf.field, leaf.operator, list(leaf.values), context)


def _is_empty(source: Source, each: Field) -> ColumnElement[bool]:
    column = column_of(source, each)
    if each.kind in _TEXT_LISTS:
        return func.cardinality(column) == 0
    if each.kind == "external_ids":
        return column == {}
    return column.is_(None)


class _LeafError(Exception):
    def __init__(self, pointer: str, code: str, detail: str, **params: Any) -> None:  # noqa: ANN401
        super().__init__(detail)
        self.pointer, self.code, self.params = pointer, code, params


class _Reader:
    """Reads one document, gathering every fault."""

    def __init__(self, rtype: RecordType, context: Context) -> None:
        self.rtype, self.context = rtype, context
        self.faults: list[FieldError] = []
        self._leaves = 0
        self._hidden = context.limited(rtype.name, HIDDEN)

    def node(self, document: object, pointer: str, depth: int) -> Node | None:
        if depth > MOST_DEPTH:
            self._refuse(pointer, "too_deep", f"At most {MOST_DEPTH} levels.", max=MOST_DEPTH)
            return None
        if isinstance(document, dict) and len(document) == 1:
            for kind in _GROUPS:
                if kind in document:
                    return self._group(document[kind], pointer, kind, depth)
            if "not" in document:
                part = self.node(document["not"], f"{pointer}/not", depth + 1)
                return None if part is None else Not(pointer, part)
        if pointer == "" or not isinstance(document, dict) or {"all", "any", "not"} & set(document):
            self._refuse(pointer, "bad_filter", _FORM)
            return None
        return self._leaf(document, pointer)

    def _group(self, parts: object, pointer: str, kind: Any, depth: int) -> Group | None:  # noqa: ANN401 - all or any
        if not isinstance(parts, list):
            self._refuse(pointer, "bad_filter", _FORM)
            return None
        if len(parts) > MOST_LEAVES:
            self._refuse(f"{pointer}/{kind}", "too_many", f"At most {MOST_LEAVES} conditions.", max=MOST_LEAVES)
            return None
        read = [self.node(part, f"{pointer}/{kind}/{index}", depth + 1) for index, part in enumerate(parts)]
        return Group(pointer, kind, tuple(part for part in read if part is not None))

    def _leaf(self, document: dict[str, Any], pointer: str) -> Leaf | None:
        self._leaves += 1
        if self._leaves > MOST_LEAVES:
            if self._leaves == MOST_LEAVES + 1:
                self._refuse("", "too_many", f"At most {MOST_LEAVES} conditions.", max=MOST_LEAVES)
            return None
        try:
            return self._read(document, pointer)
        except _LeafError as fault:
            self._refuse(f"{pointer}{fault.pointer}", fault.code, str(fault), **fault.params)
            return None

    def _refuse(self, pointer: str, code: str, detail: str, **params: Any) -> None:  # noqa: ANN401
        self.faults.append(FieldError(pointer, code, detail, params))

    def _read(self, leaf: dict[str, Any], pointer: str) -> Leaf:
        if not {"field", "op"} <= set(leaf) <= {"field", "op", "value"}:
            raise _LeafError("", "bad_filter", "A condition has field, op and mostly value.")
        name, operator = leaf["field"], leaf["op"]
        link, relation, each = self._field(name)
        if operator not in each.operators:
            raise _LeafError(
                "/op", "unknown_operator", "This field cannot be asked that.", allowed=list(each.operators)
            )
        values: tuple[Any, ...] = ()
        if operator not in _NONE:
            values = tuple(_values(each, operator, leaf.get("value"), self.context.for_field(each)))
        return Leaf(pointer, name, each, operator, values, relation, link)

    def _field(self, name: object) -> tuple[Field | None, Relation | None, Field]:
        """Return the link and what it leads to (None for a field of the record itself), and the field to compare."""
        if isinstance(name, str):
            own, _, behind = name.partition(".")
            each = None if own in self._hidden else filter_field(self.rtype, own)
            if each is not None and not behind and "." not in name:
                return None, None, each
            relation = None if each is None or each.name == "import_id" else RELATIONS.get(each.kind)
            target = None if relation is None else relation.fields.get(behind)
            if target is not None:
                return each, relation, target
        raise _LeafError("/field", "unknown_field", "There is no such field to filter by.")


def _values(each: Field, operator: str, raw: object, context: Context) -> list[Any]:
    """Read the value of a leaf, or its values, as the field's kind reads them."""
    if operator == "within":
        return [_period(raw)]
    if operator not in _MANY:
        return [_value(each, operator, raw, context, "/value")]
    if not isinstance(raw, list) or not raw or len(raw) > MOST_VALUES:
        raise _LeafError("/value", "wrong_type", "Expected a list of values.", max=MOST_VALUES)
    if operator == "between" and len(raw) != 2:
        raise _LeafError("/value", "wrong_type", "Expected two values: from and to.")
    values = [_value(each, operator, item, context, f"/value/{index}") for index, item in enumerate(raw)]
    if isinstance(values[0], Money) and values[0].currency != values[-1].currency:
        raise _LeafError("/value", "currency_mismatch", "Both amounts have one currency.")
    return values


def _period(raw: object) -> Period:
    try:
        return read_period(raw)
    except ValueError as problem:
        raise _LeafError("/value", "bad_period", str(problem)) from None


def _value(each: Field, operator: str, raw: object, context: Context, pointer: str) -> Any:  # noqa: ANN401
    if operator in _PART or each.kind == "tags":
        return _part(raw, pointer)
    if each.kind in _TEXT_LISTS and not isinstance(raw, str):
        raise _LeafError(pointer, "wrong_type", "Expected a text.")
    if each.kind == "instant" and isinstance(raw, str) and len(raw) == 10:
        return _day(raw, pointer)
    try:
        parsed = KINDS[each.kind].parse(raw, context)
    except ValueProblem as problem:
        raise _LeafError(pointer, problem.code, problem.detail, **problem.params) from None
    if each.is_empty(parsed):
        raise _LeafError(pointer, "required", "Expected a value; ask is_empty for none.")
    return uuid.UUID(parsed) if each.kind == "member" else parsed


def _part(raw: object, pointer: str) -> str:
    """Read a piece of text to look for, cleaned as texts are stored."""
    try:
        text = KINDS["text"].parse(raw, Context(max_length=LONGEST_TEXT)) if isinstance(raw, str) else None
    except ValueProblem as problem:
        raise _LeafError(pointer, problem.code, problem.detail, **problem.params) from None
    if not text:
        raise _LeafError(pointer, "wrong_type", f"Expected a text of 1 to {LONGEST_TEXT} characters.", max=LONGEST_TEXT)
    return str(text)


def _day(text: str, pointer: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _LeafError(pointer, "invalid_date", "Not a date.") from None
