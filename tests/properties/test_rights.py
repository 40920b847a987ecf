"""Random offices, random roles: what two members may see is worked out in plain Python, and every door agrees.

The oracle below knows the words of a role and nothing of the engine: it walks all records one by one.
"""

from __future__ import annotations

import csv
import io
import uuid
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis
from sqlalchemy import update

from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records import service
from crm_saas.crm.records.actor import load_actor
from crm_saas.kernel import uow
from crm_saas.tenants import own_roles, teams
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.roles import LEVELS, LEVELS_OF, Rights
from tests.factories.workspaces import Person, WorkspaceFactory, WorkspaceInfo, add_member
from tests.support.client import Client
from tests.support.depth import depth

Document = dict[str, Any]
PEOPLE: Final = 5
"""Beside the owner, who is the last of them; the first two are tried, the fourth has left."""
NAMES, FIRMS = ("kvashnin", "olubumbo", "wierzbic"), ("xyphotec", "gruvadon", "melqartz")
CITIES, TAGS = ("bristolia", "fjordhus"), ("zagtagged",)
STATUSES: Final = ("new", "working")
SEARCHED: Final = {"name", "company", "city", "tags", "emails"}
HIDEABLE: Final = ("name", "company", "city", "tags", "emails", "status", "owner_id", "notes", "expected_value")

LEVEL = {action: st.sampled_from(LEVELS_OF[action]) for action in ("read", "update", "delete", "export")}
ROLES = st.fixed_dictionaries(
    {"levels": st.fixed_dictionaries(LEVEL), "hidden": st.sets(st.sampled_from(HIDEABLE), max_size=3)}
)
RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "owner": st.none() | st.integers(0, PEOPLE),
            "creator": st.integers(0, PEOPLE),
            "name": st.sampled_from(NAMES) | st.none(),
            "company": st.sampled_from(FIRMS),
            "city": st.sampled_from(CITIES) | st.none(),
            "tags": st.sampled_from([[], [TAGS[0]]]),
            "status": st.sampled_from(STATUSES),
            "worth": st.none() | st.integers(-(2**40), 2**40),
        }
    ),
    min_size=3,
    max_size=12,
)
OFFICES = st.fixed_dictionaries(
    {
        "parents": st.lists(st.none() | st.integers(0, 3), min_size=1, max_size=4),
        "teams": st.lists(st.none() | st.integers(0, 3), min_size=PEOPLE + 1, max_size=PEOPLE + 1),
        "roles": st.tuples(ROLES, ROLES),
        "records": RECORDS,
    }
)


@dataclass
class Office:
    """A workspace as the test knows it: ids of people, whose teams are below whose, and every record in full."""

    info: WorkspaceInfo
    people: list[uuid.UUID]
    team_of: list[int | None]
    parents: list[int | None]
    records: list[Document] = field(default_factory=list)


@dataclass(frozen=True)
class Oracle:
    """What one member may do, by the words of their role."""

    office: Office
    me: int
    levels: dict[str, str]
    hidden: frozenset[str]

    def level(self, action: str) -> str:
        return min(self.levels[action], self.levels["read"], key=LEVELS.index)

    def mine(self, record: Document, action: str) -> bool:
        level = self.level(action)
        if level in {"all", "none"}:
            return level == "all"
        if record["owner"] is None:
            return bool(record["creator"] == self.me)
        return record["owner"] == self.me or (level == "team" and self.leads(record["owner"]))

    def leads(self, other: int) -> bool:
        """Whether somebody is in my team, or in one below it."""
        mine, team = self.office.team_of[self.me], self.office.team_of[other]
        while team is not None and team != mine:
            team = self.office.parents[team]
        return team is not None

    def reached(self, action: str = "read") -> list[Document]:
        return [record for record in self.office.records if self.mine(record, action)]

    def called(self, record: Document) -> str:
        """What a record is called by what is not hidden."""
        shown = (record["api"][name] for name in ("name", "company", "emails") if name not in self.hidden)
        return next((value[0] if isinstance(value, list) else value for value in shown if value), "")

    def has(self, record: Document, word: str) -> bool:
        """Whether a word is in what may be seen of a record."""
        values = [record["api"][name] for name in SEARCHED - self.hidden]
        texts = [text for value in values for text in (value if isinstance(value, list) else [value]) if text]
        return any(word in text for text in texts)


