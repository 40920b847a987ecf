from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from crm_saas.crm.batches import jobs as batch_jobs
from crm_saas.crm.handover import jobs as hand_over_jobs
from crm_saas.crm.notifications import jobs, mails, reading
from crm_saas.crm.notifications.model import Follow, Notification
from crm_saas.kernel import relay, uow
from crm_saas.kernel.clock import now
from crm_saas.tenants import own_roles
from crm_saas.tenants.mirror import Member, WorkspaceSettings
from crm_saas.tenants.models import Mail
from crm_saas.tenants.roles import ACTIONS, Rights
from tests.factories.workspaces import WorkspaceInfo, add_member
from tests.support.at_once import at_once
from tests.support.browser import Browser
from tests.support.client import Client, codes
from tests.support.importing import Importing
from tests.support.mails import mails_to, text_of

AsRole = Callable[[str], Client]


@pytest.fixture
def sales(as_role: AsRole) -> Client:
    return as_role("sales")


def handed_on(workspace: WorkspaceInfo) -> None:
    relay.relay_tenant(str(workspace.id))


def told(client: Client, query: str = "") -> list[tuple[str, str | None]]:
    """Kind and record of what a member is told, the newest first."""
    answer = client.get(f"/notifications{query}")
    assert answer.status_code == 200, answer.text
    return [(each["kind"], (each["record"] or {}).get("display_name")) for each in answer.get_json()["data"]]


def say(client: Client, lead: dict[str, Any], body: str, **headers: str) -> dict[str, Any]:
    answer = client.post(f"/leads/{lead['id']}/comments", {"body": body}, **headers)
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.get_json()
    return said


def choose(client: Client, *, auto_follow: bool = True, **mail: str) -> None:
    kinds = [{"kind": kind, "product": True, "mail": sort} for kind, sort in mail.items()]
    answer = client.call("PUT", "/notifications/choices", json={"auto_follow": auto_follow, "kinds": kinds})
    assert answer.status_code == 200, answer.text


def limit(workspace: WorkspaceInfo, role: str, rights: Rights) -> None:
    """Give the member of a shipped role these rights instead."""
    with uow.tenant(workspace.id) as unit:
        key = own_roles.add(unit, own_roles.Draft(f"Own {uuid.uuid4().hex}", "viewer", rights)).key
        unit.session.get_one(Member, workspace.members[role].id).role = key


ALL = dict.fromkeys(ACTIONS, "all")


