"""How long records are kept: announced, deleted by the product itself, brought back, at the end erased from the log."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import Engine, text

from crm_saas.crm.batches import jobs as batch_jobs
from crm_saas.crm.erasure import records
from crm_saas.crm.notifications import mails
from crm_saas.crm.retention import carrying_out
from crm_saas.crm.retention import jobs as retention_jobs
from crm_saas.kernel import uow
from crm_saas.kernel.ids import schema_name
from tests.factories.workspaces import WorkspaceInfo
from tests.support import persons
from tests.support.at_once import at_once
from tests.support.client import Client, codes

SAY = Callable[..., None]
HOT = {"all": [{"field": "rating", "op": "in", "value": ["hot"]}]}


@pytest.fixture
def say(owner_engine: Engine, workspace: WorkspaceInfo) -> SAY:
    """Run a statement as the owner of the schema: time passes by being written."""

    def run(statement: str, **values: object) -> None:
        with owner_engine.begin() as connection:
            connection.exec_driver_sql(f'SET LOCAL search_path = "{schema_name(workspace.id)}", ext')
            connection.execute(text(statement), values)

    return run


def aged(say: SAY, lead: dict[str, Any], years: int = 3) -> None:
    say("UPDATE lead SET updated_at = updated_at - make_interval(:years) WHERE id = :id", years=years, id=lead["id"])
    say("UPDATE event SET at = at - make_interval(:years) WHERE record_id = :id", years=years, id=lead["id"])


def ruled(client: Client, version: int = 0, **rule: Any) -> dict[str, Any]:  # noqa: ANN401
    body = {"months": None, "filter": None, "history_months": None} | rule
    answer = client.call("PUT", "/retention/lead", json=body, headers={"If-Match": f'"{version}"'})
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def carried_out(client: Client, say: SAY) -> int:
    """Let the week pass, and be the worker that looks; how many deletions began."""
    say("UPDATE retention_rule SET next_run_at = next_run_at - interval '7 days'")
    with uow.tenant(client.workspace_id) as unit:
        return carrying_out.run_due(unit)


def worked(client: Client) -> list[dict[str, Any]]:
    """Be the worker of what was deleted; the runs as they are told."""
    runs: list[dict[str, Any]] = client.get("/retention").get_json()["runs"]
    for run in runs:
        batch_jobs.work(str(client.workspace_id), run["id"])
    return list(client.get("/retention").get_json()["runs"])


def there(client: Client, lead: dict[str, Any]) -> bool:
    return client.get(f"/leads/{lead['id']}").status_code == 200


def test_nothing_is_deleted_before_anybody_asks_for_it(client: Client, say: SAY) -> None:
    aged(say, client.add_lead(name="Old"))
    told = client.get("/retention").get_json()
    assert told == {
        "data": [
            {
                "object": "lead", "months": None, "filter": None, "history_months": None, "next_run_at": None,
                "due": None, "version": 0,
            }
        ],
        "runs": [],
    }  # fmt: skip
    assert carried_out(client, say) == 0


def test_what_lay_idle_is_announced_deleted_and_can_be_brought_back(client: Client, say: SAY) -> None:
    old, cold, fresh, talked = (client.add_lead(name=name) for name in ("Old", "Cold", "Fresh", "Talked about"))
    old = client.change_lead(old, rating="hot")
    talked = client.change_lead(talked, rating="hot")
    for each in (old, cold, talked):
        aged(say, each)
    assert client.post(f"/leads/{talked['id']}/comments", {"body": "Still alive"}).status_code == 201
    asked: dict[str, Any] = {"months": 24, "filter": HOT}
    seen = client.post("/retention/lead/preview", asked).get_json()
    assert seen["count"] == {"value": 1, "exact": True}
    assert [each["display_name"] for each in seen["records"]] == ["Old"]
    rule = ruled(client, **asked)
    assert (rule["due"], rule["version"]) == ({"value": 1, "exact": True}, 1)
    told = [each for each in client.get("/notifications").get_json()["data"] if each["kind"] == "retention"]
    assert [(each["count"], datetime.fromisoformat(each["about"]["at"])) for each in told] == [
        (1, datetime.fromisoformat(rule["next_run_at"]))
    ]
    with uow.tenant(client.workspace_id) as unit:
        assert carrying_out.run_due(unit) == 0, "a week has not passed"
    assert carried_out(client, say) == 1
    with uow.tenant(client.workspace_id) as unit:
        assert carrying_out.run_due(unit) == 0, "once a week"
    [run] = worked(client)
    assert (run["state"], run["deleted"], run["undoing"], run["erased_at"]) == ("done", 1, None, None)
    assert [there(client, each) for each in (old, cold, fresh, talked)] == [False, True, True, True]
    deletion = client.get(f"/leads/{old['id']}/history").get_json()["data"][0]
    assert (deletion["type"], deletion["actor"]["kind"], deletion["source"]) == ("lead.deleted", "system", "automation")
    undone = client.post(f"/retention/runs/{run['id']}/undo", {})
    assert undone.status_code == 202, undone.text
    assert client.get("/retention").get_json()["runs"][0]["undoing"] == "queued"
    batch_jobs.work(str(client.workspace_id), undone.get_json()["id"])
    assert client.get(f"/leads/{old['id']}").get_json()["rating"] == "hot"
    assert worked(client)[0]["undoing"] == "done"
    again = client.post(f"/retention/runs/{run['id']}/undo", {})
    assert (again.status_code, again.get_json()["code"]) == (409, "undone_already")


def test_something_that_happens_after_the_deletion_began_still_keeps_a_record(client: Client, say: SAY) -> None:
    kept, gone = client.add_lead(name="Kept"), client.add_lead(name="Gone")
    for each in (kept, gone):
        aged(say, each)
    ruled(client, months=12)
    assert carried_out(client, say) == 1
    assert client.post(f"/leads/{kept['id']}/comments", {"body": "Called today"}).status_code == 201
    assert [run["deleted"] for run in worked(client)] == [1]
    assert (there(client, kept), there(client, gone)) == (True, False)


def test_after_the_time_to_bring_back_the_log_knows_nothing_of_them(
    client: Client, say: SAY, owner_engine: Engine
) -> None:
    known = client.add_lead(name=persons.NAME, emails=[persons.EMAIL])
    assert client.post(f"/leads/{known['id']}/comments", {"body": persons.STREET}).status_code == 201
    back = client.add_lead(name="Back again")
    for each in (known, back):
        aged(say, each)
    ruled(client, months=12)
    carried_out(client, say)
    [run] = worked(client)
    assert run["deleted"] == 2
    say("UPDATE retention_run SET erase_at = erase_at - interval '31 days'")
    restored = client.post(f"/leads/{back['id']}/restore", {})
    assert restored.status_code in {200, 201}, restored.text
    assert persons.traces(owner_engine, client.workspace_id)
    late = client.post(f"/retention/runs/{run['id']}/undo", {})
    assert (late.status_code, late.get_json()["code"]) == (409, "too_late")
    retention_jobs.sweep_over()
    persons.kept(client.workspace_id)
    assert [mark for _, mark in persons.traces(owner_engine, client.workspace_id)] == []
    assert client.get(f"/leads/{back['id']}").get_json()["name"] == "Back again"
    assert worked(client)[0]["erased_at"] is not None
    with uow.tenant(client.workspace_id) as unit:
        assert not carrying_out.is_something_to_erase(unit)


def test_personal_values_go_out_of_history_that_is_older_than_asked(client: Client, say: SAY) -> None:
    lead = client.add_lead(name="Ada", emails=["first@old.example"], city="Bern")
    lead = client.change_lead(lead, emails=["second@old.example"], city="Leeds")
    aged(say, lead)
    lead = client.change_lead(lead, emails=["third@new.example"])
    ruled(client, history_months=24)
    retention_jobs.sweep_over()
    persons.kept(client.workspace_id)
    history = client.get(f"/leads/{lead['id']}/history").get_json()["data"]
    told = {entry["version"]: {change["field"]: change for change in entry["changes"]} for entry in history}
    assert told[2]["emails"] == {"field": "emails", "before": None, "after": None, "redacted": True}
    assert told[2]["city"]["after"] == "Leeds", "what is not personal stays"
    assert told[3]["emails"]["after"] == ["third@new.example"], "what is younger stays"
    assert b"first@old.example" not in orjson.dumps(history)
    assert client.get(f"/leads/{lead['id']}").get_json()["emails"] == ["third@new.example"]
    with uow.tenant(client.workspace_id) as unit:
        assert not carrying_out.is_something_to_erase(unit)


def test_a_worker_killed_between_two_steps_leaves_the_rest_to_the_next(
    client: Client, say: SAY, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads = [client.add_lead(name=f"Old {number}", city=f"Town {number}") for number in range(3)]
    for each in leads:
        aged(say, each)
    ruled(client, months=12)
    carried_out(client, say)
    worked(client)
    say("UPDATE retention_run SET erase_at = erase_at - interval '31 days'")
    monkeypatch.setattr(carrying_out, "STEP", 1)
    erase, calls = records.erase, []

    def killed(*arguments: Any) -> Any:  # noqa: ANN401
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return erase(*arguments)

    monkeypatch.setattr(carrying_out, "erase", killed)
    retention_jobs.sweep_over()
    with pytest.raises(KeyboardInterrupt):
        persons.kept(client.workspace_id)
    with uow.control() as unit:
        unit.connection.execute(text("UPDATE keeping_task SET lease_until = NULL WHERE kind = 'retain'"))
    persons.kept(client.workspace_id)
    for each in leads:
        assert b"Town" not in orjson.dumps(client.get(f"/leads/{each['id']}/history").get_json())


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"months": 0}, "/months", "out_of_range"),
        ({"months": 241}, "/months", "out_of_range"),
        ({"months": "12"}, "/months", "out_of_range"),
        ({"months": True}, "/months", "out_of_range"),
        ({"history_months": 1.5}, "/history_months", "out_of_range"),
        ({"years": 2}, "/years", "unknown_field"),
        (
            {"months": 12, "filter": {"all": [{"field": "nothing", "op": "in", "value": []}]}},
            "/filter/all/0/field",
            None,
        ),
        ({"months": 12, "filter": "hot"}, "/filter", None),
        ([], "", "wrong_type"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(client: Client, body: Any, pointer: str, code: str | None) -> None:  # noqa: ANN401
    answer = client.call("PUT", "/retention/lead", json=body, headers={"If-Match": '"0"'})
    assert answer.status_code == 422, answer.text
    found = {error["pointer"]: error["code"] for error in answer.get_json()["errors"]}
    assert pointer in found
    assert code is None or found[pointer] == code
    assert client.get("/retention").get_json()["data"][0]["version"] == 0


def test_of_two_who_set_the_first_rule_at_once_one_hears_of_the_other(
    client: Client, app: Flask, workspace: WorkspaceInfo
) -> None:
    clients = [client, Client.signed_in(app, workspace.owner, workspace.id)]
    match = {"If-Match": '"0"'}
    calls = [
        lambda each=each, months=months: each.call("PUT", "/retention/lead", json={"months": months}, headers=match)
        for each, months in zip(clients, (12, 24), strict=True)
    ]
    answers = sorted(at_once(calls), key=lambda answer: int(answer.status_code))
    assert [answer.status_code for answer in answers] == [200, 412]
    assert client.get("/retention").get_json()["data"][0]["months"] == answers[0].get_json()["months"]


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "On 28 Feb 2030, records of yours will be deleted, since nothing has happened on them for long: 3"),
        ("zh-CN", "您的 3 条记录因长期没有任何动态，将于 2030年2月28日 删除"),
    ],
)
def test_a_mail_says_how_many_go_and_on_which_day_of_its_reader(language: str, says: str) -> None:
    told = {
        "kind": "retention", "object": "lead", "record": None, "actor": None, "excerpt": None, "count": 3,
        "about": {"at": "2030-02-27T20:30:00+00:00"},
    }  # fmt: skip
    assert mails._item(told, language, "https://crm.example/w/one", "Asia/Shanghai")["text"] == says


def test_a_rule_changes_in_one_hand_at_a_time(client: Client) -> None:
    ruled(client, months=12)
    stale = client.call("PUT", "/retention/lead", json={"months": 24}, headers={"If-Match": '"0"'})
    assert stale.status_code in {409, 412}
    assert client.call("PUT", "/retention/lead", json={"months": 24}).status_code == 428
    assert ruled(client, version=1)["next_run_at"] is None
    assert client.call("PUT", "/retention/ticket", json={}, headers={"If-Match": '"0"'}).status_code == 404
    assert client.post(f"/retention/runs/{uuid.uuid4()}/undo", {}).status_code == 404
    assert codes(client.post("/retention/lead/preview", {"months": None})) == {"/months": "out_of_range"}
