"""Alembic environment of a tenant's schema, for Flask-Migrate: `flask db migrate -d migrations/tenant`."""

from __future__ import annotations

from alembic import context

from crm_saas.commands._migration_env import run

run(context, "tenant")
