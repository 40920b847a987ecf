"""No table keeps what was erased: each is filled with a person, in every column that holds words, and looked at after.

A new table is filled too. One that is about records says what becomes of its rows when the person behind is erased.
"""

from __future__ import annotations

import io
import subprocess
import sys
import uuid
from datetime import date, datetime
from typing import Any, Final, cast

import pytest
from flask import Flask
from psycopg import sql
from redis import Redis
from sqlalchemy import ARRAY, Column, Engine, Table, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from crm_saas.crm.erasure.columns import OF_MEMBERS, OWN
from crm_saas.crm.erasure.records import belonging
from crm_saas.crm.records.registry import REGISTRY
from crm_saas.kernel.clock import now
from crm_saas.kernel.events import Event
from crm_saas.kernel.files import file_store
from crm_saas.kernel.ids import uuid7
from crm_saas.models import TENANT_MODELS
from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo
from tests.support import persons
from tests.support.client import Client
from tests.support.persons import EMAIL, PHONE, TYPED_PHONE

SAID: Final = f"Of {EMAIL} and {TYPED_PHONE}"
MARKS: Final = (EMAIL.encode(), b"876 543 21", PHONE.encode())
TABLES: Final = [
    cast("Table", model.__table__) for model in TENANT_MODELS if model.__tablename__ not in OF_MEMBERS | {OWN}
]


@pytest.fixture
def client(app: Flask, wired: Redis, workspace: WorkspaceInfo) -> Client:
    assert wired.ping()
    return Client.signed_in(app, workspace.owner, workspace.id)


def planted(owner: Engine, schema: str, table: Table) -> dict[str, object]:
    """Fill a row of a table with the person; nothing keeps a column from holding words but its type."""
    values = {column.name: _planted_value(owner, schema, column) for column in table.columns}
    values |= {
        name: "EUR" for name in values if name.endswith("_currency")
    }  # a code of three letters, whoever writes it
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(schema, table.name),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.SQL(f":v{number}") for number in range(len(values))),
    )
    given = {f"v{number}": value for number, value in enumerate(values.values())}
    with owner.begin() as connection:
        connection.execute(text(statement.as_string()), given)
    return values


def _planted_value(owner: Engine, schema: str, column: Column[Any]) -> object:
    """A link that must lead somewhere leads to a row planted for it."""
    for key in column.foreign_keys:
        return None if column.nullable else planted(owner, schema, key.column.table)[key.column.name]
    return _value(column.type)


def _value(kind: Any) -> object:  # noqa: ANN401 - the type of a column
    if isinstance(kind, JSONB):
        from psycopg.types.json import Jsonb  # noqa: PLC0415

        return Jsonb({"said": [SAID, {EMAIL: PHONE}], "number": int(PHONE[1:])})
    if isinstance(kind, TSVECTOR):
        return f"'{PHONE[1:]}'"
    if isinstance(kind, ARRAY):
        return [] if kind.item_type.python_type is uuid.UUID else [SAID, PHONE]
    made: dict[type, object] = {str: SAID, uuid.UUID: uuid7(), int: 1, bool: False, datetime: now(), date: now().date()}
    return made[kind.python_type]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_row_that_says_it_in_every_column_is_cleaned(
    client: Client, workspace: WorkspaceInfo, owner_engine: Engine, table: Table
) -> None:
    planted(owner_engine, workspace.schema, table)
    client.add_lead(name="Ada", emails=[EMAIL], phones=[PHONE])
    found = persons.looked_for(client, {"email": EMAIL})
    done = persons.erased(client, found)
    assert done["state"] == "done", done
    assert persons.traces(owner_engine, workspace.id, MARKS) == []


def test_tables_about_records_say_whether_they_speak_of_the_person() -> None:
    types = {rtype.table.name for rtype in REGISTRY}
    about = {table.name for table in TABLES if {"record_id", "record_type"} <= set(table.columns.keys())}
    assert about - types - {Event.__tablename__} == {table.name for table in belonging("whole")}


def test_the_worker_knows_every_table_without_having_imported_the_application() -> None:
    told = "from crm_saas.crm.erasure import jobs; from crm_saas.kernel.db import TenantBase; "
    asked = subprocess.run(
        [sys.executable, "-c", f"{told}print(*TenantBase.metadata.tables)"], capture_output=True, text=True, check=True
    )
    assert set(asked.stdout.split()) == {model.__tablename__ for model in TENANT_MODELS}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030", "latin-1"])
def test_a_file_is_read_in_whatever_encoding(client: Client, workspace: WorkspaceInfo, encoding: str) -> None:
    client.add_lead(name="Ada", emails=[EMAIL])
    key, _ = file_store().save(workspace.id, io.BytesIO(f"a,b\n1,{EMAIL}\n".encode(encoding)), most=10_000)
    with pytest.raises(Exception, match="left"):  # nobody's file: it is not ours to change, and no proof is given
        persons.erased(client, persons.looked_for(client, {"email": EMAIL}))
    file_store().delete(workspace.id, key)
    persons.kept(workspace.id)
    listed = client.get("/erasures").get_json()["data"]
    assert [each["state"] for each in listed] == ["done"]


def test_other_workspaces_keep_theirs(
    app: Flask, client: Client, make_workspace: WorkspaceFactory, owner_engine: Engine
) -> None:
    other = make_workspace()
    theirs = Client.signed_in(app, other.owner, other.id)
    for each in (client, theirs):
        each.add_lead(name="Ada", emails=[EMAIL], notes=SAID)
    before = persons.everything(owner_engine, other.id)
    persons.erased(client, persons.looked_for(client, {"email": EMAIL}))
    assert persons.everything(owner_engine, other.id) == before
