"""Qualification of leads.

Revision ID: 0053
Revises: 0052
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)
_DEFAULTS = (
    (
        "01966f3a-5c00-7000-8000-000000000001", "Has a need", "有明确需求", 30,
        "They have a problem that what we sell solves, and want it solved.",
        "对方有我们的产品或服务能解决的问题，并且希望解决。",
    ),
    (
        "01966f3a-5c00-7000-8000-000000000002", "Has purchasing power", "有购买力", 30,
        "There is a budget, or they can get one.",
        "已有预算，或者能够争取到预算。",
    ),
    (
        "01966f3a-5c00-7000-8000-000000000003", "Can decide", "有决策权", 20,
        "We talk to somebody who decides, or who leads us to them.",
        "联系人能够拍板，或能把我们引荐给决策人。",
    ),
    (
        "01966f3a-5c00-7000-8000-000000000004", "Can be reached", "联系得上", 20, "", "",
    ),
)  # fmt: skip
_REACHED = '{"any": [{"field": "emails", "op": "is_not_empty"}, {"field": "phones", "op": "is_not_empty"}]}'


def upgrade() -> None:
    """Add three tables with a first set of criteria that demands nothing yet, and what a lead waits for."""
    criteria = op.create_table(
        "qualification_criterion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("help_en", sa.Text(), nullable=False),
        sa.Column("help_zh", sa.Text(), nullable=False),
        sa.Column("filter", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.Boolean(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("updated_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification_criterion")),
    )
    policy = op.create_table(
        "qualification_policy",
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("threshold", sa.BigInteger(), nullable=False),
        sa.Column("confirm", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record_type", name=op.f("pk_qualification_policy")),
    )
    op.create_table(
        "qualification_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("criterion_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("evidence_kind", sa.Text(), nullable=True),
        sa.Column("evidence_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("found_by_id", sa.Uuid(), nullable=False),
        sa.Column("found_at", _AT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["criterion_id"],
            ["qualification_criterion.id"],
            name=op.f("fk_qualification_finding_criterion_id_qualification_criterion"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualification_finding")),
    )
    op.create_index(
        "uq_qualification_finding_record_id_criterion_id",
        "qualification_finding",
        ["record_id", "criterion_id"],
        unique=True,
    )
    op.create_index("ix_qualification_finding_criterion_id", "qualification_finding", ["criterion_id"])
    op.add_column("lead", sa.Column("qualification_state", sa.Text(), nullable=True))
    op.add_column("lead", sa.Column("qualification_reason", sa.Text(), nullable=True))
    op.create_index(
        "ix_lead_qualification_state_id",
        "lead",
        ["qualification_state", "id"],
        postgresql_where=sa.text("qualification_state IS NOT NULL"),
    )
    at = datetime(2025, 1, 1, tzinfo=UTC)
    op.bulk_insert(
        criteria,
        [
            {
                "id": key, "name_en": name_en, "name_zh": name_zh, "help_en": help_en, "help_zh": help_zh,
                "required": False, "points": points,
                "evidence": False, "position": position, "version": 1, "created_at": at, "updated_at": at,
            }
            for position, (key, name_en, name_zh, points, help_en, help_zh) in enumerate(_DEFAULTS)
        ],
    )  # fmt: skip
    by_filter = sa.text(f"'{_REACHED}'::jsonb")
    op.execute(sa.update(criteria).where(criteria.c.position == 3).values(filter=by_filter))
    op.bulk_insert(policy, [{"record_type": "lead", "threshold": 0, "confirm": False, "version": 1}])


def downgrade() -> None:
    """Remove them with all that was found out."""
    op.drop_index("ix_lead_qualification_state_id", table_name="lead")
    op.drop_column("lead", "qualification_reason")
    op.drop_column("lead", "qualification_state")
    op.drop_table("qualification_finding")
    op.drop_table("qualification_policy")
    op.drop_table("qualification_criterion")
