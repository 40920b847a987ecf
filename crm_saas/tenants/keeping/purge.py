"""Deletes a closed workspace for good, and proves that nothing of it is left.

Every step may be repeated; the rows of the control plane go last, so that a killed purge is taken up again.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, select, text, update
from sqlalchemy.sql.schema import Table

from crm_saas.kernel import uow
from crm_saas.kernel.bootstrap_sql import APP
from crm_saas.kernel.clock import now
from crm_saas.kernel.db import ControlBase
from crm_saas.kernel.directory import CLOSED, DEFAULT_NODE, PURGING, Placement
from crm_saas.kernel.events import ControlEvent
from crm_saas.kernel.files import file_store
from crm_saas.kernel.ids import schema_name
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import outgoing, process
from crm_saas.tenants.keeping import traces
from crm_saas.tenants.keeping.model import Closing, KeepingTask
from crm_saas.tenants.keeping.places import backups_of, exports_of, files_of
from crm_saas.tenants.keeping.restore import REPLACED, RESTORED
from crm_saas.tenants.keeping.tasks import GiveUpError, Run, handler
from crm_saas.tenants.models import Membership, SignUp, User, Workspace
from crm_saas.tenants.roles import OWNER

OWN_COLUMNS: Final = ("workspace_id", "tenant_id")
"""A table of the control plane with one of these belongs to workspaces: its rows go with theirs."""


@handler("purge")
def purge(run: Run) -> dict[str, Any]:
    """Delete a workspace whose grace period is over."""
    _begin(run.workspace_id)
    for node_id, owner in process.owners().items():
        run.note(f"schema on {node_id}")
        drop_schemas(owner, run.workspace_id)
    run.note("files")
    file_store().delete_all(run.workspace_id)
    for folder in (backups_of(run.workspace_id), exports_of(run.workspace_id)):
        shutil.rmtree(folder, ignore_errors=True)
    run.note("queue")
    keys = traces.forget(run.workspace_id)
    run.note("control plane")
    with process.owners()[DEFAULT_NODE].begin() as connection:
        # append-only for everybody but the owner: that something happened and when stays, what does not
        connection.execute(update(ControlEvent).where(ControlEvent.workspace_id == run.workspace_id).values(data={}))
    with uow.control() as unit:
        _forget(unit, run)
    left = leftovers(run.workspace_id)
    if left:
        raise RuntimeError(f"left after the purge: {'; '.join(left)}")
    return {"redis_keys": keys, "proven_empty": True}


def _begin(workspace_id: uuid.UUID) -> None:
    """Mark the workspace as being deleted, unless it was opened again or an earlier attempt came to the end."""
    with uow.control() as unit:
        placement = unit.session.get(Placement, workspace_id, with_for_update=True)
        if placement is None:
            return
        closing = unit.session.get(Closing, workspace_id)
        if placement.state not in {CLOSED, PURGING} or closing is None or closing.purge_at > now():
            raise GiveUpError("the workspace is not closed, or its grace period is not over")
        placement.state, placement.changed_at = PURGING, now()
    uow.directory().forget(workspace_id)


def drop_schemas(owner: Engine, workspace_id: uuid.UUID) -> None:
    """Drop a tenant's schemas and its role on one node, if they are there."""
    name = schema_name(workspace_id)
    with owner.begin() as connection:
        if role_exists(connection, name):
            connection.exec_driver_sql(f'REVOKE "{name}" FROM "{APP}"')  # nobody enters any more
    with owner.begin() as connection:
        for suffix in ("", RESTORED, REPLACED):
            connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{name}{suffix}" CASCADE')
        if role_exists(connection, name):
            connection.exec_driver_sql(f'DROP ROLE "{name}"')


def role_exists(connection: Connection, name: str) -> bool:
    """Tell whether there is a role of this name."""
    return connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": name}).first() is not None


