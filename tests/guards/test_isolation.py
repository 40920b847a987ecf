"""The wall over HTTP, tried at every route of the URL map by everybody who must not get through.

Two workspaces, each with a member of every role. In the victim's, every text carries a marker; whatever the intruder
sends, no answer holds the marker and no row or file of the victim changes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select
from werkzeug.test import TestResponse

from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.kernel import uow
from crm_saas.tenants import entitlements
from crm_saas.tenants.entitlements import DEFAULT_PLAN
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.models import Membership
from crm_saas.tenants.roles import POWERS_OF, ROLES
from tests.factories.workspaces import WorkspaceFactory, add_member, make_person
from tests.guards.isolation.ask import Ask
from tests.guards.isolation.matrix import (
    COMMENTS,
    PAGE,
    RECORDS,
    WITHOUT_TYPE,
    Case,
    Key,
    address,
    cases,
    routes,
)
from tests.guards.isolation.place import EXAMPLES, Place
from tests.support.browser import Browser
from tests.support.client import Client, codes

ALL = {name: (key, case) for name, key, case in cases()}
IN_WORKSPACE = [name for name, (_, case) in ALL.items() if case.access == "workspace"]
NAMING_IDS = [name for name, (_, case) in ALL.items() if case.names_ids]
BEHIND_SIGN_IN = [name for name, (_, case) in ALL.items() if case.access != "public"]
NEEDING_A_RIGHT = [(name, role) for name, (_, case) in ALL.items() if case.right for role in ROLES]
NEEDING_A_POWER = [(name, role) for name, (_, case) in ALL.items() if case.power for role in ROLES]
SIGNS_OUT = {"POST /api/session/sign-in", "POST /api/session/sign-out"}
ENDS_SESSIONS = {"DELETE /api/session/sessions", "POST /api/session/password"}
"""Tried by somebody who is needed for nothing else."""


@pytest.fixture(autouse=True)
def with_queue(redis: Redis) -> None:
    """Whatever ran before in this process, hints have a queue to go to."""
    assert redis.ping()


@pytest.fixture(scope="module", autouse=True)
def seats_enough() -> Iterator[None]:
    """The cases invite many people."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(entitlements.PLANS, DEFAULT_PLAN, replace(entitlements.PLANS[DEFAULT_PLAN], seats=10_000))
        yield


@pytest.fixture(scope="module")
def victim(app: Flask, make_workspace: WorkspaceFactory) -> Place:
    """The workspace that must stay unseen and untouched."""
    marker = f"zqx{uuid.uuid4().hex[:12]}"
    info = make_workspace(name=f"{marker} Victim", slug=f"victim-{marker}", roles=tuple(set(ROLES) - {"owner"}))
    with uow.tenant(info.id) as unit:
        for member in unit.session.query(Member):
            member.name = f"{marker} {member.role}"
    place = Place(app, info, marker)
    for rtype in REGISTRY:
        place.record(rtype)
        place.deleted_record(rtype)
    place.finished_import()
    return place


@pytest.fixture(scope="module")
def intruder(app: Flask, make_workspace: WorkspaceFactory) -> Place:
    """The workspace from which everything is tried."""
    return Place(app, make_workspace(name="Intruder", roles=tuple(set(ROLES) - {"owner"})), "harmless")


def send(browser: Browser, key: Key, ask: Ask, **headers: str | None) -> TestResponse:
    """Send a request of a route."""
    return browser.call(
        key[0],
        address(key, ask),
        json=ask.json,
        data=ask.data,
        content_type="multipart/form-data" if ask.data is not None else None,
        headers=ask.headers | headers,
    )


def ask_as(client: Client, key: Key, ask: Ask) -> TestResponse:
    """Send a request of a route as a member, naming the member's own workspace."""
    return send(client.browser, key, ask, **{"X-Workspace": str(client.workspace_id)})


