"""Saved views: who sees and who changes them, what is refused, and with which one a role begins."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from crm_saas.crm.views import service
from crm_saas.kernel import uow
from crm_saas.tenants.mirror import Member
from tests.factories.workspaces import WorkspaceInfo
from tests.support.client import Client, codes

NEW = {"all": [{"field": "status", "op": "in", "value": ["new"]}]}
QUERY = {"filter": NEW, "q": "wood", "sort": "-company", "columns": [{"field": "name", "width": 240}]}
AsRole = Callable[[str], Client]


def keep(client: Client, name: str = "New ones", **members: object) -> dict[str, Any]:
    answer = client.post("/views", {"object": "lead", "name": name, **members})
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.get_json()
    return view


def names(client: Client) -> list[str]:
    return [view["name"] for view in client.get("/views?object=lead").get_json()["data"]]


def test_a_view_is_kept_as_it_was_sent(client: Client) -> None:
    query = {**QUERY, "columns": [{"field": "company", "width": 240}, {"field": "emails"}]}
    view = keep(client, "  New ones ", layout="board", query=query)
    assert (view["name"], view["layout"], view["audience"], view["version"]) == ("New ones", "board", "private", 1)
    columns = [{"field": "company", "width": 240}, {"field": "emails", "width": None}]
    assert view["query"] == {**query, "columns": columns}
    assert client.get("/views?object=lead").get_json()["data"] == [view]
    silent = keep(client, "Silent")
    assert silent["query"] == {"filter": None, "q": "", "sort": None, "columns": None}
    assert names(client) == ["New ones", "Silent"]


def test_what_is_private_is_there_for_its_owner_only(client: Client, as_role: AsRole) -> None:
    view = keep(as_role("sales"))
    assert names(client) == []
    assert client.patch(f"/views/{view['id']}", {"name": "X"}, 1).status_code == 404
    assert client.delete(f"/views/{view['id']}", 1).status_code == 404


def test_what_is_for_everyone_is_changed_by_who_has_the_power(client: Client, as_role: AsRole) -> None:
    sales, manager = as_role("sales"), as_role("manager")
    view = keep(client, audience="everyone")
    assert [each["may_change"] for each in sales.get("/views?object=lead").get_json()["data"]] == [False]
    refused = sales.patch(f"/views/{view['id']}", {"name": "Mine now"}, 1)
    assert (refused.status_code, refused.get_json()["power"]) == (403, "views")
    assert sales.delete(f"/views/{view['id']}", 1).status_code == 403
    assert manager.patch(f"/views/{view['id']}", {"name": "Fresh"}, 1).get_json()["version"] == 2
    assert manager.delete(f"/views/{view['id']}", 2).status_code == 204
    assert names(client) == []


def test_sharing_needs_the_power(as_role: AsRole) -> None:
    sales = as_role("sales")
    assert sales.post("/views", {"object": "lead", "name": "A", "audience": "everyone"}).status_code == 403
    view = keep(sales)
    assert sales.patch(f"/views/{view['id']}", {"audience": "everyone"}, 1).status_code == 403
    assert names(sales) == ["New ones"]


def test_a_change_names_its_version(client: Client) -> None:
    view = keep(client)
    path = f"/views/{view['id']}"
    assert client.patch(path, {"name": "B"}, None).status_code == 428
    assert client.patch(path, {"name": "B"}, 1).status_code == 200
    stale = client.patch(path, {"name": "C"}, 1)
    assert (stale.status_code, stale.get_json()["current"]["name"]) == (412, "B")
    assert client.delete(path, 1).status_code == 412
    assert client.patch(path, {"name": "B"}, 2).get_json()["version"] == 2


def test_a_role_opens_with_one_view_of_a_type(client: Client) -> None:
    first = keep(client, "A", audience="everyone", default_for=["viewer", "sales"])
    second = keep(client, "B", audience="everyone", default_for=["sales"])
    views = client.get("/views?object=lead").get_json()["data"]
    assert [(view["default_for"], view["version"]) for view in views] == [(["viewer"], 2), (["sales"], 1)]
    private = client.patch(f"/views/{second['id']}", {"audience": "private"}, 1).get_json()
    assert private["default_for"] == []
    refused = client.patch(f"/views/{first['id']}", {"audience": "private", "default_for": ["sales"]}, 2)
    assert codes(refused) == {"/default_for": "not_for_everyone"}


def put(workspace: WorkspaceInfo, **teams: str) -> None:
    """Put members into teams; the copy of a move would come later."""
    with uow.tenant(workspace.id) as unit:
        for member, team in teams.items():
            unit.session.get_one(Member, workspace.members[member].id).team_id = uuid.UUID(team)


def test_what_is_for_a_team_is_seen_there_and_below(client: Client, as_role: AsRole, workspace: WorkspaceInfo) -> None:
    office = client.post("/teams", {"name": "Office"}).get_json()["id"]
    shop = client.post("/teams", {"name": "Shop", "parent_id": office}).get_json()["id"]
    other = client.post("/teams", {"name": "Other", "parent_id": office}).get_json()["id"]
    put(workspace, manager=office, sales=shop, service=other)
    sales, service_, manager = as_role("sales"), as_role("service"), as_role("manager")
    keep(sales, "Shop's", audience="team", team_id=shop)
    of_office = keep(manager, "Office's", audience="team", team_id=office)
    assert names(sales) == names(sales) == ["Shop's", "Office's"]
    assert names(service_) == ["Office's"]
    assert names(client) == []
    refused = sales.post("/views", {"object": "lead", "name": "A", "audience": "team", "team_id": other})
    assert refused.status_code == 403
    widened = manager.patch(f"/views/{of_office['id']}", {"audience": "everyone"}, 1).get_json()
    assert (widened["audience"], widened["team_id"]) == ("everyone", None)
    alone = client.post("/teams", {"name": "Alone"}).get_json()["id"]
    of_alone = keep(client, "Alone's", audience="team", team_id=alone)
    assert client.delete(f"/teams/{alone}", None).status_code == 204
    left = next(each for each in client.get("/views?object=lead").get_json()["data"] if each["id"] == of_alone["id"])
    assert (left["audience"], left["team_id"]) == ("private", None)


def test_a_role_of_the_workspaces_own_opens_with_a_view(client: Client) -> None:
    role = client.post("/roles", {"label": "Branch manager", "based_on": "sales"}).get_json()["key"]
    assert keep(client, audience="everyone", default_for=[role, "sales"])["default_for"] == sorted([role, "sales"])


def test_a_view_says_whether_its_reader_can_use_it(client: Client, as_role: AsRole, workspace: WorkspaceInfo) -> None:
    keep(client, "Filtered", audience="everyone", query={"filter": {"all": [{"field": "notes", "op": "is_empty"}]}})
    keep(client, "Sorted", audience="everyone", query={"sort": "-company"})
    keep(client, "Plain", audience="everyone", query={"filter": NEW})
    hidden = {"fields": {"lead": {"notes": "hidden", "company": "hidden"}}}
    role = client.post("/roles", {"label": "Narrow", "based_on": "sales", "rights": hidden}).get_json()["key"]
    with uow.tenant(workspace.id) as unit:
        unit.session.get_one(Member, workspace.members["sales"].id).role = role
    seen = as_role("sales").get("/views?object=lead").get_json()["data"]
    assert [(each["name"], each["works"]) for each in seen] == [("Filtered", False), ("Sorted", False), ("Plain", True)]
    assert all(each["works"] for each in client.get("/views?object=lead").get_json()["data"])


@pytest.mark.parametrize(
    ("members", "faults"),
    [
        ({"name": " "}, {"/name": "required"}),
        ({"name": "x" * 61}, {"/name": "too_long"}),
        ({"name": 5}, {"/name": "wrong_type"}),
        ({"audience": "house"}, {"/audience": "unknown_option"}),
        ({"audience": "team"}, {"/team_id": "unknown_team"}),
        ({"audience": "team", "team_id": "x"}, {"/team_id": "invalid_id"}),
        ({"audience": "team", "team_id": str(uuid.uuid4())}, {"/team_id": "unknown_team"}),
        ({"layout": ["board"]}, {"/layout": "unknown_option"}),
        ({"default_for": ["king"]}, {"/default_for": "unknown_option"}),
        ({"default_for": [{}]}, {"/default_for": "unknown_option"}),
        ({"position": True}, {"/position": "out_of_range"}),
        ({"owner_id": "x", "a/b": 1}, {"/owner_id": "unknown_field", "/a~1b": "unknown_field"}),
        ({"query": []}, {"/query": "wrong_type"}),
        ({"query": {"sort": "notes", "extra": 1}}, {"/query/sort": "unknown_sort", "/query/extra": "unknown_field"}),
        ({"query": {"q": "x" * 201}}, {"/query/q": "too_long"}),
        ({"query": {"filter": {"field": "status"}}}, {"/query/filter": "bad_filter"}),
        (
            {"query": {"filter": {"all": [{"field": "status", "op": "in", "value": ["gone"]}]}}},
            {"/query/filter/all/0/value/0": "unknown_option"},
        ),
        ({"query": {"columns": [{"field": "salary"}]}}, {"/query/columns/0/field": "unknown_field"}),
        ({"query": {"columns": [{"field": "name", "width": 5}]}}, {"/query/columns/0/width": "out_of_range"}),
        ({"query": {"columns": [{"field": "name"}, {"field": "name"}]}}, {"/query/columns": "repeated"}),
        ({"query": {"columns": ["name"]}}, {"/query/columns/0": "wrong_type"}),
    ],
)
def test_faults_are_pointed_at(client: Client, members: dict[str, object], faults: dict[str, str]) -> None:
    refused = client.post("/views", {"object": "lead", "name": "A", **members})
    assert refused.status_code == 422, refused.text
    assert codes(refused) == faults
    view = keep(client)
    assert codes(client.patch(f"/views/{view['id']}", members, 1)) == faults


def test_bodies_that_are_no_views(client: Client) -> None:
    documents: tuple[object, ...] = (
        None,
        [],
        "x",
        {"name": "A"},
        {"object": "king", "name": "A"},
        {"object": {}, "name": "A"},
    )
    for document in documents:
        assert client.post("/views", document).status_code in {400, 415, 422}
    assert codes(client.post("/views", {"object": "lead"})) == {"/name": "required"}
    assert client.get("/views").status_code == 422
    assert client.get("/views?object=lead&object=lead").status_code == 422
    assert client.patch("/views/none", {}, 1).status_code == 404


def test_a_workspace_keeps_so_many(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_VIEWS", 1)
    keep(client)
    refused = client.post("/views", {"object": "lead", "name": "B"})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "quota_exceeded")
    assert (refused.get_json()["limit"], refused.get_json()["allowed"]) == ("views", 1)
