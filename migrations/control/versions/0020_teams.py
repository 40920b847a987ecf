"""The team of a member.

Revision ID: 0020
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column."""
    op.add_column("membership", sa.Column("team_id", sa.Uuid(), nullable=True), schema="control")


def downgrade() -> None:
    """Remove it."""
    op.drop_column("membership", "team_id", schema="control")
