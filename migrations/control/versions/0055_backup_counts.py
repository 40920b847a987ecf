"""How many rows of each table a backup holds.

Revision ID: 0055
Revises: 0054
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column; of the backups that are there, it is not known."""
    op.add_column("backup", sa.Column("counts", JSONB(), nullable=True), schema="control")


def downgrade() -> None:
    """Remove it."""
    op.drop_column("backup", "counts", schema="control")
