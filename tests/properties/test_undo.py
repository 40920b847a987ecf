"""Whatever was done to many records, undoing it in turn leaves each as it was, but for those edited since."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_saas.crm.batches import jobs
from crm_saas.crm.batches import service as batches
from crm_saas.crm.batches.model import BulkJob
from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records import queries, service
from crm_saas.crm.records.actor import load_actor
from crm_saas.kernel import uow
from crm_saas.kernel.errors import NotFound
from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo

DATABASE = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MOVING = {"version", "updated_at", "updated_by_id"}
PEOPLE = 3
SOME = st.sets(st.integers(0, PEOPLE - 1), min_size=1)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "set": st.fixed_dictionaries(
            {},
            optional={
                "city": st.sampled_from(["Leeds", "York", None]),
                "rating": st.sampled_from(["hot", "cold", None]),
                "status": st.sampled_from(["new", "working", "qualified"]),
                "name": st.sampled_from(["Ann", None]),
                "expected_value": st.sampled_from([{"amount_minor": 5, "currency": "EUR"}, None]),
            },
        ),
        "add": st.just({"tags": ["New", "old"]}),
        "remove": st.just({"tags": ["old"]}),
    },
).filter(lambda changes: any(changes.values()))
ACTS = st.lists(st.tuples(SOME, st.none() | CHANGES), min_size=1, max_size=3)
"""Each a deletion (None) or a change of some of the records."""


@pytest.fixture(scope="module")
def place(make_workspace: WorkspaceFactory) -> WorkspaceInfo:
    return make_workspace()


def planted(place: WorkspaceInfo) -> list[uuid.UUID]:
    ids = []
    for number in range(PEOPLE):
        own = {"system": "erp", "value": str(uuid.uuid4())}
        document = {"name": f"n{number}", "city": "Bath", "tags": ["old"], "external_ids": [own]}
        with uow.tenant(place.id) as unit:
            actor = load_actor(unit, place.owner.id, "ui")
            ids.append(service.create(unit, actor, LEAD, document, allow_duplicates=True)["id"])
    return ids


def read(place: WorkspaceInfo, record_id: uuid.UUID) -> dict[str, Any] | None:
    with uow.tenant(place.id) as unit:
        try:
            lead = queries.get(unit, load_actor(unit, place.owner.id, "ui"), LEAD, record_id)
        except NotFound:
            return None
    return {name: value for name, value in lead.items() if name not in MOVING}


def worked(place: WorkspaceInfo, job_id: uuid.UUID) -> uuid.UUID:
    while jobs.step(place.id, job_id):
        pass
    with uow.tenant(place.id) as unit:
        assert unit.session.get_one(BulkJob, job_id).state == batches.DONE
    return job_id


def act(place: WorkspaceInfo, ids: list[uuid.UUID], changes: dict[str, Any] | None) -> uuid.UUID:
    what = {"kind": "delete"} if changes is None else {"kind": "update", **changes}
    with uow.tenant(place.id) as unit:
        actor = load_actor(unit, place.owner.id, "ui")
        job_id = batches.start(unit, actor, {"ids": [str(each) for each in ids], **what}).id
    return worked(place, job_id)


def undo(place: WorkspaceInfo, job_id: uuid.UUID) -> uuid.UUID:
    with uow.tenant(place.id) as unit:
        undoing = batches.undo(unit, load_actor(unit, place.owner.id, "ui"), job_id).id
    return worked(place, undoing)


def edited(place: WorkspaceInfo, record_id: uuid.UUID) -> bool:
    """Change a record by hand; False if it is not there."""
    with uow.tenant(place.id) as unit:
        actor = load_actor(unit, place.owner.id, "ui")
        try:
            record = service.locked(unit, LEAD, record_id, actor=actor)
        except NotFound:
            return False
        document = {"title": str(uuid.uuid4())}
        service.update(unit, actor, LEAD, record_id, document, version=record.version)
    return True


@DATABASE
@given(acts=ACTS)
def test_acts_undone_in_turn_are_the_identity_and_undone_again_are_the_acts(
    place: WorkspaceInfo, acts: list[tuple[set[int], dict[str, Any] | None]]
) -> None:
    ids = planted(place)
    seen, done = [[read(place, each) for each in ids]], []
    for some, changes in acts:
        done.append(act(place, [ids[index] for index in some], changes))
        seen.append([read(place, each) for each in ids])
    for job_id, before, after in reversed(list(zip(done, seen, seen[1:], strict=False))):
        undoing = undo(place, job_id)
        assert [read(place, each) for each in ids] == before
        redoing = undo(place, undoing)
        assert [read(place, each) for each in ids] == after
        undo(place, redoing)
        assert [read(place, each) for each in ids] == before


@DATABASE
@given(some=SOME, changes=st.none() | CHANGES, touched=SOME)
def test_what_was_edited_since_keeps_what_it_is(
    place: WorkspaceInfo, some: set[int], changes: dict[str, Any] | None, touched: set[int]
) -> None:
    ids = planted(place)
    before = [read(place, each) for each in ids]
    job_id = act(place, [ids[index] for index in some], changes)
    later = {index for index in touched if edited(place, ids[index])}
    held = [read(place, each) for each in ids]
    undo(place, job_id)
    expected = [held[index] if index in later else before[index] for index in range(PEOPLE)]
    assert [read(place, each) for each in ids] == expected