def is_success(case: Case, answer: TestResponse) -> bool:
    """Tell whether an answer is what somebody who may gets."""
    return answer.status_code in ({200, 503} if case.status == PAGE else {case.status})


def test_every_route_has_a_case(app: Flask) -> None:
    tried = set(RECORDS).union(COMMENTS, *WITHOUT_TYPE)
    assert routes(app) - tried == set(), "routes that the isolation suite does not try"
    assert tried - routes(app) == set(), "cases of routes that do not exist"


def test_every_record_type_has_an_example() -> None:
    assert {rtype.name for rtype in REGISTRY} == set(EXAMPLES)


@pytest.mark.parametrize("name", [name for name in ALL if name not in SIGNS_OUT | ENDS_SESSIONS])
def test_who_may_gets_through(name: str, intruder: Place, victim: Place) -> None:
    key, case = ALL[name]
    answer = ask_as(intruder.owner, key, case.make(intruder))
    assert is_success(case, answer), (answer.status_code, answer.data[:500])
    assert victim.marker.encode() not in answer.data


@pytest.mark.parametrize("name", sorted(SIGNS_OUT))
def test_signing_in_and_out_get_through(name: str, app: Flask, intruder: Place) -> None:
    key, case = ALL[name]
    answer = send(Browser(app), key, case.make(intruder))
    assert is_success(case, answer), (answer.status_code, answer.text)


@pytest.mark.parametrize("name", sorted(ENDS_SESSIONS))
def test_who_ends_sessions_gets_through(name: str, app: Flask, intruder: Place) -> None:
    key, case = ALL[name]
    with uow.control() as unit:
        person = make_person(unit)
    client = Client.signed_in(app, person, intruder.info.id)
    answer = ask_as(client, key, case.make(intruder))
    assert is_success(case, answer), (answer.status_code, answer.text)


@pytest.mark.parametrize("name", BEHIND_SIGN_IN)
def test_nobody_is_told_to_sign_in(name: str, app: Flask, victim: Place) -> None:
    key, case = ALL[name]
    ask = case.make(victim)
    before = victim.everything()
    answer = send(Browser(app), key, ask, **{"X-Workspace": str(victim.info.id)})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthenticated")
    assert victim.marker not in answer.text
    assert victim.everything() == before


@pytest.mark.parametrize("name", NAMING_IDS)
def test_an_id_of_another_workspace_names_nothing_in_ours(name: str, intruder: Place, victim: Place) -> None:
    key, case = ALL[name]
    ask = case.make(victim)
    before = victim.everything()
    answer = ask_as(intruder.owner, key, ask)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found"), answer.text
    assert victim.marker not in answer.text
    assert victim.everything() == before


@pytest.mark.parametrize("name", NAMING_IDS)
def test_an_id_that_nobody_has_is_the_same_answer(name: str, intruder: Place, victim: Place) -> None:
    key, case = ALL[name]
    theirs = case.make(victim)
    invented = replace(theirs, path={part: _other_id(value) for part, value in theirs.path.items()})
    answers = [ask_as(intruder.owner, key, ask) for ask in (theirs, invented)]
    bodies = [{**answer.get_json(), "request_id": None} for answer in answers]
    assert bodies[0] == bodies[1]
    assert answers[0].status_code == answers[1].status_code == 404


def _other_id(value: str) -> str:
    try:
        uuid.UUID(value)
    except ValueError:
        return value
    return str(uuid.uuid4())


@pytest.mark.parametrize("name", IN_WORKSPACE)
def test_a_workspace_that_is_not_ours_does_not_exist(name: str, intruder: Place, victim: Place) -> None:
    key, case = ALL[name]
    ask = case.make(victim)
    before = victim.everything()
    answer = send(intruder.owner.browser, key, ask, **{"X-Workspace": str(victim.info.id)})
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found"), answer.text
    assert victim.marker not in answer.text
    assert victim.everything() == before


