from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from flask import Flask

from crm_saas.kernel import uow
from crm_saas.tenants.mirror import Member
from tests.factories.workspaces import WorkspaceInfo, add_member
from tests.support.at_once import at_once
from tests.support.client import Client, codes


def test_a_change_touches_what_it_names_and_raises_the_version(client: Client) -> None:
    lead = client.add_lead(name="Ann", company="Acme", emails=["ann@example.org"])
    answer = client.patch(f"/leads/{lead['id']}", {"company": "Bolt", "emails": None, "rating": "warm"}, 1)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    changed = answer.get_json()
    assert changed == lead | {
        "company": "Bolt",
        "emails": [],
        "rating": "warm",
        "version": 2,
        "updated_at": changed["updated_at"],
    }
    assert changed["updated_at"] > lead["updated_at"]
    assert client.get(f"/leads/{lead['id']}").get_json() == changed


def test_a_change_that_changes_nothing_writes_nothing(client: Client) -> None:
    lead = client.add_lead(name="Ann", emails=["Ann@Example.org"], external_ids=[{"system": "a", "value": "1"}])
    same = {"name": " Ann ", "emails": ["Ann@Example.org"], "external_ids": [{"system": "a", "value": "1"}]}
    assert client.change_lead(lead, **same) == lead
    assert client.change_lead(lead) == lead
    assert len(client.get(f"/leads/{lead['id']}/history").get_json()["data"]) == 1


def test_a_change_says_which_version_it_saw(client: Client) -> None:
    lead = client.add_lead(name="Ann")
    path = f"/leads/{lead['id']}"
    assert client.patch(path, {"name": "B"}, None).get_json()["code"] == "version_required"
    assert client.patch(path, {"name": "B"}, None).status_code == 428
    assert client.delete(path, None).status_code == 428
    for nonsense in ("*", '"a"', "", '"1", "2"', '"-1"', "9" * 30, '"１"'):
        answer = client.call("PATCH", path, json={"name": "B"}, headers={"If-Match": nonsense})
        assert (answer.status_code, codes(answer)) == (422, {"/if-match": "bad_version"})
    for good, name in (('W/"1"', "C"), ("2", "D")):
        assert client.call("PATCH", path, json={"name": name}, headers={"If-Match": good}).status_code == 200
    assert client.names() == ["D"]


def test_a_stale_version_is_answered_with_the_current_record(client: Client) -> None:
    lead = client.add_lead(name="Ann", next_step_on="2026-12-01")
    newer = client.change_lead(lead, name="Anna")
    answer = client.patch(f"/leads/{lead['id']}", {"name": "Other"}, 1)
    assert (answer.status_code, answer.get_json()["code"]) == (412, "stale_version")
    assert answer.get_json()["current"] == newer
    assert client.delete(f"/leads/{lead['id']}", 1).status_code == 412
    assert client.patch(f"/leads/{lead['id']}", {"name": "Other"}, 3).status_code == 412
    assert client.get(f"/leads/{lead['id']}").get_json() == newer


def test_of_changes_with_one_version_exactly_one_wins(client: Client, app: Flask, workspace: WorkspaceInfo) -> None:
    lead = client.add_lead(name="Ann")
    clients = [Client.signed_in(app, workspace.owner, workspace.id) for _ in range(5)]
    version = 1
    for _ in range(4):
        bodies = [{"name": f"{version}-{number}"} for number in range(len(clients))]
        path = f"/leads/{lead['id']}"
        answers = at_once([partial(c.patch, path, body, version) for c, body in zip(clients, bodies, strict=True)])
        won = [number for number, answer in enumerate(answers) if answer.status_code == 200]
        lost = [answer for answer in answers if answer.status_code != 200]
        assert len(won) == 1
        assert {answer.status_code for answer in lost} == {412}
        assert {answer.get_json()["current"]["name"] for answer in lost} == {f"{version}-{won[0]}"}
        version += 1
    assert client.get(f"/leads/{lead['id']}").get_json()["version"] == version
    assert len(client.get(f"/leads/{lead['id']}/history").get_json()["data"]) == version


