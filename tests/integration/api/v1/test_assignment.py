"""Who gets leads that name no owner: rules in order, turns, capacity, what happens where nobody is free, and why."""

from __future__ import annotations

import io
import uuid
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask

from crm_saas.crm.handover import jobs as hand_over_jobs
from crm_saas.crm.imports import jobs as import_jobs
from crm_saas.kernel import uow
from crm_saas.tenants import own_roles, teams
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.roles import SHIPPED, Rights
from tests.factories.workspaces import Person, WorkspaceInfo, add_member
from tests.support.at_once import at_once
from tests.support.client import Client, codes

AsRole = Callable[[str], Client]
Document = dict[str, Any]
CHINESE = {"all": [{"field": "country", "op": "eq", "value": "CN"}]}


@pytest.fixture
def sales(workspace: WorkspaceInfo) -> list[Person]:
    """Three people in sales."""
    return [workspace.members["sales"], *(add_member(workspace.id, "sales") for _ in range(2))]


def rule(client: Client, name: str = "All of sales", **members: object) -> Document:
    answer = client.post("/assignment/rules", {"name": name, **members})
    assert answer.status_code == 201, answer.text
    made: Document = answer.get_json()
    return made


def policy(client: Client, **members: object) -> None:
    answer = client.patch("/assignment", members, client.get("/assignment").get_json()["version"])
    assert answer.status_code == 200, answer.text


def load(client: Client, person: Person, **members: object) -> None:
    answer = client.call("PATCH", f"/assignment/members/{person.id}", json=members)
    assert answer.status_code == 200, answer.text


def owners(client: Client, count: int) -> list[str | None]:
    return [client.add_lead(name=f"Lead {number}")["owner_id"] for number in range(count)]


def why(client: Client, lead: Document) -> Document:
    newest = client.get(f"/leads/{lead['id']}/history").get_json()["data"][0]
    told: Document = next(each["after"] for each in newest["changes"] if each["field"] == "assignment")
    return told


def test_without_rules_whoever_adds_a_lead_owns_it(client: Client, workspace: WorkspaceInfo) -> None:
    assert client.get("/assignment").get_json()["active"] is False
    lead = client.add_lead(name="A")
    assert lead["owner_id"] == str(workspace.owner.id)
    history = client.get(f"/leads/{lead['id']}/history").get_json()["data"]
    assert "assignment" not in {each["field"] for each in history[0]["changes"]}
    rule(client, active=False)
    assert client.add_lead(name="B")["owner_id"] == str(workspace.owner.id)


def test_sales_get_leads_in_turn_and_an_owner_that_is_named_is_kept(client: Client, sales: list[Person]) -> None:
    made = rule(client)
    given = owners(client, 7)
    assert set(given[:3]) == {str(person.id) for person in sales}
    assert given[:3] == given[3:6]
    assert given[6] == given[0]
    mine = str(sales[1].id)
    named = client.add_lead(name="Mine", owner_id=mine)
    assert named["owner_id"] == mine
    nobody = client.add_lead(name="Nobody's", owner_id=None)
    assert nobody["owner_id"] is None
    assert owners(client, 1) == given[1:2]
    (shown,) = client.get("/assignment").get_json()["rules"]
    assert (shown["id"], shown["given"]) == (made["id"], 8)


def test_the_first_rule_that_holds_decides_and_says_so(client: Client, sales: list[Person]) -> None:
    chinese = rule(client, "Chinese leads", filter=CHINESE, kind="member", member_id=str(sales[2].id))
    rest = rule(client, "The rest", kind="member", member_id=str(sales[0].id))
    lead = client.add_lead(name="A", country="CN")
    assert lead["owner_id"] == str(sales[2].id)
    told = why(client, lead)
    assert told == {
        "why": "rule", "rule": {"id": chinese["id"], "name": "Chinese leads"}, "kind": "member", "passed_over": [],
    }  # fmt: skip
    assert client.add_lead(name="B", country="DE")["owner_id"] == str(sales[0].id)
    turned = client.call("PUT", "/assignment/rules/order", json={"ids": [rest["id"], chinese["id"]]})
    assert [each["name"] for each in turned.get_json()["rules"]] == ["The rest", "Chinese leads"]
    assert client.add_lead(name="C", country="CN")["owner_id"] == str(sales[0].id)


