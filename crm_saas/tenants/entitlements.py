"""What a workspace may use. Everything that costs asks here, from the first day; plans and money come later."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import BigInteger, func, select

from crm_saas.kernel.errors import QuotaExceeded
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import Member, RecordCount, WorkspaceSettings
from crm_saas.tenants.models import Membership

DEFAULT_PLAN: Final = "start"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a plan."""

    seats: int
    records: int
    """Records of all types together."""
    file_bytes: int
    """One uploaded file."""
    storage_bytes: int
    """All files together."""


PLANS: Final[dict[str, Limits]] = {
    DEFAULT_PLAN: Limits(seats=10, records=2_000_000, file_bytes=200 * 2**20, storage_bytes=5 * 2**30),
}


@dataclass(frozen=True, slots=True)
class Usage:
    """What a workspace uses now, in the units of `Limits`."""

    seats: int
    records: int
    storage_bytes: int


def limits(unit: UnitOfWork) -> Limits:
    """Return the limits in force, from the workspace's own schema."""
    stored = unit.connection.execute(select(WorkspaceSettings.limits)).scalar_one()
    return Limits(**{key: stored[key] for key in asdict(PLANS[DEFAULT_PLAN])})


def usage(unit: UnitOfWork, storage_bytes: int) -> Usage:
    """Return what is used. `storage_bytes` comes from the file store, which knows it best."""
    row = unit.connection.execute(
        select(
            select(func.count()).select_from(Member).where(Member.active).scalar_subquery(),
            select(func.coalesce(func.sum(RecordCount.value), 0).cast(BigInteger)).scalar_subquery(),
        )
    ).one()
    return Usage(seats=row[0], records=row[1], storage_bytes=storage_bytes)


def require_records(unit: UnitOfWork, more: int) -> None:
    """Refuse with `QuotaExceeded` when `more` records would pass the plan's limit."""
    allowed = limits(unit).records
    used = unit.connection.execute(select(func.coalesce(func.sum(RecordCount.value), 0))).scalar_one()
    if int(used) + more > allowed:
        raise QuotaExceeded("No more records fit in this plan.", limit="records", allowed=allowed, used=int(used))


def require_file(unit: UnitOfWork, size: int, stored: int) -> None:
    """Refuse a file of `size` bytes that is too large, or that no longer fits beside `stored` bytes."""
    allowed = limits(unit)
    if size > allowed.file_bytes:
        raise QuotaExceeded("The file is larger than this plan allows.", limit="file_bytes", allowed=allowed.file_bytes)
    if stored + size > allowed.storage_bytes:
        raise QuotaExceeded("No more files fit in this plan.", limit="storage_bytes", allowed=allowed.storage_bytes)


def seats_used(control: UnitOfWork, workspace_id: object) -> int:
    """Count the seats taken in a workspace; a control unit, since seats are what is paid for."""
    return control.connection.execute(
        select(func.count()).select_from(Membership).where(Membership.workspace_id == workspace_id, Membership.active)
    ).scalar_one()