@pytest.mark.parametrize("name", IN_WORKSPACE)
@pytest.mark.parametrize("named", ["nothing", "nobody's", "rubbish", "both", "query only"])
def test_a_request_must_name_one_workspace_of_ours(name: str, named: str, intruder: Place, victim: Place) -> None:
    key, case = ALL[name]
    ask = case.make(victim if case.names_ids else intruder)
    join = "&" if ask.query else "?"
    theirs = f"{ask.query}{join}workspace={victim.info.id}"
    header: str | None = {
        "nothing": None,
        "nobody's": str(uuid.uuid4()),
        "rubbish": f"{intruder.info.id},{victim.info.id}",
        "both": str(intruder.info.id),
        "query only": None,
    }[named]
    if named in {"both", "query only"}:
        ask = replace(ask, query=theirs)
    before = victim.everything()
    answer = send(intruder.owner.browser, key, ask, **{"X-Workspace": header})
    # "both" with a change: the query names no workspace there, so it is an unknown parameter, or no id of ours
    assert answer.status_code in ({404, 422, 201, 202} if named == "both" and key[0] != "GET" else {404}), answer.text
    assert victim.marker not in answer.text
    assert victim.everything() == before


@pytest.mark.parametrize("name", IN_WORKSPACE)
def test_who_left_is_an_outsider(name: str, app: Flask, victim: Place) -> None:
    key, case = ALL[name]
    person = add_member(victim.info.id, "admin")
    client = Client.signed_in(app, person, victim.info.id)
    with uow.tenant(victim.info.id) as unit:
        unit.session.get_one(Member, person.id).active = False
    ask = case.make(victim)
    before = victim.everything()
    answer = ask_as(client, key, ask)
    assert answer.status_code == 404
    assert victim.marker not in answer.text
    assert victim.everything() == before


@pytest.mark.parametrize(("name", "role"), NEEDING_A_RIGHT)
def test_a_role_may_what_its_rights_say(name: str, role: str, intruder: Place) -> None:
    key, case = ALL[name]
    ask = case.make(intruder)
    before = intruder.everything()
    answer = ask_as(intruder.clients[role], key, ask)
    if case.right in ROLES[role]:
        assert answer.status_code == case.status, answer.text
    else:
        assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden"), answer.text
        assert intruder.everything() == before


@pytest.mark.parametrize(("name", "role"), NEEDING_A_POWER)
def test_a_role_may_what_its_powers_say(name: str, role: str, intruder: Place) -> None:
    key, case = ALL[name]
    ask = case.make(intruder)
    answer = ask_as(intruder.clients[role], key, ask)
    if case.power not in POWERS_OF.get(role, ()):
        assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden"), answer.text
    elif case.owners and role != "owner":
        assert (answer.status_code, answer.get_json()["code"]) == (403, "owners_only"), answer.text
    elif not case.personal or role == "owner":
        assert answer.status_code == case.status, answer.data[:500]
    else:  # what one member asked for is not another's
        assert answer.status_code == 404, answer.text