def test_a_team_takes_leads_with_the_teams_below_it(
    client: Client, workspace: WorkspaceInfo, sales: list[Person]
) -> None:
    with uow.tenant(workspace.id) as unit:
        branch = teams.add(unit, teams.Draft("Branch", None, 0)).id
        shop = teams.add(unit, teams.Draft("Shop", branch, 0)).id
        for person, team in ((sales[0], branch), (sales[1], shop)):
            unit.session.get_one(Member, person.id).team_id = team
    rule(client, kind="team", team_id=str(branch))
    assert set(owners(client, 4)) == {str(sales[0].id), str(sales[1].id)}


def test_roles_based_on_sales_sell_and_those_who_may_not_change_leads_get_none(
    client: Client, workspace: WorkspaceInfo
) -> None:
    with uow.tenant(workspace.id) as unit:
        field = own_roles.add(unit, own_roles.Draft("Field sales", "sales", SHIPPED["sales"])).key
        reading = Rights(types={"lead": {"read": "all"}})
        blind = own_roles.add(unit, own_roles.Draft("Readers", "sales", reading)).key
    people = [add_member(workspace.id, "sales") for _ in range(2)]
    with uow.tenant(workspace.id) as unit:
        for person, role in zip(people, (field, blind), strict=True):
            unit.session.get_one(Member, person.id).role = role
    rule(client)
    assert set(owners(client, 4)) == {str(workspace.members["sales"].id), str(people[0].id)}


def test_who_is_away_full_or_gone_is_passed_over(client: Client, workspace: WorkspaceInfo, sales: list[Person]) -> None:
    first, second, third = sales
    rule(client)
    load(client, first, paused=True)
    load(client, second, capacity=1)
    with uow.tenant(workspace.id) as unit:
        unit.session.get_one(Member, third.id).active = False
    assert owners(client, 1) == [str(second.id)]
    lead = client.add_lead(name="Too many")
    assert lead["owner_id"] is None
    told = why(client, lead)
    assert (told["why"], told["fallback"]) == ("nobody_free", "nobody")
    assert {each["member"]: each["why"] for each in told["passed_over"]} == {
        str(first.id): "away",
        str(second.id): "full",
    }


def test_a_lead_that_is_done_leaves_room(client: Client, sales: list[Person]) -> None:
    rule(client, kind="member", member_id=str(sales[0].id))
    policy(client, capacity=1)
    lead = client.add_lead(name="A")
    assert client.add_lead(name="B")["owner_id"] is None
    client.change_lead(lead, status="unqualified", unqualified_reason="No budget")
    assert client.add_lead(name="C")["owner_id"] == str(sales[0].id)


def test_an_own_capacity_stands_above_that_of_everybody(client: Client, sales: list[Person]) -> None:
    rule(client)
    policy(client, capacity=1)
    load(client, sales[0], capacity=3)
    given = Counter(owners(client, 6))
    assert given == {str(sales[0].id): 3, str(sales[1].id): 1, str(sales[2].id): 1, None: 1}
    loads = {each["id"]: each for each in client.get("/assignment/members").get_json()["data"]}
    shown = loads[str(sales[0].id)]
    assert (shown["capacity"], shown["limit"], shown["open"], shown["sells"]) == (3, 3, 3, True)
    assert (loads[str(sales[1].id)]["capacity"], loads[str(sales[1].id)]["limit"]) == (None, 1)


@pytest.mark.parametrize("fallback", ["nobody", "creator", "member"])
def test_where_no_rule_holds_the_fallback_decides(
    client: Client, workspace: WorkspaceInfo, sales: list[Person], fallback: str
) -> None:
    rule(client, filter=CHINESE)
    policy(client, fallback=fallback, **({"fallback_id": str(sales[1].id)} if fallback == "member" else {}))
    expected = {"nobody": None, "creator": str(workspace.owner.id), "member": str(sales[1].id)}[fallback]
    lead = client.add_lead(name="A", country="DE")
    assert lead["owner_id"] == expected
    told = why(client, lead)
    assert (told["why"], told["rule"], told["fallback"]) == ("no_rule", None, fallback)


