"""Whatever is handed over to whomever: everything that was the leaver's is somebody's, and the counts add up."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from crm_saas.crm.handover import jobs, service
from crm_saas.crm.handover.service import Share
from crm_saas.crm.leads.model import Lead
from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records.actor import load_actor
from crm_saas.crm.records.service import create
from crm_saas.kernel import uow
from crm_saas.kernel.events import Event
from crm_saas.tenants.mirror import Member
from tests.factories.workspaces import WorkspaceFactory

ROLES = ("sales", "service", "manager", "viewer")


@given(
    owned=st.lists(st.integers(0, 3), max_size=14),
    shares=st.lists(st.integers(1, 5), max_size=3),
    chunk=st.integers(1, 6),
)
@hypothesis_settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_everything_is_somebodys_and_the_counts_add_up(
    make_workspace: WorkspaceFactory, owned: list[int], shares: list[int], chunk: int
) -> None:
    workspace = make_workspace(roles=ROLES)
    people = [workspace.members[role].id for role in ROLES]
    leaver, heirs = people[0], people[1 : 1 + len(shares)]
    with uow.tenant(workspace.id) as unit:
        actor = load_actor(unit, workspace.owner.id, "api")
        for number, owner in enumerate(owned):
            create(unit, actor, LEAD, {"company": f"Firm {number}", "owner_id": str(people[owner])})
        before = {row.id: row.owner_id for row in unit.connection.execute(select(Lead.id, Lead.owner_id))}
        unit.session.get_one(Member, leaver).active = False
        unit.session.flush()
        wanted = [Share(heir, share) for heir, share in zip(heirs, shares, strict=True)]
        hand_over_id = service.ask(unit, leaver, wanted, asked_by_id=workspace.owner.id).id
    while jobs.step(workspace.id, hand_over_id, chunk=chunk):
        pass
    with uow.tenant(workspace.id) as unit:
        after = {row.id: row.owner_id for row in unit.connection.execute(select(Lead.id, Lead.owner_id))}
        run = service.as_json(service.one(unit, hand_over_id))
        moved = list(unit.session.scalars(select(Event.record_id).where(Event.batch_id == hand_over_id)))
    theirs = {lead for lead, owner in before.items() if owner == leaver}
    assert set(moved) == theirs
    assert len(moved) == len(theirs) == run["total"] == run["moved"]
    assert {lead: owner for lead, owner in after.items() if lead not in theirs} == {
        lead: owner for lead, owner in before.items() if lead not in theirs
    }
    got = Counter("nobody" if after[lead] is None else str(after[lead]) for lead in theirs)
    assert got == run["given"]
    if heirs:
        whole = sum(shares)
        for heir, share in zip(heirs, shares, strict=True):
            assert abs(got[str(heir)] - len(theirs) * share / whole) < len(heirs), "nobody is far from their share"
