"""Acts on whole workspaces, and their backups.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)
_JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    """Add two tables."""
    op.create_table(
        "keeping_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("params", _JSON, nullable=False),
        sa.Column("progress", _JSON, nullable=False),
        sa.Column("result", _JSON, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("started_at", _AT, nullable=True),
        sa.Column("finished_at", _AT, nullable=True),
        sa.Column("lease_until", _AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keeping_task")),
        schema="control",
    )
    op.create_index("ix_keeping_task_workspace_id_id", "keeping_task", ["workspace_id", "id"], schema="control")
    op.create_index(
        "uq_keeping_task_open",
        "keeping_task",
        ["workspace_id", "kind"],
        unique=True,
        schema="control",
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_table(
        "backup",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", _AT, nullable=False),
        sa.Column("verified_at", _AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup")),
        schema="control",
    )
    op.create_index("ix_backup_workspace_id_taken_at", "backup", ["workspace_id", "taken_at"], schema="control")


def downgrade() -> None:
    """Remove them."""
    op.drop_table("backup", schema="control")
    op.drop_table("keeping_task", schema="control")