class TestWhatIsTold:
    def test_who_is_mentioned_hears_of_it_and_follows_from_then_on(
        self, client: Client, sales: Client, workspace: WorkspaceInfo
    ) -> None:
        lead = client.add_lead(name="Ann")
        person = workspace.members["sales"]
        say(client, lead, f"<@{person.id}> please   call\nher <@{workspace.owner.id}>")
        handed_on(workspace)
        (heard,) = sales.get("/notifications").get_json()["data"]
        assert (heard["kind"], heard["record"]["display_name"], heard["read_at"]) == ("mentioned", "Ann", None)
        assert heard["actor"] == {"id": str(workspace.owner.id), "name": workspace.owner.name}
        assert heard["excerpt"] == f"@{person.name} please call her @{workspace.owner.name}"
        assert told(client) == [], "nobody hears of what they did themselves"
        say(client, lead, "And write.")
        handed_on(workspace)
        assert told(sales) == [("commented", "Ann"), ("mentioned", "Ann")]

    def test_a_mention_added_later_is_told_once(self, client: Client, sales: Client, workspace: WorkspaceInfo) -> None:
        lead = client.add_lead(name="Ann")
        said = say(client, lead, "Please call")
        path, mention = f"/leads/{lead['id']}/comments/{said['id']}", f"<@{workspace.members['sales'].id}>"
        for version, body in enumerate((f"{mention} please", f"Do, {mention}, please"), start=1):
            assert client.patch(path, {"body": body}, version).status_code == 200
            handed_on(workspace)
        assert told(sales) == [("mentioned", "Ann")]
        assert client.delete(path, None).status_code == 204
        assert told(sales) == [], "what was taken back is told no more"
        assert sales.get("/notifications/unread").get_json()["unread"] == 0

    def test_the_owner_hears_of_comments_and_changes_and_the_new_owner_of_becoming_it(
        self, client: Client, sales: Client, workspace: WorkspaceInfo
    ) -> None:
        lead = client.add_lead(name="Ann", owner_id=str(workspace.members["sales"].id))
        handed_on(workspace)
        assert told(sales) == [("assigned", "Ann")]
        lead = client.change_lead(lead, city="Rome")
        say(client, lead, "Moved.")
        handed_on(workspace)
        assert told(sales) == [("commented", "Ann"), ("changed", "Ann"), ("assigned", "Ann")]
        assert sales.get("/notifications").get_json()["data"][1]["fields"] == ["city"]
        lead = client.change_lead(lead, owner_id=str(workspace.owner.id))
        client.change_lead(lead, city="Oslo")
        handed_on(workspace)
        assert len(told(sales)) == 3
        assert told(client) == []

    def test_follow_unfollow_and_who_follows(
        self, client: Client, sales: Client, workspace: WorkspaceInfo, as_role: AsRole
    ) -> None:
        lead = client.add_lead(name="Ann")
        path = f"/leads/{lead['id']}/followers"
        owner, seller = workspace.owner, workspace.members["sales"]
        mine = {"id": str(owner.id), "name": owner.name}
        assert sales.get(path).get_json() == {"data": [mine], "following": False}
        assert sales.post(path).status_code == 200
        answer = sales.post(path).get_json()
        assert answer["following"]
        assert {each["id"] for each in answer["data"]} == {str(owner.id), str(seller.id)}
        lead = client.change_lead(lead, city="Rome")
        handed_on(workspace)
        assert told(sales) == [("changed", "Ann")]
        assert sales.call("DELETE", path).get_json() == {"data": [mine], "following": False}
        lead = client.change_lead(lead, city="Oslo")
        assert client.call("DELETE", path).get_json() == {"data": [], "following": False}, "an owner may not want to"
        as_role("admin").change_lead(lead, city="Bonn")
        say(sales, lead, "Quiet.")
        handed_on(workspace)
        assert told(sales) == [("changed", "Ann")]
        assert told(client) == []
        assert sales.get(path).get_json()["following"] is False, "who said no does not follow by commenting"
        assert sales.get(f"/leads/{uuid.uuid4()}/followers").status_code == 404

    def test_who_does_not_want_to_does_not_follow_by_themselves(
        self, client: Client, sales: Client, workspace: WorkspaceInfo
    ) -> None:
        choose(sales, auto_follow=False)
        choose(client, auto_follow=False)
        lead = client.add_lead(name="Ann")
        say(sales, lead, f"<@{workspace.owner.id}>")
        client.change_lead(lead, city="Rome")
        handed_on(workspace)
        assert told(sales) == []
        assert told(client) == [("mentioned", "Ann")]
        assert client.get(f"/leads/{lead['id']}/followers").get_json()["data"] == []

    def test_kinds_can_be_switched_off(self, client: Client, sales: Client, workspace: WorkspaceInfo) -> None:
        off = {"kinds": [{"kind": "mentioned", "product": False, "mail": "off"}]}
        assert sales.call("PUT", "/notifications/choices", json=off).status_code == 200
        chosen = {each["kind"]: each for each in sales.get("/notifications/choices").get_json()["kinds"]}
        assert chosen["mentioned"] == {"kind": "mentioned", "product": False, "mail": "off"}
        assert chosen["assigned"] == {"kind": "assigned", "product": True, "mail": "soon"}
        say(client, client.add_lead(name="Ann"), f"<@{workspace.members['sales'].id}>")
        handed_on(workspace)
        assert told(sales) == []
        with uow.tenant(workspace.id) as unit:
            assert unit.connection.execute(select(func.count()).select_from(Notification)).scalar_one() == 0

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({"auto_follow": 1}, "/auto_follow"),
            ({"kinds": {}}, "/kinds"),
            ({"kinds": [{"kind": "x", "product": True, "mail": "off"}]}, "/kinds/0/kind"),
            ({"kinds": [{"kind": [], "product": True, "mail": "off"}]}, "/kinds/0/kind"),
            ({"kinds": [{"kind": "changed", "product": 1, "mail": "off"}]}, "/kinds/0/product"),
            ({"kinds": [{"kind": "changed", "product": True, "mail": []}]}, "/kinds/0/mail"),
            ({"kinds": [{"kind": "changed"}]}, "/kinds/0"),
            ({"more": 1}, "/more"),
            ([], ""),
        ],
    )
    def test_a_wrong_choice_is_refused(self, client: Client, body: object, pointer: str) -> None:
        before = client.get("/notifications/choices").get_json()
        answer = client.call("PUT", "/notifications/choices", json=body)
        assert (answer.status_code, list(codes(answer))) == (422, [pointer])
        assert client.get("/notifications/choices").get_json() == before


