"""Run the two Alembic histories in process: the control plane's once, the tenants' once for each schema.

The owner of the schemas runs them. Each tenant is its own transaction, so a failing one is reported and the others go
on; what is done is remembered by the version table inside each schema, so a run may be stopped and started again.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from crm_saas.kernel.bootstrap_sql import CONTROL
from crm_saas.kernel.db import CONTROL_SCHEMA
from crm_saas.kernel.ids import schema_name

ROOT = Path(__file__).resolve().parents[2] / "migrations"
HEAD = "head"
LOCK_TIMEOUT = "2s"
"""A migration never queues longer than this behind a reader: everybody else would queue behind it."""


class History:
    """One Alembic history, its scripts read once."""

    def __init__(self, plane: str) -> None:
        self._config = Config()
        self._config.set_main_option("script_location", str(ROOT / plane))
        self._scripts = ScriptDirectory.from_config(self._config)

    @property
    def head(self) -> str:
        """The newest revision."""
        head = self._scripts.get_current_head()
        if head is None:
            raise RuntimeError("a history without revisions")
        return head

    @property
    def revisions(self) -> list[str]:
        """Every revision, the oldest first."""
        return [script.revision for script in self._scripts.walk_revisions()][::-1]

    def revision_of(self, connection: Connection, schema: str) -> str | None:
        """Return the revision a schema is at; None if it was never migrated."""
        context = MigrationContext.configure(connection, opts={"version_table_schema": schema})
        return context.get_current_revision()

    def move(self, connection: Connection, schema: str, target: str = HEAD) -> bool:
        """Upgrade or downgrade one schema to `target` inside the caller's transaction; False if it was there."""
        scripts = self._scripts
        here = self.revision_of(connection, schema)
        if here == (self.head if target == HEAD else None if target == "base" else target):
            return False
        down = here is not None and target != HEAD and self._is_below(target, here)

        def steps(revision: str, _context: MigrationContext) -> list[RevisionStep]:
            if down:
                return scripts._downgrade_revs(target, revision)  # noqa: SLF001 - what alembic.command does
            return scripts._upgrade_revs(target, revision)  # noqa: SLF001

        # without an EnvironmentContext: that is global, and Flask-Migrate has its own open while it calls us
        context = MigrationContext.configure(
            connection, opts={"fn": steps, "script": scripts, "version_table_schema": schema}
        )
        with Operations.context(context):
            context.run_migrations()
        return True

    def _is_below(self, target: str, here: str) -> bool:
        if target == "base":
            return True
        below = {script.revision for script in self._scripts.iterate_revisions(here, "base")}
        return target in below and target != here


def move_control(connection: Connection, history: History, target: str = HEAD) -> None:
    """Migrate the control plane and grant its role what it needs, inside the caller's transaction."""
    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.execute(text(f"SET LOCAL search_path = {CONTROL_SCHEMA}, ext"))
    if history.move(connection, CONTROL_SCHEMA, target):
        grant(connection, CONTROL_SCHEMA, CONTROL)


def move_tenant(connection: Connection, history: History, tenant_id: uuid.UUID, target: str = HEAD) -> None:
    """Migrate one tenant's schema and grant its role what it needs, inside the caller's transaction."""
    schema = schema_name(tenant_id)
    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.execute(text(f"SET LOCAL search_path = {schema}, ext"))
    if history.move(connection, schema, target):
        grant(connection, schema, schema)


APPEND_ONLY_TABLES = ("event",)
MIGRATION_TABLE = "alembic_version"


def grant(connection: Connection, schema: str, role: str) -> None:
    """Give a role what it needs in a schema, and no more: the event log stays append-only."""
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}"))
    tables = set(
        connection.execute(
            text(
                "SELECT c.relname FROM pg_class c WHERE c.relnamespace = CAST(:s AS regnamespace) AND c.relkind = 'r'"
            ),
            {"s": schema},
        ).scalars()
    )
    for table in APPEND_ONLY_TABLES:
        if table in tables:
            connection.execute(text(f"REVOKE UPDATE, DELETE ON {schema}.{table} FROM {role}"))
    if MIGRATION_TABLE in tables:
        connection.execute(text(f"REVOKE INSERT, UPDATE, DELETE ON {schema}.{MIGRATION_TABLE} FROM {role}"))