def test_a_fallback_who_has_left_is_nobody(client: Client, workspace: WorkspaceInfo, sales: list[Person]) -> None:
    rule(client, filter=CHINESE)
    policy(client, fallback="member", fallback_id=str(sales[1].id))
    with uow.tenant(workspace.id) as unit:
        unit.session.get_one(Member, sales[1].id).active = False
    assert owners(client, 1) == [None]


@pytest.mark.parametrize("capacity", [None, 4])
def test_of_twenty_at_once_shares_differ_by_one_at_most_and_nobody_gets_too_many(
    client: Client, app: Flask, workspace: WorkspaceInfo, sales: list[Person], capacity: int | None
) -> None:
    rule(client)
    policy(client, capacity=capacity)
    clients = [Client.signed_in(app, workspace.owner, workspace.id) for _ in range(20)]
    calls = [partial(each.post, "/leads", {"name": f"L{number}"}) for number, each in enumerate(clients)]
    answers = at_once(calls)
    assert {answer.status_code for answer in answers} == {201}
    given = Counter(answer.get_json()["owner_id"] for answer in answers)
    shares = [given[str(person.id)] for person in sales]
    assert max(shares) - min(shares) <= 1
    if capacity is None:
        assert sum(shares) == 20
    else:
        assert (shares, given[None]) == ([capacity] * 3, 20 - 3 * capacity)


def test_one_lead_is_assigned_by_asking(client: Client, as_role: AsRole, sales: list[Person]) -> None:
    lead = client.add_lead(name="A", country="CN")
    refused = client.post(f"/leads/{lead['id']}/assign")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "no_rules")
    rule(client, "Chinese leads", filter=CHINESE, kind="member", member_id=str(sales[2].id))
    given = as_role("service").post(f"/leads/{lead['id']}/assign")
    assert (given.status_code, given.get_json()["owner_id"]) == (200, str(sales[2].id))
    newest = client.get(f"/leads/{lead['id']}/history").get_json()["data"][0]
    assert newest["type"] == "lead.assigned"
    assert why(client, lead)["rule"]["name"] == "Chinese leads"
    assert as_role("viewer").post(f"/leads/{lead['id']}/assign").status_code == 403
    assert client.post(f"/leads/{uuid.uuid4()}/assign").status_code == 404


def test_trying_tells_which_rule_would_take_a_lead_and_changes_nothing(client: Client, sales: list[Person]) -> None:
    lead = client.add_lead(name="A", country="DE")
    rule(client, "Chinese leads", filter=CHINESE)
    rest = rule(client, "The rest", kind="member", member_id=str(sales[0].id))
    rule(client, "Asleep", active=False)
    told = client.post("/assignment/trial", {"lead": lead["id"]}).get_json()
    assert (told["owner_id"], told["why"]["rule"]["id"]) == (str(sales[0].id), rest["id"])
    assert [(each["name"], each["holds"]) for each in told["rules"]] == [("Chinese leads", False), ("The rest", True)]
    (leaf,) = told["rules"][0]["explanation"]["all"]
    assert (leaf["field"], leaf["value"], leaf["holds"]) == ("country", "DE", False)
    assert [each["given"] for each in client.get("/assignment").get_json()["rules"]] == [0, 0, 0]
    assert codes(client.post("/assignment/trial", {})) == {"/lead": "required"}
    assert client.post("/assignment/trial", {"lead": str(uuid.uuid4())}).status_code == 404


def imported(client: Client, rows: int, **options: object) -> Document:
    text = "Name,Email\n" + "".join(f"Person {number},p{number}@example.org\n" for number in range(rows))
    form = {"file": (io.BytesIO(text.encode()), "leads.csv"), "object": "lead"}
    import_id = client.call("POST", "/imports", data=form, content_type="multipart/form-data").get_json()["id"]
    if options:
        assert client.call("PATCH", f"/imports/{import_id}", json=options).status_code == 200
    client.post(f"/imports/{import_id}/start", {"dry_run": True})
    import_jobs.work(str(client.workspace_id), import_id)
    assert client.post(f"/imports/{import_id}/start", {"dry_run": False}).status_code == 202
    import_jobs.work(str(client.workspace_id), import_id)
    document: Document = client.get(f"/imports/{import_id}").get_json()
    return document


