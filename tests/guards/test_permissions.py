"""The permission matrix: every route of records x level x whose record it is, and every field x what hides it.

What must come out is said by an oracle that is written naively here and knows nothing of the engine. Routes are those
of the URL map: a new one fails `test_every_route_of_records_says_what_right_it_needs` until it states itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import update
from werkzeug.test import TestResponse

from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.kernel import uow
from crm_saas.tenants import own_roles, teams
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.own_roles import Role
from crm_saas.tenants.roles import ACTIONS, LEVELS, SHIPPED, Rights
from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo, add_member
from tests.guards.isolation.matrix import COMMENTS, LEAD_ROUTES, RECORDS, routes
from tests.support.client import Client, codes

LEAD: Final = next(iter(REGISTRY))
REACHED: Final = {
    "all": {"mine", "colleague", "below", "above", "unowned_mine", "unowned"},
    "team": {"mine", "colleague", "below", "unowned_mine"},
    "own": {"mine", "unowned_mine"},
    "none": set(),
}
"""The oracle: level -> whose records it reaches."""
KINDS: Final = sorted(REACHED["all"])
BY_RECORD: Final = {key: case[2] for key, case in RECORDS.items() if case[3]} | LEAD_ROUTES
"""Route that names a record -> the right it needs."""
POSTED: Final[dict[str, object]] = {
    "/explain": {"filter": {"all": []}}, "/comments": {"body": "Seen."}, "/qualify": {}, "/seen": {},
}  # fmt: skip
"""End of a route -> what is sent to it."""


@dataclass(frozen=True, slots=True)
class Office:
    """A workspace with a tree of teams: head office > branch > shop; `me` is of the branch."""

    info: WorkspaceInfo
    owner: Client
    me: Client
    people: dict[str, uuid.UUID]
    role: str

    def allow(self, rights: Rights) -> None:
        """Give me these rights."""
        with uow.tenant(self.info.id) as unit:
            unit.session.get_one(Role, self.role).rights = rights.to_json()

    def record(self, kind: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
        """Plant a record of somebody."""
        stored = {name: fields.pop(name) for name in list(fields) if LEAD.by_name[name].read_only}
        owner = {"unowned": None, "unowned_mine": None}.get(kind, self.people.get(kind))
        answer = self.owner.post(
            "/leads?allow_duplicates=1", {"name": kind, "owner_id": owner and str(owner), **fields}
        )
        assert answer.status_code == 201, answer.text
        document: dict[str, Any] = answer.get_json()
        if kind == "unowned_mine":
            stored["created_by_id"] = self.people["mine"]
        if stored:  # what no caller may write
            with uow.tenant(self.info.id) as unit:
                unit.connection.execute(
                    update(LEAD.table).where(LEAD.table.c.id == uuid.UUID(document["id"])).values(stored)
                )
        return document


@pytest.fixture(scope="module")
def office(app: Flask, make_workspace: WorkspaceFactory) -> Office:
    info = make_workspace(roles=("sales",))
    people = {"mine": info.members["sales"].id, "above": info.owner.id}
    for kind in ("colleague", "below"):
        people[kind] = add_member(info.id, "sales").id
    with uow.tenant(info.id) as unit:
        head = teams.add(unit, teams.Draft("Head office", None, 0)).id
        branch = teams.add(unit, teams.Draft("Branch", head, 0)).id
        shop = teams.add(unit, teams.Draft("Shop", branch, 0)).id
        key = own_roles.add(unit, own_roles.Draft("Tried", "viewer", SHIPPED["viewer"])).key
        for kind, team_id in (("mine", branch), ("colleague", branch), ("below", shop), ("above", head)):
            unit.session.get_one(Member, people[kind]).team_id = team_id
        unit.session.get_one(Member, people["mine"]).role = key
    me = Client.signed_in(app, info.members["sales"], info.id)
    return Office(info, Client.signed_in(app, info.owner, info.id), me, people, key)


@pytest.fixture(autouse=True)
def with_queue(redis: Redis) -> None:
    assert redis.ping()


def levels(**given: str) -> Rights:
    return Rights(types={LEAD.name: dict.fromkeys(ACTIONS, "none") | given})  # type: ignore[dict-item]


def test_every_route_of_records_says_what_right_it_needs(app: Flask) -> None:
    of_records = {key for key in routes(app) if "<plural>" in key[1]}
    assert of_records == set(RECORDS) | set(COMMENTS)
    assert {case[2] for case in RECORDS.values()} <= set(ACTIONS)


def expected(action: str, read: str, level: str, kind: str) -> set[int]:
    """What the oracle says a route answers that needs `action` on a record of `kind`."""
    sees = kind in REACHED[read]
    may = sees and kind in REACHED[level]
    if action == "read":
        return {200, 201, 204} if sees else {403 if read == "none" else 404}
    if may:
        return {200, 204}
    # restoring asks for the right first; the others look for the record first
    return {403} if sees else {403, 404}


def ask(office: Office, key: tuple[str, str], record: dict[str, Any]) -> TestResponse:
    method, rule = key
    path = rule.removeprefix("/api/v1").replace("<plural>", LEAD.plural).replace("<record>", record["id"])
    if rule.endswith("/restore"):
        assert office.owner.delete(f"/leads/{record['id']}", record["version"]).status_code == 204
    bodies: dict[str, Any] = {
        "PATCH": {"city": "Berlin"},
        "POST": next((body for ending, body in POSTED.items() if rule.endswith(ending)), None),
    }
    headers = {"If-Match": f'"{record["version"]}"'} if method in {"PATCH", "DELETE"} else {}
    return office.me.call(method, path, json=bodies.get(method), headers=dict(headers))


@pytest.mark.parametrize("key", sorted(BY_RECORD), ids=" ".join)
def test_a_record_is_reached_as_the_levels_say(office: Office, key: tuple[str, str]) -> None:
    action = BY_RECORD[key]
    for read in LEVELS:
        for level in LEVELS if action != "read" else (read,):
            office.allow(levels(**{"read": read, action: level}))
            for kind in KINDS:
                answer = ask(office, key, office.record(kind))
                said = (read, level, kind, answer.text)
                assert answer.status_code in expected(action, read, level, kind), said


@pytest.mark.parametrize("read", LEVELS[1:])
def test_lists_counts_searches_and_duplicates_hold_what_the_level_reaches(office: Office, read: str) -> None:
    mark, phone = f"zq{uuid.uuid4().hex[:10]}", f"+4930{uuid.uuid4().int % 10**7:07}"
    planted = {office.record(kind, company=mark, phones=[phone])["id"]: kind for kind in KINDS}
    office.allow(levels(read=read, create="all"))
    reached = REACHED[read]
    by_filter = office.me.get(f"/leads?company={mark}&count=1").get_json()
    assert {planted[each["id"]] for each in by_filter["data"]} == reached
    assert by_filter["count"] == {"value": len(reached), "exact": True}
    by_word = office.me.get(f"/leads?q={mark}&count=1&sort=-name").get_json()
    assert {planted[each["id"]] for each in by_word["data"]} == reached
    divided = office.me.get(f"/leads/totals?by=status&company={mark}").get_json()["data"]
    assert sum(each["count"] for each in divided) == len(reached)
    everything = office.me.get("/leads?limit=100&fields=name").get_json()["data"]
    assert {planted[each["id"]] for each in everything if each["id"] in planted} == reached
    shared = office.me.get("/leads/duplicates", phone=None).get_json()
    assert shared == {"data": []}
    shared = office.me.get(f"/leads/duplicates?phone=%2B{phone[1:]}").get_json()["data"]
    assert {planted[each["id"]] for each in shared} == reached
    refused = office.me.post("/leads", {"name": "New", "phones": [phone]})
    assert refused.status_code == 409
    assert {planted[each["id"]] for each in refused.get_json()["duplicates"]} == reached


@pytest.mark.parametrize("role", sorted(SHIPPED))
def test_a_shipped_role_reaches_what_its_data_says(office: Office, role: str) -> None:
    with uow.tenant(office.info.id) as unit:
        unit.session.get_one(Member, office.people["mine"]).role = role
    try:
        told = office.me.get("/me").get_json()["levels"][LEAD.name]
        assert told == {action: SHIPPED[role].level(action, LEAD.name) for action in ACTIONS}
        for kind in KINDS:
            record = office.record(kind)
            for action, answer in (
                ("read", office.me.get(f"/leads/{record['id']}")),
                ("update", office.me.patch(f"/leads/{record['id']}", {}, 1)),
                ("delete", office.me.delete(f"/leads/{record['id']}", 1)),
            ):
                assert (answer.status_code < 300) == (kind in REACHED[told[action]]), (role, kind, action)
    finally:
        with uow.tenant(office.info.id) as unit:
            unit.session.get_one(Member, office.people["mine"]).role = office.role


def test_a_role_that_does_not_exist_may_nothing(office: Office) -> None:
    with uow.tenant(office.info.id) as unit:
        unit.session.get_one(Member, office.people["mine"]).role = f"role_{uuid.uuid4().hex}"
    try:
        for path in ("/leads", f"/leads/{office.record('mine')['id']}"):
            assert office.me.get(path).status_code == 403
    finally:
        with uow.tenant(office.info.id) as unit:
            unit.session.get_one(Member, office.people["mine"]).role = office.role


NEEDED: Final = {"unqualified_reason": {"status": "unqualified"}}
NUMBER: Final = "+49301234567"


def secret(rtype: RecordType, name: str, word: str) -> Any:  # noqa: ANN401
    """A value for a field that holds a word nothing else holds, as far as its kind allows."""
    each = rtype.by_name[name]
    values: dict[str, Any] = {
        "text": word, "long_text": word, "email_list": [f"{word}@example.org"], "phone_list": [NUMBER],
        "url": f"https://{word}.example.org/", "date": "2031-07-09", "tags": [word], "country": "IS",
        "money": {"amount_minor": 98765, "currency": "EUR"}, "external_ids": [{"system": "erp", "value": word}],
        "member": None, "choice": "working" if name == "status" else next(iter(each.options or [("", "", "")]))[0],
    }  # fmt: skip
    return values[each.kind]


@pytest.fixture(params=[each.name for each in LEAD.fields])
def field(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def limited(name: str, access: str) -> Rights:
    all_of_it = {LEAD.name: dict.fromkeys(ACTIONS, "all")}
    return Rights(types=all_of_it, fields={LEAD.name: {name: access}})  # type: ignore[arg-type, dict-item]


TOTALS: Final = ("/leads/totals?by=status", "/leads/totals?by=rating")


def answers(office: Office, record: dict[str, Any], name: str) -> Iterator[TestResponse]:
    """Everything that shows a record."""
    path = f"/leads/{record['id']}"
    yield office.me.get(path)
    yield office.me.get("/leads?limit=100&sort=-created_at")
    yield office.me.get(f"{path}/history")
    yield office.me.patch(path, {"title" if name != "title" else "city": uuid.uuid4().hex}, record["version"])
    yield office.me.patch(path, {"title" if name != "title" else "city": "x"}, record["version"])  # 412 with `current`
    yield office.me.call("POST", f"{path}/explain", json={"filter": {"all": []}})
    yield office.me.delete(path, record["version"] + 1)
    yield office.me.get(f"{path}/history")
    yield office.me.post(f"{path}/restore")


def said_of_records(document: Any) -> set[str]:  # noqa: ANN401
    """The members of every record and the field of every change in an answer, however deep."""
    if isinstance(document, list):
        return set().union(*map(said_of_records, document))
    if not isinstance(document, dict):
        return set()
    own = set(document) if "display_name" in document else {str(document.get("field"))}
    return own.union(*map(said_of_records, document.values()))


def test_a_hidden_field_is_nowhere(office: Office, field: str) -> None:
    word = f"zq{uuid.uuid4().hex[:10]}"
    value = secret(LEAD, field, word)
    named = {"name": None, "company": "Firm"} if field != "company" else {"name": "Person"}
    planted = office.record("mine", **(named | {field: value} if field != "owner_id" else {}), **NEEDED.get(field, {}))
    office.allow(limited(field, "hidden"))
    for answer in (office.me.get("/leads?limit=100"), *answers(office, planted, field)):
        assert word not in answer.text
        assert field not in said_of_records(answer.get_json(silent=True))
    described = next(each for each in office.me.get("/objects").get_json()["data"] if each["name"] == LEAD.name)
    assert field not in {each["name"] for each in described["fields"]}
    for query in (f"fields={field}", f"{field}=x", f"sort={field}", f"{field}__is_empty=1"):
        assert office.me.get(f"/leads?{query}").status_code == 422, query
    assert office.me.get(f"/leads/totals?by={field}").status_code == 422
    assert all(field not in each["sums"] for each in office.me.get(TOTALS[field == "status"]).get_json()["data"])
    asked = {"filter": {"all": [{"field": field, "op": "is_empty"}]}}
    assert office.me.post(f"/leads/{planted['id']}/explain", asked).status_code == 422
    typed = NUMBER[3:] if field == "phones" else word
    assert office.me.get(f"/leads?q={typed}&count=1").get_json()["data"] == []
    same = office.me.get(f"/leads/duplicates?email={word}@example.org&phone=%2B{NUMBER[1:]}").get_json()["data"]
    assert planted["id"] not in {each["id"] for each in same}
    refused = office.me.post("/leads", {"name" if field != "name" else "company": "New", field: value})
    assert (refused.status_code, codes(refused)) == (422, {f"/{field}": "unknown_field"})


def test_a_read_only_field_is_shown_and_refused(office: Office, field: str) -> None:
    planted = office.record("mine")
    office.allow(limited(field, "read_only"))
    path = f"/leads/{planted['id']}"
    assert office.me.get(path).get_json()[field] == planted[field]
    for answer in (office.me.patch(path, {field: None}, 1), office.me.post("/leads", {"name": "A", field: None})):
        assert (answer.status_code, codes(answer)[f"/{field}"]) == (422, "read_only")
    described = next(each for each in office.me.get("/objects").get_json()["data"] if each["name"] == LEAD.name)
    assert next(each for each in described["fields"] if each["name"] == field)["read_only"]


def test_why_agrees_with_what_happens(office: Office) -> None:
    for read in LEVELS:
        for level in LEVELS:
            office.allow(levels(read=read, update=level, delete=level))
            for kind in KINDS:
                record = office.record(kind)
                told = office.owner.get(f"/leads/{record['id']}/access?member={office.people['mine']}").get_json()
                may = {each["action"]: each["allowed"] for each in told["actions"]}
                changed = office.me.patch(f"/leads/{record['id']}", {"city": "Berlin"}, 1)
                assert may["update"] == (changed.status_code == 200), (read, level, kind, told)
                seen = office.me.get(f"/leads/{record['id']}")
                assert may["read"] == (seen.status_code == 200), (read, level, kind, told)
