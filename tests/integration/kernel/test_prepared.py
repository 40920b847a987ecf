"""Prepared statements say, store and refuse the same as the statements they were made from."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest
from sqlalchemy import ARRAY, Uuid, any_, bindparam, insert, literal, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from crm_saas.kernel import uow
from crm_saas.kernel.db import ForbiddenStatementError, sqlstate
from crm_saas.kernel.events import Event
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.prepared import Prepared
from tests.factories.workspaces import WorkspaceInfo
from tests.support.servers import Addresses

ADD = Prepared(insert(Event))
OF_RECORD = select(*Event.__table__.c).where(Event.record_id == bindparam("record_id")).order_by(Event.id)
READ = Prepared(OF_RECORD)


def _event(record_id: uuid.UUID, **others: object) -> dict[str, object]:
    return {
        "id": uuid7(),
        "type": "lead.created",
        "record_type": "lead",
        "record_id": record_id,
        "version": 1,
        "at": datetime(2026, 5, 4, 12, 0, 1, tzinfo=timezone(timedelta(hours=8))),
        "actor_kind": "member",
        "actor_id": None,
        "source": "ui",
        "batch_id": None,
        "redacted": [],
        "changes": {"name": [None, '张三 "x"'], "tags": [None, ["a", "b"]], "value": [None, {"amount_minor": 2**62}]},
    } | others


def test_rows_are_what_core_returns(workspace: WorkspaceInfo) -> None:
    record_id = uuid7()
    with uow.tenant(workspace.id) as unit:
        for version in (1, 2):
            ADD.run(unit, **_event(record_id, version=version))
        plain = [tuple(row) for row in unit.connection.execute(OF_RECORD, {"record_id": record_id})]
        assert READ.all(unit, record_id=record_id) == plain
        assert READ.first(unit, record_id=record_id) == plain[0]
        assert READ.first(unit, record_id=uuid7()) is None
    assert plain[0][5] == datetime(2026, 5, 4, 4, 0, 1, tzinfo=UTC)
    assert plain[0][5].utcoffset() == timedelta(0)


def test_statements_of_one_structure_keep_their_own_values(workspace: WorkspaceInfo) -> None:
    records = [uuid7() for _ in range(3)]

    def alike(one: uuid.UUID, *more: uuid.UUID) -> list[uuid.UUID]:
        ids = select(Event.record_id).order_by(Event.id).limit(bindparam("most"))
        by_equality = Prepared.alike(ids.where(Event.record_id == one))
        by_array = Prepared.alike(ids.where(Event.record_id == any_(literal([one, *more], ARRAY(Uuid)))))
        assert by_equality.all(unit, most=9) == by_array.all(unit, most=1)
        return [row[0] for row in by_array.all(unit, most=9)]

    with uow.tenant(workspace.id) as unit:
        for record_id in records:
            ADD.run(unit, **_event(record_id))
        assert alike(*records) == records
        assert alike(records[1]) == records[1:2]
        assert alike(records[1], records[2]) == records[1:]
        assert alike(uuid7(), uuid7()) == []


def test_a_text_that_depends_on_the_values_is_refused() -> None:
    for prepare in (Prepared, Prepared.alike):
        with pytest.raises(TypeError, match="any_"):
            prepare(select(Event.id).where(Event.version.in_([1, 2])))


def test_what_it_wrote_ends_with_the_unit(workspace: WorkspaceInfo) -> None:
    record_id = uuid7()

    def work() -> None:
        with uow.tenant(workspace.id) as unit:
            ADD.run(unit, **_event(record_id))
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        work()
    with uow.tenant(workspace.id) as unit:
        assert READ.all(unit, record_id=record_id) == []


def test_a_column_that_was_forgotten_is_not_null_but_an_error(workspace: WorkspaceInfo) -> None:
    row = _event(uuid7())
    del row["actor_id"]
    with uow.tenant(workspace.id) as unit, pytest.raises(ProgrammingError, match="actor_id"):
        ADD.run(unit, **row)


def test_a_naive_datetime_is_refused_as_by_the_orm(workspace: WorkspaceInfo) -> None:
    with uow.tenant(workspace.id) as unit, pytest.raises(ValueError, match="naive"):
        ADD.run(unit, **_event(uuid7(), at=datetime(2026, 5, 4)))  # noqa: DTZ001 - that is the point


def test_errors_are_those_of_sqlalchemy(workspace: WorkspaceInfo) -> None:
    row = _event(uuid7())
    with uow.tenant(workspace.id) as unit:
        ADD.run(unit, **row)
    with uow.tenant(workspace.id) as unit, pytest.raises(IntegrityError) as caught, unit.connection.begin_nested():
        ADD.run(unit, **row)
    assert sqlstate(caught.value) == "23505"
    assert "张三" not in str(caught.value)  # what people store stays out of the log


def test_another_tenants_schema_is_as_closed_as_ever(two_workspaces: tuple[WorkspaceInfo, WorkspaceInfo]) -> None:
    mine, other = two_workspaces
    spying = Prepared(select(text("1")).select_from(text(f'"{other.schema}".event')))
    with pytest.raises(ProgrammingError) as caught, uow.tenant(mine.id) as unit:
        spying.all(unit)
    assert sqlstate(caught.value) == "42501"
    with pytest.raises(ForbiddenStatementError), uow.tenant(mine.id) as unit:
        Prepared(text("RESET ROLE")).run(unit)


def test_a_connection_that_dies_is_given_up(workspace: WorkspaceInfo, addresses: Addresses) -> None:
    def work() -> None:
        with uow.tenant(workspace.id) as unit:
            (pid,) = Prepared(select(text("pg_backend_pid()"))).all(unit)[0]
            with psycopg.connect(addresses.superuser, autocommit=True) as connection:
                connection.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
            READ.all(unit, record_id=uuid7())

    with pytest.raises(OperationalError) as caught:
        work()
    assert caught.value.connection_invalidated
    with uow.tenant(workspace.id) as unit:
        assert READ.all(unit, record_id=uuid7()) == []