def planted(make_workspace: WorkspaceFactory, drawn: dict[str, Any]) -> tuple[Office, list[Person]]:
    info = make_workspace()
    colleagues = [add_member(info.id, "viewer") for _ in range(PEOPLE)]
    people = [*(person.id for person in colleagues), info.owner.id]
    parents = [None if parent is None or parent >= number else parent for number, parent in enumerate(drawn["parents"])]
    team_of = [None if team is None or team >= len(parents) else team for team in drawn["teams"]]
    office = Office(info, people, team_of, parents)
    with uow.tenant(info.id) as unit:
        ids: list[uuid.UUID] = []
        for number, parent in enumerate(parents):
            ids.append(teams.add(unit, teams.Draft(f"Team {number}", None if parent is None else ids[parent], 0)).id)
        for person, team in zip(people, team_of, strict=True):
            unit.session.get_one(Member, person).team_id = None if team is None else ids[team]
        actor = load_actor(unit, info.owner.id, "ui")
        for number, record in enumerate(drawn["records"]):
            owner = None if record["owner"] is None else str(people[record["owner"]])
            given = {name: record[name] for name in ("name", "company", "city", "tags", "status")}
            if record["worth"] is not None:
                given["expected_value"] = {"amount_minor": record["worth"], "currency": "EUR"}
            given |= {"owner_id": owner, "emails": [f"u{number}@{record['company']}.example"], "notes": "secretnote"}
            made = service.create(unit, actor, LEAD, given)
            unit.connection.execute(
                update(LEAD.table).where(LEAD.table.c.id == made["id"]).values(created_by_id=people[record["creator"]])
            )
            office.records.append(record | {"id": str(made["id"]), "api": made})
        unit.session.get_one(Member, people[3]).active = False
        for number, role in enumerate(drawn["roles"]):
            rights = Rights(
                types={LEAD.name: role["levels"] | {"create": "all", "import": "none"}},
                fields={LEAD.name: dict.fromkeys(role["hidden"], "hidden")},
            )
            key = own_roles.add(unit, own_roles.Draft(f"Role {number}", "viewer", rights)).key
            unit.session.get_one(Member, people[number]).role = key
    return office, colleagues[:2]


@given(drawn=OFFICES)
@depth(8)
def test_every_door_shows_what_the_words_of_the_role_say(
    app: Flask, wired: Redis, make_workspace: WorkspaceFactory, drawn: dict[str, Any]
) -> None:
    assert wired.flushdb()
    office, tried = planted(make_workspace, drawn)
    for number, person in enumerate(tried):
        role = drawn["roles"][number]
        oracle = Oracle(office, number, role["levels"], frozenset(role["hidden"]))
        client = Client.signed_in(app, person, office.info.id)
        lists_agree(client, oracle)
        searches_agree(client, oracle)
        records_agree(client, oracle)
        the_export_agrees(client, oracle)
        the_board_agrees(client, oracle)
        bulk_acts_agree(client, oracle)


def ids(records: list[Document]) -> set[str]:
    return {record["id"] for record in records}


def lists_agree(client: Client, oracle: Oracle) -> None:
    answer = client.get("/leads?limit=100&count=1")
    if oracle.levels["read"] == "none":
        assert (answer.status_code, client.get("/search?q=ab").get_json()["data"]) == (403, [])
        return
    reached = oracle.reached()
    listed = answer.get_json()
    assert ids(listed["data"]) == ids(reached)
    assert listed["count"] == {"value": len(reached), "exact": True}
    shown = {row["id"]: row for row in listed["data"]}
    for record in reached:
        row = shown[record["id"]]
        assert set(row) == set(LEAD.members) - oracle.hidden
        assert row["display_name"] == oracle.called(record)
        assert all(row[name] == record["api"][name] for name in SEARCHED - oracle.hidden)
    paged: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(f"/leads?limit=2&sort=created_at&cursor={cursor}").get_json()
        paged += [row["id"] for row in page["data"]]
        cursor = page["next_cursor"]
    assert sorted(paged) == sorted(ids(reached))
    for name, value in (("city", CITIES[0]), ("company", FIRMS[0]), ("status", STATUSES[0])):
        found = client.get(f"/leads?{name}={value}&count=1")
        if name in oracle.hidden:
            assert found.status_code == 422
            continue
        held = [record for record in reached if record[name] == value]
        assert (ids(found.get_json()["data"]), found.get_json()["count"]["value"]) == (ids(held), len(held))