class TestWhoMaySeeIt:
    def test_a_record_out_of_sight_is_told_no_more(
        self, client: Client, sales: Client, workspace: WorkspaceInfo
    ) -> None:
        lead = client.add_lead(name="Ann")
        say(client, lead, f"<@{workspace.members['sales'].id}>")
        handed_on(workspace)
        assert told(sales) == [("mentioned", "Ann")]
        limit(workspace, "sales", Rights(types={"lead": ALL | {"read": "own"}}))  # type: ignore[dict-item]
        assert told(sales) == []
        assert sales.get("/notifications/unread").get_json() == {"unread": 0, "newest": None}
        say(client, lead, f"<@{workspace.members['sales'].id}> again")
        handed_on(workspace)
        with uow.tenant(workspace.id) as unit:
            assert unit.connection.execute(select(func.count()).select_from(Notification)).scalar_one() == 1
        limit(workspace, "sales", Rights(types={"lead": dict.fromkeys(ACTIONS, "none")}))
        assert told(sales) == []

    def test_hidden_fields_are_not_told_of(self, client: Client, sales: Client, workspace: WorkspaceInfo) -> None:
        lead = client.add_lead(name="Ann", company="Firm")
        sales.post(f"/leads/{lead['id']}/followers")
        lead = client.change_lead(lead, city="Rome")
        lead = client.change_lead(lead, city="Oslo", title="Boss")
        handed_on(workspace)
        hidden = {"city": "hidden", "name": "hidden"}
        limit(workspace, "sales", Rights(types={"lead": ALL}, fields={"lead": hidden}))  # type: ignore[dict-item]
        (heard,) = sales.get("/notifications").get_json()["data"]
        assert heard["fields"] == ["title"]
        assert heard["record"]["display_name"] == "Firm"
        assert sales.get("/notifications/unread").get_json()["unread"] == 1
        client.change_lead(lead, city="Bonn")
        handed_on(workspace)
        assert len(told(sales)) == 1

    def test_a_deleted_record_is_told_no_more_until_it_is_back(
        self, client: Client, sales: Client, workspace: WorkspaceInfo
    ) -> None:
        lead = client.add_lead(name="Ann")
        say(client, lead, f"<@{workspace.members['sales'].id}>")
        handed_on(workspace)
        client.delete(f"/leads/{lead['id']}", lead["version"])
        assert told(sales) == []
        client.post(f"/leads/{lead['id']}/restore")
        handed_on(workspace)
        assert told(sales) == [("mentioned", "Ann")]

    def test_who_left_hears_nothing(self, client: Client, workspace: WorkspaceInfo) -> None:
        lead = client.add_lead(name="Ann")
        person = workspace.members["sales"]
        say(client, lead, f"<@{person.id}>")
        with uow.tenant(workspace.id) as unit:
            unit.session.get_one(Member, person.id).active = False
        handed_on(workspace)
        with uow.tenant(workspace.id) as unit:
            assert unit.connection.execute(select(func.count()).select_from(Notification)).scalar_one() == 0
        assert client.get(f"/leads/{lead['id']}/followers").get_json()["data"][0]["id"] == str(workspace.owner.id)


