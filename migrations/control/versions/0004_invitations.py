"""Invitations; when a member was last here and when they left; sign-ins of a person.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add a table, two columns and an index."""
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", _AT, nullable=False),
        sa.Column("expires_at", _AT, nullable=False),
        sa.Column("invited_by_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("accepted_at", _AT, nullable=True),
        sa.Column("accepted_by_id", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["control.workspace.id"], name=op.f("fk_invitation_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
        schema="control",
    )
    op.create_index("ix_invitation_workspace_id_id", "invitation", ["workspace_id", "id"], schema="control")
    op.create_index(
        "uq_invitation_open",
        "invitation",
        ["workspace_id", "email_key"],
        unique=True,
        schema="control",
        postgresql_where=sa.text("accepted_at IS NULL AND revoked_at IS NULL"),
    )
    op.add_column("membership", sa.Column("ended_at", _AT, nullable=True), schema="control")
    op.add_column("membership", sa.Column("seen_at", _AT, nullable=True), schema="control")


def downgrade() -> None:
    """Remove them."""
    op.drop_column("membership", "seen_at", schema="control")
    op.drop_column("membership", "ended_at", schema="control")
    op.drop_table("invitation", schema="control")
