from __future__ import annotations

import csv
import io
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from crm_saas.crm.handover import jobs
from crm_saas.crm.views.model import SavedView
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.events import ControlEvent, Event
from crm_saas.tenants import entitlements
from crm_saas.tenants.account import requiring
from crm_saas.tenants.entitlements import DEFAULT_PLAN, PLANS
from crm_saas.tenants.models import Membership, User
from tests.factories.workspaces import WorkspaceInfo, add_member
from tests.support.at_once import at_once
from tests.support.client import Client, codes

AsRole = Callable[[str], Client]


def owned(client: Client, owner: uuid.UUID, number: int) -> list[str]:
    return [client.add_lead(company=f"Firm {owner} {n}", owner_id=str(owner))["id"] for n in range(number)]


def owners(client: Client) -> Counter[str | None]:
    leads = client.get("/leads?limit=100").get_json()["data"]
    return Counter(lead["owner_id"] for lead in leads)


def deactivate(client: Client, who: uuid.UUID, to: list[dict[str, Any]] | None) -> TestResponse:
    return client.post(f"/members/{who}/deactivate", {"hand_over": None if to is None else {"to": to}})


def handed_over(client: Client, who: uuid.UUID, to: list[dict[str, Any]]) -> dict[str, Any]:
    """Deactivate, hand over, let the worker do it; the hand-over as it is then."""
    answer = deactivate(client, who, to)
    assert answer.status_code == 200, answer.text
    hand_over_id = answer.get_json()["hand_over"]["id"]
    jobs.work(str(client.workspace_id), hand_over_id)
    shown: dict[str, Any] = client.get(f"/hand-overs/{hand_over_id}").get_json()
    return shown


class TestMembers:
    def test_who_manages_sees_when_they_joined_and_were_here(self, client: Client, as_role: AsRole) -> None:
        as_role("sales").get("/me")
        body = client.get("/members/details").get_json()
        by_role = {row["role"]: row for row in body["data"]}
        assert by_role["sales"]["last_seen_at"] is not None
        assert by_role["viewer"]["last_seen_at"] is None
        assert body["seats"] == {"allowed": 10, "used": 6, "promised": 0}

    def test_who_manages_sees_teams_and_who_lacks_the_second_factor_that_is_asked_for(
        self, client: Client, workspace: WorkspaceInfo
    ) -> None:
        sales = workspace.members["sales"]
        team = client.post("/teams", {"name": "Harbour"}).get_json()["id"]
        client.call("PUT", f"/members/{sales.id}/team", json={"team_id": team})
        rows = {row["role"]: row for row in client.get("/members/details").get_json()["data"]}
        assert (rows["sales"]["team_id"], rows["viewer"]["team_id"]) == (team, None)
        assert {row["two_factor"] for row in rows.values()} == {None}
        with uow.control() as unit:
            requiring.change(unit, workspace.id, workspace.owner.id, 7)
            unit.session.get_one(User, sales.id).two_factor_at = now()
        rows = {row["role"]: row for row in client.get("/members/details").get_json()["data"]}
        assert (rows["sales"]["two_factor"], rows["viewer"]["two_factor"]) == (True, False)

    def test_a_role_is_changed_at_once(self, client: Client, as_role: AsRole, workspace: WorkspaceInfo) -> None:
        viewer = as_role("viewer")
        assert viewer.post("/leads", {"name": "Ann"}).status_code == 403
        changed = client.call("PATCH", f"/members/{workspace.members['viewer'].id}", json={"role": "sales"})
        assert changed.get_json()["role"] == "sales"
        assert viewer.post("/leads", {"name": "Ann"}).status_code == 201

    def test_only_owners_make_and_change_owners(
        self, client: Client, as_role: AsRole, workspace: WorkspaceInfo
    ) -> None:
        admin = as_role("admin")
        for who, role in ((workspace.members["sales"], "owner"), (workspace.owner, "viewer")):
            refused = admin.call("PATCH", f"/members/{who.id}", json={"role": role})
            assert (refused.status_code, refused.get_json()["code"]) == (403, "owners_only")
        assert deactivate(admin, workspace.owner.id, None).get_json()["code"] == "owners_only"
        promoted = client.call("PATCH", f"/members/{workspace.members['admin'].id}", json={"role": "owner"})
        assert promoted.status_code == 200

    def test_the_last_owner_stays(self, client: Client, workspace: WorkspaceInfo) -> None:
        for answer in (
            client.call("PATCH", f"/members/{workspace.owner.id}", json={"role": "admin"}),
            deactivate(client, workspace.owner.id, None),
            client.post("/members/leave", {}),
        ):
            assert (answer.status_code, answer.get_json()["code"]) == (409, "last_owner")

    def test_two_owners_who_demote_each_other_at_once_leave_one(
        self, app: Flask, client: Client, workspace: WorkspaceInfo
    ) -> None:
        other = add_member(workspace.id, "owner")
        second = Client.signed_in(app, other, workspace.id)
        answers = at_once(
            [
                partial(client.call, "PATCH", f"/members/{other.id}", json={"role": "viewer"}),
                partial(second.call, "PATCH", f"/members/{workspace.owner.id}", json={"role": "viewer"}),
            ]
        )
        assert sorted(answer.status_code for answer in answers) in ([200, 403], [200, 409])
        with uow.control() as unit:
            left = select(Membership.id).where(Membership.workspace_id == workspace.id, Membership.role == "owner")
            assert len(unit.session.scalars(left).all()) == 1

    def test_a_role_that_does_not_exist_is_refused(self, client: Client, workspace: WorkspaceInfo) -> None:
        answer = client.call("PATCH", f"/members/{workspace.members['sales'].id}", json={"role": "emperor"})
        assert codes(answer) == {"/role": "unknown_option"}


