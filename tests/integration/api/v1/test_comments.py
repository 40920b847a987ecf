from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from crm_saas.crm.comments.model import Comment
from crm_saas.kernel import uow
from crm_saas.kernel.events import Event
from crm_saas.tenants.mirror import Member
from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo
from tests.support.client import Client, codes

AsRole = Callable[[str], Client]


def say(client: Client, lead: dict[str, Any], body: str) -> dict[str, Any]:
    answer = client.post(f"/leads/{lead['id']}/comments", {"body": body})
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.get_json()
    return said


def bodies(client: Client, lead: dict[str, Any]) -> list[str]:
    return [each["body"] for each in client.get(f"/leads/{lead['id']}/comments").get_json()["data"]]


def test_whoever_may_read_a_record_may_say_something_about_it(
    client: Client, as_role: AsRole, workspace: WorkspaceInfo
) -> None:
    lead = client.add_lead(name="Ann")
    boss, viewer = workspace.owner, workspace.members["viewer"]
    said = say(as_role("viewer"), lead, f"  <@{boss.id}> called.\r\nShe wants two, <@{boss.id}>. ")
    assert said["author"] == {"id": str(viewer.id), "name": viewer.name}
    assert said["body"] == f"<@{boss.id}> called.\nShe wants two, <@{boss.id}>."
    assert (said["mentions"], said["version"], said["edited_at"]) == ([str(boss.id)], 1, None)
    say(client, lead, "谢谢 🙂")
    assert bodies(client, lead) == ["谢谢 🙂", said["body"]]
    assert client.get(f"/leads/{lead['id']}").get_json()["version"] == 1, "a comment is no change of the record"


def test_the_history_shows_comments_in_their_place_and_pages_never_miss_one(client: Client) -> None:
    lead = client.add_lead(name="Ann")
    for number in range(4):
        say(client, lead, f"first {number}")
    lead = client.change_lead(lead, name="Anna")
    say(client, lead, "last")
    told, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/leads/{lead['id']}/history?limit=2&cursor={cursor}").get_json()
        told += [entry["comment"]["body"] if entry["comment"] else entry["type"] for entry in page["data"]]
        cursor = page["next_cursor"]
    assert told == ["last", "lead.updated", "first 3", "first 2", "first 1", "first 0", "lead.created"]
    for bad in ("1.x", "1.5", ".", "1." + "0" * 40, f"x.{uuid.uuid4()}"):
        assert codes(client.get(f"/leads/{lead['id']}/history?cursor={bad}")) == {"/cursor": "bad_cursor"}


def test_comments_are_read_in_pages(client: Client) -> None:
    lead = client.add_lead(name="Ann")
    for number in range(5):
        say(client, lead, str(number))
    path = f"/leads/{lead['id']}/comments?limit=2"
    first = client.get(path).get_json()
    second = client.get(f"{path}&cursor={first['next_cursor']}").get_json()
    third = client.get(f"{path}&cursor={second['next_cursor']}").get_json()
    assert [each["body"] for page in (first, second, third) for each in page["data"]] == ["4", "3", "2", "1", "0"]
    assert third["next_cursor"] is None
    assert codes(client.get(f"{path}&cursor=x")) == {"/cursor": "bad_cursor"}


def test_only_the_author_changes_a_comment_and_only_at_the_version_they_read(client: Client, as_role: AsRole) -> None:
    lead = client.add_lead(name="Ann")
    said = say(as_role("sales"), lead, "Tomorow")
    path = f"/leads/{lead['id']}/comments/{said['id']}"
    assert client.patch(path, {"body": "Mine"}, 1).status_code == 403
    assert as_role("sales").patch(path, {"body": "Tomorrow"}, None).status_code == 428
    changed = as_role("sales").patch(path, {"body": "Tomorrow"}, 1)
    assert (changed.status_code, changed.get_json()["version"]) == (200, 2)
    assert changed.get_json()["edited_at"] is not None
    assert as_role("sales").patch(path, {"body": "Late"}, 1).status_code == 412
    assert as_role("sales").patch(path, {"body": "Tomorrow"}, 2).get_json()["version"] == 2
    assert bodies(client, lead) == ["Tomorrow"]


def test_a_deleted_comment_is_gone_and_the_history_tells_who_took_it_back(
    client: Client, as_role: AsRole, workspace: WorkspaceInfo
) -> None:
    lead = client.add_lead(name="Ann")
    mine, theirs = say(as_role("sales"), lead, "Secret one"), say(as_role("service"), lead, "Secret two")
    assert as_role("sales").delete(f"/leads/{lead['id']}/comments/{theirs['id']}", None).status_code == 403
    assert as_role("sales").delete(f"/leads/{lead['id']}/comments/{mine['id']}", None).status_code == 204
    assert client.delete(f"/leads/{lead['id']}/comments/{theirs['id']}", None).status_code == 204
    assert client.delete(f"/leads/{lead['id']}/comments/{theirs['id']}", None).status_code == 404
    assert bodies(client, lead) == []
    answer = client.get(f"/leads/{lead['id']}/history")
    assert "Secret" not in answer.text
    assert [(entry["type"], entry["comment"]) for entry in answer.get_json()["data"]] == [
        ("lead.comment_deleted", None),
        ("lead.comment_deleted", None),
        ("lead.commented", None),
        ("lead.commented", None),
        ("lead.created", None),
    ]
    with uow.tenant(workspace.id) as unit:
        assert set(unit.session.scalars(select(Comment.body))) == {""}
        assert all("Secret" not in repr(event.changes) for event in unit.session.scalars(select(Event)))


