"""Alembic environment of the control plane, for Flask-Migrate: `flask db migrate -d migrations/control`."""

from __future__ import annotations

from alembic import context

from crm_saas.commands._migration_env import run

run(context, "control")
