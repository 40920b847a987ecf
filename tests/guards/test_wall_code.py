"""What our own code refuses before the server is asked, and that nothing goes round it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import _cursor_base, sql
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from crm_saas.kernel import uow
from crm_saas.kernel.db import ForbiddenStatementError, NoPlaneError, WallCursor, sqlstate
from crm_saas.kernel.directory import DEFAULT_NODE, Directory
from crm_saas.tenants.mirror import RecordCount
from tests.factories.workspaces import WorkspaceInfo

SYNTAX = "42601"  # what the extended protocol answers to a second statement
IDENTITY = [
    "SET ROLE {other}",
    "SET LOCAL ROLE {other}",
    "SET SESSION ROLE {other}",
    "set role none",
    "SET search_path = {other}",
    "SET LOCAL search_path TO {other}",
    "SET SESSION AUTHORIZATION crm_app",
    "SET LOCAL SESSION AUTHORIZATION DEFAULT",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "SET TRANSACTION READ ONLY",
    "SET statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = 0",
    "SET LOCAL lock_timeoutx = 0",
    "RESET ROLE",
    "RESET ALL",
    "RESET SESSION AUTHORIZATION",
    "DISCARD ALL",
]
OUTLIVING = [
    "BEGIN",
    "START TRANSACTION",
    "COMMIT",
    "COMMIT AND CHAIN",
    "END",
    "ROLLBACK",
    "ROLLBACK AND CHAIN",
    "ABORT",
    "PREPARE TRANSACTION 'x'",
    "PREPARE x AS SELECT 1",
    "EXECUTE x",
    "DEALLOCATE ALL",
    "DECLARE c CURSOR WITH HOLD FOR SELECT * FROM lead",
    "FETCH ALL FROM c",
    "LISTEN x",
    "NOTIFY x",
    "UNLISTEN *",
    "LOAD 'x'",
    "DO $$ BEGIN END $$",
    "CALL x()",
    "LOCK TABLE lead",
    "CREATE TEMP TABLE x (a int)",
    "ALTER ROLE CURRENT_USER SET search_path = x",
    "DROP OWNED BY CURRENT_USER",
    "GRANT SELECT ON lead TO PUBLIC",
    "REASSIGN OWNED BY CURRENT_USER TO crm_app",
    "TRUNCATE lead",
    "VACUUM",
    "ANALYZE lead",
    "COMMENT ON TABLE lead IS 'x'",
    "IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z",
    "",
    ";",
    "  ",
]
DISGUISES = [
    "{}",
    "  \n\t{}",
    "/* hello */ {}",
    "/* a */ -- b\n {}",
    "-- one\n-- two\n{}",
    "/**/{}",
    "/* SELECT 1 */ {}",
    "\v{}",
    "\f{}",
]


@pytest.fixture
def connection(workspace: WorkspaceInfo) -> Iterator[Connection]:
    with uow.tenant(workspace.id) as unit:
        yield unit.connection


@pytest.mark.parametrize("statement", [*IDENTITY, *OUTLIVING])
def test_a_statement_no_unit_needs_is_refused_however_it_is_disguised(
    connection: Connection, victim: WorkspaceInfo, statement: str
) -> None:
    hostile = statement.format(other=victim.schema)
    for disguise in DISGUISES:
        with pytest.raises(ForbiddenStatementError):
            connection.exec_driver_sql(disguise.format(hostile))
    whose = connection.execute(text("SELECT current_user")).scalar_one()
    assert whose != victim.schema


@pytest.mark.parametrize(
    "disguised",
    [
        "/* /* */ select */ SET ROLE {other}",  # PostgreSQL nests comments
        "/* /* */ */ SET ROLE {other}",
        "-- a\rSET ROLE /*\nselect */ {other}",  # and ends a line at a carriage return, too
    ],
)
def test_what_postgresql_reads_differently_is_refused(
    connection: Connection, victim: WorkspaceInfo, disguised: str
) -> None:
    with pytest.raises(ForbiddenStatementError):
        connection.exec_driver_sql(disguised.format(other=victim.schema))


@pytest.mark.parametrize("second", ["SET ROLE {other}", "SELECT 1", "RESET ROLE", "COMMIT", "DROP TABLE lead"])
def test_two_statements_in_one_string_are_refused_by_the_server(
    workspace: WorkspaceInfo, victim: WorkspaceInfo, second: str
) -> None:
    stacked = f"SELECT 1; {second.format(other=victim.schema)}"
    for run in (_plain, _literal, _copied, _many, _streamed):
        with uow.tenant(workspace.id) as unit, pytest.raises((DBAPIError, psycopg.Error)) as caught:
            run(unit.connection, stacked)
        assert sqlstate(caught.value) == SYNTAX, run.__name__


def _plain(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)


def _literal(connection: Connection, statement: str) -> None:
    connection.execute(text(statement))


def _raw(connection: Connection) -> psycopg.Connection[tuple[object, ...]]:
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, psycopg.Connection)
    return raw


def _copied(connection: Connection, statement: str) -> None:
    with _raw(connection).cursor().copy(statement.encode()):
        pass


def _many(connection: Connection, statement: str) -> None:
    _raw(connection).cursor().executemany(statement.encode(), [(), ()])


def _streamed(connection: Connection, statement: str) -> None:
    connection.execution_options(stream_results=True).exec_driver_sql(statement)


def test_what_units_do_need_still_works(workspace: WorkspaceInfo) -> None:
    with uow.tenant(workspace.id) as unit:
        connection = unit.connection
        for statement in (
            "SELECT 1",
            " (SELECT 1) UNION (SELECT 2)",
            "/* why */ WITH k AS (SELECT 1) SELECT * FROM k",
            "VALUES (1)",
            "EXPLAIN SELECT 1",
            "SHOW search_path",
            "SET LOCAL lock_timeout = '50ms'",
            "SET LOCAL statement_timeout = '5s'",
            "SAVEPOINT a",
            "ROLLBACK TO SAVEPOINT a",
            "RELEASE SAVEPOINT a",
        ):
            connection.exec_driver_sql(statement)
        rows = [{"record_type": f"r{number}", "value": number} for number in range(3)]
        connection.execute(insert(RecordCount), rows)
        with _raw(connection).cursor().copy(b"COPY record_count (record_type, value) FROM STDIN") as copy:
            copy.write_row(("copied", 7))
        streamed = connection.execution_options(yield_per=2).execute(select(RecordCount.record_type))
        assert len(streamed.scalars().all()) == 5  # three, the copied one, and `lead`


def test_a_transaction_without_a_plane_does_not_begin(directory: Directory) -> None:
    engine = directory.node_engine(DEFAULT_NODE)
    with engine.connect() as connection:
        with pytest.raises(NoPlaneError):
            connection.execute(text("SELECT 1"))
        with pytest.raises(NoPlaneError):
            connection.begin()


def test_after_a_smuggled_end_of_the_transaction_nothing_is_readable(workspace: WorkspaceInfo) -> None:
    """Suppose a COMMIT got past the cursor: what follows has no role, and so no rights."""

    def work() -> None:
        with uow.tenant(workspace.id) as unit:
            _raw(unit.connection).pgconn.exec_(b"COMMIT")
            unit.connection.execute(text(f"SELECT * FROM {workspace.schema}.member"))

    with pytest.raises(ProgrammingError) as caught:
        work()
    assert sqlstate(caught.value) == "42501"


class TestOverride:
    """`WallCursor` overrides a private method of psycopg: an update that renames it must not pass unseen."""

    def test_the_method_it_overrides_is_there_with_the_same_signature(self) -> None:
        ours = inspect.signature(WallCursor._execute_send)
        theirs = inspect.signature(psycopg.Cursor._execute_send)
        assert list(ours.parameters) == list(theirs.parameters)

    def test_every_way_of_sending_sql_goes_through_it(self) -> None:
        """Read psycopg's source: the simple protocol (`send_query`) is used in that method only."""
        tree = ast.parse(inspect.getsource(_cursor_base))
        users = {
            function.name
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef)
            for node in ast.walk(function)
            if isinstance(node, ast.Attribute) and node.attr == "send_query"
        }
        assert users == {"_execute_send"}

    def test_an_ordinary_cursor_would_have_let_it_through(self, directory: Directory, workspace: WorkspaceInfo) -> None:
        assert directory.node_ids
        with uow.tenant(workspace.id) as unit:
            raw = _raw(unit.connection)
            psycopg.Cursor(raw).execute("SELECT 1; SELECT 2")
            with pytest.raises(psycopg.Error):
                raw.cursor().execute("SELECT 1; SELECT 2")