def _forget(unit: UnitOfWork, run: Run) -> None:
    """Delete the workspace's rows in the control plane, and tell who owned it."""
    workspace = unit.session.get(Workspace, run.workspace_id)
    if workspace is None:
        return
    owners = unit.session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.workspace_id == run.workspace_id, Membership.role == OWNER, Membership.active)
    ).all()
    members = (
        select(User.email_key)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.workspace_id == run.workspace_id)
    )
    unit.connection.execute(delete(SignUp).where(SignUp.organisation == workspace.name, SignUp.email_key.in_(members)))
    for table, column in _own_tables():
        rows = delete(table).where(table.c[column] == run.workspace_id)
        if table.name == KeepingTask.__tablename__:
            rows = rows.where(table.c.id != run.id)
        unit.connection.execute(rows)
    mail = ControlBase.metadata.tables["control.mail"]
    unit.connection.execute(delete(mail).where(mail.c.params["workspace_id"].as_string() == str(run.workspace_id)))
    unit.session.expunge_all()
    unit.connection.execute(delete(Workspace).where(Workspace.id == run.workspace_id))
    for user in owners:
        outgoing.post(
            unit, to=user.email, template="workspace_purged", language=user.language,
            params={"user_id": str(user.id)},
        )  # fmt: skip


def _own_tables() -> Iterator[tuple[Table, str]]:
    """Yield every table about workspaces and its column, those that refer to others first; not the event log."""
    for table in reversed(ControlBase.metadata.sorted_tables):
        if table.name != ControlEvent.__tablename__:
            for column in OWN_COLUMNS:
                if column in table.c:
                    yield table, column


def leftovers(workspace_id: uuid.UUID, markers: Sequence[str] = ()) -> list[str]:
    """Look everywhere for traces of a workspace; returns one line for each, none when it is gone.

    Arguments: `markers` further words that only this workspace used. What may stay: events of the control plane
    without their data, and the note of the purge itself; they hold the id and nothing else.
    """
    words = [str(workspace_id), workspace_id.hex, *markers]
    found = [
        line for node_id, owner in process.owners().items() for line in _in_catalogue(node_id, owner, workspace_id)
    ]
    for what, folder in (
        ("files", files_of(workspace_id)),
        ("backups", backups_of(workspace_id)),
        ("exports", exports_of(workspace_id)),
    ):
        if folder.exists():
            found.append(f"{what} in {folder}")
    found += [f"redis key {key}" for key in traces.keys_of(workspace_id)]
    with process.owners()[DEFAULT_NODE].connect() as connection:
        found += list(_in_control(connection, workspace_id, words))
    return found


def _in_catalogue(node_id: str, owner: Engine, workspace_id: uuid.UUID) -> Iterator[str]:
    query = text(
        "SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname LIKE :name"
        " UNION ALL SELECT 'role ' || rolname FROM pg_roles WHERE rolname LIKE :name"
    )
    with owner.connect() as connection:
        for line in connection.execute(query, {"name": f"{schema_name(workspace_id)}%"}).scalars():
            yield f"{line} on node {node_id}"


def _in_control(connection: Connection, workspace_id: uuid.UUID, words: Sequence[str]) -> Iterator[str]:
    for table in ControlBase.metadata.sorted_tables:
        may_stay = {
            ControlEvent.__tablename__: "AND NOT (r.workspace_id = :id AND r.data = '{}')",
            KeepingTask.__tablename__: "AND NOT (r.workspace_id = :id AND r.kind = 'purge')",
        }.get(table.name, "")
        query = text(
            f"SELECT count(*) FROM {table.fullname} r WHERE r::text LIKE ANY(:words) {may_stay}"  # noqa: S608 - our own names
        )
        values: dict[str, Any] = {"words": [f"%{word}%" for word in words]} | ({"id": workspace_id} if may_stay else {})
        count = connection.execute(query, values).scalar_one()
        if count:
            yield f"{count} rows in {table.fullname}"
