"""The roles that a workspace makes for itself, beside those the product ships: rows of its schema."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.clock import now
from crm_saas.kernel.db import TenantBase
from crm_saas.kernel.errors import Conflict, FieldError, Invalid, NotFound, PreconditionFailed
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.roles import NO_RIGHTS, SHIPPED, Rights

MOST_ROLES: Final = 50
LONGEST_LABEL: Final = 60
_KEY: Final = re.compile(r"role_[0-9a-f]{32}")


class Role(TenantBase):
    """A role of the workspace's own. Its key never changes and is never used again; the control plane keeps it."""

    __tablename__ = "role"

    key: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    based_on: Mapped[str]
    """The shipped role it was made from, which says what it may do to record types that come later."""
    rights: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """`Rights.to_json()`."""
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Draft:
    """A role as somebody asks for it; everything is clean."""

    label: str
    based_on: str
    rights: Rights


def rights_of(unit: UnitOfWork, key: str) -> Rights:
    """Return what the role of this key may do; nothing if there is no such role."""
    if key in SHIPPED:
        return SHIPPED[key]
    found = unit.session.get(Role, key)
    return NO_RIGHTS if found is None else Rights.from_json(found.rights, found.based_on)


def listed(unit: UnitOfWork) -> list[Role]:
    """Return the workspace's own roles by label."""
    return list(unit.session.scalars(select(Role).order_by(Role.label, Role.key)))


def labels(unit: UnitOfWork, keys: Iterable[str]) -> dict[str, str]:
    """Return what those of the keys that are roles of the workspace's own are called."""
    return dict(unit.connection.execute(select(Role.key, Role.label).where(Role.key.in_(keys))).all())


def holders(unit: UnitOfWork) -> dict[str, int]:
    """Return how many active members have each role."""
    counted = select(Member.role, func.count()).where(Member.active).group_by(Member.role)
    return dict(unit.connection.execute(counted).all())


def known(unit: UnitOfWork, key: str) -> str:
    """Return the key of a role that members may have; raises `Invalid` for any other."""
    if key in SHIPPED or (_KEY.fullmatch(key) and unit.session.get(Role, key) is not None):
        return key
    options = [*SHIPPED, *(role.key for role in listed(unit))]
    raise Invalid(errors=[FieldError("/role", "unknown_option", "There is no such role.", {"options": options})])


def is_key(key: str) -> bool:
    """Tell whether a text may be the key of a role, shipped or own."""
    return key in SHIPPED or _KEY.fullmatch(key) is not None


def get(unit: UnitOfWork, key: str, *, lock: bool = False) -> Role:
    """Return one of the workspace's own roles; `NotFound` if there is none of this key."""
    found = unit.session.get(Role, key, with_for_update=lock) if _KEY.fullmatch(key) else None
    if found is None:
        raise NotFound
    return found


def add(unit: UnitOfWork, draft: Draft) -> Role:
    """Add a role; raises `Conflict` for too many, `Invalid` for a label that another has."""
    roles = listed(unit)
    if len(roles) >= MOST_ROLES:
        raise Conflict(f"At most {MOST_ROLES} roles of your own.", code="too_many", max=MOST_ROLES)
    _require_free(roles, draft.label, None)
    at = now()
    role = Role(
        key=f"role_{uuid7().hex}", label=draft.label, based_on=draft.based_on, rights=draft.rights.to_json(),
        version=1, created_at=at, updated_at=at,
    )  # fmt: skip
    unit.session.add(role)
    unit.session.flush()
    return role


def change(unit: UnitOfWork, key: str, label: str, rights: Rights, *, version: int) -> Role:
    """Change a role that is still at `version`; its members have the new rights from their next request on."""
    role = get(unit, key, lock=True)
    if role.version != version:
        raise PreconditionFailed("The role has changed since you read it.")
    _require_free(listed(unit), label, key)
    role.label, role.rights, role.version, role.updated_at = label, rights.to_json(), role.version + 1, now()
    unit.session.flush()
    return role


def remove(unit: UnitOfWork, key: str) -> Role:
    """Remove a role; raises `Conflict` with code `in_use` while somebody has it, also somebody deactivated."""
    role = get(unit, key, lock=True)
    if unit.session.scalars(select(Member.user_id).where(Member.role == key).limit(1)).first() is not None:
        raise Conflict("Give its members another role first.", code="in_use")
    unit.session.delete(role)
    unit.session.flush()
    return role


def _require_free(roles: list[Role], label: str, key: str | None) -> None:
    if any(role.label.casefold() == label.casefold() and role.key != key for role in roles):
        raise Invalid(errors=[FieldError("/label", "taken", "Another role is called that.")])
