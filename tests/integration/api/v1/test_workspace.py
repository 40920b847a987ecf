from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from flask import Flask

from crm_saas.crm.records.registry import REGISTRY
from crm_saas.kernel import uow
from crm_saas.tenants.mirror import Member, WorkspaceSettings
from crm_saas.tenants.roles import POWERS_OF, ROLES
from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo, add_member
from tests.support.browser import Browser
from tests.support.client import Client


def test_me_is_the_member_their_rights_and_the_workspace(client: Client, workspace: WorkspaceInfo) -> None:
    me = client.get("/me").get_json()
    assert me["member"] == {
        "id": str(workspace.owner.id), "name": workspace.owner.name, "role": "owner", "team_id": None,
    }  # fmt: skip
    assert me["rights"] == {"lead": ["create", "delete", "export", "import", "read", "update"]}
    assert me["powers"] == ["audit", "confirm", "data", "members", "privacy", "views", "workspace"]
    assert me["workspace"]["id"] == str(workspace.id)
    assert (me["workspace"]["slug"], me["workspace"]["currency"]) == (workspace.slug, "CNY")
    assert me["usage"]["seats"] == 6
    assert me["limits"].keys() == {"seats", "records", "file_bytes", "storage_bytes"}
    assert me["onboarding"] == {"has_records": False}
    client.add_lead(name="A")
    assert client.get("/me").get_json()["onboarding"] == {"has_records": True}


def test_objects_describe_every_type_completely(client: Client) -> None:
    data = client.get("/objects").get_json()["data"]
    assert [each["name"] for each in data] == [rtype.name for rtype in REGISTRY]
    lead = data[0]
    assert {each["name"] for each in lead["fields"]} == set(client.add_lead(name="A")) - {
        "id", "version", "display_name", "import_id", "created_at", "created_by_id", "updated_at", "updated_by_id"
    }  # fmt: skip
    assert lead["transitions"]["status"]["converted"] == []
    assert lead["reasons"] == {"status": {"unqualified": "unqualified_reason"}}
    assert (lead["default_sort"], lead["identity"][0]) == ("-created_at", "name")
    status = next(each for each in lead["fields"] if each["name"] == "status")
    assert [option["value"] for option in status["options"]] == list(lead["transitions"]["status"])
    assert status["options"][0]["label_key"] == "lead.status.new"


def test_members_are_all_who_were_ever_here(client: Client, workspace: WorkspaceInfo) -> None:
    gone = add_member(workspace.id, "sales", active=False)
    members = {each["id"]: each for each in client.get("/members").get_json()["data"]}
    assert len(members) == 7
    assert members[str(gone.id)] == {
        "id": str(gone.id), "name": gone.name, "email": gone.email, "role": "sales", "team_id": None,
        "active": False, "two_factor": False,
    }  # fmt: skip


def test_who_may_not_look_after_members_is_not_told_who_has_a_second_factor(as_role: Callable[[str], Client]) -> None:
    assert all("two_factor" not in each for each in as_role("sales").get("/members").get_json()["data"])


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_does_what_it_may_and_is_refused_the_rest(
    client: Client, as_role: Callable[[str], Client], role: str
) -> None:
    lead = client.add_lead(name="A")
    other = client.add_lead(name="B")
    client.delete(f"/leads/{other['id']}", 1)
    member = client if role == "owner" else as_role(role)
    path = f"/leads/{lead['id']}"
    tried = {
        "read": [
            member.get(path),
            member.get("/leads"),
            member.get(f"{path}/history"),
            member.get("/leads/duplicates"),
        ],
        "create": [member.post("/leads", {"name": "C"})],
        "update": [member.patch(path, {"name": "D"}, 1)],
        "delete": [
            member.post(f"/leads/{other['id']}/restore"),
            member.delete(path, 2 if "update" in ROLES[role] else 1),
        ],
    }
    for action, answers in tried.items():
        for answer in answers:
            if action in ROLES[role]:
                assert answer.status_code < 300, answer.text
            else:
                assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")
                assert answer.get_json()["action"] == action
    me = member.get("/me").get_json()
    assert me["rights"] == {"lead": sorted(ROLES[role])}
    assert me["powers"] == sorted(POWERS_OF.get(role, ()))