class TestOnce:
    def test_a_relay_killed_before_its_end_tells_nobody_and_the_next_one_everybody_once(
        self, client: Client, sales: Client, workspace: WorkspaceInfo
    ) -> None:
        say(client, client.add_lead(name="Ann"), f"<@{workspace.members['sales'].id}>")
        with patch.object(jobs, "follow_by_themselves", side_effect=RuntimeError("killed")):
            handed_on(workspace)
        assert told(sales) == []
        with uow.tenant(workspace.id) as unit:
            assert unit.connection.execute(select(func.count()).select_from(Follow)).scalar_one() == 0
        for _ in range(2):
            handed_on(workspace)
        assert told(sales) == [("mentioned", "Ann")]

    def test_relays_at_the_same_moment_tell_once(self, client: Client, sales: Client, workspace: WorkspaceInfo) -> None:
        for number in range(5):
            say(client, client.add_lead(name=f"Ann {number}"), f"<@{workspace.members['sales'].id}>")
        at_once([lambda: relay.relay_tenant(str(workspace.id))] * 4)
        assert sorted(told(sales)) == [("mentioned", f"Ann {number}") for number in range(5)]

    def test_events_told_twice_are_told_once(self, client: Client, sales: Client, workspace: WorkspaceInfo) -> None:
        """A rule that is run again for the same event, whatever the reason, doubles nothing."""
        say(client, client.add_lead(name="Ann"), f"<@{workspace.members['sales'].id}>")
        consume = jobs.notify
        with patch.dict(
            relay._consumers, {"twice": lambda unit, events: (consume(unit, events), consume(unit, events), None)[2]}
        ):
            handed_on(workspace)
        assert told(sales) == [("mentioned", "Ann")]


class TestMany:
    def test_an_import_is_one_notification_for_each_recipient(
        self, client: Client, sales: Client, workspace: WorkspaceInfo
    ) -> None:
        email = workspace.members["sales"].email
        rows = "".join(f"Person {number},{email}\n" for number in range(1200))
        importing = Importing(workspace)
        mapping = {"0": "name", "1": "owner_id"}
        import_id = importing.upload(f"Name,Owner\n{rows}".encode(), mapping=mapping)
        importing.start(import_id)
        assert importing.work(import_id)["counts"]["created"] == 1200
        handed_on(workspace)
        (heard,) = sales.get("/notifications").get_json()["data"]
        assert (heard["kind"], heard["count"], heard["record"], heard["object"]) == ("assigned", 1200, None, "lead")
        (mine,) = client.get("/notifications").get_json()["data"]
        assert (mine["kind"], mine["about"]["what"], mine["about"]["state"]) == ("finished", "import", "done")
        assert mine["actor"] is None

    def test_a_change_of_many_tells_followers_once(
        self, client: Client, sales: Client, workspace: WorkspaceInfo
    ) -> None:
        leads = [client.add_lead(name=f"Ann {number}") for number in range(3)]
        for lead in leads[:2]:
            sales.post(f"/leads/{lead['id']}/followers")
        self.run(client, workspace, leads, set={"city": "Rome"})
        handed_on(workspace)
        (heard,) = sales.get("/notifications").get_json()["data"]
        assert (heard["kind"], heard["count"], heard["record"]) == ("changed", 2, None)
        self.run(client, workspace, leads[:1], set={"city": "Oslo"})
        handed_on(workspace)
        heard = sales.get("/notifications").get_json()["data"][0]
        assert (heard["count"], heard["record"]["display_name"]) == (1, "Ann 0")
        assert told(client) == [], "a job that was over at once is not told"

    def test_a_long_job_is_told_when_it_ends(self, client: Client, workspace: WorkspaceInfo) -> None:
        lead = client.add_lead(name="Ann")
        with patch.object(batch_jobs, "WATCHED", timedelta(0)):
            self.run(client, workspace, [lead], set={"city": "Rome"})
        (heard,) = client.get("/notifications").get_json()["data"]
        assert heard["about"] == heard["about"] | {"what": "update", "state": "done", "changed": 1, "left": 0}

    def test_a_hand_over_is_one_notification(self, client: Client, sales: Client, workspace: WorkspaceInfo) -> None:
        former = add_member(workspace.id, "service")
        for number in range(3):
            client.add_lead(name=f"Ann {number}", owner_id=str(former.id))
        handed_on(workspace)
        to = {"hand_over": {"to": [{"id": str(workspace.members["sales"].id)}]}}
        answer = client.post(f"/members/{former.id}/deactivate", to)
        hand_over_jobs.work(str(workspace.id), answer.get_json()["hand_over"]["id"])
        handed_on(workspace)
        (heard,) = sales.get("/notifications").get_json()["data"]
        assert (heard["kind"], heard["count"]) == ("handed_over", 3)

    def run(self, client: Client, workspace: WorkspaceInfo, leads: list[dict[str, Any]], **change: Any) -> None:  # noqa: ANN401
        asked = {"object": "lead", "kind": "update", "ids": [lead["id"] for lead in leads], **change}
        answer = client.post("/batches", asked)
        assert answer.status_code == 202, answer.text
        batch_jobs.work(str(workspace.id), answer.get_json()["id"])


