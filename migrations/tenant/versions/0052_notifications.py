"""Notifications, who follows what, what each member chose, what they have seen; the key of a comment's request.

Revision ID: 0052
Revises: 0041
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0052"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=True),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("comment_id", sa.Uuid(), nullable=True),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("about", postgresql.JSONB(), nullable=False),
        sa.Column("product", sa.Boolean(), nullable=False),
        sa.Column("mail", sa.Text(), nullable=True),
        sa.Column("mail_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index(
        "uq_notification_recipient_id_event_id_kind", "notification", ["recipient_id", "event_id", "kind"], unique=True
    )
    for name, columns, where in (
        ("ix_notification_recipient_id_id", ["recipient_id", "id"], "product"),
        ("ix_notification_recipient_id_unread", ["recipient_id"], "product AND read_at IS NULL"),
        ("ix_notification_mail", ["mail", "recipient_id"], "mail IS NOT NULL"),
        ("ix_notification_mail_id", ["mail_id"], "mail_id IS NOT NULL"),
        ("ix_notification_read_at", ["read_at"], "read_at IS NOT NULL"),
    ):
        op.create_index(name, "notification", columns, unique=False, postgresql_where=sa.text(where))
    op.create_table(
        "follow",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("following", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "record_id", name=op.f("pk_follow")),
    )
    op.create_index("ix_follow_record_id", "follow", ["record_id"], unique=False)
    op.create_table(
        "notification_choice",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("kinds", postgresql.JSONB(), nullable=False),
        sa.Column("auto_follow", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_notification_choice")),
    )
    op.create_table(
        "record_seen",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "record_id", name=op.f("pk_record_seen")),
    )
    op.add_column("comment", sa.Column("request_key", sa.Uuid(), nullable=True))
    op.create_index(
        "uq_comment_author_id_request_key",
        "comment",
        ["author_id", "request_key"],
        unique=True,
        postgresql_where=sa.text("request_key IS NOT NULL"),
    )


def downgrade() -> None:
    """Remove them; who was told what is forgotten."""
    op.drop_index("uq_comment_author_id_request_key", table_name="comment")
    op.drop_column("comment", "request_key")
    for table in ("record_seen", "notification_choice", "follow", "notification"):
        op.drop_table(table)
