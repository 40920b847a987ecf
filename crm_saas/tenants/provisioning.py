"""Build a tenant on demand: directory `provisioning` -> one idempotent transaction on its node -> `active`.

Only the provisioner process runs this: it alone connects as the owner of the schemas. Role, schema, tables, grants
and the first rows are one transaction, so a process killed anywhere leaves nothing or everything; a sweep repeats
whatever is still `provisioning`.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Select, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from crm_saas.kernel import uow
from crm_saas.kernel.bootstrap_sql import APP, grant_role
from crm_saas.kernel.clock import now
from crm_saas.kernel.db import sqlstate
from crm_saas.kernel.directory import ACTIVE, FAILED, PROVISIONING, Placement
from crm_saas.kernel.ids import schema_name
from crm_saas.kernel.migrate import History, move_tenant
from crm_saas.tenants import journal
from crm_saas.tenants.entitlements import PLANS
from crm_saas.tenants.mirror import Member, RecordCount, WorkspaceSettings
from crm_saas.tenants.models import Membership, TenantVersion, User, Workspace

_SOMEBODY_ELSE_DID = {"42710", "23505", "42P06"}
"""duplicate_object, unique_violation, duplicate_schema: another provisioner committed this tenant while we built it."""
GIVE_UP_AFTER = timedelta(hours=1)
_log = logging.getLogger(__name__)


class Provisioner:
    """Builds tenants with the owner's connection of each node."""

    def __init__(self, owners: dict[str, Engine]) -> None:
        self._owners = owners
        self._history = History("tenant")

    def provision(self, tenant_id: uuid.UUID) -> bool:
        """Build one tenant and make it active; True if it is active at the end. Safe to repeat and to race."""
        seed = self._seed(tenant_id)
        if seed is None:
            return False
        node_id, rows = seed
        try:
            with self._owners[node_id].begin() as connection:
                self._build(connection, tenant_id, rows)
        except DBAPIError as error:
            if sqlstate(error) not in _SOMEBODY_ELSE_DID:
                raise
        self._activate(tenant_id)
        return True

    def sweep(self) -> list[uuid.UUID]:
        """Provision every stray; one that fails is noted on its placement and does not stop the others."""
        with uow.control() as unit:
            strays = unit.session.scalars(
                select(Placement.tenant_id).where(Placement.state == PROVISIONING).order_by(Placement.created_at)
            ).all()
        done = []
        for tenant_id in strays:
            try:
                if self.provision(tenant_id):
                    done.append(tenant_id)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is noted and the others are built
                _log.exception("provisioning failed", extra={"tenant_id": str(tenant_id)})
                self._note_failure(tenant_id, error)
        return done

    def _seed(self, tenant_id: uuid.UUID) -> tuple[str, dict[str, list[dict[str, Any]]]] | None:
        """Read what the tenant's schema starts with; None unless it is waiting to be built."""
        with uow.control() as unit:
            placement = unit.session.get(Placement, tenant_id)
            workspace = unit.session.get(Workspace, tenant_id)
            if placement is None or workspace is None or placement.state != PROVISIONING:
                return None
            members = unit.session.execute(members_of(tenant_id)).all()
            return placement.node_id, {
                WorkspaceSettings.__tablename__: [settings_row(workspace)],
                Member.__tablename__: [member_row(membership, user) for membership, user in members],
            }

    def _build(self, connection: Connection, tenant_id: uuid.UUID, rows: dict[str, list[dict[str, Any]]]) -> None:
        schema = schema_name(tenant_id)
        exists = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": schema}).first()
        if exists is None:
            connection.execute(text(f'CREATE ROLE "{schema}" NOLOGIN NOINHERIT'))
            version = connection.connection.dbapi_connection.info.server_version  # type: ignore[union-attr]
            connection.exec_driver_sql(grant_role(schema, APP, version).decode())
            connection.execute(text(f'CREATE SCHEMA "{schema}"'))
            connection.execute(text(f'GRANT USAGE ON SCHEMA "{schema}" TO "{schema}"'))
        move_tenant(connection, self._history, tenant_id)
        for model in (WorkspaceSettings, Member):
            connection.execute(insert(model).values(rows[model.__tablename__]).on_conflict_do_nothing())
        connection.execute(insert(RecordCount).values(record_type="lead", value=0).on_conflict_do_nothing())

    def _activate(self, tenant_id: uuid.UUID) -> None:
        with uow.control() as unit:
            changed = unit.connection.execute(
                update(Placement)
                .where(Placement.tenant_id == tenant_id, Placement.state == PROVISIONING)
                .values(state=ACTIVE, error=None, changed_at=now())
            ).rowcount
            version = {"revision": self._history.head, "state": "done", "error": None, "at": now()}
            unit.connection.execute(
                insert(TenantVersion)
                .values(tenant_id=tenant_id, **version)
                .on_conflict_do_update(index_elements=[TenantVersion.tenant_id], set_=version)
            )
            if changed:  # an event that copies settings and members again: they may have changed while we built
                journal.record(unit, "workspace.provisioned", workspace_id=tenant_id)

    def _note_failure(self, tenant_id: uuid.UUID, error: Exception) -> None:
        with uow.control() as unit:
            placement = unit.session.get_one(Placement, tenant_id)
            placement.error = f"{type(error).__name__}: {error}"[:1000]
            if now() - placement.created_at > GIVE_UP_AFTER:
                placement.state = FAILED
                placement.changed_at = now()


def members_of(workspace_id: uuid.UUID) -> Select[Membership, User]:
    """Select a workspace's memberships, each with its user."""
    return (
        select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.workspace_id == workspace_id)
    )


def settings_row(workspace: Workspace) -> dict[str, Any]:
    """Return the workspace as its own schema keeps it."""
    return {
        "id": workspace.id,
        "slug": workspace.slug,
        "name": workspace.name,
        "timezone": workspace.timezone,
        "currency": workspace.currency,
        "language": workspace.language,
        "country": workspace.country,
        "limits": asdict(PLANS[workspace.plan]),
        "version": workspace.version,
        "two_factor_from": workspace.two_factor_from,
    }


def member_row(membership: Membership, user: User) -> dict[str, Any]:
    """Return a member as the tenant's schema keeps them."""
    return {
        "user_id": user.id,
        "name": user.name,
        "email": user.email,
        "role": membership.role,
        "team_id": membership.team_id,
        "active": membership.active,
        "language": user.language,
        "timezone": user.timezone,
        "version": membership.version + user.version,
        "two_factor": user.two_factor_at is not None,
    }


def place(unit: uow.UnitOfWork, tenant_id: uuid.UUID, node_id: str) -> None:
    """Ask for a tenant on a node, in the control unit that makes its workspace."""
    unit.session.add(
        Placement(
            tenant_id=tenant_id, node_id=node_id, state=PROVISIONING, error=None, created_at=now(), changed_at=now()
        )
    )