class TestReading:
    @pytest.fixture
    def heard(self, client: Client, sales: Client, workspace: WorkspaceInfo) -> list[dict[str, Any]]:
        """Five notifications of the sales person, the newest first."""
        for number in range(5):
            say(client, client.add_lead(name=f"Ann {number}"), f"<@{workspace.members['sales'].id}>")
        handed_on(workspace)
        listed: list[dict[str, Any]] = sales.get("/notifications").get_json()["data"]
        return listed

    def test_pages(self, sales: Client, heard: list[dict[str, Any]]) -> None:
        found, cursor = [], ""
        while cursor is not None:
            page = sales.get(f"/notifications?limit=2&cursor={cursor}").get_json()
            found += page["data"]
            cursor = page["next_cursor"]
        assert found == heard
        assert codes(sales.get("/notifications?cursor=x")) == {"/cursor": "bad_cursor"}

    def test_one_some_and_all_are_read(self, sales: Client, heard: list[dict[str, Any]]) -> None:
        ids = [each["id"] for each in heard]
        assert sales.post("/notifications/read", {"ids": [ids[0]]}).get_json() == {"unread": 4, "newest": ids[1]}
        assert sales.post("/notifications/read", {"ids": [ids[0]]}).get_json()["unread"] == 4
        assert sales.post("/notifications/read", {"until": ids[3]}).get_json()["unread"] == 2
        assert [name for _, name in told(sales, "?unread=1")] == ["Ann 3", "Ann 2"]
        assert sales.post("/notifications/read", {"all": True}).get_json() == {"unread": 0, "newest": None}
        assert len(told(sales)) == 5

    @pytest.mark.parametrize(
        "body", [{}, [], {"all": False}, {"ids": "x"}, {"ids": ["x"]}, {"until": 1}, {"ids": [], "all": True}]
    )
    def test_a_wrong_mark_is_refused(self, sales: Client, heard: list[dict[str, Any]], body: object) -> None:
        assert sales.post("/notifications/read", body).status_code == 422
        assert len(told(sales, "?unread=1")) == len(heard)

    def test_another_members_are_theirs(self, client: Client, sales: Client, heard: list[dict[str, Any]]) -> None:
        client.post("/notifications/read", {"ids": [each["id"] for each in heard]})
        assert len(told(sales, "?unread=1")) == len(heard)

    def test_the_count_is_not_sent_again_while_it_is_the_same(self, sales: Client, heard: list[dict[str, Any]]) -> None:
        answer = sales.get("/notifications/unread")
        assert answer.get_json() == {"unread": 5, "newest": heard[0]["id"]}
        again = sales.get("/notifications/unread", if_none_match=answer.headers["ETag"])
        assert (again.status_code, again.data) == (304, b"")
        sales.post("/notifications/read", {"ids": [heard[0]["id"]]})
        assert sales.get("/notifications/unread", if_none_match=answer.headers["ETag"]).status_code == 200

    def test_read_ones_are_forgotten_after_90_days(
        self, sales: Client, workspace: WorkspaceInfo, heard: list[dict[str, Any]]
    ) -> None:
        sales.post("/notifications/read", {"ids": [heard[0]["id"], heard[1]["id"]]})
        with uow.tenant(workspace.id) as unit:
            old = update(Notification).where(Notification.id == uuid.UUID(heard[0]["id"]))
            unit.connection.execute(old.values(read_at=now() - reading.READ_KEPT))
            ancient = update(Notification).where(Notification.id == uuid.UUID(heard[4]["id"]))
            unit.connection.execute(ancient.values(created_at=now() - reading.UNREAD_KEPT))
        assert jobs.sweep_old() == 2
        assert len(told(sales)) == 3


