"""What a hand-over did with the views of who left.

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
    """Add a column; of the hand-overs that are done, it is not known."""
    op.add_column("hand_over", sa.Column("views", JSONB(), server_default=sa.text("'[]'"), nullable=False))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("hand_over", "views")
