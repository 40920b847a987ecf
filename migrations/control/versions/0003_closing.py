"""Workspaces that their owners closed.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table."""
    op.create_table(
        "closing",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purge_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_closing")),
        schema="control",
    )
    op.create_index(op.f("ix_closing_purge_at"), "closing", ["purge_at"], schema="control")


def downgrade() -> None:
    """Remove it."""
    op.drop_table("closing", schema="control")
