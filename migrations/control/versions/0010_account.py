"""One's own account: reset, change of address, second factor, proof of presence.

Revision ID: 0010
Revises: 0004
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0004"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)


def _user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["control.app_user.id"], name=op.f(f"fk_{table}_user_id_app_user"))


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column], schema="control")


def _link(table: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("expires_at", _AT, nullable=False),
        sa.Column("used_at", _AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("token_hash", name=op.f(f"uq_{table}_token_hash")),
        _user(table),
        schema="control",
    )
    _index(table, "expires_at")


def upgrade() -> None:
    """Add five tables and three columns."""
    _link("password_reset")
    _index("password_reset", "user_id")
    _link(
        "email_change", sa.Column("email", sa.Text(), nullable=False), sa.Column("email_key", sa.Text(), nullable=False)
    )
    _index("email_change", "user_id")
    _link("sign_in_step", sa.Column("attempts", sa.BigInteger(), nullable=False))
    _index("sign_in_step", "user_id")
    op.create_table(
        "two_factor",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("created_at", _AT, nullable=False),
        sa.Column("confirmed_at", _AT, nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_two_factor")),
        _user("two_factor"),
        schema="control",
    )
    _index("two_factor", "key_id")
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", _AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        _user("recovery_code"),
        schema="control",
    )
    _index("recovery_code", "user_id")
    op.add_column("login_session", sa.Column("authenticated_at", _AT, nullable=True), schema="control")
    op.add_column("app_user", sa.Column("two_factor_at", _AT, nullable=True), schema="control")
    op.add_column("workspace", sa.Column("two_factor_from", _AT, nullable=True), schema="control")


def downgrade() -> None:
    """Remove them."""
    op.drop_column("workspace", "two_factor_from", schema="control")
    op.drop_column("app_user", "two_factor_at", schema="control")
    op.drop_column("login_session", "authenticated_at", schema="control")
    for table in ("recovery_code", "two_factor", "sign_in_step", "email_change", "password_reset"):
        op.drop_table(table, schema="control")
