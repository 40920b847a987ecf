from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from flask import Flask
from redis import Redis

from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.tenants import journal
from tests.factories.forms import fresh_email
from tests.factories.workspaces import PASSWORD, WorkspaceFactory, WorkspaceInfo, add_member, make_membership
from tests.support.browser import Browser
from tests.support.client import Client, codes

AsRole = Callable[[str], Client]


def events(client: Client, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/audit{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["data"]
    return found


def types(client: Client, query: str = "") -> list[str]:
    return [event["type"] for event in events(client, query)]


def test_acts_of_admins_are_told_with_who_and_whom(client: Client, workspace: WorkspaceInfo) -> None:
    sales = workspace.members["sales"]
    client.call("PATCH", f"/members/{sales.id}", json={"role": "viewer"})
    newest = events(client, "?kind=members")[0]
    assert (newest["type"], newest["data"]) == ("membership.role_changed", {"role": ["sales", "viewer"]})
    assert newest["actor"] == {"id": str(workspace.owner.id), "name": workspace.owner.name}
    assert newest["person"] == {"id": str(sales.id), "name": sales.name}


def test_sign_ins_and_refusals_of_members_are_told(
    client: Client, workspace: WorkspaceInfo, make_browser: Callable[[], Browser]
) -> None:
    sales, browser = workspace.members["sales"], make_browser()
    wrong = browser.post("/api/session/sign-in", {"email": sales.email, "password": "not the one at all"})
    assert wrong.status_code == 401
    browser.sign_in(sales.email)
    browser.post("/api/session/sign-out")
    found = events(client, f"?kind=sign_ins&person={sales.id}")
    assert [event["type"] for event in found] == ["user.signed_out", "user.signed_in", "user.sign_in_refused"]
    assert {event["data"]["address"] for event in found} == {"127.0.0.1"}


def test_refusals_do_not_fill_the_journal(
    client: Client, workspace: WorkspaceInfo, make_browser: Callable[[], Browser], app: Flask
) -> None:
    who, browser = workspace.members["sales"], make_browser()
    browser.session()
    for number in range(30):
        form = {"email": who.email, "password": "not the one at all"}
        answer = browser.call("POST", "/api/session/sign-in", json=form, address=f"198.51.100.{number}")
        assert answer.status_code == 401
    assert types(client, f"?person={who.id}").count("user.sign_in_refused") == 20
    assert app is not None


def test_nothing_of_another_workspace_is_told(
    app: Flask, client: Client, workspace: WorkspaceInfo, make_workspace: WorkspaceFactory, wired: Redis
) -> None:
    assert wired is not None
    shared = workspace.members["sales"]
    other = make_workspace(name="Other")
    with uow.control() as unit:
        make_membership(unit, other.id, shared, "admin")
        journal.record(unit, "workspace.updated", workspace_id=other.id, actor_id=shared.id, data={"name": "secret"})
        journal.record(unit, "user.created", user_id=shared.id, actor_id=shared.id)
    stranger = add_member(other.id, "sales")
    Client.signed_in(app, stranger, other.id)
    told = client.get("/audit?limit=200").text
    assert str(other.id) not in told
    assert "secret" not in told
    assert str(stranger.id) not in told
    assert "user.created" not in told


def test_sign_ins_before_joining_and_after_leaving_are_not_told(
    client: Client, workspace: WorkspaceInfo, make_browser: Callable[[], Browser]
) -> None:
    sales = workspace.members["sales"]
    make_browser().sign_in(sales.email)
    client.post(f"/members/{sales.id}/deactivate", {})
    make_browser().sign_in(sales.email)
    assert types(client, f"?kind=sign_ins&person={sales.id}") == ["user.signed_in"]


def test_data_that_is_not_named_is_not_shown(client: Client, workspace: WorkspaceInfo) -> None:
    with uow.control() as unit:
        data = {"token": "very secret", "role": "sales"}
        journal.record(unit, "membership.updated", workspace_id=workspace.id, data=data)
    assert events(client)[0]["data"] == {"role": "sales"}


def test_pages_follow_each_other_without_gap_or_repetition(client: Client) -> None:
    client.post("/invitations", {"emails": [fresh_email() for _ in range(4)], "role": "sales"})
    whole = [event["id"] for event in events(client, "?limit=200")]
    seen: list[str] = []
    cursor = ""
    while True:
        body = client.get(f"/audit?limit=2{cursor}").get_json()
        seen += [event["id"] for event in body["data"]]
        if body["next_cursor"] is None:
            break
        cursor = f"&cursor={body['next_cursor']}"
    assert seen == whole


def test_a_period_is_half_open(client: Client) -> None:
    client.post("/invitations", {"emails": [fresh_email()], "role": "sales"})
    at = events(client, "?kind=members")[0]["at"]
    assert events(client, f"?kind=members&until={at}") == []
    assert types(client, f"?kind=members&since={at}") == ["invitation.created"]
    assert events(client, f"?since={now().year + 1}-01-01") == []


def test_the_journal_is_downloaded_as_csv(client: Client, workspace: WorkspaceInfo) -> None:
    client.call("PATCH", f"/members/{workspace.members['sales'].id}", json={"role": "viewer"})
    answer = client.get("/audit/download?kind=members")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["at", "type", "actor", "person", "details", "names"]
    assert rows[1][1:4] == ["membership.role_changed", workspace.owner.name, workspace.members["sales"].name]


def test_hostile_questions_are_refused(client: Client) -> None:
    for query, pointer in (
        ("kind=all", "/kind"), ("person=x", "/person"), ("cursor=x", "/cursor"), ("since=x", "/since"),
        ("until=2026-99-99", "/until"), ("x=1", "/x"),
    ):  # fmt: skip
        assert list(codes(client.get(f"/audit?{query}"))) == [pointer]
    assert PASSWORD not in client.get("/audit").text


def test_roles_and_teams_are_named_also_those_that_are_gone(client: Client, workspace: WorkspaceInfo) -> None:
    sales = workspace.members["sales"]
    role = client.post("/roles", {"label": "Branch manager", "based_on": "manager"}).get_json()["key"]
    team = client.post("/teams", {"name": "Harbour"}).get_json()["id"]
    client.call("PATCH", f"/members/{sales.id}", json={"role": role})
    client.call("PUT", f"/members/{sales.id}/team", json={"team_id": team})
    client.post("/invitations", {"emails": [fresh_email()], "role": role, "team_id": team})
    invited, moved, given = events(client, "?kind=members&limit=3")
    assert given["names"] == {role: "Branch manager"}
    assert (moved["data"], moved["names"]) == ({"team_id": [None, team]}, {team: "Harbour"})
    assert (invited["data"]["team_id"], invited["names"]) == (team, {role: "Branch manager", team: "Harbour"})

    client.call("PUT", f"/members/{sales.id}/team", json={"team_id": None})
    client.call("PATCH", f"/members/{sales.id}", json={"role": "sales"})
    client.delete(f"/invitations/{client.get('/invitations').get_json()['data'][0]['id']}", None)
    client.patch(f"/teams/{team}", {"name": "Old harbour"}, None)
    assert client.delete(f"/teams/{team}", None).status_code == 204
    assert client.delete(f"/roles/{role}", None).status_code == 204
    gone = {event["type"]: event["names"] for event in events(client, "?limit=20")}
    assert gone["membership.team_changed"] == {team: "Old harbour"}
    assert gone["role.created"] == {role: "Branch manager"}
