from __future__ import annotations

import csv
import hashlib
import io
import json
import tracemalloc
import uuid
import zipfile
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine, select

from crm_saas.crm.takeout import service
from crm_saas.kernel import uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.db import TenantBase
from crm_saas.kernel.errors import Conflict, Gone, NotFound
from crm_saas.tenants.keeping import tasks
from crm_saas.tenants.keeping.model import DONE, KeepingTask
from crm_saas.tenants.models import Mail
from tests.factories.workspaces import add_member
from tests.integration.tenants.keeping.conftest import Home, home, look, wiring

__all__ = ["home", "wiring"]


def _export(home: Home, user_id: uuid.UUID | None = None) -> KeepingTask:
    with uow.control() as unit:
        task_id = service.ask(unit, user_id or home.info.owner.id, home.id).id
    assert tasks.work(task_id)
    task = look(task_id)
    assert task.state == DONE, task.error
    return task


def _open(home: Home, task: KeepingTask) -> zipfile.ZipFile:
    return zipfile.ZipFile(service.path_of(home.id, task.id))


def test_everything_is_in_it_with_counts_and_hashes(home: Home) -> None:
    first = home.add(
        name="张三", company="=cmd()", emails=["a@example.org", "b@example.org"], tags=["x"],
        expected_value={"amount_minor": 123456, "currency": "EUR"},
    )  # fmt: skip
    second = home.add(name="Second", notes="Line\nbreak", expected_value={"amount_minor": 500, "currency": "JPY"})
    key = home.file(b"a contract")
    task = _export(home)
    with _open(home, task) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert manifest["workspace"]["name"] == home.info.name
        parts = {part["name"]: part for part in manifest["parts"]}
        assert set(archive.namelist()) == {*parts, "manifest.json"}
        for name, part in parts.items():
            content = archive.read(name)
            assert (len(content), hashlib.sha256(content).hexdigest()) == (part["size"], part["sha256"])
        tables = {name.removesuffix(".jsonl").rpartition("/")[2] for name in parts if name.endswith(".jsonl")}
        renamed = {"leads": "lead", "events": "event", "members": "member", "settings": "workspace_settings"}
        assert {renamed.get(name, name) for name in tables} == set(TenantBase.metadata.tables) - {"outbox"}
        assert archive.read(f"files/{key}") == b"a contract"
        lines = [json.loads(line) for line in archive.read("records/leads.jsonl").splitlines()]
        assert [line["id"] for line in lines] == [str(first), str(second)]
        assert (parts["records/leads.csv"]["rows"], parts["history/events.jsonl"]["rows"]) == (2, 2)
        rows = list(csv.DictReader(io.StringIO(archive.read("records/leads.csv").decode("utf-8-sig"))))
    assert rows[0]["name"] == "张三"
    assert rows[0]["company"] == "'=cmd()"
    assert rows[0]["emails"] == "a@example.org; b@example.org"
    assert (rows[0]["expected_value"], rows[0]["expected_value_currency"]) == ("1234.56", "EUR")
    assert (rows[1]["notes"], rows[1]["expected_value"]) == ("Line\nbreak", "500")
    with uow.control() as unit:
        mails = unit.session.scalars(select(Mail.template).where(Mail.to_address == home.info.owner.email)).all()
    assert mails == ["export_ready"]


def test_memory_does_not_grow_with_the_size(home: Home, owner_engine: Engine) -> None:
    with owner_engine.begin() as connection:
        connection.exec_driver_sql(
            f'INSERT INTO "{home.info.schema}".choice_option'
            " SELECT 'lead', 'source', n::text, repeat('x', 1000), n FROM generate_series(1, 20000) n"
        )
    tracemalloc.start()
    try:
        _export(home)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 12_000_000  # the table has 20 MB


def test_it_is_for_who_asked_and_for_a_week(home: Home) -> None:
    admin = add_member(home.id, "admin")
    task = _export(home, admin.id)
    with uow.control() as unit:
        assert service.file_of(unit, home.id, admin.id, task.id).exists()
        assert [each.id for each in service.of_member(unit, home.id, admin.id)] == [task.id]
        assert service.of_member(unit, home.id, home.info.owner.id) == []
        for workspace_id, user_id, task_id in (
            (home.id, home.info.owner.id, task.id),
            (uuid.uuid4(), admin.id, task.id),
            (home.id, admin.id, uuid.uuid4()),
        ):
            with pytest.raises(NotFound):
                service.file_of(unit, workspace_id, user_id, task_id)
    with time_machine.travel(now() + timedelta(days=8), tick=True):
        with pytest.raises(Gone), uow.control() as unit:
            service.file_of(unit, home.id, admin.id, task.id)
        assert service.as_json(look(task.id))["state"] == "expired"
        service.remove_expired()
    assert not service.path_of(home.id, task.id).exists()


def test_one_at_a_time(home: Home) -> None:
    with uow.control() as unit:
        service.ask(unit, home.info.owner.id, home.id)
    with pytest.raises(Conflict), uow.control() as unit:
        service.ask(unit, home.info.owner.id, home.id)
