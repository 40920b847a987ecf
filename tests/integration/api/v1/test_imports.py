"""Imports over HTTP: what the wizard in the browser does."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from werkzeug.test import TestResponse

from crm_saas.crm.imports import jobs, service
from crm_saas.kernel import files
from tests.support.client import Client, codes
from tests.support.importing import table

PEOPLE = table(("Name", "Email", "Phone"), [(f"Person {n}", f"p{n}@example.com", "") for n in range(3)])
NAUGHTY = Path(__file__).parents[3] / "data" / "naughty_strings.json"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, wired: Redis) -> None:
    assert wired is not None
    files.configure(tmp_path / "files")


def upload(client: Client, content: bytes, filename: str = "people.csv", **form: str) -> TestResponse:
    data: dict[str, Any] = {"file": (io.BytesIO(content), filename), **form}
    return client.call("POST", "/imports", data=data, content_type="multipart/form-data")


def accepted(client: Client, content: bytes, filename: str = "people.csv") -> dict[str, Any]:
    answer = upload(client, content, filename)
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.get_json()
    return document


def run(client: Client, import_id: str, *, dry_run: bool = False) -> dict[str, Any]:
    assert client.post(f"/imports/{import_id}/start", {"dry_run": dry_run}).status_code == 202
    return worked(client, import_id)


def worked(client: Client, import_id: str) -> dict[str, Any]:
    while True:
        state: dict[str, Any] = client.get(f"/imports/{import_id}").get_json()
        if state["state"] not in service.AT_WORK:
            return state
        jobs.work(str(client.workspace_id), import_id)


def test_a_file_is_looked_at_matched_previewed_imported_and_undone(client: Client) -> None:
    made = accepted(client, PEOPLE)
    assert (made["state"], made["encoding"], made["delimiter"], made["has_header"]) == ("ready", "utf-8", ",", True)
    assert made["mapping"] == {"0": "name", "1": "emails", "2": "phones"}
    preview = client.get(f"/imports/{made['id']}/preview").get_json()
    assert [row["outcome"] for row in preview["rows"]] == ["create"] * 3
    assert preview["columns"][1]["samples"][0] == "p0@example.com"
    done = run(client, made["id"])
    assert (done["state"], done["counts"]["created"]) == ("done", 3)
    of_this_import = json.dumps({"all": [{"field": "import_id", "op": "eq", "value": made["id"]}]})
    listed = client.get(f"/leads?filter={of_this_import}").get_json()
    assert len(listed["data"]) == 3
    history = client.get(f"/leads/{listed['data'][0]['id']}/history").get_json()["data"]
    assert (history[0]["source"], history[0]["batch_id"]) == ("import", made["id"])
    assert client.post(f"/imports/{made['id']}/undo").status_code == 202
    assert worked(client, made["id"])["undo"] == {"removed": 3, "restored": 0, "skipped": 0}
    assert client.names() == []
    assert [one["id"] for one in client.get("/imports").get_json()["data"]] == [made["id"]]


def test_what_was_detected_can_be_changed_by_hand(client: Client) -> None:
    made = accepted(client, "Müller;Köln\nJäger;Bonn\n".encode("cp1252"))
    changed = client.call(
        "PATCH",
        f"/imports/{made['id']}",
        json={"has_header": False, "delimiter": ";", "encoding": "cp1252", "mapping": {"0": "name", "1": "city"}},
    ).get_json()
    assert (changed["has_header"], changed["delimiter"], changed["mapping"]) == (False, ";", {"0": "name", "1": "city"})
    assert run(client, made["id"])["counts"]["created"] == 2
    assert client.names("?sort=name") == ["Jäger", "Müller"]


def test_a_column_can_be_left_out(client: Client) -> None:
    made = accepted(client, PEOPLE)
    changed = client.call("PATCH", f"/imports/{made['id']}", json={"mapping": {"1": None}}).get_json()
    assert changed["mapping"] == {"0": "name", "2": "phones"}


@pytest.mark.parametrize(
    ("document", "pointer", "code"),
    [
        ({"mapping": {"0": "no_such_field"}}, "/mapping", "unknown_target"),
        ({"mapping": {"0": "name", "1": "name"}}, "/mapping", "target_used_twice"),
        ({"mapping": {"x": "name"}}, "/mapping", "wrong_type"),
        ({"mapping": ["name"]}, "/mapping", "wrong_type"),
        ({"encoding": "rot13"}, "/encoding", "unknown_option"),
        ({"delimiter": {"a": 1}}, "/delimiter", "unknown_option"),
        ({"duplicates": "merge"}, "/duplicates", "unknown_option"),
        ({"duplicates": None}, "/duplicates", "unknown_option"),
        ({"has_header": "yes"}, "/has_header", "wrong_type"),
        ({"external_system": "x" * 61}, "/external_system", "too_long"),
        ({"sheet": 3}, "/sheet", "wrong_type"),
        ({"colour": "red"}, "/colour", "unknown_field"),
        ([], "", "wrong_type"),
    ],
)
def test_a_wrong_option_is_named(client: Client, document: object, pointer: str, code: str) -> None:
    made = accepted(client, PEOPLE)
    answer = client.call("PATCH", f"/imports/{made['id']}", json=document)
    assert answer.status_code == 422
    assert codes(answer) == {pointer: code}


@pytest.mark.parametrize(
    ("content", "filename", "code"),
    [
        (b"", "empty.csv", "empty_file"),
        (b"%PDF-1.7\n\x00\x01\x02", "people.csv", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "people.xls", "old_excel"),
        (b"PK\x03\x04 not really", "people.xlsx", "broken_spreadsheet"),
    ],
)
def test_a_file_that_is_no_table_is_refused_and_not_kept(
    client: Client, tmp_path: Path, content: bytes, filename: str, code: str
) -> None:
    answer = upload(client, content, filename)
    assert answer.status_code == 422
    assert codes(answer) == {"/file": code}
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


def test_the_name_of_a_file_never_names_a_place(client: Client, tmp_path: Path) -> None:
    made = accepted(client, PEOPLE, "../../../etc/p\u202easswd\x00.csv")
    assert "/" not in made["filename"]
    assert "\u202e" not in made["filename"]
    kept = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert {path.parent.name for path in kept} == {str(client.workspace_id)}


def test_nothing_is_sent_without_a_file(client: Client) -> None:
    answer = client.call("POST", "/imports", data={"object": "lead"}, content_type="multipart/form-data")
    assert codes(answer) == {"/file": "required"}
    answer = upload(client, PEOPLE, object="spaceship")
    assert codes(answer) == {"/object": "unknown_option"}


def test_naughty_strings_come_back_as_they_were_or_are_refused_with_a_reason(client: Client) -> None:
    strings: list[str] = json.loads(NAUGHTY.read_text(encoding="utf-8"))
    made = accepted(client, table(("Name", "Notes"), [(f"Row {n}", text) for n, text in enumerate(strings)]))
    client.call("PATCH", f"/imports/{made['id']}", json={"mapping": {"0": "name", "1": "notes"}})
    done = run(client, made["id"])
    assert done["counts"]["created"] + done["counts"]["rejected"] == len(strings)
    assert done["counts"]["created"] > len(strings) - 20
    stored: dict[str, str] = {}
    cursor = ""
    while True:
        page = client.get(f"/leads?limit=100&cursor={cursor}").get_json()
        stored |= {lead["name"]: lead["notes"] or "" for lead in page["data"]}
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert len(stored) == done["counts"]["created"]
    unchanged = sum(stored.get(f"Row {n}") == text.strip() for n, text in enumerate(strings))
    assert unchanged > len(strings) - 60  # the rest differ by NFC or by characters that are invisible at their ends


def test_formulas_are_harmless_in_the_file_of_rejected_rows(client: Client) -> None:
    made = accepted(client, table(("Name", "Email"), [("=cmd|' /C calc'!A0", "x"), ("Ann", "ann@example.com")]))
    client.call("PATCH", f"/imports/{made['id']}", json={"mapping": {"0": "name", "1": "emails"}})
    assert run(client, made["id"])["counts"]["rejected"] == 1
    answer = client.get(f"/imports/{made['id']}/rejected")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "'=cmd" in answer.get_data(as_text=True)


def test_no_rejected_rows_no_file(client: Client) -> None:
    made = accepted(client, PEOPLE)
    run(client, made["id"])
    assert client.get(f"/imports/{made['id']}/rejected").status_code == 404
    assert client.get(f"/imports/{made['id']}/preview").status_code == 410


@pytest.mark.parametrize("role", ["sales", "service", "viewer"])
def test_a_role_without_the_right_imports_nothing(as_role: Callable[[str], Client], client: Client, role: str) -> None:
    made = accepted(client, PEOPLE)
    other = as_role(role)
    assert upload(other, PEOPLE).status_code == 403
    assert other.get("/imports").status_code == 403
    assert other.get(f"/imports/{made['id']}").status_code == 403
    assert other.post(f"/imports/{made['id']}/start", {"dry_run": False}).status_code == 403
    assert other.post("/imports/sample").status_code == 403


def test_sample_leads_are_an_import_like_any_other(client: Client) -> None:
    answer = client.post("/imports/sample")
    assert answer.status_code == 202, answer.text
    done = worked(client, answer.get_json()["id"])
    assert (done["state"], done["counts"]["rejected"]) == ("done", 0)
    assert done["counts"]["created"] > 40
    client.post(f"/imports/{done['id']}/undo")
    assert worked(client, done["id"])["undo"]["removed"] == done["counts"]["created"]