class TestSource:
    """Reads our own source: the few things that could go round the wall are in the few places that may."""

    @pytest.fixture
    def calls(self, repository: Path) -> Callable[[str], set[str]]:
        trees = {
            path.relative_to(repository / "crm_saas").as_posix(): ast.parse(path.read_text(encoding="utf-8"))
            for path in (repository / "crm_saas").rglob("*.py")
        }

        def where(name: str) -> set[str]:
            """Modules that call a function or method, or read an attribute, of this name."""
            return {
                module
                for module, tree in trees.items()
                for node in ast.walk(tree)
                if (isinstance(node, ast.Attribute) and node.attr == name)
                or (isinstance(node, ast.Name) and node.id == name)
            }

        return where

    def test_only_the_unit_of_work_commits(self, calls: Callable[[str], set[str]]) -> None:
        assert calls("commit") <= {"kernel/uow.py"}

    def test_only_the_kernel_makes_engines(self, calls: Callable[[str], set[str]]) -> None:
        assert calls("create_engine") == {"kernel/db.py"}

    def test_only_provisioning_and_migrations_act_as_the_owner(self, calls: Callable[[str], set[str]]) -> None:
        assert calls("make_owner_engine") <= {
            "kernel/db.py", "tenants/fleet.py", "tenants/process.py", "commands/migrate.py",
            "commands/_migration_env.py", "commands/_stage.py",
        }  # fmt: skip

    def test_sessions_are_made_by_the_unit_of_work(self, calls: Callable[[str], set[str]]) -> None:
        assert calls("sessionmaker") | calls("Session") <= {"kernel/uow.py"}

    def test_no_module_composes_a_cursor_of_its_own(self, calls: Callable[[str], set[str]]) -> None:
        assert calls("ClientCursor") | calls("RawCursor") | calls("ServerCursor") == set()


def test_identifiers_of_schemas_come_from_uuids_only(workspace: WorkspaceInfo) -> None:
    assert sql.Identifier(workspace.schema).as_string(None) == f'"{workspace.schema}"'
    assert workspace.schema == f"t_{workspace.id.hex}"
