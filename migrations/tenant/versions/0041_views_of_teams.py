"""Views for a team.

Revision ID: 0041
Revises: 0040
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("saved_view", sa.Column("team_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_saved_view_team_id_team"),
        "saved_view",
        "team",
        ["team_id"],
        ["id"],
        ondelete="SET NULL",
        postgresql_not_valid=True,
    )
    op.create_index(op.f("ix_saved_view_team_id"), "saved_view", ["team_id"], unique=False)


def downgrade() -> None:
    """Views for a team become their owner's again."""
    op.drop_index(op.f("ix_saved_view_team_id"), table_name="saved_view")
    op.drop_constraint(op.f("fk_saved_view_team_id_team"), "saved_view", type_="foreignkey")
    op.drop_column("saved_view", "team_id")
    op.execute("UPDATE saved_view SET audience = 'private' WHERE audience = 'team'")
