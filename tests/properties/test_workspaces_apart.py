"""Whatever is done in one workspace, in any order, the other one reads as before and not a byte of it changes.

Both belong to one person with one session, as two tabs of one browser: what keeps them apart is the workspace that a
request names, and nothing else. Both hold the same names, addresses and external ids.
"""

from __future__ import annotations

import io
import uuid
from typing import Any, ClassVar

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from redis import Redis
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from crm_saas.crm.batches import jobs as batch_jobs
from crm_saas.crm.batches import service as batches
from crm_saas.crm.handover import jobs as hand_over_jobs
from crm_saas.crm.imports import jobs as import_jobs
from crm_saas.crm.imports import service as imports
from crm_saas.crm.search.jobs import weed_tenant
from crm_saas.crm.search.reindex import reindex
from crm_saas.kernel import uow
from crm_saas.kernel.db import ControlBase
from crm_saas.kernel.relay import relay_control, relay_tenant
from crm_saas.tenants.keeping.places import files_of
from crm_saas.tenants.keeping.tables import canonical, content_of, tables_of
from tests.factories.leads import Document, changes, documents
from tests.factories.workspaces import Person, WorkspaceFactory, WorkspaceInfo, add_member, make_person
from tests.guards.isolation.ask import Ask
from tests.guards.isolation.matrix import Key, address, cases
from tests.guards.isolation.place import Place
from tests.support.client import Client
from tests.support.depth import depth

PICKED = st.integers(0, 2**16)
EMAIL, PHONE, MARK = "same@both.example", "+493012345678", "zqsame"
SHARED: Document = {
    "emails": [EMAIL],
    "phones": [PHONE],
    "tags": [MARK],
    "external_ids": [{"system": "erp", "value": "1"}],
}
OWN_TRACES = {"records.export_begun", "records.export_ended", "person.handed_out"}
"""What looking leaves in the journal of the workspace that is looked at."""
MANY = st.sampled_from([{"kind": "delete"}, {"kind": "update", "set": {"city": "Leeds"}, "add": {"tags": ["x"]}}])
ROLES = ("admin", "manager", "sales", "viewer")


class Other:
    """The workspace that must stay as it is: everything a reader can ask of it, and all that is stored."""

    def __init__(self, app: Flask, info: WorkspaceInfo, owner: Engine) -> None:
        self.place = Place(app, info, MARK)
        self._owner = owner
        self.place.owner.add_lead(name=f"{MARK} Twin", **SHARED)
        reading = [(key, case) for _, key, case in cases() if key[0] == "GET" and case.access == "workspace"]
        self.asks: list[tuple[Key, Ask]] = [(key, case.make(self.place)) for key, case in reading]
        lists = (
            "?count=1&limit=100&sort=name",
            f"?q={MARK}&count=1&limit=100",
            "?status=new&count=1",
            f"?emails={EMAIL}",
        )
        self.asks += [(("GET", "/api/v1/<plural>"), Ask({"plural": "leads"}, query)) for query in lists]
        relay_tenant(str(info.id))
        relay_control()
        self.ids = self._planted()

    def _planted(self) -> dict[str, str]:
        """One id for each part of a path that names something here."""
        return {part: value for _, ask in self.asks for part, value in ask.path.items()}

    def told(self) -> dict[str, Any]:
        """What every reading route answers its owner, and what its members are told to see."""
        answers = {}
        for key, ask in self.asks:
            for who in ("owner", "sales"):
                client = self.place.clients[who]
                answer = client.call("GET", address(key, ask).removeprefix("/api/v1"))
                assert answer.status_code < 500, (key, answer.text)
                answers[f"{who} {address(key, ask)}"] = (answer.status_code, _plain(answer))
        return answers

    def stored(self) -> dict[str, object]:
        """Every byte of its schema, its files, and its rows of the control plane."""
        found: dict[str, object] = {}
        with self._owner.connect() as connection, connection.begin():
            canonical(connection)
            for table in tables_of(connection, self.place.info.schema):
                found[table.name] = content_of(connection, self.place.info.schema, table)
        folder = files_of(self.place.info.id)
        found["files"] = {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}
        with uow.control() as unit:
            for control in ControlBase.metadata.sorted_tables:
                for name in ("workspace_id", "tenant_id"):
                    if name in control.c:
                        rows = unit.connection.execute(select(control).where(control.c[name] == self.place.info.id))
                        found[control.name] = sorted(map(repr, rows))
        return found


