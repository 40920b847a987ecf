"""Qualifying leads: what is demanded, the evidence, who confirms, and that every door obeys."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from crm_saas.crm.batches import jobs as batch_jobs
from crm_saas.crm.imports import jobs as import_jobs
from tests.support.client import Client, codes

AsRole = Callable[[str], Client]
Document = dict[str, Any]


def demanded(client: Client) -> Document:
    document: Document = client.get("/qualification").get_json()
    return document


def criterion(client: Client, **members: object) -> Document:
    answer = client.post("/qualification/criteria", {"name_en": "Wants it", **members})
    assert answer.status_code == 201, answer.text
    made: Document = answer.get_json()
    return made


def demand(client: Client, **policy: object) -> None:
    answer = client.patch("/qualification", policy, demanded(client)["version"])
    assert answer.status_code == 200, answer.text


def card(client: Client, lead: Document) -> Document:
    answer = client.get(f"/leads/{lead['id']}/qualification")
    assert answer.status_code == 200, answer.text
    document: Document = answer.get_json()
    return document


def assess(client: Client, lead: Document, made: Document, verdict: str = "met", **evidence: object) -> Document:
    answer = client.call(
        "PUT", f"/leads/{lead['id']}/qualification/{made['id']}", json={"verdict": verdict, **evidence}
    )
    assert answer.status_code == 200, answer.text
    document: Document = answer.get_json()
    return document


def why(document: Document, made: Document) -> str:
    return str(next(each["why"] for each in document["criteria"] if each["id"] == made["id"]))


def events(client: Client, lead: Document) -> list[str]:
    return [each["type"] for each in client.get(f"/leads/{lead['id']}/history").get_json()["data"]]


def test_a_workspace_begins_with_criteria_that_demand_nothing(client: Client) -> None:
    document = demanded(client)
    assert (document["threshold"], document["confirm"]) == (0, False)
    names = [(each["name_en"], each["name_zh"]) for each in document["criteria"]]
    assert names == [
        ("Has a need", "有明确需求"),
        ("Has purchasing power", "有购买力"),
        ("Can decide", "有决策权"),
        ("Can be reached", "联系得上"),
    ]
    assert sum(each["points"] for each in document["criteria"]) == 100
    lead = client.add_lead(name="A")
    assert client.change_lead(lead, status="qualified")["status"] == "qualified"


def test_a_score_is_explained_criterion_by_criterion(client: Client) -> None:
    lead = client.add_lead(name="A", emails=["a@example.org"])
    need, power, decide, reached = demanded(client)["criteria"]
    told = card(client, lead)
    assert (told["score"], told["total"], why(told, reached), why(told, need)) == (20, 100, "met", "unknown")
    told = assess(client, lead, need, evidence_kind="letter", evidence_on="2026-01-02", note="They wrote.")
    assert (told["score"], why(told, need)) == (50, "met")
    assess(client, lead, power, "not_met")
    told = assess(client, lead, decide, "unknown", note="Asked; no answer yet.")
    assert (told["score"], why(told, power), why(told, decide)) == (50, "not_met", "unknown")
    found = told["criteria"][0]["finding"]
    assert (found["evidence_kind"], found["evidence_on"], found["note"]) == ("letter", "2026-01-02", "They wrote.")
    assert found["by"]["name"]
    assert told["criteria"][3]["automatic"]


def test_what_is_found_out_is_told_in_the_history_without_its_note(client: Client) -> None:
    lead = client.add_lead(name="A")
    need = demanded(client)["criteria"][0]
    assess(client, lead, need, evidence_kind="visit", note="Secret words")
    assess(client, lead, need, evidence_kind="visit", note="Secret words")
    answer = client.get(f"/leads/{lead['id']}/history")
    newest = answer.get_json()["data"][0]
    assert (newest["type"], len(answer.get_json()["data"])) == ("lead.assessed", 2)
    (change,) = newest["changes"]
    assert (change["field"], change["after"]["verdict"], change["after"]["evidence_kind"]) == (
        "finding",
        "met",
        "visit",
    )
    assert (change["before"]["verdict"], change["after"]["name_zh"]) == ("unknown", "有明确需求")
    assert "Secret" not in answer.text
    assess(client, lead, need, "unknown")
    assert card(client, lead)["criteria"][0]["finding"] is None
    assert client.get(f"/leads/{lead['id']}").get_json()["version"] == 1


def test_evidence_that_is_demanded_is_missed(client: Client) -> None:
    made = criterion(client, required=True)
    lead = client.add_lead(name="A")
    assess(client, lead, made)
    path = f"/qualification/criteria/{made['id']}"
    assert client.patch(path, {"evidence": True}, made["version"]).status_code == 200
    assert why(card(client, lead), made) == "no_evidence"
    refused = client.post(f"/leads/{lead['id']}/qualify", {})
    assert (refused.status_code, codes(refused)) == (422, {"/status": "criterion_no_evidence"})
    answer = client.call("PUT", f"/leads/{lead['id']}/qualification/{made['id']}", json={"verdict": "met"})
    assert codes(answer) == {"/evidence_kind": "evidence_required"}
    assess(client, lead, made, evidence_kind="call")
    assert client.post(f"/leads/{lead['id']}/qualify", {}).get_json()["status"] == "qualified"


def test_what_is_required_and_the_score_are_asked_with_clear_reasons(client: Client) -> None:
    made = criterion(client, required=True, points=10)
    demand(client, threshold=40)
    lead = client.add_lead(name="A")
    assess(client, lead, made, "not_met")
    refused = client.post(f"/leads/{lead['id']}/qualify", {})
    assert refused.status_code == 422
    faults = {each["code"]: each["params"] for each in refused.get_json()["errors"]}
    assert faults["criterion_not_met"] == {"criterion": made["id"], "name_en": "Wants it", "name_zh": "Wants it"}
    assert faults["score_too_low"] == {"score": 0, "threshold": 40}
    assert [each["code"] for each in card(client, lead)["in_the_way"]] == list(faults)
    assess(client, lead, made)
    assess(client, lead, demanded(client)["criteria"][0])
    done = client.post(f"/leads/{lead['id']}/qualify", {})
    assert (done.status_code, done.get_json()["status"]) == (200, "qualified")
    assert events(client, lead)[0] == "lead.qualified"
    again = client.post(f"/leads/{lead['id']}/qualify", {})
    assert (again.status_code, again.get_json()["code"]) == (409, "wrong_state")
    assert client.change_lead(done.get_json(), status="working")["status"] == "working"


def test_a_criterion_by_filter_is_asked_of_the_record_as_it_would_be(client: Client) -> None:
    rich = {"all": [{"field": "expected_value", "op": "gte", "value": {"amount_minor": 100_00, "currency": "CNY"}}]}
    made = criterion(client, required=True, filter=rich)
    lead = client.add_lead(name="A")
    answer = client.call("PUT", f"/leads/{lead['id']}/qualification/{made['id']}", json={"verdict": "met"})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "decided_by_filter")
    poor = {"status": "qualified", "expected_value": {"amount_minor": 99_99, "currency": "CNY"}}
    refused = client.patch(f"/leads/{lead['id']}", poor, 1)
    assert (refused.status_code, codes(refused)) == (422, {"/status": "criterion_not_met"})
    assert client.get(f"/leads/{lead['id']}").get_json()["version"] == 1
    worth = {"status": "qualified", "expected_value": {"amount_minor": 100_00, "currency": "CNY"}}
    assert client.patch(f"/leads/{lead['id']}", worth, 1).get_json()["status"] == "qualified"
    assert client.post("/leads", {"name": "B", **worth}).status_code == 201
    assert codes(client.post("/leads", {"name": "C", **poor})) == {"/status": "criterion_not_met"}


def test_a_bulk_edit_leaves_what_does_not_meet_the_criteria(client: Client) -> None:
    made = criterion(client, required=True)
    leads = [client.add_lead(name=name) for name in "AB"]
    assess(client, leads[0], made)
    sent = {"object": "lead", "kind": "update", "ids": [each["id"] for each in leads], "set": {"status": "qualified"}}
    told = client.post("/batches/preview", sent).get_json()
    assert (told["changed"], [each["id"] for each in told["left"]]) == (1, [leads[1]["id"]])
    job = client.post("/batches", sent).get_json()["id"]
    batch_jobs.work(str(client.workspace_id), job)
    assert client.get(f"/batches/{job}").get_json()["counts"] == {"changed": 1, "unchanged": 0, "left": 1}
    (left,) = client.get(f"/batches/{job}/left").get_json()["data"]
    assert left["errors"][0]["code"] == "criterion_unknown"
    assert left["errors"][0]["params"]["name_en"] == "Wants it"


def imported(client: Client, text: str, **options: object) -> Document:
    form = {"file": (io.BytesIO(text.encode()), "leads.csv"), "object": "lead"}
    answer = client.call("POST", "/imports", data=form, content_type="multipart/form-data")
    import_id = answer.get_json()["id"]
    if options:
        assert client.call("PATCH", f"/imports/{import_id}", json=options).status_code == 200
    assert client.post(f"/imports/{import_id}/start", {"dry_run": False}).status_code == 202
    import_jobs.work(str(client.workspace_id), import_id)
    document: Document = client.get(f"/imports/{import_id}").get_json()
    return document


def test_an_import_brings_qualified_leads_and_does_not_make_them(client: Client) -> None:
    criterion(client, required=True)
    lead = client.add_lead(name="Here", emails=["here@example.org"])
    text = "Name,Email,Status\nHere,here@example.org,qualified\nThere,there@example.org,qualified\n"
    told = imported(client, text, duplicates="update")
    assert (told["counts"]["created"], told["counts"]["rejected"]) == (1, 1)
    assert client.get(f"/leads/{lead['id']}").get_json()["status"] == "new"
    rejected = client.get(f"/imports/{told['id']}/rejected").text
    assert "Wants it" in rejected


def test_where_a_manager_confirms_sales_asks(client: Client, as_role: AsRole) -> None:
    demand(client, confirm=True)
    sales, manager = as_role("sales"), as_role("manager")
    lead = sales.add_lead(name="A")
    direct = sales.patch(f"/leads/{lead['id']}", {"status": "qualified"}, 1)
    assert (direct.status_code, codes(direct)) == (422, {"/status": "confirmation_needed"})
    asked = sales.post(f"/leads/{lead['id']}/qualify", {"note": "Met them at the fair."}).get_json()
    assert (asked["status"], asked["qualification_state"]) == ("new", "waiting")
    assert asked["qualification_reason"] == "Met them at the fair."
    again = sales.post(f"/leads/{lead['id']}/qualify", {})
    assert (again.status_code, again.get_json()["code"]) == (409, "waits_already")
    assert sales.names("?qualification_state=waiting") == manager.names("?qualification_state=waiting") == ["A"]
    told = card(manager, lead)
    assert (told["state"], told["may_confirm"], card(sales, lead)["may_confirm"]) == ("waiting", True, False)
    assert told["asked"]["by"]["name"]
    for act, body in (("confirm", None), ("send-back", {"reason": "No"})):
        refused = sales.post(f"/leads/{lead['id']}/qualification/{act}", body)
        assert (refused.status_code, refused.get_json()["power"]) == (403, "confirm")
    empty = manager.post(f"/leads/{lead['id']}/qualification/send-back", {"reason": "  "})
    assert codes(empty) == {"/reason": "required"}
    back = manager.post(f"/leads/{lead['id']}/qualification/send-back", {"reason": "Who decides?"}).get_json()
    assert (back["qualification_state"], back["qualification_reason"]) == ("sent_back", "Who decides?")
    late = manager.post(f"/leads/{lead['id']}/qualification/confirm")
    assert (late.status_code, late.get_json()["code"]) == (409, "not_waiting")
    sales.post(f"/leads/{lead['id']}/qualify", {})
    done = manager.post(f"/leads/{lead['id']}/qualification/confirm").get_json()
    assert (done["status"], done["qualification_state"], done["qualification_reason"]) == ("qualified", None, None)
    assert events(client, lead) == [
        f"lead.{what}"
        for what in (
            "qualification_confirmed", "qualification_asked", "qualification_sent_back", "qualification_asked",
            "created",
        )
    ]  # fmt: skip


def test_who_confirms_need_not_ask(client: Client, as_role: AsRole) -> None:
    demand(client, confirm=True)
    manager = as_role("manager")
    assert manager.change_lead(manager.add_lead(name="A"), status="qualified")["status"] == "qualified"
    lead = manager.add_lead(name="B")
    assert manager.post(f"/leads/{lead['id']}/qualify", {}).get_json()["status"] == "qualified"


def test_the_criteria_are_asked_once_more_when_somebody_confirms(client: Client, as_role: AsRole) -> None:
    demand(client, confirm=True)
    sales = as_role("sales")
    lead = sales.add_lead(name="A")
    sales.post(f"/leads/{lead['id']}/qualify", {})
    criterion(client, required=True)
    refused = client.post(f"/leads/{lead['id']}/qualification/confirm")
    assert (refused.status_code, codes(refused)) == (422, {"/status": "criterion_unknown"})


def test_what_waits_can_be_withdrawn_and_is_settled_by_another_status(client: Client, as_role: AsRole) -> None:
    demand(client, confirm=True)
    sales = as_role("sales")
    lead = sales.add_lead(name="A")
    sales.post(f"/leads/{lead['id']}/qualify", {})
    gone = sales.post(f"/leads/{lead['id']}/qualification/withdraw").get_json()
    assert gone["qualification_state"] is None
    waits = sales.post(f"/leads/{lead['id']}/qualify", {}).get_json()
    lost = sales.change_lead(waits, status="unqualified", unqualified_reason="Closed down")
    assert (lost["qualification_state"], lost["status"]) == (None, "unqualified")
    refused = sales.post(f"/leads/{lead['id']}/qualify", {})
    assert codes(refused)["/status"] == "transition_refused"


def test_what_a_lead_waits_for_is_set_by_asking_only(client: Client) -> None:
    refused = client.post("/leads", {"name": "A", "qualification_state": "waiting"})
    assert codes(refused) == {"/qualification_state": "read_only"}


@pytest.mark.parametrize(
    ("members", "pointer", "code"),
    [
        ({"name_en": " "}, "/name_en", "required"),
        ({"name_zh": "长" * 101}, "/name_zh", "too_long"),
        ({"points": -1}, "/points", "out_of_range"),
        ({"points": True}, "/points", "out_of_range"),
        ({"required": "yes"}, "/required", "invalid_boolean"),
        ({"filter": {"all": []}}, "/filter", "required"),
        ({"filter": {"all": [{"field": "nonsense", "op": "eq", "value": 1}]}}, "/filter/all/0/field", "unknown_field"),
        (
            {"filter": {"all": [{"field": "city", "op": "is_empty"}]}, "evidence": True},
            "/evidence",
            "decided_by_filter",
        ),
        ({"nonsense": 1}, "/nonsense", "unknown_field"),
        ({"help_en": 7}, "/help_en", "wrong_type"),
    ],
)
def test_a_criterion_that_cannot_be_is_refused(client: Client, members: Document, pointer: str, code: str) -> None:
    refused = client.post("/qualification/criteria", {"name_en": "Wants it", **members})
    assert (refused.status_code, codes(refused)) == (422, {pointer: code})
    assert len(demanded(client)["criteria"]) == 4


@pytest.mark.parametrize(
    ("members", "pointer", "code"),
    [
        ({}, "/verdict", "required"),
        ({"verdict": "perhaps"}, "/verdict", "unknown_option"),
        ({"verdict": "met", "evidence_kind": "dream"}, "/evidence_kind", "unknown_option"),
        ({"verdict": "met", "evidence_on": "2026-01-01"}, "/evidence_kind", "evidence_required"),
        ({"verdict": "met", "evidence_kind": "call", "evidence_on": "2999-01-01"}, "/evidence_on", "in_the_future"),
        ({"verdict": "met", "evidence_kind": "call", "evidence_on": "soon"}, "/evidence_on", "invalid_date"),
        ({"verdict": "met", "note": "n" * 5001}, "/note", "too_long"),
    ],
)
def test_a_finding_that_cannot_be_is_refused(client: Client, members: Document, pointer: str, code: str) -> None:
    lead, made = client.add_lead(name="A"), demanded(client)["criteria"][0]
    refused = client.call("PUT", f"/leads/{lead['id']}/qualification/{made['id']}", json=members)
    assert (refused.status_code, codes(refused)) == (422, {pointer: code})
    assert card(client, lead)["criteria"][0]["finding"] is None


def test_criteria_are_changed_put_in_order_and_removed_with_what_was_found(client: Client) -> None:
    made = criterion(client, required=True, points=5)
    lead = client.add_lead(name="A")
    assess(client, lead, made)
    path = f"/qualification/criteria/{made['id']}"
    assert client.patch(path, {"points": 7}, 99).status_code == 412
    changed = client.patch(path, {"points": 7, "help_zh": "说明"}, 1).get_json()
    assert (changed["points"], changed["help_zh"], changed["version"], changed["required"]) == (7, "说明", 2, True)
    ids = [each["id"] for each in demanded(client)["criteria"]]
    turned = client.call("PUT", "/qualification/criteria/order", json={"ids": ids[::-1]}).get_json()
    assert [each["id"] for each in turned["criteria"]] == ids[::-1]
    wrong = client.call("PUT", "/qualification/criteria/order", json={"ids": ids[:1]})
    assert codes(wrong) == {"/ids": "not_each_once"}
    demand(client, threshold=107)
    assert client.call("DELETE", path).status_code == 204
    told = card(client, lead)
    assert (len(told["criteria"]), told["threshold"], told["total"]) == (4, 100, 100)
    assert codes(client.patch("/qualification", {"threshold": 101}, demanded(client)["version"])) == {
        "/threshold": "out_of_range"
    }


def test_at_most_thirty_criteria(client: Client) -> None:
    for number in range(26):
        criterion(client, name_en=f"Criterion {number}")
    refused = client.post("/qualification/criteria", {"name_en": "One more"})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "quota_exceeded")


@pytest.mark.parametrize("role", ["manager", "sales", "service", "viewer"])
def test_what_is_demanded_is_said_by_who_has_the_power(client: Client, as_role: AsRole, role: str) -> None:
    them, made = as_role(role), demanded(client)["criteria"][0]
    path = f"/qualification/criteria/{made['id']}"
    for answer in (
        them.patch("/qualification", {"confirm": True}, 1),
        them.post("/qualification/criteria", {"name_en": "Mine"}),
        them.patch(path, {"points": 1}, 1),
        them.call("DELETE", path),
        them.call("PUT", "/qualification/criteria/order", json={"ids": []}),
    ):
        assert (answer.status_code, answer.get_json()["power"]) == (403, "workspace")
    assert them.get("/qualification").status_code == 200


def test_who_may_not_change_a_lead_assesses_nothing(client: Client, as_role: AsRole) -> None:
    lead, made = client.add_lead(name="A"), demanded(client)["criteria"][0]
    viewer = as_role("viewer")
    path = f"/leads/{lead['id']}/qualification/{made['id']}"
    assert viewer.call("PUT", path, json={"verdict": "met"}).status_code == 403
    assert viewer.post(f"/leads/{lead['id']}/qualify", {}).status_code == 403
    told = card(viewer, lead)
    assert (told["may_assess"], told["may_qualify"], told["may_confirm"]) == (False, False, False)


def test_a_lead_that_is_not_there_has_no_standing(client: Client) -> None:
    nobody, made = uuid.uuid4(), demanded(client)["criteria"][0]
    lead = client.add_lead(name="A")
    assert client.get(f"/leads/{nobody}/qualification").status_code == 404
    assert client.get("/leads/x/qualification").status_code == 404
    path = f"/leads/{nobody}/qualification/{made['id']}"
    assert client.call("PUT", path, json={"verdict": "met"}).status_code == 404
    path = f"/leads/{lead['id']}/qualification/{nobody}"
    assert client.call("PUT", path, json={"verdict": "met"}).status_code == 404


def test_what_changes_the_demands_is_in_the_journal(client: Client) -> None:
    made = criterion(client)
    demand(client, confirm=True)
    client.call("DELETE", f"/qualification/criteria/{made['id']}")
    told = client.get("/audit?kind=leads").get_json()["data"]
    assert [each["type"] for each in told] == [
        "qualification.criterion_removed", "qualification.policy_changed", "qualification.criterion_added",
    ]  # fmt: skip
