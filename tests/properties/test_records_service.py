"""Changes that undo each other leave a record as it was; a list read in pages is the list."""

from __future__ import annotations

import uuid
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records import queries, service
from crm_saas.crm.records.actor import Actor, load_actor
from crm_saas.crm.records.ordering import sortable
from crm_saas.crm.records.queries import ListQuery
from crm_saas.kernel import uow
from tests.factories.leads import Document, changes, documents, with_ids_of_its_own
from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo

DATABASE = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SORTS = st.builds(str.__add__, st.sampled_from(["", "-"]), st.sampled_from(sorted(sortable(LEAD))))
MOST_SEEN = 16
"""Newcomers stop here, so that the list has an end."""
MOVING = {"version", "updated_at", "updated_by_id"}


@pytest.fixture(scope="module")
def place(make_workspace: WorkspaceFactory) -> WorkspaceInfo:
    return make_workspace()


def acting(unit: uow.UnitOfWork, place: WorkspaceInfo) -> Actor:
    return load_actor(unit, place.owner.id, "ui")


def created(place: WorkspaceInfo, document: Document) -> dict[str, Any]:
    with uow.tenant(place.id) as unit:
        own = with_ids_of_its_own(document)
        return service.create(unit, acting(unit, place), LEAD, own, allow_duplicates=True)


def read(place: WorkspaceInfo, record_id: uuid.UUID) -> dict[str, Any]:
    with uow.tenant(place.id) as unit:
        return queries.get(unit, acting(unit, place), LEAD, record_id)


def still(lead: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in lead.items() if name not in MOVING}


@DATABASE
@given(document=documents())
def test_what_create_answers_is_what_is_stored(place: WorkspaceInfo, document: Document) -> None:
    lead = created(place, document)
    assert read(place, lead["id"]) == lead


@DATABASE
@given(document=documents(), change=changes())
def test_a_change_and_its_inverse_leave_a_record_as_it_was(
    place: WorkspaceInfo, document: Document, change: Document
) -> None:
    before = created(place, document)
    with uow.tenant(place.id) as unit:
        after = service.update(unit, acting(unit, place), LEAD, before["id"], change, version=1)
    assert {name: after[name] for name in after.keys() - change.keys() - MOVING - {"display_name"}} == {
        name: before[name] for name in after.keys() - change.keys() - MOVING - {"display_name"}
    }
    inverse = orjson.loads(orjson.dumps({name: before[name] for name in change}))
    with uow.tenant(place.id) as unit:
        again = service.update(unit, acting(unit, place), LEAD, before["id"], inverse, version=after["version"])
    assert still(again) == still(before)
    assert read(place, before["id"]) == again
    assert again["version"] == (3 if still(after) != still(before) else 1)


@DATABASE
@given(document=documents())
def test_deleting_and_restoring_leaves_a_record_as_it_was(place: WorkspaceInfo, document: Document) -> None:
    before = created(place, document)
    with uow.tenant(place.id) as unit:
        service.delete(unit, acting(unit, place), LEAD, before["id"], version=1)
    with uow.tenant(place.id) as unit:
        restored = service.restore(unit, acting(unit, place), LEAD, before["id"])
    assert still(restored) == still(before)
    assert read(place, before["id"]) == restored
    with uow.tenant(place.id) as unit:
        entries, _ = queries.history(unit, acting(unit, place), LEAD, before["id"], before=None, limit=10)
    assert [entry["version"] for entry in entries] == [3, 2, 1]
    first = {change["field"]: change["after"] for change in entries[2]["changes"]}
    assert first == {change["field"]: change["after"] for change in entries[0]["changes"]}


@settings(DATABASE, max_examples=20)
@given(
    first=st.lists(documents(), min_size=1, max_size=8),
    sort=SORTS,
    steps=st.lists(st.tuples(st.integers(1, 4), st.booleans(), st.none() | documents()), min_size=36, max_size=36),
    others=st.lists(documents(), max_size=4),
)
def test_pages_neither_repeat_nor_lose_a_record_while_others_come_and_go(
    make_workspace: WorkspaceFactory,
    first: list[Document],
    sort: str,
    steps: list[tuple[int, bool, Document | None]],
    others: list[Document],
) -> None:
    place = make_workspace()
    stays = {created(place, document)["id"] for document in first}
    goes = [created(place, document)["id"] for document in others]
    seen: list[uuid.UUID] = []
    cursor = None
    for size, one_goes, comes in steps:
        with uow.tenant(place.id) as unit:
            query = ListQuery(sort=sort, limit=size, cursor=cursor)
            page = queries.page(unit, acting(unit, place), LEAD, query)
        seen += [lead["id"] for lead in page.data]
        cursor = page.next_cursor
        if cursor is None:
            break
        if one_goes and goes:
            with uow.tenant(place.id) as unit:
                service.delete(unit, acting(unit, place), LEAD, goes.pop(), version=1)
        if comes is not None and len(seen) < MOST_SEEN:
            created(place, comes)
    assert cursor is None
    assert len(seen) == len(set(seen))
    assert stays <= set(seen)


@settings(DATABASE, max_examples=12)
@given(made=st.lists(documents(), min_size=2, max_size=9), sort=SORTS, size=st.integers(1, 3))
def test_pages_put_together_are_the_list(
    make_workspace: WorkspaceFactory, made: list[Document], sort: str, size: int
) -> None:
    place = make_workspace()
    for document in made:
        created(place, document)
    with uow.tenant(place.id) as unit:
        actor = acting(unit, place)
        whole = queries.page(unit, actor, LEAD, ListQuery(sort=sort, limit=100)).data
        pages: list[dict[str, Any]] = []
        cursor = None
        while True:
            page = queries.page(unit, actor, LEAD, ListQuery(sort=sort, limit=size, cursor=cursor))
            pages += page.data
            cursor = page.next_cursor
            if cursor is None:
                break
    assert pages == whole
    assert len(whole) == len(made)
    name = sort.removeprefix("-")
    values = [lead[name] for lead in whole]
    filled = [value for value in values if value is not None]
    if name != "name":  # sorted by the display name, which a lead without a name has too
        assert values[: len(filled)] == filled
    if name in {"created_at", "updated_at", "next_step_on"}:
        assert filled == sorted(filled, reverse=sort.startswith("-"))