class TestLeaving:
    def test_access_ends_at_once_here_and_nowhere_else(
        self, client: Client, as_role: AsRole, workspace: WorkspaceInfo
    ) -> None:
        sales, who = as_role("sales"), workspace.members["sales"]
        assert deactivate(client, who.id, None).get_json() == {"hand_over": None}
        assert sales.get("/me").status_code == 404
        assert sales.browser.session()["user"]["id"] == str(who.id), "still signed in, for other workspaces"
        assert sales.browser.session()["workspaces"] == []
        assert client.get("/me").get_json()["usage"]["seats"] == 5
        named = {row["id"]: row for row in client.get("/members").get_json()["data"]}
        assert (named[str(who.id)]["name"], named[str(who.id)]["active"]) == (who.name, False)

    def test_who_was_deactivated_comes_back_with_their_role(
        self, client: Client, as_role: AsRole, workspace: WorkspaceInfo
    ) -> None:
        sales, who = as_role("sales"), workspace.members["sales"]
        deactivate(client, who.id, None)
        assert client.post(f"/members/{who.id}/reactivate").get_json()["active"] is True
        assert sales.get("/me").get_json()["member"]["role"] == "sales"

    def test_coming_back_takes_a_seat(
        self, client: Client, workspace: WorkspaceInfo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        who = workspace.members["sales"]
        deactivate(client, who.id, None)
        monkeypatch.setitem(entitlements.PLANS, DEFAULT_PLAN, replace(PLANS[DEFAULT_PLAN], seats=5))
        assert client.post(f"/members/{who.id}/reactivate").get_json()["limit"] == "seats"

    def test_one_leaves_by_oneself_and_hands_over(
        self, client: Client, as_role: AsRole, workspace: WorkspaceInfo
    ) -> None:
        sales = as_role("sales")
        owned(client, workspace.members["sales"].id, 3)
        assert sales.get(f"/members/{workspace.members['sales'].id}/holdings").get_json()["total"] == 3
        assert sales.get(f"/members/{workspace.owner.id}/holdings").status_code == 403
        answer = sales.post("/members/leave", {"hand_over": {"to": [{"id": str(workspace.owner.id)}]}})
        jobs.work(str(workspace.id), answer.get_json()["hand_over"]["id"])
        assert owners(client) == {str(workspace.owner.id): 3}
        assert sales.get("/me").status_code == 404


class TestHandOver:
    def test_everything_goes_to_one_colleague_with_a_list_of_what_moved(
        self, client: Client, workspace: WorkspaceInfo
    ) -> None:
        leaver, heir = workspace.members["sales"], workspace.members["manager"]
        moved = owned(client, leaver.id, 3)
        owned(client, workspace.members["service"].id, 2)
        assert client.get(f"/members/{leaver.id}/holdings").get_json() == {
            "data": [{"type": "lead", "field": "owner_id", "count": 3}], "total": 3, "rules": 0,
        }  # fmt: skip
        shown = handed_over(client, leaver.id, [{"id": str(heir.id)}])
        assert (shown["state"], shown["total"], shown["moved"]) == ("done", 3, 3)
        assert {row["id"] for row in shown["first_moved"]} == set(moved)
        assert owners(client) == {str(heir.id): 3, str(workspace.members["service"].id): 2}
        rows = list(csv.reader(io.StringIO(client.get(f"/hand-overs/{shown['id']}/records").data.decode("utf-8-sig"))))
        assert rows[0] == ["type", "id", "name", "from", "to"]
        assert {row[1] for row in rows[1:]} == set(moved)
        assert {(row[3], row[4]) for row in rows[1:]} == {(leaver.name, heir.name)}

    def test_shared_views_go_along_and_private_ones_end(
        self, client: Client, as_role: AsRole, workspace: WorkspaceInfo
    ) -> None:
        leaver, heir = workspace.members["manager"], workspace.members["sales"]
        manager = as_role("manager")
        for name, audience in (("Mine", "private"), ("Ours", "everyone")):
            manager.post("/views", {"object": "lead", "name": name, "audience": audience})
        shown = handed_over(client, leaver.id, [{"id": str(heir.id)}])
        assert (shown["state"], [(each["name"], each["to_id"]) for each in shown["views"]]) == (
            "done",
            [("Mine", None), ("Ours", str(heir.id))],
        )
        rows = list(csv.reader(io.StringIO(client.get(f"/hand-overs/{shown['id']}/records").data.decode("utf-8-sig"))))
        assert [(row[0], row[2], row[4]) for row in rows[1:]] == [("view", "Mine", ""), ("view", "Ours", heir.name)]
        left = client.get("/views?object=lead").get_json()["data"]
        assert [(each["name"], each["owner_id"]) for each in left] == [("Ours", str(heir.id))]
        with uow.tenant(workspace.id) as unit:
            assert unit.session.scalars(select(SavedView.name)).all() == ["Ours"]

    def test_every_move_is_an_event_of_one_batch_by_who_asked(self, client: Client, workspace: WorkspaceInfo) -> None:
        leaver = workspace.members["sales"]
        (lead_id,) = owned(client, leaver.id, 1)
        shown = handed_over(client, leaver.id, [])
        (change, _) = client.get(f"/leads/{lead_id}/history").get_json()["data"]
        assert [(c["field"], c["before"], c["after"]) for c in change["changes"]] == [
            ("owner_id", str(leaver.id), None)
        ]
        with uow.tenant(workspace.id) as unit:
            found = unit.session.scalars(select(Event).where(Event.batch_id == uuid.UUID(shown["id"]))).one()
            assert found.actor_id == workspace.owner.id
        assert shown["given"] == {"nobody": 1}

    def test_it_is_spread_by_share(self, client: Client, workspace: WorkspaceInfo) -> None:
        leaver, one, two = (workspace.members[role] for role in ("sales", "manager", "service"))
        owned(client, leaver.id, 8)
        shown = handed_over(client, leaver.id, [{"id": str(one.id), "share": 3}, {"id": str(two.id)}])
        assert shown["given"] == {str(one.id): 6, str(two.id): 2}
        assert owners(client) == {str(one.id): 6, str(two.id): 2}

    def test_a_worker_killed_between_two_chunks_loses_and_doubles_nothing(
        self, client: Client, workspace: WorkspaceInfo
    ) -> None:
        leaver, one, two = (workspace.members[role] for role in ("sales", "manager", "service"))
        owned(client, leaver.id, 7)
        answer = deactivate(client, leaver.id, [{"id": str(one.id)}, {"id": str(two.id)}])
        hand_over_id = uuid.UUID(answer.get_json()["hand_over"]["id"])
        assert jobs.step(workspace.id, hand_over_id, chunk=3)  # and then the worker is gone
        with uow.tenant(workspace.id) as unit:
            assert jobs._wake_stalled(unit) == 0, "its lease still runs"
        with time_machine.travel(now() + timedelta(minutes=1)), uow.tenant(workspace.id) as unit:
            assert jobs._wake_stalled(unit) == 1
        jobs.work(str(workspace.id), str(hand_over_id))
        jobs.work(str(workspace.id), str(hand_over_id))
        assert sorted(owners(client).values()) == [3, 4]
        assert client.get(f"/hand-overs/{hand_over_id}").get_json()["moved"] == 7

    def test_two_workers_at_once_move_each_record_once(self, client: Client, workspace: WorkspaceInfo) -> None:
        leaver, heir = workspace.members["sales"], workspace.members["manager"]
        owned(client, leaver.id, 9)
        made = deactivate(client, leaver.id, [{"id": str(heir.id)}]).get_json()["hand_over"]
        step = partial(jobs.step, workspace.id, uuid.UUID(made["id"]), chunk=2)
        while any(at_once([step, step])):
            pass
        shown = client.get(f"/hand-overs/{made['id']}").get_json()
        assert (shown["state"], shown["moved"]) == ("done", 9)
        with uow.tenant(workspace.id) as unit:
            events = unit.session.scalars(select(Event.record_id).where(Event.batch_id == uuid.UUID(made["id"]))).all()
        assert len(events) == len(set(events)) == 9

    def test_a_recipient_who_leaves_meanwhile_gets_nothing_more(self, client: Client, workspace: WorkspaceInfo) -> None:
        leaver, heir = workspace.members["sales"], workspace.members["manager"]
        owned(client, leaver.id, 3)
        made = deactivate(client, leaver.id, [{"id": str(heir.id)}]).get_json()["hand_over"]
        deactivate(client, heir.id, None)
        jobs.work(str(workspace.id), made["id"])
        shown = client.get(f"/hand-overs/{made['id']}").get_json()
        assert (shown["state"], shown["error"], shown["moved"]) == ("failed", "no_recipient", 0)
        again = client.post(f"/members/{leaver.id}/hand-over", {"to": [{"id": str(workspace.owner.id)}]})
        jobs.work(str(workspace.id), again.get_json()["id"])
        assert owners(client) == {str(workspace.owner.id): 3}

    def test_it_fails_after_five_faults_of_ours_and_can_be_asked_for_again(
        self, client: Client, workspace: WorkspaceInfo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        leaver = workspace.members["sales"]
        owned(client, leaver.id, 1)
        made = deactivate(client, leaver.id, []).get_json()["hand_over"]

        def broken(*_: object, **__: object) -> bool:
            raise RuntimeError("a fault of ours")

        monkeypatch.setattr(jobs, "step", broken)
        for _ in range(jobs.MOST_FAILURES):
            with pytest.raises(RuntimeError):
                jobs.work(str(workspace.id), made["id"])
        assert client.get(f"/hand-overs/{made['id']}").get_json()["error"] == "internal_error"

    def test_who_is_active_is_not_handed_over(self, client: Client, workspace: WorkspaceInfo) -> None:
        answer = client.post(f"/members/{workspace.members['sales'].id}/hand-over", {"to": []})
        assert (answer.status_code, answer.get_json()["code"]) == (409, "wrong_state")

    def test_one_at_a_time(self, client: Client, workspace: WorkspaceInfo) -> None:
        leaver = workspace.members["sales"]
        deactivate(client, leaver.id, [])
        answer = client.post(f"/members/{leaver.id}/hand-over", {"to": []})
        assert answer.get_json()["code"] == "already_under_way"

    @pytest.mark.parametrize(
        ("hand_over", "faults"),
        [
            ("x", {"/hand_over": "wrong_type"}),
            ({}, {"/hand_over": "wrong_type"}),
            ({"to": "x"}, {"/hand_over/to": "wrong_type"}),
            ({"to": [1]}, {"/hand_over/to/0": "wrong_type"}),
            ({"to": [{"id": "x"}]}, {"/hand_over/to/0": "wrong_type"}),
            ({"to": [{"id": str(uuid.uuid4()), "x": 1}]}, {"/hand_over/to/0": "wrong_type"}),
            ({"to": [{"id": str(uuid.uuid4()), "share": 0}]}, {"/hand_over/to/0/share": "out_of_range"}),
            ({"to": [{"id": str(uuid.uuid4()), "share": True}]}, {"/hand_over/to/0/share": "out_of_range"}),
            ({"to": [{"id": str(uuid.uuid4())}]}, {"/hand_over/to/0/id": "unknown_member"}),
        ],
    )
    def test_a_hand_over_that_cannot_be_deactivates_nobody(
        self, client: Client, workspace: WorkspaceInfo, hand_over: object, faults: dict[str, str]
    ) -> None:
        leaver = workspace.members["sales"]
        answer = client.post(f"/members/{leaver.id}/deactivate", {"hand_over": hand_over})
        assert codes(answer) == faults
        assert {row["id"]: row["active"] for row in client.get("/members").get_json()["data"]}[str(leaver.id)]

    def test_the_journal_of_the_workspace_tells_it(self, client: Client, workspace: WorkspaceInfo) -> None:
        leaver = workspace.members["sales"]
        owned(client, leaver.id, 2)
        handed_over(client, leaver.id, [{"id": str(workspace.owner.id)}])
        with uow.control() as unit:
            events = unit.session.scalars(
                select(ControlEvent).where(ControlEvent.workspace_id == workspace.id).order_by(ControlEvent.id)
            ).all()
        assert [event.type for event in events[-2:]] == ["membership.deactivated", "membership.handed_over"]
        assert events[-1].data == {"total": 2, "to": [str(workspace.owner.id)]}
