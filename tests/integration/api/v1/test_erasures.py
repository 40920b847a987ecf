"""Everything that is held about a person: found, handed out, erased, and proven gone."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import count

import pytest
import time_machine
from sqlalchemy import Connection, Engine, update

from crm_saas.crm.batches import jobs as batch_jobs
from crm_saas.crm.erasure import erasing
from crm_saas.crm.erasure import jobs as erasure_jobs
from crm_saas.crm.erasure.erasing import Steps
from crm_saas.crm.imports import jobs as import_jobs
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.tenants.keeping import tasks
from crm_saas.tenants.keeping.model import DONE, KeepingTask
from tests.factories.workspaces import WorkspaceInfo
from tests.support import persons
from tests.support.client import Client, codes
from tests.support.persons import EMAIL, NAME


def places(found: list[dict[str, object]]) -> dict[object, object]:
    return {each["place"]: each["count"] for each in found}


def test_a_search_finds_records_what_belongs_to_them_and_mentions_elsewhere(
    client: Client, workspace: WorkspaceInfo
) -> None:
    known = persons.known(client)
    persons.exported(client, workspace.owner.id)
    found = persons.looked_for(client, {"record": {"type": "lead", "id": known.lead["id"]}})
    assert found["title"] == NAME
    assert found["person"] == {
        "emails": sorted([EMAIL, persons.OLD_EMAIL]), "phones": [persons.PHONE], "names": [NAME],
    }  # fmt: skip
    assert {each["id"]: (each["named"], each["deleted"]) for each in found["records"]} == {
        known.lead["id"]: (True, False), known.twin: (False, True),
    }  # fmt: skip
    named = next(each for each in found["records"] if each["named"])
    assert places(named["places"]) == {"comment": 1, "event": 4}
    elsewhere = places(found["places"])
    assert {name: elsewhere[name] for name in ("lead", "comment", "saved_view", "bulk_job", "event")} == {
        "lead": 1, "comment": 1, "saved_view": 1, "bulk_job": 1, "event": 1,
    }  # fmt: skip
    assert {name: elsewhere[name] for name in ("uploads", "rejects", "exports")} == {
        "uploads": 1, "rejects": 1, "exports": 1,
    }  # fmt: skip


def test_after_erasing_all_of_it_nothing_is_left_and_the_rest_is_as_it_was(
    client: Client, workspace: WorkspaceInfo, owner_engine: Engine
) -> None:
    known = persons.known(client)
    persons.exported(client, workspace.owner.id)
    assert {mark for _, mark in persons.traces(owner_engine, workspace.id)} == set(persons.MARKS)
    found = persons.looked_for(client, {"record": {"type": "lead", "id": known.lead["id"]}})
    done = persons.erased(client, found, by_name=True)
    assert (done["state"], done["records"], done["kept"]) == ("done", 2, 0), done
    assert done["tables"] > 10
    assert persons.traces(owner_engine, workspace.id) == []
    assert client.get(f"/leads/{known.lead['id']}").status_code == 404
    other = client.get(f"/leads/{known.other['id']}").get_json()
    assert (other["notes"], other["emails"]) == ("Ask █████ first", ["bo@other.example"])
    history = client.get(f"/leads/{known.lead['id']}/history").get_json()["data"]
    assert history[0]["type"] == "lead.erased"
    told = {change["field"]: change for entry in history for change in entry["changes"]}
    assert told["emails"] == {"field": "emails", "before": None, "after": None, "redacted": True}
    assert client.get("/leads?count=1").get_json()["count"]["value"] == 2


def test_an_anonymous_business_record_keeps_what_is_not_of_the_person(
    client: Client, workspace: WorkspaceInfo, owner_engine: Engine
) -> None:
    known = persons.known(client)
    lead = client.change_lead(known.lead, status="working", next_step=f"Mail {NAME}", tags=["vip", EMAIL])
    found = persons.looked_for(client, {"record": {"type": "lead", "id": lead["id"]}})
    persons.erased(client, found, mode="anonymous", by_name=True)
    assert persons.traces(owner_engine, workspace.id) == []
    left = client.get(f"/leads/{lead['id']}").get_json()
    assert (left["company"], left["city"], left["status"], left["tags"]) == (persons.FIRM, "Bern", "working", ["vip"])
    assert [left[name] for name in ("name", "emails", "phones", "street", "notes", "next_step")] == [
        None, [], [], None, None, None,
    ]  # fmt: skip
    newest = client.get(f"/leads/{lead['id']}/history").get_json()["data"]
    assert newest[0]["type"] == "lead.anonymised"
    changed = {change["field"]: change for change in newest[1]["changes"]}
    assert changed["status"]["after"] == "working"
    assert changed["next_step"]["redacted"]
    assert client.get(f"/leads/{lead['id']}/comments").get_json()["data"] == []
    assert client.get("/search?q=zephyrine").get_json()["data"] == []


def test_a_record_that_would_be_called_nothing_is_called_a_person_who_was_erased(client: Client) -> None:
    lead = client.add_lead(name=NAME)
    persons.erased(client, persons.looked_for(client, {"record": {"type": "lead", "id": lead["id"]}}), mode="anonymous")
    assert client.get(f"/leads/{lead['id']}").get_json()["display_name"] == "Erased person"


def test_what_another_record_has_too_stays_and_is_counted(client: Client) -> None:
    one = client.add_lead(name=NAME, emails=[EMAIL], phones=[persons.PHONE])
    two = client.add_lead(allow_duplicates=True, name="Colleague", phones=[persons.PHONE], notes="Same desk")
    by_number = persons.looked_for(client, {"phone": "030 87654321"})
    assert (by_number["title"], by_number["person"]["emails"]) == (persons.PHONE, [])
    assert {each["id"] for each in by_number["records"]} == {one["id"], two["id"]}
    by_address, by_record = (
        persons.looked_for(client, subject)
        for subject in ({"email": EMAIL}, {"record": {"type": "lead", "id": one["id"]}})
    )
    for found in (by_address, by_record):
        assert {each["id"]: each["shares"] for each in found["records"]} == {
            one["id"]: ["email", "phone"], two["id"]: ["phone"],
        }  # fmt: skip
    done = persons.erased(client, by_record, records=[{"type": "lead", "id": one["id"]}])
    assert (done["state"], done["kept"]) == ("done", 1)
    assert client.get(f"/leads/{two['id']}").get_json() == two


def test_a_name_alone_is_counted_and_left_unless_it_is_asked_for(client: Client) -> None:
    one = client.add_lead(name=NAME, emails=[EMAIL])
    two = client.add_lead(name="Somebody", notes=f"Met {NAME} once, not {NAME}x.")
    by_address, by_record = (
        persons.looked_for(client, subject)
        for subject in ({"email": EMAIL.upper()}, {"record": {"type": "lead", "id": one["id"]}})
    )
    assert places(by_address["names"]) == places(by_record["names"]) == {"lead": 1, "event": 1}
    persons.erased(client, by_record)
    assert client.get(f"/leads/{two['id']}").get_json()["notes"] == two["notes"]
    found = persons.looked_for(client, {"email": EMAIL})
    assert (found["records"], found["places"]) == ([], [])


def test_undoing_and_restoring_are_refused_where_it_would_bring_them_back(client: Client) -> None:
    known = persons.known(client)
    persons.erased(client, persons.looked_for(client, {"record": {"type": "lead", "id": known.lead["id"]}}))
    refused = client.post(f"/leads/{known.twin}/restore")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "erased")
    refused = client.post(f"/leads/{known.lead['id']}/restore")
    assert (refused.status_code, refused.get_json()["code"]) == (409, "erased")
    undoing = client.post(f"/batches/{known.batch}/undo").get_json()
    batch_jobs.work(str(client.workspace_id), undoing["id"])
    left = client.get(f"/batches/{undoing['id']}/left").get_json()["data"]
    assert [(each["id"], each["reason"]) for each in left] == [(known.lead["id"], "erased")]


def test_undoing_an_import_leaves_who_was_erased(client: Client) -> None:
    run = persons.uploaded(client, f"Name,Email\n{NAME},{EMAIL}\nCy,cy@zq.example\n")
    client.post(f"/imports/{run}/start", {"dry_run": False})
    import_jobs.work(str(client.workspace_id), run)
    persons.erased(client, persons.looked_for(client, {"email": EMAIL}))
    assert client.post(f"/imports/{run}/undo").status_code == 202
    import_jobs.work(str(client.workspace_id), run)
    told = client.get(f"/imports/{run}").get_json()["undo"]
    assert told == {"removed": 1, "restored": 0, "skipped": 1}
    assert [each["reason"] for each in client.get(f"/imports/{run}/undo-conflicts").get_json()["data"]] == ["erased"]
    assert client.names() == []


def test_what_is_held_is_handed_out_in_one_file(client: Client) -> None:
    known = persons.known(client)
    found = persons.looked_for(client, {"record": {"type": "lead", "id": known.lead["id"]}})
    answer = client.get(f"/erasures/{found['id']}/download")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    held = answer.get_json()
    one = next(each for each in held["records"] if each["id"] == known.lead["id"])
    assert one["record"]["emails"] == [EMAIL]
    assert [each["body"] for each in one["comment"]] == [f"Called {NAME} at {persons.TYPED_PHONE}."]
    assert any(each["changes"].get("emails") == [[persons.OLD_EMAIL], [EMAIL]] for each in one["event"])
    assert held["elsewhere"]["lead"][0]["notes"] == f"Ask {EMAIL} first"


def test_a_search_is_refused_with_a_pointer_where_it_is_wrong(client: Client) -> None:
    lead = client.add_lead(name=NAME)
    for body, pointer in (
        ({}, ""), ([], ""), ({"email": EMAIL, "phone": "1"}, ""), ({"email": "x"}, "/email/0"),
        ({"email": 5}, "/email"),
        ({"phone": "12"}, "/phone/0"), ({"record": {"type": "lead"}}, "/record"), ({"record": "x"}, "/record"),
        ({"record": {"type": "owl", "id": lead["id"]}}, "/record"),
    ):  # fmt: skip
        refused = client.post("/erasures", body)
        assert refused.status_code == 422, (body, refused.text)
        assert pointer in codes(refused) or pointer.rpartition("/")[0] in codes(refused), (body, refused.text)
    assert client.post("/erasures", {"record": {"type": "lead", "id": str(uuid.uuid4())}}).status_code == 404


def test_confirming_is_refused_where_it_is_wrong_too_early_or_twice(client: Client) -> None:
    lead = client.add_lead(name=NAME, emails=[EMAIL])
    asked = client.post("/erasures", {"email": EMAIL}).get_json()
    right = {"mode": "whole", "records": [{"type": "lead", "id": lead["id"]}], "typed": EMAIL.upper()}
    assert client.post(f"/erasures/{asked['id']}/confirm", right).get_json()["code"] == "wrong_state"
    assert client.get(f"/erasures/{asked['id']}/download").get_json()["code"] == "wrong_state"
    persons.kept(client.workspace_id)
    for change, pointer in (
        ({"mode": "half"}, "/mode"), ({"typed": "yes"}, "/typed"), ({"typed": 1}, "/typed"),
        ({"by_name": "x"}, "/by_name"),
        ({"records": None}, "/records/0"), ({"records": [{"type": "lead", "id": str(uuid.uuid4())}]}, "/records/0"),
        ({"sure": True}, "/sure"),
    ):  # fmt: skip
        refused = client.post(f"/erasures/{asked['id']}/confirm", right | change)
        assert (refused.status_code, set(codes(refused))) == (422, {pointer}), refused.text
    run = persons.uploaded(client, "Name\nCy\n")
    client.post(f"/imports/{run}/start", {"dry_run": False})
    assert client.post(f"/erasures/{asked['id']}/confirm", right).get_json()["code"] == "imports_at_work"
    import_jobs.work(str(client.workspace_id), run)
    assert client.post(f"/erasures/{asked['id']}/confirm", right).status_code == 202
    assert client.post(f"/erasures/{asked['id']}/confirm", right).get_json()["code"] == "wrong_state"
    assert client.delete(f"/erasures/{asked['id']}", None).get_json()["code"] == "wrong_state"


def test_an_import_that_begins_after_the_confirmation_is_waited_for(client: Client) -> None:
    lead = client.add_lead(name=NAME, emails=[EMAIL])
    found = persons.looked_for(client, {"email": EMAIL})
    body = {"mode": "whole", "records": [{"type": "lead", "id": lead["id"]}], "typed": EMAIL}
    client.post(f"/erasures/{found['id']}/confirm", body)
    run = persons.uploaded(client, "Name\nCy\n")
    client.post(f"/imports/{run}/start", {"dry_run": False})
    persons.kept(client.workspace_id)
    assert client.get(f"/leads/{lead['id']}").status_code == 200
    assert erasure_jobs.sweep_waiting() >= 0
    import_jobs.work(str(client.workspace_id), run)
    assert erasure_jobs.sweep_waiting() >= 1
    persons.kept(client.workspace_id)
    assert client.get(f"/leads/{lead['id']}").status_code == 404


def test_it_needs_the_power_and_a_recent_proof(client: Client, as_role: Callable[[str], Client]) -> None:
    lead = client.add_lead(name=NAME, emails=[EMAIL])
    found = persons.looked_for(client, {"email": EMAIL})
    manager = as_role("manager")
    for answer in (
        manager.get("/erasures"), manager.post("/erasures", {"email": EMAIL}), manager.get(f"/erasures/{found['id']}"),
        manager.delete(f"/erasures/{found['id']}", None), manager.post(f"/erasures/{found['id']}/confirm", {}),
        manager.get(f"/erasures/{found['id']}/download"),
    ):  # fmt: skip
        assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")
    with time_machine.travel(now() + timedelta(hours=1)):
        body = {"mode": "whole", "records": [{"type": "lead", "id": lead["id"]}], "typed": EMAIL}
        for answer in (
            client.post(f"/erasures/{found['id']}/confirm", body), client.get(f"/erasures/{found['id']}/download"),
        ):  # fmt: skip
            assert answer.get_json()["code"] == "reauthentication_required"


def test_the_journal_says_that_it_happened_and_not_to_whom(client: Client) -> None:
    client.add_lead(name=NAME, emails=[EMAIL])
    persons.erased(client, persons.looked_for(client, {"email": EMAIL}))
    rows = client.get("/audit?kind=data").get_json()["data"]
    assert [row["type"] for row in rows] == ["person.erased", "person.erasure_confirmed", "person.looked_for"]
    assert rows[0]["data"] == {"mode": "whole", "total": rows[0]["data"]["total"]}
    assert EMAIL not in client.get("/audit").text


def test_a_search_that_nobody_confirms_is_forgotten(client: Client) -> None:
    client.add_lead(name=NAME, emails=[EMAIL])
    found, given_up = (persons.looked_for(client, {"email": EMAIL}) for _ in range(2))
    assert client.delete(f"/erasures/{given_up['id']}", None).status_code == 204
    assert client.get(f"/erasures/{given_up['id']}").status_code == 404
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        assert erasure_jobs.sweep_unconfirmed() >= 1
    assert client.get(f"/erasures/{found['id']}").status_code == 404


def test_a_worker_killed_between_any_two_steps_leaves_the_rest_to_the_next(
    client: Client, workspace: WorkspaceInfo, owner_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = persons.known(client)
    found = persons.looked_for(client, {"record": {"type": "lead", "id": known.lead["id"]}})
    monkeypatch.setattr(erasure_jobs, "MOST_ATTEMPTS", 1000)
    monkeypatch.setattr(tasks, "PAUSE", timedelta())
    monkeypatch.setattr(tasks, "MOST_ATTEMPTS", 1000)
    dies, plain = count(1), erasing.owner_steps
    left = {"steps": 1}

    def mortal(owner: Engine, workspace_id: uuid.UUID) -> Steps:
        opened = plain(owner, workspace_id)

        @contextmanager
        def step() -> Iterator[Connection]:
            with opened() as connection:
                yield connection
            left["steps"] -= 1
            if left["steps"] == 0:
                raise KeyboardInterrupt

        return step

    monkeypatch.setattr(erasure_jobs, "owner_steps", mortal)
    records = [{"type": each["type"], "id": each["id"]} for each in found["records"]]
    body = {"mode": "whole", "records": records, "typed": found["title"], "by_name": True}
    assert client.post(f"/erasures/{found['id']}/confirm", body).status_code == 202
    for number in dies:
        left["steps"] = number
        try:
            with suppress(KeyboardInterrupt):
                persons.kept(client.workspace_id)
                break
        finally:
            with uow.control() as unit:  # as the lease of a worker that was killed lapses
                unit.connection.execute(update(KeepingTask).values(lease_until=None))
    assert next(dies) > 15
    assert persons.traces(owner_engine, workspace.id) == []
    listed = client.get("/erasures").get_json()["data"]
    assert [each["state"] for each in listed] == ["done"]
    assert [row["type"] for row in client.get("/audit?kind=data").get_json()["data"]].count("person.erased") == 1


@pytest.mark.parametrize("mode", ["whole", "anonymous"])
def test_a_restored_backup_does_not_bring_them_back(
    client: Client, workspace: WorkspaceInfo, owner_engine: Engine, mode: str
) -> None:
    known = persons.known(client)
    bystander = client.add_lead(name="Dot", notes=f"Not yet asked for: {persons.TYPED_PHONE}, dot@zq.example")
    made = keeping_task("backup", workspace.id)
    persons.erased(client, persons.looked_for(client, {"record": {"type": "lead", "id": known.lead["id"]}}), mode=mode)
    persons.erased(client, persons.looked_for(client, {"email": "dot@zq.example"}), records=[])
    restored = keeping_task("restore", workspace.id, backup_id=made.result["backup_id"])
    assert restored.state == DONE, restored.error
    by_address = tuple(mark for mark in (*persons.MARKS, b"dot@zq") if mark != b"zephyrine")
    assert persons.traces(owner_engine, workspace.id, (*by_address, b"ada.zephyrine")) == []
    assert client.get(f"/leads/{known.lead['id']}").status_code == (404 if mode == "whole" else 200)
    assert client.get(f"/leads/{bystander['id']}").get_json()["notes"] == "Not yet asked for: █████, █████"
    assert client.get("/search?q=Bo").get_json()["data"][0]["id"] == known.other["id"]


def test_a_restore_is_given_up_where_somebody_would_come_back(
    client: Client, workspace: WorkspaceInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = client.add_lead(name=NAME, emails=[EMAIL])
    made = keeping_task("backup", workspace.id)
    persons.erased(client, persons.looked_for(client, {"email": EMAIL}))
    monkeypatch.setattr(erasing, "clean", lambda *_: 0)
    monkeypatch.setattr(erasing, "erase", lambda *_: Counter())
    with pytest.raises(erasure_jobs.StillThereError):
        keeping_task("restore", workspace.id, backup_id=made.result["backup_id"])
    assert client.get(f"/leads/{lead['id']}").status_code == 404


def keeping_task(kind: str, workspace_id: uuid.UUID, **params: object) -> KeepingTask:
    with uow.control() as unit:
        task_id = tasks.ask(unit, kind, workspace_id, params, wake=False)
    tasks.work(task_id)
    with uow.control() as unit:
        return unit.session.get_one(KeepingTask, task_id)
