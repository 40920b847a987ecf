"""Turns are fair and capacity holds, however many leads come and whoever is away or full."""

from __future__ import annotations

import uuid
from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from crm_saas.crm.assignment import assigning
from crm_saas.crm.assignment.model import AssignmentMember, AssignmentRule
from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records import bulk
from crm_saas.crm.records.actor import Actor, load_actor
from crm_saas.crm.records.owning import Unowned
from crm_saas.crm.records.service import system_columns
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo, add_member

PEOPLE = 4


class _BackError(Exception):
    """Takes back what an example did."""


@pytest.fixture(scope="module")
def place(make_workspace: WorkspaceFactory) -> tuple[WorkspaceInfo, list[uuid.UUID]]:
    info = make_workspace()
    return info, [add_member(info.id, "sales").id for _ in range(PEOPLE)]


def rule() -> AssignmentRule:
    at = now()
    return AssignmentRule(
        id=uuid7(), name="Sales", active=True, filter=None, kind="sales", member_id=None, team_id=None, turn=0,
        turns={}, position=0, version=1, created_at=at, updated_at=at,
    )  # fmt: skip


def take(unit: UnitOfWork, actor: Actor, count: int) -> list[uuid.UUID | None]:
    """Assign and store some new leads, as an import does with a chunk; whose they became."""
    leads = []
    for _ in range(count):
        record_id = uuid7()
        values = {**LEAD.blank(), "name": "A", "owner_id": None}
        leads.append(Unowned(record_id, values, system_columns(actor, record_id)))
    given_to = assigning.assign(unit, actor, LEAD, leads)
    assert given_to is not None
    owned = [(each.record_id, given_to[each.record_id].applied(each.values)) for each in leads]
    bulk.insert_many(unit, actor, LEAD, owned)
    return [given_to[each.record_id].owner_id for each in leads]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    capacities=st.lists(st.none() | st.integers(0, 6), min_size=PEOPLE, max_size=PEOPLE),
    away=st.sets(st.integers(0, PEOPLE - 1)),
    chunks=st.lists(st.integers(1, 9), min_size=1, max_size=5),
)
def test_shares_differ_by_one_at_most_among_those_who_have_room(
    place: tuple[WorkspaceInfo, list[uuid.UUID]],
    capacities: list[int | None],
    away: set[int],
    chunks: list[int],
) -> None:
    info, people = place
    with suppress(_BackError), uow.tenant(info.id) as unit:
        unit.connection.execute(delete(AssignmentRule))
        unit.session.add(rule())
        for number, (person, capacity) in enumerate(zip(people, capacities, strict=True)):
            unit.session.add(AssignmentMember(user_id=person, capacity=capacity, paused=number in away))
        unit.session.flush()
        actor = load_actor(unit, info.owner.id, "api")
        total: Counter[uuid.UUID | None] = Counter()
        for count in chunks:
            total.update(take(unit, actor, count))
            limits = [
                0 if number in away else (sum(chunks) if capacity is None else capacity)
                for number, capacity in enumerate(capacities)
            ]
            counts = [total[person] for person in people]
            assert all(got <= limit for got, limit in zip(counts, limits, strict=True))
            with_room = [got for got, limit in zip(counts, limits, strict=True) if got < limit]
            assert not with_room or max(counts) - min(with_room) <= 1
            assert not (total[None] and with_room), "nobody goes without while somebody has room"
        raise _BackError