def _plain(answer: TestResponse) -> object:
    """Return what an answer says, without what looking at it adds."""
    if not answer.is_json:
        return [line for line in answer.data.splitlines() if not any(kind.encode() in line for kind in OWN_TRACES)]
    document = answer.get_json()
    for moving in ("request_id", "made_at"):
        document.pop(moving, None)
    if isinstance(document.get("data"), list):
        document["data"] = [row for row in document["data"] if row.get("type") not in OWN_TRACES]
        document.pop("next_cursor", None)
    return document


class AtWork(RuleBasedStateMachine):
    """The workspace in which everything is done."""

    app: ClassVar[Flask]
    make_workspace: ClassVar[WorkspaceFactory]
    other: ClassVar[Other]
    colleague: ClassVar[Person]

    @initialize()
    def begin(self) -> None:
        self.info = self.make_workspace(owner=self.other.place.person, name=self.other.place.info.name)
        add_member(self.info.id, "sales", person=self.colleague)
        self.me = Client(self.other.place.owner.browser, self.info.id)
        self.live: dict[str, dict[str, Any]] = {}
        self.deleted: list[str] = []
        self.comments: list[tuple[str, dict[str, Any]]] = []
        self.views: list[dict[str, Any]] = []
        self.imported: list[str] = []
        self.batches: list[str] = []
        self.roles = list(ROLES)
        self.did = 0
        self.told = self.other.told()
        self.stored = self.other.stored()

    # records

    @rule(document=documents(), shared=st.booleans())
    def create(self, document: Document, shared: bool) -> None:
        given = document | {"external_ids": []} | (SHARED if shared else {})
        self.keep(self.ask("POST", "/leads?allow_duplicates=1", given, {201, 409}))

    @precondition(lambda self: self.live)
    @rule(pick=PICKED, change=changes())
    def edit(self, pick: int, change: Document) -> None:
        lead = self.picked(list(self.live.values()), pick)
        self.keep(self.ask("PATCH", f"/leads/{lead['id']}", change | {"external_ids": []}, {200, 412}, lead["version"]))

    @precondition(lambda self: self.live)
    @rule(pick=PICKED)
    def delete(self, pick: int) -> None:
        lead = self.picked(list(self.live.values()), pick)
        if self.ask("DELETE", f"/leads/{lead['id']}", None, {204, 412, 404}, lead["version"]).status_code == 204:
            self.deleted.append(self.live.pop(lead["id"])["id"])

    @precondition(lambda self: self.deleted)
    @rule(pick=PICKED)
    def restore(self, pick: int) -> None:
        lead = self.picked(self.deleted, pick)
        self.keep(self.ask("POST", f"/leads/{lead}/restore", None, {200, 409}))

    @precondition(lambda self: self.live)
    @rule(pick=PICKED)
    def say(self, pick: int) -> None:
        lead = self.picked(list(self.live.values()), pick)
        body = {"body": f"{MARK} <@{self.colleague.id}>"}
        members = self.ask("GET", "/members", None, {200}).get_json()["data"]
        here = any(each["id"] == str(self.colleague.id) and each["active"] for each in members)
        expected = {201, 404} if here else {422, 404}  # an act drawn before may have ended their membership
        said = self.ask("POST", f"/leads/{lead['id']}/comments", body, expected)
        if said.status_code == 201:
            self.comments.append((lead["id"], said.get_json()))

    @precondition(lambda self: self.comments)
    @rule(pick=PICKED, gone=st.booleans())
    def take_back(self, pick: int, gone: bool) -> None:
        lead, comment = self.picked(self.comments, pick)
        path = f"/leads/{lead}/comments/{comment['id']}"
        if gone:
            self.ask("DELETE", path, None, {204, 404})
        else:
            self.ask("PATCH", path, {"body": "else"}, {200, 404, 412}, comment["version"])

    # many at once

    @rule(what=MANY, whole=st.booleans(), works=st.booleans())
    def change_many(self, what: Document, whole: bool, works: bool) -> None:
        chosen = {"filter": None if whole else {"all": [{"field": "tags", "op": "has", "value": MARK}]}}
        self.ask("POST", "/batches/preview", what | chosen, {200})
        self.run_batch(self.ask("POST", "/batches", what | chosen, {202}), works=works)

    @precondition(lambda self: self.batches)
    @rule(pick=PICKED, act=st.sampled_from(["undo", "cancel"]))
    def end_batch(self, pick: int, act: str) -> None:
        job = self.picked(self.batches, pick)
        self.run_batch(self.ask("POST", f"/batches/{job}/{act}", None, {202, 409}), works=True)

    @rule(rows=st.integers(1, 3), duplicates=st.sampled_from(["create", "skip", "update"]))
    def bring_in(self, rows: int, duplicates: str) -> None:
        lines = "".join(f"Person {n},{EMAIL if n else f'p{uuid.uuid4().hex}@x.example'}\n" for n in range(rows))
        form = {"file": (io.BytesIO(f"Name,Email\n{lines}bad,no\n".encode()), f"{MARK}.csv"), "object": "lead"}
        uploaded = self.me.call("POST", "/imports", data=form, content_type="multipart/form-data")
        assert uploaded.status_code == 201, uploaded.text
        run = uploaded.get_json()["id"]
        self.ask("PATCH", f"/imports/{run}", {"duplicates": duplicates}, {200})
        self.ask("POST", f"/imports/{run}/start", {"dry_run": False}, {202})
        import_jobs.work(str(self.info.id), run)
        assert self.me.get(f"/imports/{run}").get_json()["state"] == imports.DONE
        self.imported.append(run)

    @precondition(lambda self: self.imported)
    @rule(pick=PICKED)
    def take_out(self, pick: int) -> None:
        run = self.picked(self.imported, pick)
        if self.ask("POST", f"/imports/{run}/undo", None, {202, 409}).status_code == 202:
            import_jobs.work(str(self.info.id), run)

    # how people look at things

    @rule()
    def keep_view(self) -> None:
        name = f"{MARK} {uuid.uuid4().hex[:6]}"
        self.views.append(self.ask("POST", "/views", {"object": "lead", "name": name}, {201}).get_json())

    @precondition(lambda self: self.views)
    @rule(pick=PICKED, gone=st.booleans())
    def change_view(self, pick: int, gone: bool) -> None:
        view = self.picked(self.views, pick)
        if gone:
            self.ask("DELETE", f"/views/{view['id']}", None, {204, 404, 412}, view["version"])
        else:
            self.ask("PATCH", f"/views/{view['id']}", {"name": uuid.uuid4().hex}, {200, 404, 412}, view["version"])

    @rule(query=st.sampled_from([f"/search?q={MARK}", f"/leads?q={MARK}x&count=1", "/leads/export", "/audit", "/me"]))
    def look(self, query: str) -> None:
        self.ask("GET", query, None, {200})

    # people and what they may do

    @rule(role=st.sampled_from(ROLES))
    def give_role(self, role: str) -> None:
        self.ask("PATCH", f"/members/{self.colleague.id}", {"role": role}, {200, 409})

    @rule(level=st.sampled_from(["none", "own", "team", "all"]))
    def add_role(self, level: str) -> None:
        rights = {"types": {"lead": {"read": level}}, "fields": {"lead": {"emails": "hidden"}}}
        made = self.ask("POST", "/roles", {"label": uuid.uuid4().hex, "based_on": "viewer", "rights": rights}, {201})
        self.ask("PATCH", f"/members/{self.colleague.id}", {"role": made.get_json()["key"]}, {200, 409})

    @rule()
    def add_team(self) -> None:
        team = self.ask("POST", "/teams", {"name": f"{MARK} team"}, {201, 409}).get_json()
        self.ask("PUT", f"/members/{self.colleague.id}/team", {"team_id": team.get("id")}, {200, 409})

    @rule(again=st.booleans())
    def let_go(self, again: bool) -> None:
        hand_over = {"hand_over": {"to": [{"id": str(self.other.place.person.id)}]}}
        ended = self.ask("POST", f"/members/{self.colleague.id}/deactivate", hand_over, {200, 409})
        if ended.status_code == 200:
            hand_over_jobs.work(str(self.info.id), ended.get_json()["hand_over"]["id"])
        if again:
            self.ask("POST", f"/members/{self.colleague.id}/reactivate", None, {200, 409})

    @rule()
    def invite(self) -> None:
        self.ask("POST", "/invitations", {"emails": [f"{uuid.uuid4().hex}@x.example"], "role": "sales"}, {201, 403})

    @rule()
    def rename(self) -> None:
        found = self.me.get("/workspace")
        version = int(found.headers["ETag"].strip('"'))
        change = {"name": f"Renamed {uuid.uuid4().hex[:6]}", "currency": "CHF", "timezone": "Asia/Shanghai"}
        self.ask("PATCH", "/workspace", change, {200}, version)

    # what runs behind

    @rule()
    def relay(self) -> None:
        relay_tenant(str(self.info.id))
        relay_control()

    @rule()
    def mend_search(self) -> None:
        weed_tenant(str(self.info.id), "")
        for _ in reindex(self.info.id):
            pass

    # reaching over

    @rule(data=st.data())
    def reach_over(self, data: st.DataObject) -> None:
        """An id of the other workspace names nothing here, whoever owns both."""
        _, key, case = data.draw(st.sampled_from(NAMING), label="route")
        path = {part: self.other.ids.get(part, str(uuid.uuid4())) for part in _parts(key)}
        answer = self.me.call(
            key[0], address(key, Ask(path)).removeprefix("/api/v1"), json={}, headers={"If-Match": '"1"'}
        )
        assert answer.status_code in {404, 422} or (case.personal and answer.status_code == 404), (key, answer.text)

    @rule(what=MANY)
    def change_theirs(self, what: Document) -> None:
        theirs = [row["id"] for row in self.other.place.owner.get("/leads?limit=100").get_json()["data"]]
        started = self.ask("POST", "/batches", what | {"ids": theirs}, {202})
        self.run_batch(started, works=True)
        done = self.me.get(f"/batches/{started.get_json()['id']}").get_json()
        assert done["counts"]["changed"] == 0

    @invariant()
    def the_other_is_untouched(self) -> None:
        if hasattr(self, "stored"):
            assert self.other.stored() == self.stored

    def teardown(self) -> None:
        if hasattr(self, "told"):
            assert self.other.told() == self.told

    # helpers

    def ask(self, method: str, path: str, body: object, expected: set[int], version: int | None = None) -> TestResponse:
        headers: dict[str, str | None] = {} if version is None else {"If-Match": f'"{version}"'}
        answer = self.me.call(method, path, json=body, headers=headers)
        assert answer.status_code in expected, (method, path, answer.status_code, answer.text)
        return answer

    def keep(self, answer: TestResponse) -> None:
        if answer.status_code < 300:
            lead = answer.get_json()
            self.live[lead["id"]] = lead
            self.deleted = [each for each in self.deleted if each != lead["id"]]

    def run_batch(self, answer: TestResponse, *, works: bool) -> None:
        if answer.status_code != 202:
            return
        job = answer.get_json()
        if job["id"] not in self.batches:
            self.batches.append(job["id"])
        if works:
            batch_jobs.work(str(self.info.id), job["id"])
            assert self.me.get(f"/batches/{job['id']}").get_json()["state"] in batches.ENDED

    @staticmethod
    def picked(among: list[Any], pick: int) -> Any:  # noqa: ANN401
        return among[pick % len(among)]


NAMING = [
    each for each in cases() if each[2].names_ids and each[2].access == "workspace" and "<member>" not in each[1][1]
]


def _parts(key: Key) -> list[str]:
    return [part[1:-1] for part in key[1].split("/") if part.startswith("<")]


def test_what_is_done_in_one_workspace_is_not_seen_in_the_other(
    app: Flask, wired: Redis, make_workspace: WorkspaceFactory, owner_engine: Engine
) -> None:
    assert wired.ping()
    with uow.control() as unit:
        AtWork.colleague = make_person(unit, name="In both")
    info = make_workspace(name="Both", roles=("sales",))
    add_member(info.id, "viewer", person=AtWork.colleague)
    AtWork.app, AtWork.make_workspace, AtWork.other = app, make_workspace, Other(app, info, owner_engine)
    AtWork.other.told()  # notes when its people were last here
    run_state_machine_as_test(AtWork, settings=depth(4, steps=25))
