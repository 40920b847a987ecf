"""Both histories against the models, on schemas of their own that are rolled back."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, MetaData, text

from crm_saas.commands._migration_env import comparison_options, metadata, with_scratch
from crm_saas.config import Settings, environ_of
from crm_saas.kernel.db import CONTROL_SCHEMA, make_owner_engine
from crm_saas.kernel.ids import schema_name
from crm_saas.kernel.migrate import History
from tests.support.servers import BARE, Addresses

PlaneName = Literal["control", "tenant"]
PLANES: tuple[PlaneName, ...] = ("control", "tenant")
SCRATCH = schema_name(uuid.UUID(int=7))

SHAPE = """
    SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
           coalesce(pg_get_expr(d.adbin, d.adrelid), '')
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = CAST(:schema AS regnamespace) AND c.relkind = 'r'
    UNION ALL
    SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', ''
    FROM pg_constraint WHERE connamespace = CAST(:schema AS regnamespace)
    UNION ALL
    SELECT 'index', c.relname, '', pg_get_indexdef(c.oid), '', ''
    FROM pg_class c WHERE c.relnamespace = CAST(:schema AS regnamespace) AND c.relkind = 'i'
    ORDER BY 1, 2, 3, 4
"""


@pytest.fixture
def owner(addresses: Addresses, fresh_database: Callable[..., str]) -> Iterator[Engine]:
    engine = make_owner_engine(addresses.url("crm_owner", fresh_database(BARE)))
    yield engine
    engine.dispose()


def _schema(plane: PlaneName) -> str:
    return CONTROL_SCHEMA if plane == "control" else SCRATCH


@pytest.fixture
def scratch(owner: Engine) -> Iterator[Callable[[PlaneName], Connection]]:
    """Call it for a connection whose search path is an empty schema for the plane."""
    with owner.connect() as connection:

        def empty(plane: PlaneName) -> Connection:
            if plane == "tenant":
                connection.execute(text(f"CREATE SCHEMA {SCRATCH}"))
            connection.execute(text(f"SET LOCAL search_path = {_schema(plane)}, ext"))
            return connection

        yield empty
        connection.rollback()


def _shape(connection: Connection, plane: PlaneName) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(SHAPE), {"schema": _schema(plane)})]


@pytest.mark.parametrize("plane", PLANES)
def test_the_history_makes_what_the_models_say(scratch: Callable[[PlaneName], Connection], plane: PlaneName) -> None:
    connection = scratch(plane)
    History(plane).move(connection, _schema(plane))
    if plane == "tenant":
        connection.dialect.default_schema_name = SCRATCH
    options = comparison_options(plane, _schema(plane))
    context = MigrationContext.configure(connection, opts=options)
    assert compare_metadata(context, metadata(plane)) == []


@pytest.mark.parametrize("plane", PLANES)
def test_a_difference_would_be_seen(owner: Engine, plane: PlaneName) -> None:
    """The comparison above is only worth something if it notices a table that no model describes."""
    with owner.connect() as connection:
        if plane == "control":
            connection.execute(text(f"SET LOCAL search_path = {CONTROL_SCHEMA}, ext"))
            History(plane).move(connection, CONTROL_SCHEMA)
        with_scratch(connection, plane, _schema(plane))
        connection.execute(text(f"CREATE TABLE {_schema(plane)}.stranger (id bigint PRIMARY KEY)"))
        context = MigrationContext.configure(connection, opts=comparison_options(plane, _schema(plane)))
        found = compare_metadata(context, metadata(plane))
        connection.rollback()
    assert [(difference[0], difference[1].name) for difference in found] == [("remove_table", "stranger")]


@pytest.mark.parametrize("plane", PLANES)
def test_up_down_up_step_by_step_ends_where_it_was(
    scratch: Callable[[PlaneName], Connection], plane: PlaneName
) -> None:
    connection, history, schema = scratch(plane), History(plane), _schema(plane)
    revisions = history.revisions
    shapes = []
    for revision in revisions:
        history.move(connection, schema, revision)
        shapes.append(_shape(connection, plane))
    for position in reversed(range(len(revisions))):
        assert _shape(connection, plane) == shapes[position]
        history.move(connection, schema, revisions[position - 1] if position else "base")
    only_versions = {row[1] for row in _shape(connection, plane) if row[0] == "column"}
    assert only_versions == {"alembic_version"}
    history.move(connection, schema)
    assert _shape(connection, plane) == shapes[-1]


def test_moving_to_where_it_is_does_nothing(scratch: Callable[[PlaneName], Connection]) -> None:
    connection, history = scratch("tenant"), History("tenant")
    assert history.move(connection, SCRATCH) is True
    assert history.move(connection, SCRATCH) is False
    assert history.move(connection, SCRATCH, history.head) is False


@pytest.mark.parametrize("plane", PLANES)
def test_each_history_is_one_line(plane: PlaneName) -> None:
    assert len(History(plane).revisions) == len(set(History(plane).revisions))
    assert History(plane).revisions[-1] == History(plane).head


class TestFlaskMigrate:
    """`flask db` works for whoever writes a revision; it never touches a tenant."""

    def _flask(self, settings: Settings, repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "db", *arguments],
            env=environ | environ_of(settings),
            cwd=repository,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    @pytest.mark.parametrize("plane", PLANES)
    def test_check_finds_no_difference(self, settings: Settings, repository: Path, plane: PlaneName) -> None:
        done = self._flask(settings, repository, "check", "-d", f"migrations/{plane}")
        assert done.returncode == 0, done.stderr[-2000:]
        assert "No new upgrade operations detected" in done.stdout + done.stderr

    @pytest.mark.parametrize("plane", PLANES)
    def test_sql_is_printed_without_touching_a_database(
        self, settings: Settings, repository: Path, plane: PlaneName
    ) -> None:
        done = self._flask(settings, repository, "upgrade", "--sql", "-d", f"migrations/{plane}")
        assert done.returncode == 0, done.stderr[-2000:]
        assert "CREATE TABLE" in done.stdout


def test_both_planes_are_described_apart() -> None:
    control, tenant = metadata("control"), metadata("tenant")
    assert isinstance(control, MetaData)
    assert {table.schema for table in control.tables.values()} == {CONTROL_SCHEMA}
    assert {table.schema for table in tenant.tables.values()} == {None}
