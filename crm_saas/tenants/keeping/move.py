"""Moves a workspace to another node: writes are refused for a moment, reads go on, nothing is lost.

What decides at each step is the database and not a cache: writes are refused because the role has lost the right, and
after the copy nobody becomes the role on the old node any more, so a process with an old answer asks again.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection, Engine, text, update

from crm_saas.kernel import uow
from crm_saas.kernel.bootstrap_sql import APP, grant_role
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import ACTIVE, MOVING, Placement
from crm_saas.kernel.ids import schema_name
from crm_saas.kernel.migrate import History, grant
from crm_saas.tenants import journal, process
from crm_saas.tenants.keeping.backup import Note
from crm_saas.tenants.keeping.folder import BadBackupError
from crm_saas.tenants.keeping.purge import drop_schemas, role_exists
from crm_saas.tenants.keeping.restore import build, load_into, lock_out
from crm_saas.tenants.keeping.tables import Counting, Table, canonical, read, tables_of
from crm_saas.tenants.keeping.tasks import GiveUpError, LostError, Run, handler, require_ours

AT_MOST_SECONDS: Final = 300
"""How long writes may be refused; then the workspace stays where it is."""


@handler("move")
def move(run: Run) -> dict[str, Any]:
    """Move a workspace to the node `to`; killed anywhere, another attempt goes on or begins again."""
    source, target = str(run.params["from"]), str(run.params["to"])
    owners = process.owners()
    if source not in owners or target not in owners:
        raise GiveUpError(f"this process does not know node {target if source in owners else source}")
    counts: dict[str, Any] = {}
    if _begin(run.workspace_id, source, target):
        began = time.monotonic()
        try:
            counts = _copy(owners[source], owners[target], run, began)
            close_source(owners[source], run.workspace_id)
        except LostError:
            raise
        except BaseException as error:
            _stay(owners[source], owners[target], run.workspace_id)
            if isinstance(error, BadBackupError | _TooLongError):
                raise GiveUpError(str(error)) from None
            raise
        _switch(run.workspace_id, source, target, run.asked_by_id)
        counts["refused_seconds"] = round(time.monotonic() - began, 2)
    run.note("drop the old copy")
    drop_schemas(owners[source], run.workspace_id)
    return {"from": source, "to": target, **counts}


def _begin(workspace_id: uuid.UUID, source: str, target: str) -> bool:
    """Mark the workspace as moving; False if an earlier attempt has switched it already."""
    with uow.control() as unit:
        placement = unit.session.get(Placement, workspace_id, with_for_update=True)
        if placement is not None and (placement.node_id, placement.state) == (target, ACTIVE):
            return False
        if placement is None or placement.node_id != source or placement.state not in {ACTIVE, MOVING}:
            raise GiveUpError("the workspace is not in use on that node")
        placement.state, placement.changed_at = MOVING, now()
    uow.directory().forget(workspace_id)
    return True


def refuse_writes(owner: Engine, workspace_id: uuid.UUID) -> None:
    """Take the right to write from the role, then wait for the transactions that wrote before."""
    name = schema_name(workspace_id)
    with owner.begin() as connection:
        connection.exec_driver_sql(f'REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "{name}" FROM "{name}"')
    with owner.begin() as connection:
        lock_out(connection, name, "SHARE")


def allow_writes(owner: Engine, workspace_id: uuid.UUID) -> None:
    """Give the role its rights back, and the application the role."""
    name = schema_name(workspace_id)
    with owner.begin() as connection:
        grant(connection, name, name)
        connection.exec_driver_sql(grant_role(name, APP, _version(connection)).decode())


def close_source(owner: Engine, workspace_id: uuid.UUID) -> None:
    """Let nobody become the role on the old node: whoever still believes it lives there asks again."""
    name = schema_name(workspace_id)
    with owner.begin() as connection:
        connection.exec_driver_sql(f'REVOKE "{name}" FROM "{APP}"')


def _copy(source: Engine, target: Engine, run: Run, began: float) -> dict[str, Any]:
    name = schema_name(run.workspace_id)

    def note(step: str) -> None:
        if time.monotonic() - began > float(run.params.get("at_most", AT_MOST_SECONDS)):
            raise _TooLongError("writes would have been refused for too long; the workspace stays where it is")
        run.note(f"copy: {step}")

    require_ours(run)
    drop_schemas(target, run.workspace_id)  # what an earlier attempt left
    refuse_writes(source, run.workspace_id)
    snapshot = source.execution_options(isolation_level="REPEATABLE READ")
    with snapshot.connect() as old, old.begin(), target.begin() as new:
        canonical(old)
        revision = History("tenant").revision_of(old, name)
        if revision is None:
            raise RuntimeError(f"{name} was never migrated")
        tables = {table.name: (table, None) for table in tables_of(old, name)}
        _make_role(new, name)
        build(new, name, revision)
        rows = load_into(new, name, tables, _counted(old, name, note), note)
        new.exec_driver_sql(f'GRANT USAGE ON SCHEMA "{name}" TO "{name}"')
        grant(new, name, name)
        for table_name in tables:
            new.exec_driver_sql(f'ANALYZE "{name}"."{table_name}"')
    return {"rows": rows, "tables": len(tables), "copy_seconds": round(time.monotonic() - began, 2)}


def _counted(old: Connection, schema: str, note: Note) -> Callable[[Table], Counting]:
    def source(table: Table) -> Counting:
        return Counting(read(old, schema, table), _every(1000, lambda: note(table.name)))

    return source


def _every(count: int, act: Callable[[], None]) -> Callable[[], None]:
    seen = 0

    def each() -> None:
        nonlocal seen
        seen += 1
        if seen % count == 0:
            act()

    return each


def _make_role(connection: Connection, name: str) -> None:
    if not role_exists(connection, name):
        connection.execute(text(f'CREATE ROLE "{name}" NOLOGIN NOINHERIT'))
    connection.exec_driver_sql(grant_role(name, APP, _version(connection)).decode())


def _version(connection: Connection) -> int:
    return int(connection.connection.dbapi_connection.info.server_version)  # type: ignore[union-attr]


def _switch(workspace_id: uuid.UUID, source: str, target: str, actor_id: uuid.UUID | None) -> None:
    with uow.control() as unit:
        unit.connection.execute(
            update(Placement)
            .where(Placement.tenant_id == workspace_id, Placement.node_id == source, Placement.state == MOVING)
            .values(node_id=target, state=ACTIVE, changed_at=now())
        )
        # an event that copies members and settings: changes of the control plane were passed over meanwhile
        journal.record(
            unit, "workspace.moved", workspace_id=workspace_id, actor_id=actor_id, data={"from": source, "to": target}
        )
    uow.directory().forget(workspace_id)


def _stay(source: Engine, target: Engine, workspace_id: uuid.UUID) -> None:
    """Go on where the workspace was."""
    allow_writes(source, workspace_id)
    with uow.control() as unit:
        unit.connection.execute(
            update(Placement)
            .where(Placement.tenant_id == workspace_id, Placement.state == MOVING)
            .values(state=ACTIVE, changed_at=now())
        )
        journal.record(unit, "workspace.move_failed", workspace_id=workspace_id)
    uow.directory().forget(workspace_id)
    drop_schemas(target, workspace_id)


class _TooLongError(Exception):
    """Writes were refused for as long as they may be."""