class TestSeen:
    def test_what_is_new_since_one_last_looked(self, client: Client, sales: Client, workspace: WorkspaceInfo) -> None:
        lead = client.add_lead(name="Ann")
        path = f"/leads/{lead['id']}"
        page = sales.get(f"{path}/history?since=last").get_json()
        assert page["last_seen"] is None
        assert [entry["new"] for entry in page["data"]] == [False], "nothing is new to who never looked"
        assert sales.post(f"{path}/seen", {"event_id": page["data"][0]["id"]}).status_code == 204
        lead = client.change_lead(lead, city="Rome")
        say(client, lead, f"<@{workspace.members['sales'].id}>")
        say(sales, lead, "Mine.")
        handed_on(workspace)
        seen = sales.get(f"{path}/history?since=last").get_json()
        assert [entry["new"] for entry in seen["data"]] == [False, True, True, False]
        assert seen["last_seen"]["event_id"] == page["data"][0]["id"]
        assert "new" not in sales.get(f"{path}/history").get_json()["data"][0]
        for _ in range(2):
            assert sales.post(f"{path}/seen", {}).status_code == 204
        assert sales.get("/notifications/unread").get_json()["unread"] == 0, "what was looked at is read"
        sales.post(f"{path}/seen", {"event_id": page["data"][0]["id"]})
        again = sales.get(f"{path}/history?since=last").get_json()
        assert again["last_seen"]["event_id"] == seen["data"][0]["id"], "it never goes back"
        assert not any(entry["new"] for entry in again["data"])

    def test_what_came_meanwhile_stays_new(self, client: Client, sales: Client, workspace: WorkspaceInfo) -> None:
        lead = client.add_lead(name="Ann")
        shown = sales.get(f"/leads/{lead['id']}/history").get_json()["data"][0]["id"]
        say(client, lead, f"<@{workspace.members['sales'].id}>")
        handed_on(workspace)
        sales.post(f"/leads/{lead['id']}/seen", {"event_id": shown})
        assert sales.get("/notifications/unread").get_json()["unread"] == 1
        assert sales.get(f"/leads/{lead['id']}/history?since=last").get_json()["data"][0]["new"]

    def test_an_event_of_another_record_is_refused(self, client: Client) -> None:
        ann, bob = client.add_lead(name="Ann"), client.add_lead(name="Bob")
        of_bob = client.get(f"/leads/{bob['id']}/history").get_json()["data"][0]["id"]
        for event_id in (of_bob, str(uuid.uuid4()), "x", 1):
            answer = client.post(f"/leads/{ann['id']}/seen", {"event_id": event_id})
            assert codes(answer) == {"/event_id": "invalid_id"}
        assert codes(client.post(f"/leads/{ann['id']}/seen", {"more": 1})) == {"": "wrong_type"}
        assert codes(client.get(f"/leads/{ann['id']}/history?since=ever")) == {"/since": "unknown_option"}
        assert client.post(f"/leads/{uuid.uuid4()}/seen", {}).status_code == 404

    def test_looking_at_the_same_moment_is_looking_once(self, client: Client) -> None:
        lead = client.add_lead(name="Ann")
        answers = at_once([lambda: client.post(f"/leads/{lead['id']}/seen", {})] * 4)
        assert {answer.status_code for answer in answers} == {204}


