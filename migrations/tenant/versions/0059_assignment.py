"""Assignment of leads.

Revision ID: 0059
Revises: 0053
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0059"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add three tables. Without a rule, whoever adds a lead owns it, as before."""
    op.create_table(
        "assignment_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("filter", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("turns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_rule")),
    )
    op.create_index("ix_assignment_rule_member_id", "assignment_rule", ["member_id"])
    policy = op.create_table(
        "assignment_policy",
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=True),
        sa.Column("fallback", sa.Text(), nullable=False),
        sa.Column("fallback_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record_type", name=op.f("pk_assignment_policy")),
    )
    op.create_table(
        "assignment_member",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_assignment_member")),
    )
    op.bulk_insert(policy, [{"record_type": "lead", "fallback": "nobody", "version": 1}])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("assignment_member")
    op.drop_table("assignment_policy")
    op.drop_table("assignment_rule")