def shares(client: Client) -> Counter[str | None]:
    return Counter(each["owner_id"] for each in client.get("/leads?limit=100&fields=owner_id").get_json()["data"])


def test_an_import_is_spread_by_the_rules_where_that_is_chosen(
    client: Client, workspace: WorkspaceInfo, sales: list[Person]
) -> None:
    rule(client)
    policy(client, capacity=8)
    told = imported(client, 30, unowned="rules")
    assert (told["unowned"], told["counts"]["created"]) == ("rules", 30)
    given = shares(client)
    assert [given[str(person.id)] for person in sales] == [8, 8, 8]
    assert given[None] == 6
    lead = client.get("/leads?limit=1&owner_id__is_not_empty=1").get_json()["data"][0]
    assert why(client, lead)["rule"]["name"] == "All of sales"
    assert client.get("/assignment").get_json()["rules"][0]["given"] == 24
    assert str(workspace.owner.id) not in given


def test_an_import_without_that_choice_is_the_importers(client: Client, workspace: WorkspaceInfo) -> None:
    rule(client)
    imported(client, 3)
    assert shares(client) == {str(workspace.owner.id): 3}


def test_who_leaves_is_replaced_in_the_rules(client: Client, workspace: WorkspaceInfo, sales: list[Person]) -> None:
    leaver, heir, other = sales
    alone = rule(client, "Chinese leads", filter=CHINESE, kind="member", member_id=str(leaver.id))
    rule(client)
    policy(client, fallback="member", fallback_id=str(leaver.id))
    load(client, leaver, capacity=2)
    owners(client, 3)
    assert client.get(f"/members/{leaver.id}/holdings").get_json()["rules"] == 2
    to = [{"id": str(other.id), "share": 1}, {"id": str(heir.id), "share": 2}]
    answer = client.post(f"/members/{leaver.id}/deactivate", {"hand_over": {"to": to}})
    hand_over_jobs.work(str(workspace.id), answer.get_json()["hand_over"]["id"])
    told = client.get("/assignment").get_json()
    assert next(each for each in told["rules"] if each["id"] == alone["id"])["member_id"] == str(heir.id)
    assert (told["fallback"], told["fallback_id"]) == ("member", str(heir.id))
    assert client.add_lead(name="B", country="CN")["owner_id"] == str(heir.id)
    assert str(leaver.id) not in {each["id"] for each in client.get("/assignment/members").get_json()["data"]}


def test_who_leaves_without_an_heir_leaves_their_rules_switched_off(
    client: Client, workspace: WorkspaceInfo, sales: list[Person]
) -> None:
    alone = rule(client, kind="member", member_id=str(sales[0].id))
    policy(client, fallback="member", fallback_id=str(sales[0].id))
    answer = client.post(f"/members/{sales[0].id}/deactivate", {"hand_over": {"to": []}})
    hand_over_jobs.work(str(workspace.id), answer.get_json()["hand_over"]["id"])
    told = client.get("/assignment").get_json()
    assert [(each["id"], each["active"]) for each in told["rules"]] == [(alone["id"], False)]
    assert (told["fallback"], told["fallback_id"]) == ("nobody", None)