STEPS = {
    "new": {"working", "qualified", "unqualified"},
    "working": {"new", "qualified", "unqualified"},
    "qualified": {"working", "unqualified"},
    "unqualified": {"new", "working"},
}


@pytest.mark.parametrize("old", sorted(STEPS))
def test_a_lead_goes_only_the_steps_of_its_life(client: Client, old: str) -> None:
    def lead() -> dict[str, Any]:
        return client.add_lead(name="A", status=old, unqualified_reason="budget" if old == "unqualified" else None)

    for new in ("new", "working", "qualified", "unqualified", "converted"):
        reason = {"unqualified_reason": "budget"} if new == "unqualified" else {}
        before = lead()
        answer = client.patch(f"/leads/{before['id']}", {"status": new} | reason, 1)
        if new in STEPS[old] | {old}:
            assert (answer.status_code, answer.get_json()["status"]) == (200, new)
        else:
            assert codes(answer) == {"/status": "transition_refused"}
            params = answer.get_json()["errors"][0]["params"]
            assert (params["from"], params["to"], set(params["allowed"])) == (old, new, STEPS[old])


def test_unqualified_needs_a_reason_which_goes_with_it(client: Client) -> None:
    lead = client.add_lead(name="A")
    path = f"/leads/{lead['id']}"
    assert codes(client.patch(path, {"status": "unqualified"}, 1)) == {"/unqualified_reason": "reason_required"}
    assert codes(client.patch(path, {"unqualified_reason": "x"}, 1)) == {"/unqualified_reason": "reason_not_needed"}
    lead = client.change_lead(lead, status="unqualified", unqualified_reason="budget")
    assert codes(client.patch(path, {"unqualified_reason": ""}, 2)) == {"/unqualified_reason": "reason_required"}
    assert codes(client.patch(path, {"status": "new", "unqualified_reason": "other"}, 2)) == {
        "/unqualified_reason": "reason_not_needed"
    }
    lead = client.change_lead(lead, status="working")
    assert (lead["status"], lead["unqualified_reason"]) == ("working", None)
    newest = client.get(f"{path}/history").get_json()["data"][0]["changes"]
    assert newest == [
        {"field": "status", "before": "unqualified", "after": "working"},
        {"field": "unqualified_reason", "before": "budget", "after": None},
    ]


def test_the_last_thing_a_lead_is_known_by_stays(client: Client) -> None:
    lead = client.add_lead(emails=["a@example.org"], phones=["+4930123456"])
    lead = client.change_lead(lead, phones=[])
    answer = client.patch(f"/leads/{lead['id']}", {"emails": []}, 2)
    assert codes(answer) == {"": "nothing_to_know_it_by"}
    assert codes(client.patch(f"/leads/{lead['id']}", {"status": None}, 2)) == {"/status": "required"}


def test_an_owner_who_has_left_may_stay_but_not_come_back(client: Client, workspace: WorkspaceInfo) -> None:
    leaver = add_member(workspace.id, "sales")
    lead = client.add_lead(name="A", owner_id=str(leaver.id))
    with uow.tenant(workspace.id) as unit:
        unit.session.get_one(Member, leaver.id).active = False
    lead = client.change_lead(lead, name="B", owner_id=str(leaver.id))
    assert (lead["name"], lead["owner_id"]) == ("B", str(leaver.id))
    lead = client.change_lead(lead, owner_id=str(workspace.owner.id))
    answer = client.patch(f"/leads/{lead['id']}", {"owner_id": str(leaver.id)}, lead["version"])
    assert codes(answer) == {"/owner_id": "unknown_member"}


def test_a_deleted_lead_is_gone_and_comes_back_as_it_was(client: Client) -> None:
    lead = client.add_lead(
        name="张三", emails=["z@example.org"], tags=["VIP"], status="unqualified", unqualified_reason="budget",
        expected_value={"amount_minor": 5, "currency": "JPY"}, external_ids=[{"system": "erp", "value": "1"}],
        next_step_on="2026-12-01", notes="a\nb", owner_id=None,
    )  # fmt: skip
    path = f"/leads/{lead['id']}"
    gone = client.delete(path, 1)
    assert (gone.status_code, gone.data) == (204, b"")
    assert client.get(path).status_code == 404
    assert client.names() == client.names("?q=zhang") == []
    assert client.delete(path, 2).status_code == 404
    back = client.post(f"{path}/restore")
    assert (back.status_code, back.headers["ETag"]) == (200, '"3"')
    restored = back.get_json()
    assert restored == lead | {"version": 3, "updated_at": restored["updated_at"]}
    assert client.get(path).get_json() == restored
    assert client.names("?q=z@example.org") == client.names("?tags=vip") == ["张三"]
    assert client.post("/leads", {"emails": ["Z@example.org"]}).get_json()["code"] == "duplicate_record"