@pytest.mark.parametrize("rtype", list(REGISTRY), ids=lambda rtype: rtype.name)
class TestContents:
    """What a request says in its values, not in its path, cannot reach over either."""

    def test_search_and_filters_find_nothing(self, rtype: RecordType, intruder: Place, victim: Place) -> None:
        theirs = victim.record(rtype)
        people = [field.name for field in rtype.fields if field.kind == "member"]
        for query in [f"q={victim.marker}", f"q={theirs['id']}", *(f"{name}={victim.person.id}" for name in people)]:
            answer = intruder.owner.get(f"/{rtype.plural}?{query}")
            assert answer.status_code == 200, answer.text
            assert answer.get_json()["data"] == []
        assert victim.owner.get(f"/{rtype.plural}?q={victim.marker}").get_json()["data"]

    def test_a_cursor_of_theirs_shows_ours(self, rtype: RecordType, intruder: Place, victim: Place) -> None:
        for place in (victim, intruder):
            for _ in range(3):
                place.record(rtype)
        cursor = victim.owner.get(f"/{rtype.plural}?limit=1").get_json()["next_cursor"]
        assert cursor
        answer = intruder.owner.get(f"/{rtype.plural}?limit=100&cursor={cursor}")
        assert answer.status_code in {200, 422}
        assert victim.marker not in answer.text

    def test_duplicates_of_theirs_are_not_ours(self, rtype: RecordType, intruder: Place, victim: Place) -> None:
        email = f"{uuid.uuid4().hex}@example.org"
        example = {**victim.example(rtype), "emails": [email]}
        theirs = victim.owner.post(f"/{rtype.plural}", example).get_json()
        found = intruder.owner.get(f"/{rtype.plural}/duplicates?email={email}&exclude={theirs['id']}")
        assert found.get_json() == {"data": []}
        assert intruder.owner.post(f"/{rtype.plural}", {"name": "Ours", "emails": [email]}).status_code == 201
        again = intruder.owner.post(f"/{rtype.plural}", {"name": "Ours too", "emails": [email]})
        assert again.status_code == 409
        assert theirs["id"] not in again.text
        assert victim.marker not in again.text

    def test_people_of_theirs_cannot_be_named(self, rtype: RecordType, intruder: Place, victim: Place) -> None:
        ours = intruder.record(rtype)
        for field in (field for field in rtype.fields if field.kind == "member"):
            change = {field.name: str(victim.person.id)}
            created = intruder.owner.post(f"/{rtype.plural}", {**intruder.example(rtype), **change})
            changed = intruder.owner.patch(f"/{rtype.plural}/{ours['id']}", change, ours["version"])
            for answer in (created, changed):
                assert answer.status_code == 422, answer.text
                assert codes(answer) == {f"/{field.name}": "unknown_member"}
                assert victim.marker not in answer.text

    def test_a_chosen_id_or_system_field_is_refused(self, rtype: RecordType, intruder: Place, victim: Place) -> None:
        theirs, before = victim.record(rtype), victim.everything()
        for name in ("id", "version", "created_by_id", "import_id"):
            answer = intruder.owner.post(f"/{rtype.plural}", {**intruder.example(rtype), name: theirs["id"]})
            assert answer.status_code == 422, (name, answer.text)
        assert victim.everything() == before


def test_lists_of_people_and_workspaces_are_ours(intruder: Place, victim: Place) -> None:
    members = intruder.owner.get("/members").get_json()["data"]
    with uow.control() as unit:
        ours = unit.session.scalars(select(Membership.user_id).where(Membership.workspace_id == intruder.info.id))
        assert {member["id"] for member in members} == {str(user_id) for user_id in ours}
    assert victim.marker not in intruder.owner.browser.get("/api/session").text


def test_the_mailbox_is_for_this_machine_only(app: Flask) -> None:
    browser = Browser(app)
    assert browser.call("GET", "/dev/mailbox").status_code == 200
    assert browser.call("GET", "/dev/mailbox", address="198.51.100.7").status_code == 404
    assert browser.call("GET", "/api/session", address="198.51.100.7").get_json()["deployment"]["mailbox_url"] is None


def test_one_browser_in_two_tabs_keeps_workspaces_apart(make_workspace: WorkspaceFactory, intruder: Place) -> None:
    mine = intruder.person
    second = make_workspace(name="Second", owner=mine)
    first_tab = intruder.owner
    second_tab = Client(first_tab.browser, second.id)
    lead = first_tab.add_lead(name="In the first")
    assert second_tab.names() == []
    assert second_tab.get(f"/leads/{lead['id']}").status_code == 404
    assert second_tab.patch(f"/leads/{lead['id']}", {"name": "x"}, 1).status_code == 404
    assert first_tab.get(f"/leads/{lead['id']}").status_code == 200
