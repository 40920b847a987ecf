from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from crm_saas.kernel import uow
from crm_saas.tenants.mirror import Member
from tests.factories.workspaces import WorkspaceInfo, add_member
from tests.support.client import Client, codes

WHOLE: dict[str, Any] = {
    "name": "张三",
    "company": "Müller & Söhne GmbH",
    "title": "采购经理",
    "emails": ["Zhang.San@Example.com", "zhang@example.cn"],
    "phones": ["+86 138 1234 5678", "+49 30 123456"],
    "street": "长安街 1 号",
    "city": "北京",
    "region": "北京市",
    "postal_code": "100000",
    "country": "China",
    "website": "example.com/about",
    "source": "fair",
    "status": "working",
    "rating": "hot",
    "expected_value": {"amount_minor": 123_400, "currency": "CNY"},
    "external_ids": [{"system": "sap", "value": "4711"}, {"system": "erp", "value": "A-1"}],
    "tags": ["VIP", "vip", "展会 2026"],
    "notes": "line one\r\nline two",
    "next_step": "Call back",
    "next_step_on": "2026-12-01",
}


def test_a_lead_comes_back_as_it_was_sent_in_the_form_of_the_api(client: Client, workspace: WorkspaceInfo) -> None:
    created = client.post("/leads", WHOLE)
    assert created.status_code == 201
    lead = created.get_json()
    assert created.headers["ETag"] == '"1"'
    assert created.headers["Location"] == f"/api/v1/leads/{lead['id']}"
    owner = str(workspace.owner.id)
    expected = WHOLE | {
        "id": lead["id"],
        "version": 1,
        "display_name": "张三",
        "phones": ["+8613812345678", "+4930123456"],
        "country": "CN",
        "website": "https://example.com/about",
        "unqualified_reason": None,
        "qualification_state": None,
        "qualification_reason": None,
        "owner_id": owner,
        "external_ids": [{"system": "erp", "value": "A-1"}, {"system": "sap", "value": "4711"}],
        "tags": ["VIP", "展会 2026"],
        "notes": "line one\nline two",
        "import_id": None,
        "created_at": lead["created_at"],
        "created_by_id": owner,
        "updated_at": lead["created_at"],
        "updated_by_id": owner,
    }
    assert lead == expected
    assert lead["created_at"].endswith("Z")
    read = client.get(f"/leads/{lead['id']}")
    assert (read.status_code, read.headers["ETag"], read.get_json()) == (200, '"1"', expected)


def test_a_field_that_is_left_out_is_empty_and_status_starts_at_new(client: Client) -> None:
    lead = client.add_lead(company="Acme")
    assert (lead["status"], lead["emails"], lead["name"], lead["expected_value"]) == ("new", [], None, None)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"name": "Ann", "company": "Acme", "emails": ["a@example.org"]}, "Ann"),
        ({"company": "Acme", "emails": ["a@example.org"], "phones": ["+4930123456"]}, "Acme"),
        ({"emails": ["b@example.org", "a@example.org"], "phones": ["+4930123456"]}, "b@example.org"),
        ({"phones": ["+4930123456"], "external_ids": [{"system": "x", "value": "9"}]}, "+4930123456"),
        ({"external_ids": [{"system": "zoo", "value": "Z"}, {"system": "ark", "value": "A"}]}, "A"),
    ],
)
def test_the_display_name_falls_back_from_name_to_external_id(client: Client, fields: Any, name: str) -> None:  # noqa: ANN401
    lead = client.add_lead(**fields)
    assert lead["display_name"] == name
    assert client.change_lead(lead, notes="something else")["display_name"] == name


@pytest.mark.parametrize("fields", [{}, {"name": "  "}, {"name": None, "emails": []}, {"title": "CEO", "notes": "n"}])
def test_there_must_be_something_to_know_a_lead_by(client: Client, fields: Any) -> None:  # noqa: ANN401
    answer = client.post("/leads", fields)
    assert answer.status_code == 422
    assert codes(answer) == {"": "nothing_to_know_it_by"}


def test_every_fault_is_told_with_its_pointer(client: Client) -> None:
    answer = client.post(
        "/leads",
        {
            "bogus": 1,
            "id": str(uuid.uuid4()),
            "version": 7,
            "name": ["x"],
            "emails": ["ok@example.org", "nonsense"],
            "phones": "12",
            "status": "dreaming",
            "country": "Atlantis",
            "next_step_on": "2026-02-30",
            "expected_value": {"amount_minor": 1.5, "currency": "CNY"},
            "owner_id": "nobody@example.org",
            "external_ids": [{"system": "erp"}],
            "tags": [1],
        },
    )
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert codes(answer) == {
        "/bogus": "unknown_field",
        "/id": "read_only",
        "/version": "read_only",
        "/name": "wrong_type",
        "/emails/1": "invalid_email",
        "/phones/0": "invalid_phone",
        "/status": "unknown_option",
        "/country": "unknown_country",
        "/next_step_on": "invalid_date",
        "/expected_value": "wrong_type",
        "/owner_id": "unknown_member",
        "/external_ids/0": "wrong_type",
        "/tags/0": "wrong_type",
    }