@pytest.mark.parametrize(
    ("members", "pointer", "code"),
    [
        ({"name": " "}, "/name", "required"),
        ({"name": 7}, "/name", "wrong_type"),
        ({"name": "n" * 101}, "/name", "too_long"),
        ({"active": "yes"}, "/active", "invalid_boolean"),
        ({"kind": "everybody"}, "/kind", "unknown_option"),
        ({"kind": "member"}, "/member_id", "unknown_member"),
        ({"kind": "member", "member_id": "x"}, "/member_id", "invalid_id"),
        ({"kind": "member", "member_id": str(uuid.uuid4())}, "/member_id", "unknown_member"),
        ({"kind": "team", "team_id": str(uuid.uuid4())}, "/team_id", "unknown_team"),
        ({"filter": {"all": [{"field": "x", "op": "eq", "value": 1}]}}, "/filter/all/0/field", "unknown_field"),
        ({"nonsense": 1}, "/nonsense", "unknown_field"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(client: Client, members: Document, pointer: str, code: str) -> None:
    refused = client.post("/assignment/rules", {"name": "Rule", **members})
    assert (refused.status_code, codes(refused)) == (422, {pointer: code})
    assert client.get("/assignment").get_json()["rules"] == []


def test_rules_are_changed_and_removed(client: Client, sales: list[Person]) -> None:
    made = rule(client)
    path = f"/assignment/rules/{made['id']}"
    assert client.patch(path, {"name": "Other"}, 9).status_code == 412
    changed = client.patch(path, {"kind": "member", "member_id": str(sales[0].id)}, 1).get_json()
    assert (changed["kind"], changed["member_id"], changed["version"]) == ("member", str(sales[0].id), 2)
    again = client.patch(path, {"kind": "sales"}, 2).get_json()
    assert (again["kind"], again["member_id"]) == ("sales", None)
    assert codes(client.call("PUT", "/assignment/rules/order", json={"ids": []})) == {"/ids": "not_each_once"}
    assert client.call("DELETE", path).status_code == 204
    assert client.call("DELETE", path).status_code == 404
    bad = client.patch("/assignment", {"fallback": "member"}, 1)
    assert codes(bad) == {"/fallback_id": "unknown_member"}
    assert codes(client.patch("/assignment", {"capacity": -1}, 1)) == {"/capacity": "out_of_range"}
    load(client, sales[0], capacity=5)
    load(client, sales[0], capacity=None)
    wrong = client.call("PATCH", f"/assignment/members/{sales[0].id}", json={"paused": 1})
    assert codes(wrong) == {"/paused": "invalid_boolean"}
    told = client.get("/audit?kind=leads").get_json()["data"]
    assert [each["type"] for each in told] == [
        "assignment.rule_removed", "assignment.rule_changed", "assignment.rule_changed", "assignment.rule_added",
    ]  # fmt: skip


def test_at_most_fifty_rules(client: Client) -> None:
    for number in range(50):
        rule(client, f"Rule {number}")
    refused = client.post("/assignment/rules", {"name": "One more"})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "quota_exceeded")


@pytest.mark.parametrize("role", ["manager", "sales", "service", "viewer"])
def test_rules_are_for_who_has_the_power(client: Client, as_role: AsRole, sales: list[Person], role: str) -> None:
    made, them = rule(client), as_role(role)
    path = f"/assignment/rules/{made['id']}"
    for answer in (
        them.patch("/assignment", {"capacity": 1}, 1),
        them.post("/assignment/rules", {"name": "Mine"}),
        them.patch(path, {"active": False}, 1),
        them.call("DELETE", path),
        them.call("PUT", "/assignment/rules/order", json={"ids": []}),
        them.post("/assignment/trial", {"lead": str(uuid.uuid4())}),
        them.get("/assignment/members"),
        them.call("PATCH", f"/assignment/members/{sales[0].id}", json={"paused": True}),
    ):
        assert (answer.status_code, answer.get_json()["power"]) == (403, "workspace")
    assert them.get("/assignment").get_json() == {"active": True}


def test_a_rule_whose_filter_names_what_is_gone_takes_nothing(client: Client, workspace: WorkspaceInfo) -> None:
    made = rule(client, filter=CHINESE)
    with uow.tenant(workspace.id) as unit:
        unit.connection.exec_driver_sql(
            'UPDATE assignment_rule SET filter = \'{"all": [{"field": "gone", "op": "is_empty"}]}\''
        )
    assert client.add_lead(name="A", country="CN")["owner_id"] is None
    assert made["filter"] == CHINESE


def test_why_is_not_told_to_whom_the_owner_is_hidden(client: Client, as_role: AsRole, workspace: WorkspaceInfo) -> None:
    rule(client)
    lead = client.add_lead(name="A")
    rights = Rights(types={"lead": {"read": "all"}}, fields={"lead": {"owner_id": "hidden"}})
    with uow.tenant(workspace.id) as unit:
        key = own_roles.add(unit, own_roles.Draft("Blind", "viewer", rights)).key
        unit.session.get_one(Member, workspace.members["viewer"].id).role = key
    told = as_role("viewer").get(f"/leads/{lead['id']}/history").get_json()["data"][0]
    assert {"owner_id", "assignment"}.isdisjoint(each["field"] for each in told["changes"])