class TestMail:
    def later(self, minutes: float) -> time_machine.travel:
        return time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes), tick=True)

    def test_ten_comments_are_one_mail_once_it_is_quiet(self, client: Client, workspace: WorkspaceInfo) -> None:
        person = workspace.members["sales"]
        lead = client.add_lead(name="Ann")
        for number in range(10):
            say(client, lead, f"<@{person.id}> number {number}")
        handed_on(workspace)
        with self.later(4):
            jobs.sweep_mail()
            assert mails_to(person.email) == []
        with self.later(6):
            for _ in range(2):
                jobs.sweep_mail()
            (mail,) = mails_to(person.email)
            jobs.sweep_mail()
            assert len(mails_to(person.email)) == 1
        assert mail["Subject"] == f"10 new notifications in {workspace.name}"
        text = text_of(mail)
        assert f"{workspace.owner.name} mentioned you: Ann" in text
        assert f"“@{person.name} number 9”" in text
        assert f"http://localhost:8000/w/{workspace.slug}/leads/{lead['id']}" in text
        assert f"http://localhost:8000/w/{workspace.slug}/settings/notifications" in text

    def test_a_stream_that_never_ends_is_mailed_after_half_an_hour(self) -> None:
        at = now()
        assert mails.is_due("soon", at - timedelta(minutes=30), at, "UTC")
        assert not mails.is_due("soon", at - timedelta(minutes=29), at, "UTC")

    @pytest.mark.parametrize(
        ("timezone", "at", "due"),
        [
            ("Europe/Berlin", "2026-07-02T05:59:00", False),
            ("Europe/Berlin", "2026-07-02T06:00:00", True),
            ("Asia/Shanghai", "2026-07-01T23:59:00", False),
            ("Asia/Shanghai", "2026-07-02T00:00:00", True),
            ("America/New_York", "2026-07-02T12:00:00", True),
        ],
    )
    def test_the_digest_comes_at_eight_where_its_reader_is(self, timezone: str, at: str, due: bool) -> None:
        first = datetime(2026, 7, 1, 20, tzinfo=UTC)
        with time_machine.travel(datetime.fromisoformat(at).replace(tzinfo=UTC), tick=False):
            assert mails.is_due("digest", first, first, timezone) == due

    def test_the_digest_is_in_the_readers_language(
        self, client: Client, sales: Client, workspace: WorkspaceInfo
    ) -> None:
        person = workspace.members["sales"]
        with uow.tenant(workspace.id) as unit:
            unit.session.get_one(Member, person.id).language = "zh-CN"
        choose(sales, mentioned="digest", changed="digest")
        lead = client.add_lead(name="张三", owner_id=str(person.id))
        client.change_lead(lead, city="Rome")
        say(client, lead, f"<@{person.id}> 你好")
        handed_on(workspace)
        with self.later(24 * 60 + 6):
            jobs.sweep_mail()
            digest = next(mail for mail in mails_to(person.email) if "昨日以来" in mail["Subject"])
        assert f"{workspace.owner.name}在张三中提到了您" in text_of(digest)
        assert f"{workspace.owner.name}更改了张三" in text_of(digest)

    def test_what_was_read_or_is_out_of_sight_meanwhile_is_not_mailed(
        self, client: Client, sales: Client, workspace: WorkspaceInfo
    ) -> None:
        person = workspace.members["sales"]
        for name in ("Ann", "Bob", "Cid", "Dan"):
            say(client, client.add_lead(name=name), f"<@{person.id}> {name}")
        handed_on(workspace)
        ann, bob = reversed(sales.get("/notifications").get_json()["data"][2:])
        sales.post("/notifications/read", {"ids": [ann["id"]]})
        client.delete(f"/leads/{bob['record']['id']}", 1)
        with self.later(6):
            jobs.sweep_mail()
            (mail,) = mails_to(person.email)
        assert "Ann" not in text_of(mail)
        assert "Bob" not in text_of(mail)
        assert "Cid" in text_of(mail)

    @pytest.mark.parametrize("ends", ["left", "rights", "two_factor"])
    def test_nobody_is_mailed_what_they_may_not_see(self, client: Client, workspace: WorkspaceInfo, ends: str) -> None:
        person = workspace.members["sales"]
        say(client, client.add_lead(name="Ann"), f"<@{person.id}>")
        handed_on(workspace)
        with self.later(6):
            jobs.sweep_mail()
            self.end(workspace, ends)
            assert mails_to(person.email) == []
        with uow.control() as unit:
            assert unit.session.scalars(select(Mail).where(Mail.to_address == person.email)).all() == []

    def end(self, workspace: WorkspaceInfo, ends: str) -> None:
        """Take away what the sales person needs to be told."""
        person = workspace.members["sales"]
        if ends == "rights":
            limit(workspace, "sales", Rights(types={"lead": dict.fromkeys(ACTIONS, "none")}))
        with uow.tenant(workspace.id) as unit:
            if ends == "left":
                unit.session.get_one(Member, person.id).active = False
            if ends == "two_factor":
                unit.session.get_one(WorkspaceSettings, workspace.id).two_factor_from = now()

    def test_the_mail_row_holds_nothing_of_the_record(self, client: Client, workspace: WorkspaceInfo) -> None:
        person = workspace.members["sales"]
        say(client, client.add_lead(name="Zanzibar"), f"<@{person.id}> Secretive")
        handed_on(workspace)
        with self.later(6):
            jobs.sweep_mail()
        with uow.control() as unit:
            row = unit.session.scalars(select(Mail).where(Mail.to_address == person.email)).one()
            assert set(row.params) == {"workspace_id", "member_id", "sort"}

    def test_a_sweep_killed_between_the_planes_is_gone_on_with(self, client: Client, workspace: WorkspaceInfo) -> None:
        person = workspace.members["sales"]
        say(client, client.add_lead(name="Ann"), f"<@{person.id}>")
        handed_on(workspace)
        with self.later(6):
            with patch.object(mails, "post", side_effect=RuntimeError("killed before")), pytest.raises(RuntimeError):
                jobs.sweep_mail()
            with patch.object(uow, "tenant", side_effect=RuntimeError("killed after")), pytest.raises(RuntimeError):
                jobs.sweep_mail()
            jobs.sweep_mail()
            assert len(mails_to(person.email)) == 1
            jobs.sweep_mail()
            assert len(mails_to(person.email)) == 1

    def test_sweeps_at_the_same_moment_mail_once(self, client: Client, workspace: WorkspaceInfo) -> None:
        person = workspace.members["sales"]
        say(client, client.add_lead(name="Ann"), f"<@{person.id}>")
        handed_on(workspace)
        with self.later(6):
            at_once([jobs.sweep_mail] * 3)
            assert len(mails_to(person.email)) == 1

    def test_a_mail_program_ends_the_mails_with_one_click(
        self, app: Flask, client: Client, sales: Client, workspace: WorkspaceInfo
    ) -> None:
        person = workspace.members["sales"]
        lead = client.add_lead(name="Ann")
        say(client, lead, f"<@{person.id}>")
        handed_on(workspace)
        with self.later(6):
            jobs.sweep_mail()
            (mail,) = mails_to(person.email)
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        found = re.fullmatch(r"<(http://localhost:8000/unsubscribe/\S+)>", mail["List-Unsubscribe"])
        assert found is not None
        path = urlsplit(found[1]).path
        stranger = Browser(app)
        shown = stranger.get(path)
        assert shown.headers["Location"] == f"http://localhost:8000/w/{workspace.slug}/settings/notifications"
        kinds = {each["kind"]: each["mail"] for each in sales.get("/notifications/choices").get_json()["kinds"]}
        assert kinds["mentioned"] == "soon", "following the link changes nothing"
        program = app.test_client()
        for _ in range(2):
            done = program.post(path, data={"List-Unsubscribe": "One-Click"}, headers={"Host": "localhost:8000"})
            assert done.status_code == 204, done.text
        kinds = {each["kind"]: each["mail"] for each in sales.get("/notifications/choices").get_json()["kinds"]}
        assert set(kinds.values()) == {"off", "digest"}
        forged = path[:-43] + "x" * 43
        assert program.post(forged, headers={"Host": "localhost:8000"}).status_code == 404
        other = path.replace("/soon/", "/digest/")
        assert program.post(other, headers={"Host": "localhost:8000"}).status_code == 404
        say(client, lead, f"<@{person.id}> again")
        handed_on(workspace)
        with self.later(12):
            jobs.sweep_mail()
            assert len(mails_to(person.email)) == 1