def test_a_deleted_record_takes_no_comments_and_brings_its_own_back(client: Client) -> None:
    lead = client.add_lead(name="Ann")
    say(client, lead, "Before")
    client.delete(f"/leads/{lead['id']}", 1)
    assert client.post(f"/leads/{lead['id']}/comments", {"body": "After"}).status_code == 404
    assert client.get(f"/leads/{lead['id']}/comments").status_code == 404
    assert client.post(f"/leads/{lead['id']}/restore").status_code == 200
    assert bodies(client, lead) == ["Before"]


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ([], {"": "wrong_type"}),
        ({}, {"/body": "required"}),
        ({"body": None}, {"/body": "wrong_type"}),
        ({"body": ["x"]}, {"/body": "wrong_type"}),
        ({"body": " \n\u200b\u2060 "}, {"/body": "required"}),
        ({"body": "x" * 10_001}, {"/body": "too_long"}),
        ({"body": "x", "author_id": "me"}, {"/author_id": "unknown_field"}),
        ({"body": "a\u0000b"}, {"/body": "invalid_character"}),
        ({"body": f"<@{uuid.uuid4()}>"}, {"/body": "unknown_member"}),
        ({"body": "".join(f"<@{uuid.uuid4()}>" for _ in range(51))}, {"/body": "too_many"}),
    ],
)
def test_what_is_no_comment_is_refused_with_its_place(document: object, fault: dict[str, str], client: Client) -> None:
    lead = client.add_lead(name="Ann")
    answer = client.post(f"/leads/{lead['id']}/comments", document)
    assert (answer.status_code, codes(answer)) == (422, fault), answer.text
    assert bodies(client, lead) == []


def test_what_only_looks_like_markup_or_a_mention_stays_text(client: Client) -> None:
    lead = client.add_lead(name="Ann")
    odd = "<script>alert(1)</script> <@not-an-id> @Ann {{x}} %s '; drop table comment; --" + "ü" * 9_900
    assert say(client, lead, odd)["mentions"] == []
    assert bodies(client, lead) == [odd]


def test_a_comment_is_found_under_its_own_record_only(client: Client) -> None:
    lead, other = client.add_lead(name="Ann"), client.add_lead(name="Ben")
    said = say(client, lead, "Hers")
    path = f"/leads/{other['id']}/comments/{said['id']}"
    assert client.patch(path, {"body": "His"}, 1).status_code == 404
    assert client.delete(path, None).status_code == 404
    assert bodies(client, lead) == ["Hers"]


def test_nobody_of_another_workspace_can_be_mentioned(
    app: Flask, client: Client, make_workspace: WorkspaceFactory
) -> None:
    lead, stranger = client.add_lead(name="Ann"), make_workspace()
    answer = client.post(f"/leads/{lead['id']}/comments", {"body": f"Hello <@{stranger.owner.id}>"})
    assert codes(answer) == {"/body": "unknown_member"}
    theirs = Client.signed_in(app, stranger.owner, stranger.id)
    assert theirs.get(f"/leads/{lead['id']}/comments").status_code == 404
    assert theirs.post(f"/leads/{lead['id']}/comments", {"body": "x"}).status_code == 404


def test_who_may_not_see_a_record_neither_reads_nor_adds_what_is_said_about_it(
    client: Client, as_role: AsRole, workspace: WorkspaceInfo
) -> None:
    own = {"types": {"lead": {"read": "own", "update": "own", "delete": "none", "export": "none"}}}
    role = client.post("/roles", {"label": "Field sales", "based_on": "sales", "rights": own}).get_json()
    with uow.tenant(workspace.id) as unit:
        unit.session.get_one(Member, workspace.members["sales"].id).role = role["key"]
    lead = client.add_lead(name="Not theirs")
    said = say(client, lead, "Between us")
    sales, path = as_role("sales"), f"/leads/{lead['id']}/comments"
    assert sales.get(path).status_code == 404
    assert sales.post(path, {"body": "x"}).status_code == 404
    assert sales.patch(f"{path}/{said['id']}", {"body": "x"}, 1).status_code == 404
    assert sales.delete(f"{path}/{said['id']}", None).status_code == 404
    assert bodies(client, lead) == ["Between us"]
