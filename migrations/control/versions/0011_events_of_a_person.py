"""Sign-ins are looked up by person.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add an index over the events that belong to a person alone."""
    op.create_index(
        "ix_event_user_id_id",
        "event",
        ["user_id", "id"],
        schema="control",
        postgresql_where=sa.text("workspace_id IS NULL"),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_event_user_id_id", table_name="event", schema="control")
