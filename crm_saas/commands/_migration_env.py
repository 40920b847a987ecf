"""What both Alembic environments share when Flask-Migrate runs them: to write a revision or to print its SQL.

Autogenerate compares the models with a scratch schema migrated to the head, as the owner of the schemas.
"""

from __future__ import annotations

import uuid
from typing import Any, Literal

from alembic.runtime.environment import EnvironmentContext
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData, text

from crm_saas.config import load_settings
from crm_saas.kernel.db import CONTROL_SCHEMA, make_owner_engine
from crm_saas.kernel.ids import schema_name
from crm_saas.kernel.migrate import MIGRATION_TABLE, History
from crm_saas.models import CONTROL_MODELS, TENANT_MODELS

PlaneName = Literal["control", "tenant"]
SCRATCH = uuid.UUID(int=0)
"""The id of the schema that autogenerate builds, compares with and rolls back."""


def metadata(plane: PlaneName) -> MetaData:
    """Return the models of a plane as SQLAlchemy metadata."""
    return (CONTROL_MODELS if plane == "control" else TENANT_MODELS)[0].metadata


def comparison_options(plane: PlaneName, schema: str) -> dict[str, Any]:
    """Return what Alembic needs to compare one schema with the models of its plane and nothing else."""

    def include_name(name: str | None, kind: str, parents: dict[str, str | None]) -> bool:
        if kind == "schema":
            return name == (CONTROL_SCHEMA if plane == "control" else None)
        return not (kind == "table" and name == MIGRATION_TABLE and parents is not None)

    return {
        "target_metadata": metadata(plane),
        "include_schemas": plane == "control",
        "include_name": include_name,
        "version_table_schema": schema,
        "compare_type": True,
        "compare_server_default": True,
    }


def run(context: EnvironmentContext | Any, plane: PlaneName) -> None:  # noqa: ANN401 - Alembic passes a module
    """Run Alembic for one plane: offline to print SQL, online against a scratch schema."""
    schema = CONTROL_SCHEMA if plane == "control" else schema_name(SCRATCH)
    if context.is_offline_mode():
        context.configure(dialect_name="postgresql", literal_binds=True, **comparison_options(plane, schema))
        with context.begin_transaction():
            context.run_migrations()
        return
    settings = load_settings()
    if settings.owner_database_url is None:
        msg = "CRM_OWNER_DATABASE_URL is not set: only the owner of the schemas migrates"
        raise RuntimeError(msg)
    engine = make_owner_engine(settings.owner_database_url)
    with engine.connect() as connection:
        with_scratch(connection, plane, schema)
        context.configure(connection=connection, **comparison_options(plane, schema))
        context.run_migrations()
        connection.rollback()


def with_scratch(connection: Connection, plane: PlaneName, schema: str) -> None:
    """Set the search path to the schema to compare with; for tenants, build it in this transaction first."""
    if plane == "tenant":
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    connection.execute(text(f"SET LOCAL search_path = {schema}, ext"))
    if plane == "tenant":
        # what models without a schema are compared with; the control plane's models name theirs
        connection.dialect.default_schema_name = schema
        try:
            History(plane).move(connection, schema)
        except CommandError as error:  # no revision yet: the first one is being written
            if "head" not in str(error):
                raise