def searches_agree(client: Client, oracle: Oracle) -> None:
    if oracle.levels["read"] == "none":
        return
    for word in (*NAMES, *FIRMS, *CITIES, *TAGS, "secretnote"):
        held = ids([record for record in oracle.reached() if oracle.has(record, word)])
        assert ids(client.get(f"/leads?q={word}&limit=100").get_json()["data"]) == held, word
        found = client.get(f"/search?q={word}&limit=50").get_json()["data"]
        assert ids(found) == held, word
        assert all(hit["display_name"] == called_by_id(oracle, hit["id"]) for hit in found)
    for record in oracle.office.records:
        same = client.get(f"/leads/duplicates?email={record['api']['emails'][0]}").get_json()["data"]
        told = oracle.mine(record, "read") and "emails" not in oracle.hidden
        assert ids(same) == ({record["id"]} if told else set())


def called_by_id(oracle: Oracle, record_id: str) -> str:
    return next(oracle.called(record) for record in oracle.office.records if record["id"] == record_id)


def records_agree(client: Client, oracle: Oracle) -> None:
    refused = 403 if oracle.levels["read"] == "none" else 404
    for record in oracle.office.records:
        path, sees = f"/leads/{record['id']}", oracle.mine(record, "read")
        read, history, why = (client.get(f"{path}{part}") for part in ("", "/history", "/access"))
        assert {read.status_code, history.status_code, why.status_code} == {200 if sees else refused}
        if not sees:
            continue
        assert set(read.get_json()) == set(LEAD.members) - oracle.hidden
        entries = history.get_json()["data"]
        told = {change["field"] for entry in entries for change in entry["changes"]}
        assert told == {name for name in LEAD.by_name if record["api"][name]} - oracle.hidden
        may = {each["action"]: each["allowed"] for each in why.get_json()["actions"]}
        assert may == {action: oracle.mine(record, action) for action in ("read", "update", "delete", "export")}


def the_export_agrees(client: Client, oracle: Oracle) -> None:
    answer = client.get("/leads/export")
    if oracle.level("export") == "none":
        assert answer.status_code == 403
        return
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {row["record_id"] for row in rows} == ids(oracle.reached("export"))
    assert all(not oracle.hidden & row.keys() and "secretnote" in row.get("notes", "secretnote") for row in rows)


def the_board_agrees(client: Client, oracle: Oracle) -> None:
    if oracle.levels["read"] == "none" or "status" in oracle.hidden:
        assert client.get("/leads/totals?by=status").status_code in {403, 422}
        return
    for status in STATUSES:
        column = client.get(f"/leads?status={status}&count=1&limit=100&fields=display_name,status").get_json()
        held = [record for record in oracle.reached() if record["status"] == status]
        assert ids(column["data"]) == ids(held)
        assert column["count"]["value"] == len(held)
    told = {each["value"]: each for each in client.get("/leads/totals?by=status").get_json()["data"]}
    for status in STATUSES:
        held = [record for record in oracle.reached() if record["status"] == status]
        amounts = [record["worth"] for record in held if record["worth"] is not None]
        assert told.get(status, {"count": 0})["count"] == len(held)
        if held and "expected_value" in oracle.hidden:
            assert told[status]["sums"] == {}
        elif held:
            summed = [{"amount_minor": sum(amounts), "currency": "EUR"}] if amounts else []
            assert told[status]["sums"] == {"expected_value": summed}


def bulk_acts_agree(client: Client, oracle: Oracle) -> None:
    for asked in ({"kind": "update", "set": {"title": "Dr"}}, {"kind": "delete"}):
        for chosen in ({"filter": None}, {"ids": [record["id"] for record in oracle.office.records]}):
            answer = client.post("/batches/preview", asked | chosen)
            if oracle.level(str(asked["kind"])) == "none":
                assert answer.status_code == 403
                continue
            mine = oracle.reached(str(asked["kind"]))
            told = answer.get_json()
            assert told["count"] == {"value": len(mine), "exact": True}
            assert told["changed"] == len(mine)
            assert told["missing"] == (len(oracle.office.records) - len(mine) if "ids" in chosen else 0)
