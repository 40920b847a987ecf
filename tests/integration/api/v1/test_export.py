from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from crm_saas.crm.imports.reading import detect, open_rows
from crm_saas.crm.imports.rejects import EXPORT_COLUMNS
from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records.actor import Actor, load_actor
from crm_saas.crm.records.queries import ListQuery
from crm_saas.crm.records.schema import load
from crm_saas.crm.records.service import reading_context
from crm_saas.crm.takeout import lists, sheets
from crm_saas.crm.takeout.lists import ListFile
from crm_saas.kernel import uow
from crm_saas.kernel.events import ControlEvent
from crm_saas.kernel.relay import relay_tenant
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.worker import load_jobs
from tests.factories.workspaces import WorkspaceInfo
from tests.support.client import Client, codes
from tests.unit.crm.imports.test_rejects import HARMLESS, PAYLOADS

FULL: dict[str, Any] = {
    "name": "张三", "company": "=cmd()", "emails": ["a@example.org", "b@example.org"],
    "phones": ["+8613800138000", "+44 20 7946 0958"], "tags": ["+1 list", "fair"], "notes": "-Line\nbreak\t'x",
    "expected_value": {"amount_minor": 123456, "currency": "EUR"}, "next_step_on": "2026-02-01",
    "external_ids": [{"system": "erp", "value": "a;b|c"}],
}  # fmt: skip


def export(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/leads/export?{query}")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of two rows, so that a few records make several."""
    monkeypatch.setattr(lists, "PAGE", 2)


@pytest.mark.usefixtures("small_pages")
def test_the_file_is_the_list_in_its_order_and_columns_over_all_pages(client: Client) -> None:
    for name in ("c", "a", "e", "b", "d"):
        client.add_lead(name=name, tags=["kept"] if name != "e" else [])
    rows = export(client, "sort=-name&tags=kept&fields=tags,name")
    assert [row["name"] for row in rows] == ["d", "c", "b", "a"]
    assert list(rows[0]) == [*EXPORT_COLUMNS, "tags", "name"]


def test_an_empty_list_is_a_header(client: Client) -> None:
    answer = client.get("/leads/export?fields=name")
    assert answer.get_data() == b"record_id,record_version,name\r\n"
    assert client.get("/leads/export?fields=name&mark=1").get_data().startswith("\ufeff".encode())
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="leads-')


def test_our_own_import_reads_the_same_values_back(client: Client, workspace: WorkspaceInfo, tmp_path: Path) -> None:
    texts = [*PAYLOADS, *HARMLESS, "'=apostrophe", "''", "＝wide", "007"]
    client.add_lead(**FULL)
    for text in texts:
        client.add_lead(name=text, notes=f"{text}\n{text}")
    path = tmp_path / "leads.csv"
    path.write_bytes(client.get("/leads/export?sort=created_at").get_data())
    found = detect(path)
    columns = [name for name in found.headers if name in LEAD.by_name and LEAD.by_name[name].importable]
    with uow.tenant(workspace.id) as unit:
        actor = load_actor(unit, workspace.owner.id, "import")
        read = []
        for row in open_rows(path, found):
            cells = dict(zip(found.headers, row.cells, strict=True))
            given = {name: cells[name] for name in columns if cells[name]}
            read.append(load(LEAD, given, reading_context(unit, actor, LEAD, given)))
    stored = client.get("/leads?sort=created_at&limit=100").get_json()["data"]
    assert len(read) == len(stored) == len(texts) + 1
    for values, document in zip(read, stored, strict=True):
        expected = {name: document[name] for name in columns if document[name] not in (None, [])}
        assert LEAD.as_json(values) == expected


def test_columns_are_called_as_the_caller_says(client: Client) -> None:
    lead = client.add_lead(name="Ann")
    answer = client.get("/leads/export?fields=name,city&header=Name&header=%3DCity")
    assert answer.get_data() == f"record_id,record_version,Name,'=City\r\n{lead['id']},1,Ann,\r\n".encode()


def test_a_sheet_holds_numbers_and_days_as_such_and_no_formulas(client: Client) -> None:
    client.add_lead(**FULL)
    client.add_lead(name="007", next_step_on="1850-01-01", expected_value={"amount_minor": -5, "currency": "JPY"})
    fields = "name,company,emails,expected_value,next_step_on,created_at"
    answer = client.get(f"/leads/export?format=xlsx&sort=created_at&fields={fields}")
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).active
    assert sheet is not None
    head, first, second = sheet.iter_rows()
    assert [each.value for each in head] == [*EXPORT_COLUMNS, *fields.split(",")]
    assert [each.value for each in first[2:7]] == [
        "张三", "'=cmd()", "a@example.org; b@example.org", 1234.56,
        datetime.combine(date(2026, 2, 1), time()),
    ]  # fmt: skip
    assert first[5].number_format == '#,##0.00 "EUR"'
    assert isinstance(first[7].value, datetime)
    assert {each.data_type for each in first[:5]} == {"s"}
    assert [each.value for each in second[2:7]] == ["007", None, None, -5, "1850-01-01"]


