from __future__ import annotations

from sqlalchemy import select

from crm_saas.kernel import uow
from crm_saas.kernel.events import Event, Outbox
from crm_saas.tenants.mirror import Member
from tests.factories.workspaces import WorkspaceInfo
from tests.support.client import Client, codes


def test_every_change_is_an_event_with_before_and_after(client: Client, workspace: WorkspaceInfo) -> None:
    lead = client.add_lead(name="Ann", emails=["a@example.org"], owner_id=None)
    lead = client.change_lead(
        lead, emails=[], expected_value={"amount_minor": 5, "currency": "EUR"}, next_step_on="2026-12-01"
    )
    client.delete(f"/leads/{lead['id']}", 2)
    client.post(f"/leads/{lead['id']}/restore")
    entries = client.get(f"/leads/{lead['id']}/history").get_json()["data"]
    assert [(entry["type"], entry["version"]) for entry in entries] == [
        ("lead.restored", 4),
        ("lead.deleted", 3),
        ("lead.updated", 2),
        ("lead.created", 1),
    ]
    for entry in entries:
        assert entry["actor"] == {"kind": "member", "id": str(workspace.owner.id), "name": workspace.owner.name}
        assert (entry["source"], entry["batch_id"]) == ("ui", None)
    assert entries[3]["changes"] == [
        {"field": "name", "before": None, "after": "Ann"},
        {"field": "emails", "before": None, "after": ["a@example.org"]},
        {"field": "status", "before": None, "after": "new"},
    ]
    assert entries[2]["changes"] == [
        {"field": "emails", "before": ["a@example.org"], "after": []},
        {"field": "expected_value", "before": None, "after": {"amount_minor": 5, "currency": "EUR"}},
        {"field": "next_step_on", "before": None, "after": "2026-12-01"},
    ]
    kept = {change["field"]: change["before"] for change in entries[1]["changes"]}
    assert (kept["name"], kept["status"], kept["next_step_on"]) == ("Ann", "new", "2026-12-01")
    assert kept["created_by_id"] == str(workspace.owner.id)


def test_a_history_is_read_in_pages(client: Client) -> None:
    lead = client.add_lead(name="0")
    for number in range(1, 8):
        lead = client.change_lead(lead, name=str(number))
    versions, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/leads/{lead['id']}/history?limit=3&cursor={cursor}").get_json()
        versions += [entry["version"] for entry in page["data"]]
        cursor = page["next_cursor"]
    assert versions == [8, 7, 6, 5, 4, 3, 2, 1]
    for bad in ("x", "-1", "1.5", "9" * 40, "%00"):
        assert codes(client.get(f"/leads/{lead['id']}/history?cursor={bad}")) == {"/cursor": "bad_cursor"}
    assert codes(client.get(f"/leads/{lead['id']}/history?limit=101")) == {"/limit": "out_of_range"}


def test_an_event_waits_in_the_outbox_with_each_change_and_a_refusal_leaves_nothing(
    client: Client, workspace: WorkspaceInfo
) -> None:
    lead = client.add_lead(name="Ann", external_ids=[{"system": "erp", "value": "1"}])
    client.change_lead(lead, name="Anna")
    client.change_lead(lead | {"version": 2}, name="Anna")
    client.post("/leads", {"name": "B", "external_ids": [{"system": "erp", "value": "1"}]})
    client.post("/leads", {"status": "converted"})
    client.patch(f"/leads/{lead['id']}", {"name": "late"}, 1)
    with uow.tenant(workspace.id) as unit:
        events = unit.session.scalars(select(Event).order_by(Event.version)).all()
        waiting = unit.session.scalars(select(Outbox.event_id)).all()
    assert [event.type for event in events] == ["lead.created", "lead.updated"]
    assert sorted(waiting, key=str) == sorted((event.id for event in events), key=str)


def test_a_history_names_actors_as_they_are_called_now(client: Client, workspace: WorkspaceInfo) -> None:
    lead = client.add_lead(name="Ann")
    with uow.tenant(workspace.id) as unit:
        unit.session.get_one(Member, workspace.owner.id).name = "Renamed"
    entry = client.get(f"/leads/{lead['id']}/history").get_json()["data"][0]
    assert entry["actor"]["name"] == "Renamed"