def test_rights_are_those_of_this_moment(
    client: Client, as_role: Callable[[str], Client], workspace: WorkspaceInfo
) -> None:
    sales = as_role("sales")
    assert sales.post("/leads", {"name": "A"}).status_code == 201
    with uow.tenant(workspace.id) as unit:
        unit.session.get_one(Member, workspace.members["sales"].id).role = "viewer"
    assert sales.post("/leads", {"name": "B"}).status_code == 403
    with uow.tenant(workspace.id) as unit:
        unit.session.get_one(Member, workspace.members["sales"].id).active = False
    assert sales.get("/leads").status_code == 404
    assert sales.get("/me").status_code == 404
    assert client.names() == ["A"]


def test_no_workspace_but_ones_own_exists(app: Flask, client: Client, make_workspace: WorkspaceFactory) -> None:
    theirs = make_workspace()
    lead = client.add_lead(name="A")
    paths = ("/me", "/objects", "/members", "/leads", f"/leads/{lead['id']}", "/leads/duplicates")
    own = client.workspace_id
    for stranger in (theirs.id, uuid.uuid4()):
        client.workspace_id = stranger
        bodies = {client.get(path).get_json()["detail"] for path in paths}
        assert bodies == {"No such workspace."}
        assert {client.get(path).status_code for path in paths} == {404}
        assert client.post("/leads", {"name": "A"}).status_code == 404
    client.workspace_id = own
    for named in ("", "x", str(own)[:-1], f"{own} ", "%00"):
        assert client.call("GET", "/leads", headers={"X-Workspace": named}).status_code == 404
    assert client.call("GET", "/leads", headers={"X-Workspace": None}).status_code == 404
    anonymous = Client(Browser(app), own)
    assert {anonymous.get(path).status_code for path in paths} == {401}
    other = Client.signed_in(app, theirs.owner, theirs.id)
    assert other.get(f"/leads/{lead['id']}").status_code == 404
    assert other.patch(f"/leads/{lead['id']}", {"name": "x"}, 1).status_code == 404
    assert other.delete(f"/leads/{lead['id']}", 1).status_code == 404
    assert other.post(f"/leads/{lead['id']}/restore").status_code == 404
    assert other.get(f"/leads/{lead['id']}/history").status_code == 404


def test_a_link_may_name_the_workspace_but_not_another_one(
    app: Flask, client: Client, workspace: WorkspaceInfo, make_workspace: WorkspaceFactory
) -> None:
    second = make_workspace(owner=workspace.owner)
    client.add_lead(name="A")
    plain = Client.signed_in(app, workspace.owner, workspace.id)

    def read(header: str | None, parameter: object) -> int:
        return plain.call("GET", f"/leads?workspace={parameter}", headers={"X-Workspace": header}).status_code

    assert read(None, workspace.id) == read(str(workspace.id), workspace.id) == 200
    assert read(str(workspace.id), second.id) == read(str(second.id), workspace.id) == read(None, "x") == 404
    named_in_address = f"/leads?workspace={workspace.id}"
    assert plain.call("POST", named_in_address, json={"name": "B"}, headers={"X-Workspace": None}).status_code == 404


def test_the_plan_bounds_the_number_of_records(client: Client, workspace: WorkspaceInfo) -> None:
    with uow.tenant(workspace.id) as unit:
        settings = unit.session.get_one(WorkspaceSettings, workspace.id)
        settings.limits = settings.limits | {"records": 0}
    answer = client.post("/leads", {"name": "A"})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "quota_exceeded")
    assert (answer.get_json()["limit"], answer.get_json()["allowed"]) == ("records", 0)
