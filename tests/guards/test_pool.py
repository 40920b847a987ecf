"""100,000 units of 200 tenants, interleaved over few connections, with everything thrown in that can go wrong."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event, Thread

import psycopg
import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, PendingRollbackError

from crm_saas.config import Settings
from crm_saas.kernel import uow
from crm_saas.kernel.db import ForbiddenStatementError, sqlstate
from crm_saas.kernel.directory import DEFAULT_NODE, Directory
from crm_saas.kernel.ids import schema_name
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import RecordCount
from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo
from tests.support.servers import Addresses

UNITS = 100_000
TENANTS = 200
THREADS = 6
CONNECTIONS = 4
ALLOWED_SECONDS = 1200
"""It takes about a minute on two idle cores; the suite shares them with other workers."""
WHO_AM_I = (
    "SELECT current_user, current_setting('search_path'), current_setting('statement_timeout'),"
    " current_setting('lock_timeout'), current_setting('TimeZone'), record_type FROM record_count WHERE value = -7"
)


@dataclass
class Tally:
    """What the threads saw."""

    units: Counter[str]
    crossings: list[str]


class Killed(Exception):  # noqa: N818 - so is this: the connection was cut
    """The connection died between the beginning of the unit and its first statement."""


class Expected(Exception):  # noqa: N818 - thrown on purpose, not an error
    """A unit's own failure."""


def _check(unit: UnitOfWork, workspace: WorkspaceInfo) -> None:
    raw = unit.connection.connection.dbapi_connection  # by the driver: half the time, the same connection
    assert raw is not None
    cursor = raw.cursor()
    try:
        cursor.execute(WHO_AM_I)
    except psycopg.OperationalError as error:
        raise Killed from error
    row = cursor.fetchone()
    schema = workspace.schema
    if row != (schema, f"{schema}, ext", "30s", "5s", "UTC", schema):
        raise AssertionError(f"{schema} met {row}")


def _plain(unit: UnitOfWork, workspace: WorkspaceInfo, _chance: random.Random) -> None:
    _check(unit, workspace)


def _sql_error(unit: UnitOfWork, workspace: WorkspaceInfo, _chance: random.Random) -> None:
    _check(unit, workspace)
    unit.connection.execute(text("SELECT 1 / 0"))


def _own_error(unit: UnitOfWork, workspace: WorkspaceInfo, _chance: random.Random) -> None:
    _check(unit, workspace)
    raise Expected


def _settings_then_timeout(unit: UnitOfWork, workspace: WorkspaceInfo, _chance: random.Random) -> None:
    _check(unit, workspace)
    unit.connection.execute(text("SET LOCAL lock_timeout = '77ms'"))
    unit.connection.execute(text("SET LOCAL statement_timeout = '1ms'"))
    unit.connection.execute(text("SELECT pg_sleep(1)"))


def _settings_then_commit(unit: UnitOfWork, workspace: WorkspaceInfo, _chance: random.Random) -> None:
    _check(unit, workspace)
    unit.connection.execute(text("SET LOCAL statement_timeout = '29s'"))
    unit.connection.execute(text("SET LOCAL lock_timeout = '77ms'"))


def _savepoints(unit: UnitOfWork, workspace: WorkspaceInfo, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 3)):
        try:
            with unit.connection.begin_nested():
                unit.connection.execute(text("SET LOCAL statement_timeout = '28s'"))
                unit.connection.execute(text("SELECT 1 / 0"))
        except DBAPIError:
            _check(unit, workspace)


def _hostile(unit: UnitOfWork, workspace: WorkspaceInfo, chance: random.Random) -> None:
    _check(unit, workspace)
    statement = chance.choice(["RESET ROLE", "SET ROLE crm_control", "SELECT 1; SET ROLE crm_control", "COMMIT"])
    unit.connection.exec_driver_sql(statement)


Kind = Callable[[UnitOfWork, WorkspaceInfo, random.Random], None]
KINDS: dict[Kind, int] = {
    _plain: 880, _sql_error: 30, _own_error: 30, _savepoints: 20, _settings_then_commit: 20, _hostile: 15,
    _settings_then_timeout: 5,
}  # fmt: skip
ENDINGS = {
    _sql_error: "22012", _own_error: "Expected", _settings_then_timeout: "57014",
}  # fmt: skip


