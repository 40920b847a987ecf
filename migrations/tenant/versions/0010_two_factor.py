"""Who has a second factor, and from when a workspace asks for one.

Revision ID: 0010
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two columns that the mirror fills."""
    op.add_column("member", sa.Column("two_factor", sa.Boolean(), nullable=True))
    op.add_column("workspace_settings", sa.Column("two_factor_from", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("workspace_settings", "two_factor_from")
    op.drop_column("member", "two_factor")
