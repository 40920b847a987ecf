"""Imports from beginning to end on the real database."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from crm_saas.crm.imports import jobs, service
from crm_saas.crm.imports.options import Duplicates
from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records import bulk
from crm_saas.crm.records import service as records
from crm_saas.kernel.clock import now
from crm_saas.kernel.errors import Conflict
from tests.support.importing import Importing, table

HEADER = ("Name", "Company", "Email", "Phone", "City", "Lead source")


def people(count: int, first: int = 0) -> list[tuple[str, ...]]:
    numbers = range(first, first + count)
    return [(f"Person {n:05}", f"Firm {n % 7}", f"person{n}@example.com", "", "Leeds", "web") for n in numbers]


def test_every_row_is_stored_once_with_its_event(importing: Importing) -> None:
    done = importing.run(table(HEADER, people(2_500)))
    assert (done["state"], done["counts"]["created"], done["counts"]["rejected"]) == ("done", 2_500, 0)
    assert importing.counted("lead") == importing.counted("event") == 2_500
    assert done["progress"]["rows"] == 2_500
    assert done["progress"]["bytes_done"] == done["progress"]["bytes_total"]


def test_a_file_of_only_external_ids_and_origins_makes_leads(importing: Importing) -> None:
    rows = [(uuid.uuid4().hex, f"2018-01-{n % 28 + 1:02}", "organic_search" if n % 2 else "") for n in range(300)]
    content = table(("mql_id", "first_contact_date", "origin"), rows)
    done = importing.run(content, external_system="marketing")
    assert done["counts"]["created"] == 300
    lead = importing.leads()[0]
    assert lead["external_ids"][0]["system"] == "marketing"
    assert lead["display_name"] == lead["external_ids"][0]["value"]
    again = importing.run(content, external_system="marketing")
    assert (again["counts"]["created"], again["counts"]["skipped"]) == (0, 300)


@pytest.mark.parametrize(
    ("duplicates", "outcome", "company", "city"),
    [
        ("skip", "skipped", "Old Firm", None),
        ("fill", "filled", "Old Firm", "Leeds"),
        ("update", "updated", "Firm 0", "Leeds"),
    ],
)
def test_a_known_person_is_treated_as_chosen(
    importing: Importing, duplicates: Duplicates, outcome: str, company: str, city: str | None
) -> None:
    importing.run(table(("Name", "Company", "Email"), [("Person", "Old Firm", "PERSON0@example.com")]))
    done = importing.run(table(HEADER, people(1)), duplicates=duplicates)
    assert done["counts"][outcome] == 1
    (lead,) = importing.leads()
    assert (lead["company"], lead["city"]) == (company, city)


def test_creating_duplicates_on_purpose_makes_two(importing: Importing) -> None:
    importing.run(table(HEADER, people(1)))
    done = importing.run(table(HEADER, people(1)), duplicates="create")
    assert done["counts"]["created"] == 1
    assert len(importing.leads()) == 2


def test_an_external_id_is_never_given_to_two_records(importing: Importing) -> None:
    content = table(("Lead id", "Name"), [("7", "Ann"), ("7", "Bob")])
    chosen: dict[str, Any] = {"mapping": {"0": "external_ids", "1": "name"}, "external_system": "erp"}
    done = importing.run(content, duplicates="create", **chosen)
    assert (done["counts"]["created"], done["counts"]["rejected"]) == (1, 1)
    assert importing.rejects(uuid.UUID(str(done["id"])))[1][3] == "Bob"


def test_rows_that_repeat_within_the_file_meet_each_other(importing: Importing) -> None:
    rows = [("Ann", "", "ann@example.com", "", "", ""), ("Ann", "Firm", "ANN@example.com", "", "Leeds", "")]
    done = importing.run(table(HEADER, rows), duplicates="fill")
    assert (done["counts"]["created"], done["counts"]["filled"]) == (1, 1)
    (lead,) = importing.leads()
    assert (lead["company"], lead["version"]) == ("Firm", 1)


def test_rejected_rows_come_back_corrected(importing: Importing) -> None:
    bad = [("Ann", "", "not an address", "", "", ""), ("", "", "", "", "Leeds", ""), ("Bob", "", "", "", "", "")]
    done = importing.run(table(HEADER, bad), mapping={"0": "name", "2": "emails", "4": "city"})
    assert (done["counts"]["created"], done["counts"]["rejected"]) == (1, 2)
    rejected = importing.rejects(uuid.UUID(str(done["id"])))
    assert [row[0] for row in rejected] == ["import_line", "2", "3"]
    assert "Email" in rejected[1][1]
    corrected = [rejected[0], [*rejected[1][:4], "ann@example.com", *rejected[1][5:]]]
    again = importing.run(table(corrected[0], corrected[1:]))
    assert again["counts"]["created"] == 1
    assert "ann@example.com" in [email for lead in importing.leads() for email in lead["emails"]]


def test_a_dry_run_counts_what_the_run_will_do_and_stores_nothing(importing: Importing) -> None:
    rows = [*people(1_200), *people(50), ("", "", "wrong", "", "", "")]
    import_id = importing.upload(table(HEADER, rows))
    importing.start(import_id, dry_run=True)
    dry = importing.work(import_id)
    assert (importing.counted("lead"), importing.counted("event")) == (0, 0)
    importing.start(import_id)
    real = importing.work(import_id)
    assert dry["counts"] == real["counts"]
    assert real["counts"] == {"created": 1_200, "updated": 0, "filled": 0, "skipped": 50, "rejected": 1}


def test_a_cancelled_import_stops_between_chunks_and_can_be_undone(importing: Importing) -> None:
    import_id = importing.upload(table(HEADER, people(1_500)))
    importing.start(import_id)
    importing.act(lambda unit, actor: service.cancel(unit, actor, import_id))
    done = importing.work(import_id)
    assert done["state"] == "cancelled"
    assert importing.counted("lead") == done["counts"]["created"]
    assert importing.undo(import_id)["state"] == "undone"
    assert importing.counted("lead") == 0


def test_a_worker_that_dies_after_a_chunk_neither_doubles_nor_loses_a_row(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = importing.upload(table(HEADER, people(3_500)))
    importing.start(import_id)
    steps = 0
    original = jobs._Reader.step

    def dies_after_two(self: jobs._Reader) -> bool:
        nonlocal steps
        steps += 1
        if steps == 3:
            raise KeyboardInterrupt
        return original(self)

    monkeypatch.setattr(jobs._Reader, "step", dies_after_two)
    monkeypatch.setattr(jobs, "SLICE_SECONDS", 600.0)  # a slow machine must not end the slice before the worker dies
    with pytest.raises(KeyboardInterrupt):
        jobs.work(str(importing.workspace.id), str(import_id))
    assert importing.counted("lead") == 2_000
    monkeypatch.undo()
    assert importing.work(import_id)["counts"]["created"] == 3_500
    assert importing.counted("lead") == 3_500


def test_a_failure_inside_a_chunk_leaves_nothing_of_it(importing: Importing, monkeypatch: pytest.MonkeyPatch) -> None:
    import_id = importing.upload(table(HEADER, [("", "", "bad", "", "", ""), *people(1_000)]))
    importing.start(import_id)

    def breaks(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(bulk, "update_many", breaks)
    with pytest.raises(OSError, match="disk full"):
        jobs.work(str(importing.workspace.id), str(import_id))
    assert (importing.counted("lead"), importing.counted("event"), importing.counted("outbox")) == (0, 0, 0)
    monkeypatch.undo()
    done = importing.work(import_id)
    assert (done["counts"]["created"], done["counts"]["rejected"]) == (1_000, 1)
    assert len(importing.rejects(import_id)) == 2


def test_an_import_that_always_fails_ends_with_a_reason(importing: Importing, monkeypatch: pytest.MonkeyPatch) -> None:
    import_id = importing.upload(table(HEADER, people(1)))
    importing.start(import_id)

    def breaks(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(bulk, "insert_many", breaks)
    for _ in range(jobs.MOST_FAILURES):
        with pytest.raises(OSError, match="disk full"):
            jobs.work(str(importing.workspace.id), str(import_id))
    done = importing.state(import_id)
    assert (done["state"], done["error"]["code"]) == ("failed", "internal_error")
    assert "disk full" not in done["error"]["detail"]


def test_two_workers_at_one_import_take_turns(importing: Importing) -> None:
    import_id = importing.upload(table(HEADER, people(4_000)))
    importing.start(import_id)
    arguments = (str(importing.workspace.id), str(import_id))
    with ThreadPoolExecutor(3) as pool:
        for one in [pool.submit(jobs.work, *arguments) for _ in range(3)]:
            one.result()
    assert importing.work(import_id)["counts"]["created"] == 4_000
    assert importing.counted("lead") == importing.counted("event") == 4_000


def test_two_imports_of_one_file_at_once_store_every_external_id_once(importing: Importing) -> None:
    content = table(("Lead id", "Name"), [(str(n), f"Person {n}") for n in range(2_000)])
    chosen: dict[str, Any] = {"mapping": {"0": "external_ids", "1": "name"}, "external_system": "erp"}
    both = [importing.upload(content, **chosen) for _ in range(2)]
    for import_id in both:
        importing.start(import_id)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(importing.work, both))
    assert importing.counted("lead") == importing.counted("external_id") == 2_000
    assert sum(one["counts"]["created"] for one in done) == 2_000
    assert sum(one["counts"]["skipped"] for one in done) == 2_000


def test_undo_removes_created_and_restores_changed_but_leaves_later_edits(importing: Importing) -> None:
    importing.run(table(("Name", "Company", "Email"), [("Old", "Old Firm", "person0@example.com")]))
    before = importing.leads()
    done = importing.run(table(HEADER, people(5)), duplicates="update")
    import_id = uuid.UUID(str(done["id"]))
    created = [lead for lead in importing.leads() if lead["display_name"] != "Person 00000"]
    edited, deleted = created[0], created[1]
    importing.act(lambda u, a: records.update(u, a, LEAD, edited["id"], {"title": "Buyer"}, version=1))
    importing.act(lambda u, a: records.delete(u, a, LEAD, deleted["id"], version=1))
    undone = importing.undo(import_id)
    assert (undone["state"], undone["undo"]) == ("undone", {"removed": 2, "restored": 1, "skipped": 2})
    left = importing.leads()
    assert [lead["display_name"] for lead in left] == ["Old", edited["display_name"]]
    same = ("name", "company", "emails", "city", "source")
    assert [left[0][name] for name in same] == [before[0][name] for name in same]


def test_undone_twice_or_while_running_is_refused(importing: Importing) -> None:
    import_id = importing.upload(table(HEADER, people(3)))
    with pytest.raises(Conflict):
        importing.undo(import_id)
    importing.start(import_id)
    with pytest.raises(Conflict):
        importing.act(lambda unit, actor: service.start(unit, actor, import_id, dry_run=False))
    importing.work(import_id)
    importing.undo(import_id)
    with pytest.raises(Conflict):
        importing.undo(import_id)


def test_a_stalled_import_is_found_by_the_sweep(importing: Importing) -> None:
    import_id = importing.upload(table(HEADER, people(3)))
    importing.start(import_id)
    assert jobs.sweep_stalled() >= 1
    importing.work(import_id)
    with_lease = importing.state(import_id)
    assert with_lease["finished_at"] <= now()