@pytest.mark.parametrize("body", [[], "text", 5, None, [{"name": "x"}]])
def test_a_body_that_is_not_an_object_is_refused(client: Client, body: Any) -> None:  # noqa: ANN401
    answer = client.call("POST", "/leads", data=json.dumps(body), content_type="application/json")
    assert (answer.status_code, codes(answer)) == (422, {"": "wrong_type"})


def test_a_new_lead_cannot_be_converted_and_an_unqualified_one_says_why(client: Client) -> None:
    assert codes(client.post("/leads", {"name": "A", "status": "converted"})) == {"/status": "transition_refused"}
    assert codes(client.post("/leads", {"name": "A", "status": "unqualified"})) == {
        "/unqualified_reason": "reason_required"
    }
    assert codes(client.post("/leads", {"name": "A", "unqualified_reason": "no money"})) == {
        "/unqualified_reason": "reason_not_needed"
    }
    lead = client.add_lead(name="A", status="unqualified", unqualified_reason="no money")
    assert (lead["status"], lead["unqualified_reason"]) == ("unqualified", "no money")


def test_an_owner_is_an_active_member_of_this_workspace(client: Client, workspace: WorkspaceInfo) -> None:
    gone = add_member(workspace.id, "sales", active=False)
    here = workspace.members["sales"]
    for stranger in (str(gone.id), gone.email, str(uuid.uuid4()), "x"):
        assert codes(client.post("/leads", {"name": "A", "owner_id": stranger})) == {"/owner_id": "unknown_member"}
    for known in (str(here.id), here.email.upper(), here.name):
        assert client.add_lead(name="A", owner_id=known)["owner_id"] == str(here.id)
    assert client.add_lead(name="A", owner_id=None)["owner_id"] is None


def test_a_name_that_two_members_share_names_neither(client: Client, workspace: WorkspaceInfo) -> None:
    twin = add_member(workspace.id, "viewer")
    with uow.tenant(workspace.id) as unit:
        unit.session.get_one(Member, twin.id).name = workspace.members["sales"].name
    answer = client.post("/leads", {"name": "A", "owner_id": workspace.members["sales"].name})
    assert codes(answer) == {"/owner_id": "unknown_member"}
    assert client.add_lead(name="A", owner_id=twin.email)["owner_id"] == str(twin.id)


def test_reading_with_the_version_in_hand_answers_not_modified(client: Client) -> None:
    path = f"/leads/{client.add_lead(name='Ann')['id']}"
    for held in ('"1"', 'W/"1"', '"9", "1"', "*"):
        answer = client.get(path, if_none_match=held)
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", '"1"')
    assert client.get(path, if_none_match='"2"').status_code == 200
    assert client.call("HEAD", path, headers={"If-None-Match": '"1"'}).status_code == 304
    head = client.call("HEAD", path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", '"1"')


@pytest.mark.parametrize(
    "name", ["x", "0", "0190b0a5-7c1e-7000-8000-000000000000", "%00", "ffffffff-ffff-ffff-ffff-ffffffffffff"]
)
def test_what_does_not_exist_is_not_found(client: Client, name: str) -> None:
    assert client.get(f"/leads/{name}").status_code == 404
    assert client.patch(f"/leads/{name}", {"name": "B"}, 1).status_code == 404
    assert client.delete(f"/leads/{name}", 1).status_code == 404
    assert client.get(f"/leads/{name}/history").status_code == 404
    assert client.post(f"/leads/{name}/restore").status_code == 404


def test_an_unknown_kind_of_record_is_not_found(client: Client) -> None:
    assert client.get("/unicorns").status_code == 404
    assert client.post("/unicorns", {"name": "x"}).status_code == 404
    assert client.get(f"/unicorns/{uuid.uuid4()}").status_code == 404


def test_parameters_that_a_route_does_not_have_are_refused_by_name(client: Client) -> None:
    lead = client.add_lead(name="A")
    path = f"/leads/{lead['id']}"
    for answer in (
        client.get(f"{path}?colour=red"),
        client.get("/leads?colour=red"),
        client.get("/me?colour=red"),
        client.get("/objects?colour=red"),
        client.get("/members?colour=red"),
        client.get(f"{path}/history?colour=red"),
        client.get("/leads/duplicates?colour=red"),
        client.post("/leads?colour=red", {"name": "B"}),
        client.patch(f"{path}?colour=red", {"name": "B"}, 1),
        client.delete(f"{path}?colour=red", 1),
        client.post(f"{path}/restore?colour=red"),
    ):
        assert (answer.status_code, codes(answer)) == (422, {"/colour": "unknown_parameter"})
    assert codes(client.post("/leads?allow_duplicates=maybe", {"name": "B"})) == {
        "/allow_duplicates": "invalid_boolean"
    }


def test_a_number_without_country_code_is_one_of_the_country_of_the_record(client: Client) -> None:
    made = client.post("/leads", {"name": "Ann", "country": "GB", "phones": ["0113 222 3344"]}).get_json()
    assert made["phones"] == ["+441132223344"]
    changed = client.patch(f"/leads/{made['id']}", {"phones": ["020 7946 0018"]}, 1).get_json()
    assert changed["phones"] == ["+442079460018"]
