from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from crm_saas.kernel import uow
from crm_saas.kernel.events import ControlEvent
from crm_saas.tenants import invitations
from crm_saas.tenants.mirror import Member
from tests.factories.people import invite
from tests.factories.workspaces import WorkspaceInfo, make_person
from tests.support.client import Client, codes

AsRole = Callable[[str], Client]
OWN_LEADS = {"types": {"lead": {"read": "own", "update": "own", "delete": "none", "export": "none"}}}


def make_role(client: Client, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    answer = client.post("/roles", {"label": "Field sales", "based_on": "sales", **fields})
    assert answer.status_code == 201, answer.text
    role: dict[str, Any] = answer.get_json()
    return role


def give(workspace: WorkspaceInfo, member: str, role: str) -> None:
    with uow.tenant(workspace.id) as unit:
        unit.session.get_one(Member, workspace.members[member].id).role = role


def acts(workspace: WorkspaceInfo, kind: str) -> list[dict[str, Any]]:
    with uow.control() as unit:
        found = select(ControlEvent.data).where(ControlEvent.workspace_id == workspace.id, ControlEvent.type == kind)
        return list(unit.session.scalars(found.order_by(ControlEvent.id)))


class TestRoles:
    def test_a_copy_of_a_role_may_what_the_other_may_but_for_what_is_said(self, client: Client) -> None:
        role = make_role(client, rights=OWN_LEADS)
        assert role["rights"]["types"]["lead"] == {
            "read": "own", "create": "all", "update": "own", "delete": "none", "import": "none", "export": "none"
        }  # fmt: skip
        again = make_role(client, label="Copy", copy_of=role["key"])
        assert again["rights"] == role["rights"]
        listed = client.get("/roles").get_json()["data"]
        assert [each["key"] for each in listed[:6]] == ["owner", "admin", "manager", "sales", "service", "viewer"]
        assert [each["label"] for each in listed[6:]] == ["Copy", "Field sales"]

    def test_a_change_counts_from_the_next_request_on_and_is_written_down(
        self, client: Client, as_role: AsRole, workspace: WorkspaceInfo
    ) -> None:
        role = make_role(client, rights=OWN_LEADS)
        give(workspace, "sales", role["key"])
        sales, lead = as_role("sales"), client.add_lead(name="Not theirs")
        assert sales.get(f"/leads/{lead['id']}").status_code == 404
        wider = client.patch(f"/roles/{role['key']}", {"rights": {"types": {"lead": {"read": "all"}}}}, 1)
        assert wider.status_code == 200, wider.text
        assert sales.get(f"/leads/{lead['id']}").status_code == 200
        assert sales.patch(f"/leads/{lead['id']}", {"name": "x"}, 1).status_code == 403
        (noted,) = acts(workspace, "role.updated")
        assert [each["types"]["lead"]["read"] for each in noted["rights"]] == ["own", "all"]
        assert client.patch(f"/roles/{role['key']}", {"label": "x"}, 1).status_code == 412

    def test_nobody_gives_more_than_they_have(self, client: Client, as_role: AsRole, workspace: WorkspaceInfo) -> None:
        people_only = make_role(client, label="People", based_on="viewer", rights={"powers": ["members"]})
        give(workspace, "sales", people_only["key"])
        clerk = as_role("sales")
        ask = {"label": "More", "based_on": "admin"}
        assert clerk.post("/roles", ask).get_json()["code"] == "beyond_own_rights"
        mine = clerk.patch(f"/roles/{people_only['key']}", {"rights": {"types": {"lead": {"delete": "all"}}}}, 1)
        assert mine.get_json()["code"] == "beyond_own_rights"
        assert clerk.post("/invitations", {"emails": ["x@example.org"], "role": "admin"}).status_code == 403
        assert clerk.post("/roles", {"label": "Same", "based_on": "viewer"}).status_code == 201
        unseeing = {"fields": {"lead": {"notes": "hidden"}}, "powers": ["members"]}
        client.patch(f"/roles/{people_only['key']}", {"rights": unseeing}, 1)
        assert clerk.post("/roles", {"label": "Sees notes", "based_on": "viewer"}).status_code == 403

    def test_each_is_told_which_roles_they_may_give(self, client: Client, as_role: AsRole) -> None:
        def given(who: Client) -> set[str]:
            return {role["key"] for role in who.get("/roles").get_json()["data"] if role["may_give"]}

        own = make_role(client, rights=OWN_LEADS)["key"]
        shipped = {"admin", "manager", "sales", "service", "viewer"}
        assert given(client) == {"owner", *shipped, own}
        assert given(as_role("admin")) == {*shipped, own}
        assert given(as_role("manager")) == set()

    def test_a_role_in_use_stays(self, client: Client, workspace: WorkspaceInfo) -> None:
        role = make_role(client)
        path = f"/roles/{role['key']}"
        give(workspace, "sales", role["key"])
        assert client.delete(path, None).get_json()["code"] == "in_use"
        give(workspace, "sales", "sales")
        invite(workspace, "new@example.org", role["key"])
        assert client.delete(path, None).get_json()["code"] == "in_use"
        other = make_role(client, label="Free")
        assert client.delete(f"/roles/{other['key']}", None).status_code == 204
        assert client.delete("/roles/owner", None).status_code == 404

    @pytest.mark.parametrize(
        ("body", "pointer", "code"),
        [
            ({"rights": {"types": {"lead": {"read": "some"}}}}, "/rights/types/lead/read", "unknown_option"),
            ({"rights": {"types": {"lead": {"create": "own"}}}}, "/rights/types/lead/create", "unknown_option"),
            ({"rights": {"types": {"lead": {"fly": "all"}}}}, "/rights/types/lead/fly", "unknown_field"),
            ({"rights": {"types": {"planet": {}}}}, "/rights/types/planet", "unknown_field"),
            ({"rights": {"types": []}}, "/rights/types", "wrong_type"),
            ({"rights": {"fields": {"lead": {"nose": "hidden"}}}}, "/rights/fields/lead/nose", "unknown_field"),
            ({"rights": {"fields": {"lead": {"notes": 1}}}}, "/rights/fields/lead/notes", "unknown_option"),
            ({"rights": {"powers": ["gods"]}}, "/rights/powers", "unknown_option"),
            ({"rights": {"powers": [{}]}}, "/rights/powers", "unknown_option"),
            ({"rights": {"more": 1}}, "/rights/more", "unknown_field"),
            ({"rights": 1}, "/rights", "wrong_type"),
            ({"based_on": "god"}, "/based_on", "unknown_option"),
            ({"label": " "}, "/label", "required"),
        ],
    )
    def test_a_wrong_role_is_refused_where_it_is_wrong(
        self, client: Client, body: dict[str, Any], pointer: str, code: str
    ) -> None:
        answer = client.post("/roles", {"label": "A", "based_on": "sales", **body})
        assert (answer.status_code, codes(answer)) == (422, {pointer: code})


class TestTeams:
    def test_a_team_moves_with_what_is_below_it_and_never_below_itself(self, client: Client) -> None:
        ids: dict[str | None, str] = {}
        for name, parent in (("head", None), ("branch", "head"), ("shop", "branch"), ("other", "head")):
            body = {"name": name, "parent_id": ids.get(parent)}
            ids[name] = client.post("/teams", body).get_json()["id"]
        for name, under in (("branch", "shop"), ("branch", "branch"), ("head", "shop")):
            answer = client.patch(f"/teams/{ids[name]}", {"parent_id": ids[under]}, None)
            assert codes(answer) == {"/parent_id": "team_cycle"}
        assert client.patch(f"/teams/{ids['branch']}", {"parent_id": ids["other"]}, None).status_code == 200
        assert client.patch(f"/teams/{ids['other']}", {"parent_id": ids["shop"]}, None).status_code == 422
        assert client.delete(f"/teams/{ids['other']}", None).get_json()["code"] == "in_use"
        assert client.delete(f"/teams/{ids['shop']}", None).status_code == 204

    def test_a_tree_has_a_depth(self, client: Client) -> None:
        parent = None
        for depth in range(9):
            answer = client.post("/teams", {"name": f"Level {depth}", "parent_id": parent})
            if depth == 8:
                assert codes(answer) == {"/parent_id": "too_deep"}
            else:
                parent = answer.get_json()["id"]

    def test_members_see_what_their_team_and_those_below_own(
        self, client: Client, as_role: AsRole, workspace: WorkspaceInfo
    ) -> None:
        role = make_role(client, rights={"types": {"lead": {"read": "team"}}})
        head = client.post("/teams", {"name": "Head"}).get_json()["id"]
        shop = client.post("/teams", {"name": "Shop", "parent_id": head}).get_json()["id"]
        for member, team in (("sales", head), ("service", shop)):
            answer = client.call("PUT", f"/members/{workspace.members[member].id}/team", json={"team_id": team})
            assert answer.status_code == 200, answer.text
            give(workspace, member, role["key"])
        theirs = client.add_lead(name="Of the shop", owner_id=str(workspace.members["service"].id))
        above = client.add_lead(name="Of head office", owner_id=str(workspace.members["sales"].id))
        client.add_lead(name="Of the owner")
        assert as_role("sales").names() == ["Of head office", "Of the shop"]
        assert as_role("service").names() == ["Of the shop"]
        assert as_role("service").get(f"/leads/{above['id']}/access").status_code == 404
        told = as_role("sales").get(f"/leads/{theirs['id']}/access").get_json()
        assert told["actions"][0] == {"action": "read", "allowed": True, "level": "team", "rule": "team_of_owner"}
        assert (told["owner_team"]["name"], told["member_team"]["name"]) == ("Shop", "Head")
        assert len(acts(workspace, "membership.team_changed")) == 2

    def test_an_invitation_brings_its_team(self, client: Client, workspace: WorkspaceInfo) -> None:
        team = client.post("/teams", {"name": "Shop"}).get_json()["id"]
        unknown = {"emails": ["a@example.org"], "role": "sales", "team_id": str(uuid.uuid4())}
        assert codes(client.post("/invitations", unknown)) == {"/team_id": "unknown_team"}
        with uow.control() as unit:
            person = make_person(unit)
        asked = {"emails": [person.email], "role": "sales", "team_id": team}
        assert client.post("/invitations", asked).status_code == 201
        assert client.delete(f"/teams/{team}", None).get_json()["code"] == "in_use"
        _, token = invite(workspace, "nobody@example.org")
        assert token
        with uow.control() as unit:
            found = next(i for i, _ in invitations.listed(unit, workspace.id) if i.email == person.email)
            invitations._join(unit, found, person.id)
        members = {each["id"]: each for each in client.get("/members").get_json()["data"]}
        assert members[str(person.id)]["team_id"] == team


def test_about_others_only_who_manages_members_is_told(
    client: Client, as_role: AsRole, workspace: WorkspaceInfo
) -> None:
    lead = client.add_lead(name="A")
    path = f"/leads/{lead['id']}/access?member="
    assert as_role("sales").get(path + str(workspace.owner.id)).status_code == 403
    told = as_role("admin").get(path + str(workspace.members["viewer"].id)).get_json()
    assert {each["action"]: each["rule"] for each in told["actions"]} == {
        "read": "sees_all", "update": "no_right", "delete": "no_right", "export": "no_right"
    }  # fmt: skip
    assert client.get(path + str(uuid.uuid4())).status_code == 404
    assert client.get(path + "x").status_code == 422


def test_an_import_touches_only_what_its_starter_may(client: Client, as_role: AsRole, workspace: WorkspaceInfo) -> None:
    """Records they do not see are no duplicates, those they may not change are refused, others' imports are unseen."""
    levels = {"read": "team", "update": "own", "import": "own"}
    rights = {"types": {"lead": levels}, "fields": {"lead": {"notes": "read_only"}}}
    team = client.post("/teams", {"name": "Shop"}).get_json()["id"]
    for member in ("sales", "service"):
        client.call("PUT", f"/members/{workspace.members[member].id}/team", json={"team_id": team})
    give(workspace, "sales", make_role(client, rights=rights)["key"])  # the copy of a move would overwrite it
    for name, owner in (("unseen", workspace.owner), ("mine", workspace.members["sales"]),
                        ("seen", workspace.members["service"])):  # fmt: skip
        ids = [{"system": "erp", "value": name}]
        client.add_lead(name=name, emails=[f"{name}@example.org"], external_ids=ids, owner_id=str(owner.id))
    sales = as_role("sales")
    rows = ["Name,Email,Notes,Id", *(f"New,{name}@example.org,said,{number}" for number, name in enumerate(
        ("unseen", "mine", "seen")
    )), "New,other@example.org,said,unseen"]  # fmt: skip
    form = {"file": (io.BytesIO("\n".join(rows).encode()), "a.csv"), "object": "lead"}
    run = sales.call("POST", "/imports", data=form, content_type="multipart/form-data")
    assert run.status_code == 201, run.text
    run = run.get_json()
    assert "notes" not in run["mapping"].values()
    chosen = {"mapping": {"3": "external_ids"}, "external_system": "erp", "duplicates": "update"}
    assert sales.call("PATCH", f"/imports/{run['id']}", json=chosen).status_code == 200
    refused = sales.call("PATCH", f"/imports/{run['id']}", json={"mapping": {"2": "notes"}})
    assert codes(refused) == {"/mapping": "unknown_target"}
    planned = sales.get(f"/imports/{run['id']}/preview").get_json()["rows"]
    assert [each["outcome"] for each in planned] == ["create", "update", "reject", "reject"]
    assert [each["problems"][0]["code"] for each in planned[2:]] == ["not_yours", "external_id_taken"]
    assert planned[3]["duplicate_of"] is None
    other = client.call("POST", "/imports/sample").get_json()
    assert [each["id"] for each in sales.get("/imports").get_json()["data"]] == [run["id"]]
    assert sales.get(f"/imports/{other['id']}").status_code == 404
    assert len(client.get("/imports").get_json()["data"]) == 2


@pytest.mark.parametrize("act", ["deactivate", "reactivate", "hand-over"])
def test_nobody_ends_the_access_of_somebody_who_may_more(
    client: Client, as_role: AsRole, workspace: WorkspaceInfo, act: str
) -> None:
    role = make_role(client, label="People only", rights={"powers": ["members"]})
    give(workspace, "sales", role["key"])
    bodies: dict[str, object] = {"deactivate": {"hand_over": None}, "reactivate": None, "hand-over": {"to": []}}
    body = bodies[act]
    admin = workspace.members["admin"].id
    assert as_role("sales").post(f"/members/{admin}/{act}", body).status_code == 403
    viewer = workspace.members["viewer"].id
    assert as_role("sales").post(f"/members/{viewer}/{act}", body).status_code != 403
