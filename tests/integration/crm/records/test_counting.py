from __future__ import annotations

from typing import Any

import pytest

from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records import counting, queries, service
from crm_saas.crm.records.actor import load_actor
from crm_saas.crm.records.queries import ListQuery
from crm_saas.kernel import relay, uow
from crm_saas.worker import load_jobs
from tests.factories.workspaces import WorkspaceInfo


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting stops at three, as it does at ten thousand."""
    monkeypatch.setattr(counting, "COUNT_BOUND", 3)


def add(workspace: WorkspaceInfo, number: int, **fields: Any) -> None:  # noqa: ANN401
    with uow.tenant(workspace.id) as unit:
        actor = load_actor(unit, workspace.owner.id, "ui")
        for each in range(number):
            service.create(unit, actor, LEAD, {"name": f"Lead {each}", **fields})


def count(workspace: WorkspaceInfo, **asked: Any) -> tuple[int, bool]:  # noqa: ANN401
    with uow.tenant(workspace.id) as unit:
        actor = load_actor(unit, workspace.owner.id, "ui")
        page = queries.page(unit, actor, LEAD, ListQuery(sort="name", limit=1, count=True, **asked))
    assert page.count is not None
    return page.count


@pytest.mark.usefixtures("few_are_many")
def test_the_kept_count_is_exact_once_the_relay_has_caught_up(workspace: WorkspaceInfo) -> None:
    load_jobs()
    add(workspace, 5)
    relay.relay_tenant(str(workspace.id))
    assert count(workspace) == (5, True)
    add(workspace, 1)
    assert count(workspace) == (5, False)
    relay.relay_tenant(str(workspace.id))
    assert count(workspace) == (6, True)


def test_few_records_are_counted_whatever_the_relay_has_done(workspace: WorkspaceInfo) -> None:
    add(workspace, 4)
    assert count(workspace) == (4, True)


@pytest.mark.usefixtures("few_are_many")
def test_a_long_filtered_list_is_estimated_and_says_so(workspace: WorkspaceInfo) -> None:
    add(workspace, 5, rating="hot")
    add(workspace, 3)
    hot = {"all": [{"field": "rating", "op": "eq", "value": "hot"}]}
    value, exact = count(workspace, filter=hot)
    assert (value >= 4, exact) == (True, False)
    cold = {"all": [{"field": "rating", "op": "is_empty"}]}
    assert count(workspace, filter=cold) == (3, True)


def test_a_bulk_actor_marks_what_it_makes_with_its_batch(workspace: WorkspaceInfo) -> None:
    batch = workspace.id
    with uow.tenant(workspace.id) as unit:
        actor = load_actor(unit, workspace.owner.id, "import", batch_id=batch)
        lead = service.create(unit, actor, LEAD, {"name": "A"})
        entries, _ = queries.history(unit, actor, LEAD, lead["id"], before=None, limit=5)
    assert lead["import_id"] == batch
    assert (entries[0]["source"], entries[0]["batch_id"]) == ("import", batch)