def test_only_what_is_deleted_can_be_restored(client: Client) -> None:
    lead = client.add_lead(name="A")
    answer = client.post(f"/leads/{lead['id']}/restore")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not_deleted")
    client.delete(f"/leads/{lead['id']}", 1)
    assert client.post(f"/leads/{lead['id']}/restore").status_code == 200
    assert client.post(f"/leads/{lead['id']}/restore").get_json()["code"] == "not_deleted"


def test_of_two_who_restore_at_once_one_does(client: Client, app: Flask, workspace: WorkspaceInfo) -> None:
    lead = client.add_lead(name="A")
    client.delete(f"/leads/{lead['id']}", 1)
    clients = [Client.signed_in(app, workspace.owner, workspace.id) for _ in range(4)]
    answers = at_once([partial(c.post, f"/leads/{lead['id']}/restore") for c in clients])
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {answer.get_json()["code"] for answer in answers if answer.status_code == 409} == {"not_deleted"}


def test_an_external_id_taken_meanwhile_stops_a_restore(client: Client) -> None:
    lead = client.add_lead(name="A", external_ids=[{"system": "erp", "value": "1"}])
    client.delete(f"/leads/{lead['id']}", 1)
    other = client.add_lead(name="B", external_ids=[{"system": "erp", "value": "1"}])
    answer = client.post(f"/leads/{lead['id']}/restore")
    assert (answer.status_code, codes(answer)) == (409, {"/external_ids/0": "external_id_taken"})
    assert answer.get_json()["errors"][0]["params"]["id"] == other["id"]
    client.change_lead(other, external_ids=[])
    assert client.post(f"/leads/{lead['id']}/restore").status_code == 200


def test_of_two_new_leads_with_one_external_id_one_is_stored(
    client: Client, app: Flask, workspace: WorkspaceInfo
) -> None:
    clients = [client, *(Client.signed_in(app, workspace.owner, workspace.id) for _ in range(3))]
    ids = [{"system": "erp", "value": "1"}, {"system": "crm", "value": "2"}]
    for value in range(3):
        bodies = [
            {"name": f"n{i}", "external_ids": [x | {"value": f"{x['value']}-{value}"} for x in ids[:: (-1) ** i]]}
            for i in range(4)
        ]
        answers = at_once([partial(c.post, "/leads", body) for c, body in zip(clients, bodies, strict=True)])
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
        for answer in answers:
            if answer.status_code == 409:
                assert answer.get_json()["code"] == "external_id_taken"
                assert codes(answer) == {f"/external_ids/{i}": "external_id_taken" for i in range(2)}


def test_an_external_id_belongs_to_one_lead_and_is_free_after_it(client: Client) -> None:
    lead = client.add_lead(name="A", external_ids=[{"system": "erp", "value": "1"}])
    taken = client.post(
        "/leads", {"name": "B", "external_ids": [{"system": "x", "value": "1"}, {"system": "erp", "value": "1"}]}
    )
    assert codes(taken) == {"/external_ids/1": "external_id_taken"}
    other = client.add_lead(name="B", external_ids=[{"system": "ERP", "value": "1"}])
    answer = client.patch(f"/leads/{other['id']}", {"external_ids": [{"system": "erp", "value": "1"}]}, 1)
    assert (answer.status_code, codes(answer)) == (409, {"/external_ids/0": "external_id_taken"})
    assert client.get(f"/leads/{other['id']}").get_json() == other
    client.change_lead(lead, external_ids=[{"system": "erp", "value": "2"}])
    assert client.change_lead(other, external_ids=[{"system": "erp", "value": "1"}])["version"] == 2