def test_a_list_too_long_for_a_sheet_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        client.add_lead(name=name)
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    refused = client.get("/leads/export?format=xlsx")
    assert (refused.status_code, codes(refused)) == (422, {"/format": "too_many"})
    assert client.get("/leads/export?format=xlsx&q=a").status_code == 200


def test_a_search_with_a_slip_is_exported_as_it_is_shown(client: Client, workspace: WorkspaceInfo) -> None:
    client.add_lead(name="Anna Fischer")
    client.add_lead(name="Other")
    load_jobs()
    relay_tenant(str(workspace.id))
    assert client.get("/leads?q=fishcer").get_json()["corrected"]["shown"] == "fischer"
    assert [row["name"] for row in export(client, "q=fishcer")] == ["Anna Fischer"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_is_a_formula(client: Client, payload: str) -> None:
    client.add_lead(name=payload, tags=["=1+1"])
    row = export(client)[0]
    assert (row["name"], row["tags"]) == ("'" + payload, "'=1+1")


def test_who_may_not_export_is_refused_before_the_first_byte(as_role: Callable[[str], Client]) -> None:
    for role, status in {"manager": 200, "sales": 403, "service": 403, "viewer": 403}.items():
        assert as_role(role).get("/leads/export").status_code == status, role


def test_what_is_wrong_is_said_with_a_pointer(client: Client) -> None:
    wrong = {
        "format=pdf": {"/format": "unknown_option"},
        "format=xlsx&fields=name&header=A&header=B": {"/header": "one_for_each"},
        "fields=name&header=": {"/header": "out_of_range"},
        "fields=nothing": {"/fields": "unknown_field"},
        "limit=5": {"/limit": "unknown_parameter"},
        "sort=nothing": {"/sort": "unknown_sort"},
        "filter=x": {"/filter": "invalid_json"},
    }
    for query, expected in wrong.items():
        answer = client.get(f"/leads/export?{query}")
        assert (answer.status_code, codes(answer)) == (422, expected), query


def test_who_exported_what_is_in_the_journal_without_values(client: Client, workspace: WorkspaceInfo) -> None:
    client.add_lead(name="Ann")
    export(client, "fields=name&q=ann")
    with uow.control() as unit:
        events = unit.session.scalars(
            select(ControlEvent)
            .where(ControlEvent.workspace_id == workspace.id, ControlEvent.type.startswith("records.export_"))
            .order_by(ControlEvent.id)
        ).all()
        told = [(each.type, each.actor_id, each.data) for each in events]
    about = {"type": "lead", "fields": ["name"], "narrowed": True}
    assert told == [
        ("records.export_begun", workspace.owner.id, about),
        ("records.export_ended", workspace.owner.id, {**about, "rows": 1, "complete": True}),
    ]


@dataclass(frozen=True)
class At:
    unit: UnitOfWork
    actor: Actor


def file_of(workspace: WorkspaceInfo) -> ListFile:
    @contextmanager
    def opener() -> Iterator[At]:
        with uow.tenant(workspace.id) as unit:
            yield At(unit, load_actor(unit, workspace.owner.id, "ui"))

    return ListFile(opener, LEAD, ListQuery(sort="created_at"))


@pytest.mark.usefixtures("small_pages")
def test_memory_does_not_grow_with_the_list(client: Client, workspace: WorkspaceInfo) -> None:
    for number in range(40):
        client.add_lead(name=f"n{number}", notes="x" * 20_000)
    sum(map(len, file_of(workspace)))  # what is kept for all files is there before it is measured
    tracemalloc.start()
    try:
        size = sum(map(len, file_of(workspace)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size > 800_000
    assert peak < size / 2


@pytest.mark.usefixtures("small_pages")
def test_a_file_that_is_left_says_that_it_is_not_complete(client: Client, workspace: WorkspaceInfo) -> None:
    for name in "abc":
        client.add_lead(name=name)
    file = file_of(workspace)
    blocks = iter(file)
    assert len([next(blocks), next(blocks)]) == 2
    assert (file.rows, file.complete) == (2, False)
    assert len(list(blocks)) == 1
    assert (file.rows, file.complete) == (3, True)