@pytest.fixture(scope="module")
def workspaces(make_workspace: WorkspaceFactory) -> list[WorkspaceInfo]:
    made = [make_workspace() for _ in range(TENANTS)]
    for workspace in made:
        with uow.tenant(workspace.id) as unit:  # its marker row says whose schema it is
            unit.connection.execute(insert(RecordCount).values(record_type=schema_name(workspace.id), value=-7))
    return made


@pytest.fixture
def few_connections(settings: Settings, directory: Directory) -> Iterator[Directory]:
    made = Directory({DEFAULT_NODE: settings.database_url}, pool_size=CONNECTIONS, application="crm-pool-guard")
    uow.configure(made)
    yield made
    uow.configure(directory)
    made.dispose()


def _work(workspaces: list[WorkspaceInfo], number: int, units: int, tally: Tally) -> None:
    chance = random.Random(number)  # noqa: S311 - chosen by seed, to be repeatable
    kinds, weights = list(KINDS), list(KINDS.values())
    for _ in range(units):
        workspace = chance.choice(workspaces)
        kind = chance.choices(kinds, weights)[0]
        ending = "done"
        try:
            with uow.tenant(workspace.id) as unit:
                kind(unit, workspace, chance)
        except AssertionError as crossing:
            tally.crossings.append(str(crossing))
        except (Expected, ForbiddenStatementError) as error:
            ending = type(error).__name__
        except (PendingRollbackError, Killed):
            ending = "killed"  # noticed inside a savepoint, by the statement after
        except DBAPIError as error:
            ending = "killed" if error.connection_invalidated else str(sqlstate(error))
        tally.units[f"{kind.__name__} {ending}"] += 1


def _kill_backends(addresses: Addresses, stop: Event) -> None:
    """Every second or so one of the pool's connections dies."""
    chance = random.Random(0)  # noqa: S311 - the same
    with psycopg.connect(addresses.superuser, autocommit=True) as connection:
        while not stop.wait(chance.uniform(0.5, 1.5)):
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity"
                " WHERE application_name = 'crm-pool-guard' ORDER BY random() LIMIT 1) one"
            )


def test_no_unit_ever_meets_anothers_role_path_setting_or_row(
    few_connections: Directory,
    workspaces: list[WorkspaceInfo],
    addresses: Addresses,
    record_property: Callable[[str, object], None],
) -> None:
    tally, stop, began = Tally(Counter(), []), Event(), time.monotonic()
    killer = Thread(target=_kill_backends, args=(addresses, stop))
    threads = [Thread(target=_work, args=(workspaces, n, UNITS // THREADS, tally)) for n in range(THREADS)]
    for thread in (killer, *threads):
        thread.start()
    for thread in threads:
        thread.join(ALLOWED_SECONDS)
    stop.set()
    killer.join(10)
    seconds = time.monotonic() - began

    assert not any(thread.is_alive() for thread in threads), "not done in time"
    assert tally.crossings == []
    assert sum(tally.units.values()) == UNITS // THREADS * THREADS
    for kind, ending in ENDINGS.items():
        assert tally.units[f"{kind.__name__} {ending}"] > 100, tally.units
    assert tally.units["_hostile ForbiddenStatementError"] > 100
    assert tally.units["_hostile 42601"] > 100
    assert tally.units["_hostile done"] == 0
    assert few_connections.node_engine(DEFAULT_NODE).pool.checkedout() == 0  # type: ignore[attr-defined]
    record_property("seconds", round(seconds, 1))
    record_property("units", dict(tally.units))
    print(f"{seconds:.1f} s, {dict(tally.units)}")  # noqa: T201 - shown with -s, for the record


def test_a_bare_connection_from_the_pool_has_no_rights(
    few_connections: Directory, workspaces: list[WorkspaceInfo]
) -> None:
    """What is left in the pool after all that is the login itself, which may read nothing."""
    raw = few_connections.node_engine(DEFAULT_NODE).raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("SELECT current_user, current_setting('search_path')")
        assert cursor.fetchone() == ("crm_app", '"$user", public')
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            cursor.execute(f"SELECT * FROM {workspaces[0].schema}.record_count")
    finally:
        raw.close()


def test_units_share_what_the_pool_has(few_connections: Directory, workspaces: list[WorkspaceInfo]) -> None:
    """The same few backends served many tenants: otherwise the test above would prove nothing."""
    assert few_connections.node_ids
    pids = Counter[int]()
    for workspace in workspaces[:50]:
        with uow.tenant(workspace.id) as unit:
            pids[unit.connection.execute(select(text("pg_backend_pid()"))).scalar_one()] += 1
    assert max(pids.values()) >= 25