class TestSayingOnce:
    def test_a_comment_sent_again_is_said_once(self, client: Client) -> None:
        lead = client.add_lead(name="Ann")
        key = str(uuid.uuid4())
        first = say(client, lead, "Once.", idempotency_key=key)
        assert say(client, lead, "Once.", idempotency_key=key) == first
        path, other = f"/leads/{lead['id']}/comments", str(uuid.uuid4())
        answers = at_once([lambda: client.post(path, {"body": "Twice."}, idempotency_key=other)] * 4)
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.get_json()["id"] for answer in answers}) == 1
        said = [entry["type"] for entry in client.get(f"/leads/{lead['id']}/history").get_json()["data"]]
        assert said.count("lead.commented") == 2
        elsewhere = client.add_lead(name="Bob")
        refused = client.post(f"/leads/{elsewhere['id']}/comments", {"body": "x"}, idempotency_key=key)
        assert refused.status_code == 409
        bad = client.post(f"/leads/{lead['id']}/comments", {"body": "x"}, idempotency_key="x")
        assert codes(bad) == {"/idempotency-key": "invalid_id"}

    def test_a_loop_is_stopped(self, client: Client) -> None:
        lead = client.add_lead(name="Ann")
        for _ in range(60):
            assert client.post(f"/leads/{lead['id']}/comments", {"body": "Again."}).status_code == 201
        refused = client.post(f"/leads/{lead['id']}/comments", {"body": "Again."})
        assert (refused.status_code, refused.get_json()["code"]) == (429, "rate_limited")
