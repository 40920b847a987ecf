"""A list shows the records for which the explanation says that the filter holds, and a plain reading of it agrees."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records import service
from crm_saas.crm.records.actor import load_actor
from crm_saas.crm.records.explaining import explain
from crm_saas.crm.records.fields import OPERATORS, SYSTEM_FIELDS, Field
from crm_saas.crm.records.filters import compile_filter
from crm_saas.crm.records.holding import holding
from crm_saas.kernel import uow
from tests.factories.leads import EMAILS, MONEY, PHONES, documents, lines, with_ids_of_its_own
from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo

DATABASE = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY = {"in", "not_in"}
NOTHING = {"is_empty", "is_not_empty"}
FIELDS = [each for each in (*LEAD.fields, *SYSTEM_FIELDS) if each.filterable]
RECORDS = 40


@pytest.fixture(scope="module")
def place(make_workspace: WorkspaceFactory) -> WorkspaceInfo:
    """A workspace with many different leads."""
    made = make_workspace(roles=("sales", "viewer"))
    found: list[Any] = []

    @settings(max_examples=RECORDS, deadline=None, database=None, derandomize=True)
    @given(document=documents())
    def gather(document: Any) -> None:  # noqa: ANN401
        found.append(document)

    gather()
    with uow.tenant(made.id) as unit:
        actor = load_actor(unit, made.owner.id, "ui")
        for document in found:
            service.create(unit, actor, LEAD, with_ids_of_its_own(document), allow_duplicates=True)
    return made


def values(each: Field) -> st.SearchStrategy[Any]:
    """Values that a condition on a field of this kind may name."""
    by_kind: dict[str, st.SearchStrategy[Any]] = {
        "text": lines(), "long_text": lines(), "url": st.just("https://example.org/a?b=c#d"),
        "email_list": EMAILS, "phone_list": PHONES, "tags": lines(), "country": st.sampled_from(["DE", "CN", "US"]),
        "date": st.dates().map(str), "money": MONEY, "external_ids": st.just({"erp": "1"}),
        "instant": st.dates().map(str) | st.datetimes().map(lambda at: f"{at.isoformat()}Z"),
        "member": st.uuids().map(str),
        "choice": st.sampled_from([option.value for option in each.options or ()] or [""]),
        "boolean": st.booleans(),
    }  # fmt: skip
    return by_kind[each.kind]


@st.composite
def leaves(draw: st.DrawFn, fields: Sequence[Field] = FIELDS, but: str = "") -> dict[str, Any]:
    """Draw a condition over one of some fields with any of its operators `but` one."""
    each = draw(st.sampled_from(fields))
    operator = draw(st.sampled_from([name for name in OPERATORS[each.kind] if name != but]))
    leaf: dict[str, Any] = {"field": each.name, "op": operator}
    if operator in NOTHING:
        return leaf
    if operator == "within":
        first, last = sorted((draw(st.integers(-3000, 3000)), draw(st.integers(-3000, 3000))))
        unit = draw(st.sampled_from(["day", "week", "month", "quarter", "year"]))
        return leaf | {"value": {"unit": unit, "from": first, "to": last}}
    value = values(each)
    if operator in MANY:
        return leaf | {"value": draw(st.lists(value, min_size=1, max_size=3))}
    if operator == "between":
        pair = [draw(value), draw(value)]
        if each.kind == "money":
            pair[1] = {**pair[1], "currency": pair[0]["currency"]}
        return leaf | {"value": pair}
    return leaf | {"value": draw(value)}


BEHIND = st.sampled_from(
    [
        {"field": "owner_id.role", "op": "eq", "value": "owner"},
        {"field": "owner_id.role", "op": "ne", "value": "owner"},
        {"field": "owner_id.name", "op": "is_empty"},
        {"field": "created_by_id.active", "op": "eq", "value": True},
    ]
)


def _as_filter(node: Any) -> dict[str, Any]:  # noqa: ANN401 - what st.recursive knows of its parts
    """The outermost is a group or a not."""
    return {"all": [node]} if "field" in node else dict(node)


TREES: st.SearchStrategy[dict[str, Any]] = st.recursive(
    leaves() | BEHIND,
    lambda node: st.one_of(
        st.lists(node, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(node, max_size=3).map(lambda parts: {"any": parts}),
        node.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
).map(_as_filter)


def holds_of(node: dict[str, Any]) -> bool:
    """What the leaves of an explanation make of the whole, worked out again."""
    if "all" in node:
        return all(holds_of(part) for part in node["all"])
    if "any" in node:
        return any(holds_of(part) for part in node["any"])
    return not holds_of(node["not"]) if "not" in node else bool(node["holds"])


@DATABASE
@given(document=TREES)
def test_a_list_holds_what_the_explanation_says(place: WorkspaceInfo, document: dict[str, Any]) -> None:
    with uow.tenant(place.id) as unit:
        actor = load_actor(unit, place.owner.id, "ui")
        condition = compile_filter(LEAD, document, actor.context())
        listed = set(unit.connection.execute(select(LEAD.table.c.id).where(condition)).scalars())
        for record_id in unit.connection.execute(select(LEAD.table.c.id)).scalars().all():
            told = explain(unit, actor, LEAD, record_id, document)
            assert told["holds"] == (record_id in listed) == holds_of(told)


@DATABASE
@given(documents=st.lists(TREES, min_size=1, max_size=3))
def test_of_records_in_hand_holds_what_lists_hold(place: WorkspaceInfo, documents: list[dict[str, Any]]) -> None:
    with uow.tenant(place.id) as unit:
        context = load_actor(unit, place.owner.id, "ui").context()
        rows = [dict(row) for row in unit.connection.execute(select(LEAD.table)).mappings()]
        told = holding(unit, LEAD, documents, context, rows)
        assert set(told) == {row["id"] for row in rows}
        for index, document in enumerate(documents):
            condition = compile_filter(LEAD, document, context)
            listed = set(unit.connection.execute(select(LEAD.table.c.id).where(condition)).scalars())
            assert {record_id for record_id, holds in told.items() if holds[index]} == listed


def plain(leaf: dict[str, Any], record: dict[str, Any]) -> bool:
    """Read a condition the way a person would, for kinds in which nothing can be read in two ways."""
    value: Any = record[leaf["field"]]
    wanted: Any = leaf.get("value")
    has = value not in (None, [], "")
    answers: dict[str, Callable[[], object]] = {
        "is_empty": lambda: not has,
        "is_not_empty": lambda: has,
        "eq": lambda: value == wanted,
        "ne": lambda: value != wanted,
        "in": lambda: value in wanted,
        "not_in": lambda: value not in wanted,
        "lt": lambda: has and value < wanted,
        "lte": lambda: has and value <= wanted,
        "gt": lambda: has and value > wanted,
        "gte": lambda: has and value >= wanted,
        "between": lambda: has and wanted[0] <= value <= wanted[1],
        "has": lambda: wanted in value,
    }
    return bool(answers[leaf["op"]]())


PLAIN_KINDS = {"choice", "country", "date", "phone_list"}
PLAIN = [each for each in LEAD.fields if each.kind in PLAIN_KINDS and each.name != "source"]


@DATABASE
@given(leaf=leaves(PLAIN, but="within"))
def test_a_condition_means_what_a_person_reads(place: WorkspaceInfo, leaf: dict[str, Any]) -> None:
    with uow.tenant(place.id) as unit:
        actor = load_actor(unit, place.owner.id, "ui")
        condition = compile_filter(LEAD, {"all": [leaf]}, actor.context())
        listed = set(unit.connection.execute(select(LEAD.table.c.id).where(condition)).scalars())
        rows = [LEAD.dump(row) for row in unit.connection.execute(select(*LEAD.columns))]
    expected = {record["id"] for record in map(as_text, rows) if plain(leaf, record)}
    assert {uuid.UUID(str(record_id)) for record_id in listed} == {uuid.UUID(str(record_id)) for record_id in expected}


def as_text(record: dict[str, Any]) -> dict[str, Any]:
    """Days as the filter writes them; their texts have the order of the days."""
    return record | {"next_step_on": None if record["next_step_on"] is None else str(record["next_step_on"])}
