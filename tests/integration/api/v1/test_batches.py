from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from crm_saas.crm.batches import acting, jobs
from crm_saas.crm.records import bulk
from crm_saas.kernel import uow
from crm_saas.kernel.events import Event
from crm_saas.tenants.mirror import Member
from tests.factories.workspaces import WorkspaceInfo
from tests.support.client import Client, codes

KEPT = {"version", "updated_at", "updated_by_id"}
"""What an undo does not put back: it is a change itself."""


@pytest.fixture(autouse=True)
def small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """Units of two records, so that a few records make several."""
    monkeypatch.setattr(jobs, "CHUNK", 2)


def run(client: Client, asked: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/batches", asked)
    assert answer.status_code == 202, answer.text
    return worked(client, answer.get_json()["id"])


def worked(client: Client, job_id: str) -> dict[str, Any]:
    jobs.work(str(client.workspace_id), job_id)
    job: dict[str, Any] = client.get(f"/batches/{job_id}").get_json()
    assert job["state"] == "done", job
    return job


def undo(client: Client, job_id: str) -> dict[str, Any]:
    answer = client.post(f"/batches/{job_id}/undo")
    assert answer.status_code == 202, answer.text
    return worked(client, answer.get_json()["id"])


def left(client: Client, job: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/batches/{job['id']}/left").get_json()["data"]
    return found


def stored(client: Client) -> dict[str, dict[str, Any]]:
    """The values of all leads, by id."""
    leads = client.get("/leads?sort=created_at&limit=100").get_json()["data"]
    return {lead["id"]: {name: value for name, value in lead.items() if name not in KEPT} for lead in leads}


def of_status(*values: str) -> dict[str, Any]:
    return {"all": [{"field": "status", "op": "in", "value": list(values)}]}


def test_what_a_filter_finds_is_changed_also_where_the_change_takes_it_out_of_the_filter(client: Client) -> None:
    for number in range(5):
        client.add_lead(name=f"n{number}", tags=["old", "Both"])
    other = client.add_lead(name="other", status="qualified")
    changes = {
        "set": {"status": "working", "city": "Leeds"},
        "add": {"tags": ["both", "new"]},
        "remove": {"tags": ["OLD"]},
    }
    job = run(client, {"kind": "update", "filter": of_status("new"), **changes})
    assert job["counts"] == {"changed": 5, "unchanged": 0, "left": 0}
    assert (job["progress"]["done"], job["progress"]["total"]) == (5, 5)
    leads = stored(client)
    assert leads.pop(other["id"])["status"] == "qualified"
    assert {(lead["status"], lead["city"], *lead["tags"]) for lead in leads.values()} == {
        ("working", "Leeds", "Both", "new")
    }


def test_a_search_narrows_what_is_chosen(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, status in (("Oak one", "new"), ("Oak two", "working"), ("Elm", "new")):
        client.add_lead(name=name, status=status)
    asked = {"kind": "update", "filter": of_status("new"), "q": "oak", "set": {"rating": "hot"}}
    assert client.post("/batches/preview", asked).get_json()["count"] == {"value": 1, "exact": True}
    job = run(client, asked)
    assert (job["chosen"], job["counts"]["changed"]) == (1, 1)
    assert client.names("?rating=hot") == ["Oak one"]
    assert run(client, {"kind": "delete", "filter": None, "q": "oa"})["counts"]["changed"] == 2
    assert client.names() == ["Elm"]
    monkeypatch.setattr(acting, "SEARCH_BOUND", 1)
    refused = client.post("/batches", {"kind": "delete", "filter": None, "q": "elm"})
    assert (refused.status_code, codes(refused)) == (422, {"/q": "too_many"})
    assert codes(client.post("/batches", {"kind": "delete", "ids": [str(uuid.uuid4())], "q": "x"})) == {
        "/q": "one_of_two"
    }


def test_what_was_added_after_the_start_is_not_of_it(client: Client) -> None:
    client.add_lead(name="before")
    job_id = client.post("/batches", {"kind": "delete", "filter": None}).get_json()["id"]
    client.add_lead(name="after")
    worked(client, job_id)
    assert client.names() == ["after"]


def test_a_rule_keeps_a_record_as_it_is_and_says_why_before_and_after(client: Client) -> None:
    good = client.add_lead(name="good", status="working")
    bad = client.add_lead(name="bad", city="York")
    same = client.add_lead(name="same", company="c", city="Leeds")
    gone = str(uuid.uuid4())
    asked = {"kind": "update", "ids": [good["id"], bad["id"], same["id"], gone], "set": {"name": None, "city": "Leeds"}}
    client.change_lead(good, company="c")
    shown = client.post("/batches/preview", asked).get_json()
    assert (shown["count"]["value"], shown["missing"], shown["changed"], len(shown["left"])) == (3, 1, 2, 1)
    assert client.get(f"/leads/{bad['id']}").get_json()["city"] == "York"
    job = run(client, asked)
    assert job["counts"] == {"changed": 2, "unchanged": 0, "left": 2}
    told = {each["id"]: each for each in left(client, job)}
    assert told[gone]["reason"] == "gone"
    assert told[bad["id"]]["display_name"] == "bad"
    assert [fault["code"] for fault in told[bad["id"]]["errors"]] == ["nothing_to_know_it_by"]


def test_undo_is_the_identity_but_for_what_was_edited_since_and_can_be_undone(client: Client) -> None:
    ids = [client.add_lead(name=f"n{number}", emails=[f"{number}@example.org"])["id"] for number in range(5)]
    before = stored(client)
    job = run(client, {"kind": "update", "ids": ids, "set": {"city": "Leeds", "rating": "hot"}})
    changed = stored(client)
    edited = client.change_lead(client.get(f"/leads/{ids[1]}").get_json(), company="Edited")
    undone = undo(client, job["id"])
    assert undone["counts"] == {"changed": 4, "unchanged": 0, "left": 1}
    [alone] = left(client, undone)
    assert (alone["id"], alone["reason"], alone["fields"]) == (edited["id"], "edited", ["company"])
    after = stored(client)
    assert after.pop(edited["id"])["city"] == "Leeds"
    assert after == {record_id: lead for record_id, lead in before.items() if record_id != edited["id"]}
    undo(client, undone["id"])
    again = stored(client)
    assert {key: value for key, value in again.items() if key != ids[1]} == {
        key: value for key, value in changed.items() if key != ids[1]
    }


def test_deleted_records_come_back_as_they_were_and_go_again(client: Client) -> None:
    for number in range(5):
        erp = [{"system": "erp", "value": str(number)}]
        client.add_lead(name=f"n{number}", external_ids=erp, tags=["x"], notes="n")
    before = stored(client)
    first, second = list(before)[:2]
    job = run(client, {"kind": "delete", "filter": None})
    assert stored(client) == {}
    client.post(f"/leads/{first}/restore")  # by hand, before the undo
    client.add_lead(name="took its id", external_ids=[{"system": "erp", "value": "1"}])
    undone = undo(client, job["id"])
    assert undone["counts"] == {"changed": 3, "unchanged": 0, "left": 2}
    assert {each["id"]: each["reason"] for each in left(client, undone)} == {
        first: "edited", second: "external_id_taken",
    }  # fmt: skip
    now = stored(client)
    assert {key: now[key] for key in before if key != second} == {key: before[key] for key in before if key != second}
    redone = undo(client, undone["id"])
    assert redone["counts"]["changed"] == 3
    assert len(stored(client)) == 2


def test_a_worker_that_dies_in_a_unit_neither_doubles_nor_loses(
    client: Client, workspace: WorkspaceInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        client.add_lead(name=f"n{number}")
    job_id = client.post("/batches", {"kind": "update", "filter": None, "set": {"city": "Leeds"}}).get_json()["id"]
    assert jobs.step(workspace.id, uuid.UUID(job_id))
    written = bulk.write_events

    def dies(*given: Any) -> None:  # noqa: ANN401 - as the function it stands for
        written(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(bulk, "write_events", dies)
        with pytest.raises(KeyboardInterrupt):
            jobs.step(workspace.id, uuid.UUID(job_id))
    assert worked(client, job_id)["counts"]["changed"] == 7
    with uow.tenant(workspace.id) as unit:
        per_record = unit.connection.execute(
            select(func.count()).where(Event.batch_id == uuid.UUID(job_id)).group_by(Event.record_id)
        ).scalars()
        assert list(per_record) == [1] * 7


def test_a_job_is_cancelled_and_what_it_did_can_be_undone(client: Client, workspace: WorkspaceInfo) -> None:
    for number in range(4):
        client.add_lead(name=f"n{number}")
    job_id = client.post("/batches", {"kind": "delete", "filter": None}).get_json()["id"]
    jobs.step(workspace.id, uuid.UUID(job_id))
    assert client.post(f"/batches/{job_id}/undo").get_json()["code"] == "wrong_state"
    assert client.post(f"/batches/{job_id}/cancel").status_code == 202
    jobs.work(str(workspace.id), job_id)
    job = client.get(f"/batches/{job_id}").get_json()
    assert (job["state"], job["counts"]["changed"], len(stored(client))) == ("cancelled", 2, 2)
    assert client.post(f"/batches/{job_id}/cancel").get_json()["code"] == "wrong_state"
    undo(client, job_id)
    assert len(stored(client)) == 4
    assert client.post(f"/batches/{job_id}/undo").get_json()["code"] == "undone_already"


def test_rights_are_those_of_the_member_at_work(client: Client, as_role: Callable[[str], Client]) -> None:
    lead = client.add_lead(name="a")
    service, viewer = as_role("service"), as_role("viewer")
    change = {"kind": "update", "ids": [lead["id"]], "set": {"city": "Leeds"}}
    assert viewer.post("/batches", change).status_code == 403
    assert service.post("/batches", {"kind": "delete", "ids": [lead["id"]]}).status_code == 403
    job = run(service, change)
    assert job["counts"]["changed"] == 1
    assert client.get(f"/batches/{job['id']}").status_code == 404
    assert [each["id"] for each in service.get("/batches").get_json()["data"]] == [job["id"]]


def test_what_one_may_no_longer_change_is_not_put_back(
    client: Client, as_role: Callable[[str], Client], workspace: WorkspaceInfo
) -> None:
    lead = client.add_lead(name="a", city="York")
    sales = as_role("sales")
    job = run(sales, {"kind": "update", "ids": [lead["id"]], "set": {"city": "Leeds", "rating": "hot"}})
    undone = undo(sales, job["id"])
    for access in ("hidden", "read_only"):
        rights = {"fields": {"lead": {"city": access}}}
        role = client.post("/roles", {"label": access, "based_on": "sales", "rights": rights}).get_json()["key"]
        with uow.tenant(workspace.id) as unit:
            unit.session.get_one(Member, workspace.members["sales"].id).role = role
        refused = sales.post(f"/batches/{undone['id']}/undo")
        assert (refused.status_code, refused.get_json()["fields"]) == (403, ["city"])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"/kind": "unknown_option", "/ids": "one_of_two"}),
        ({"kind": "update", "filter": None}, {"/set": "nothing_to_change"}),
        ({"kind": "update", "filter": None, "set": {"nothing": 1}}, {"/set/nothing": "unknown_field"}),
        ({"kind": "update", "filter": None, "set": []}, {"/set": "wrong_type"}),
        ({"kind": "update", "filter": None, "add": {"name": ["x"]}}, {"/add/name": "not_a_list"}),
        ({"kind": "update", "filter": None, "set": {"external_ids": []}}, {"/set/external_ids": "one_each"}),
        ({"kind": "update", "filter": None, "set": {"emails": ["x"]}}, {"/set/emails/0": "invalid_email"}),
        ({"kind": "delete", "filter": None, "set": {}}, {"/kind": "nothing_to_change"}),
        ({"kind": "delete", "ids": ["x"]}, {"/ids/0": "invalid_id"}),
        ({"kind": "delete", "ids": []}, {"/ids": "out_of_range"}),
        ({"kind": "delete", "filter": {"all": [{"field": "x", "op": "eq", "value": 1}]}},
         {"/filter/all/0/field": "unknown_field"}),
        ({"kind": "delete", "filter": None, "more": 1}, {"/more": "unknown_field"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_a_pointer(client: Client, asked: dict[str, Any], expected: dict[str, str]) -> None:
    for path in ("/batches", "/batches/preview"):
        answer = client.post(path, asked)
        assert (answer.status_code, codes(answer)) == (422, expected)
