"""Migrate the whole deployment: the control plane first, then every tenant, each in a transaction of its own."""

from __future__ import annotations

from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql import insert

from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import DEFAULT_NODE, Node
from crm_saas.kernel.migrate import HEAD, History, move_control


def migrate_control(owner: Engine, target: str = HEAD) -> str | None:
    """Migrate the control plane as its owner and see that the default node exists; returns the revision reached."""
    history = History("control")
    with owner.begin() as connection:
        move_control(connection, history, target)
        if target == HEAD:
            row = {"id": DEFAULT_NODE, "accepts_new": True, "created_at": now()}
            connection.execute(insert(Node).values(row).on_conflict_do_nothing())
        return history.revision_of(connection, "control")
