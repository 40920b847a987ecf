"""What was erased in each workspace, kept where a restored backup does not reach it: ids and keyed hashes, no names.

It is the certificate of an erasure, and the list by which it is done again after a restore.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ARRAY, Index, Text, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.clock import now
from crm_saas.kernel.db import ControlBase
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal, process

LISTED: Final = 100
ERASED: Final = "person.erased"


class Erased(ControlBase):
    """One erasure, from when it was confirmed on."""

    __tablename__ = "erasure"
    __table_args__ = (Index("ix_erasure_workspace_id_id", "workspace_id", "id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[uuid.UUID]
    mode: Mapped[str]
    """whole or anonymous: whether the records are gone or kept without what was personal."""
    asked_by_id: Mapped[uuid.UUID]
    asked_at: Mapped[datetime]
    records: Mapped[list[list[str]]] = mapped_column(JSONB)
    """[type, id] of each record."""
    hashes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """`hash_of` of each address, number and name by which the person was looked for."""
    finished_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Counts by place, and the proof: what was looked through afterwards, and what was still found (nothing)."""


def hash_of(workspace_id: uuid.UUID, key: str) -> str:
    """Return what an address, number or name is remembered as: HMAC-SHA-256 under the deployment's secret.

    Without the secret nobody can try which addresses are among them, and no two workspaces share one.
    """
    secret = process.settings().secret_key.encode()
    return hmac.new(secret, workspace_id.bytes + key.encode(), hashlib.sha256).hexdigest()


def remember(
    unit: UnitOfWork,
    erasure_id: uuid.UUID,
    workspace_id: uuid.UUID,
    *,
    mode: str,
    asked: tuple[uuid.UUID, datetime],
    records: list[list[str]],
    keys: Iterable[str],
) -> None:
    """Note an erasure before it begins, or what else it is about; safe to repeat.

    Arguments: `asked` by whom and when; `keys` as `hash_of` takes them.
    """
    hashes = sorted(hash_of(workspace_id, key) for key in keys)
    row = {
        "id": erasure_id, "workspace_id": workspace_id, "mode": mode, "asked_by_id": asked[0], "asked_at": asked[1],
        "records": records, "hashes": hashes, "finished_at": None, "result": {},
    }  # fmt: skip
    changed = {"records": records, "hashes": hashes}
    unit.connection.execute(insert(Erased).values(row).on_conflict_do_update(index_elements=["id"], set_=changed))


def finish(unit: UnitOfWork, erasure_id: uuid.UUID, result: dict[str, Any]) -> None:
    """Note that an erasure is done and proven, once: this is its certificate, and an event of the journal."""
    found = unit.session.get_one(Erased, erasure_id, with_for_update=True)
    if found.finished_at is not None:
        return
    found.finished_at, found.result = now(), result
    data = {"erasure_id": str(erasure_id), "mode": found.mode, "total": sum(result["counts"].values())}
    journal.record(unit, ERASED, workspace_id=found.workspace_id, actor_id=found.asked_by_id, data=data)


def of_workspace(unit: UnitOfWork, workspace_id: uuid.UUID, *, limit: int | None = LISTED) -> list[Erased]:
    """Return the erasures of a workspace, the newest first."""
    return list(
        unit.session.scalars(
            select(Erased).where(Erased.workspace_id == workspace_id).order_by(Erased.id.desc()).limit(limit)
        )
    )
