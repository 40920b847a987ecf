"""Workspaces: making one, and which of them a person belongs to."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from crm_saas.kernel import jobs, uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import CLOSED, DEFAULT_NODE, PURGING, Node, Placement
from crm_saas.kernel.errors import Forbidden, NotFound
from crm_saas.kernel.ids import uuid7
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal, memberships, provisioning, regions, slugs
from crm_saas.tenants.entitlements import DEFAULT_PLAN
from crm_saas.tenants.keeping.model import Closing
from crm_saas.tenants.models import Membership, Workspace
from crm_saas.tenants.roles import OWNER

PROVISION: Final = "crm_saas.tenants.jobs.provision"
MADE_BY_ONE: Final = 20
"""How many workspaces one person may make; each costs a schema."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new workspace is made from; every value is clean."""

    name: str
    slug: str | None
    timezone: str
    currency: str
    language: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A workspace in the switcher."""

    id: uuid.UUID
    slug: str
    name: str
    role: str
    state: str
    """provisioning, active, failed, or for its owners closed."""
    purge_at: datetime | None
    """When a closed one is deleted."""


def create(unit: UnitOfWork, draft: Draft, owner_id: uuid.UUID) -> Workspace:
    """Make a workspace, its first seat and its place, in the caller's control unit; the provisioner is told afterwards.

    A slug that somebody took in the meantime gets a suffix. Raises `Forbidden` beyond 20 workspaces of one person.
    """
    made = unit.connection.execute(
        select(func.count()).select_from(Workspace).where(Workspace.created_by_id == owner_id)
    ).scalar_one()
    if made >= MADE_BY_ONE:
        raise Forbidden("You have made as many workspaces as one person can.", code="too_many_workspaces")
    workspace_id = _insert(unit, draft, owner_id)
    workspace = unit.session.get_one(Workspace, workspace_id)
    journal.record(
        unit,
        "workspace.created",
        workspace_id=workspace_id,
        actor_id=owner_id,
        data={"slug": workspace.slug, "name": workspace.name},
    )
    memberships.add(unit, workspace_id, owner_id, OWNER, actor_id=owner_id)
    provisioning.place(unit, workspace_id, _roomy_node(unit))
    unit.session.flush()
    unit.on_commit(_hint, workspace_id)
    return workspace


def _insert(unit: UnitOfWork, draft: Draft, owner_id: uuid.UUID) -> uuid.UUID:
    """Insert under the first free slug; two at once cannot get the same, the later one takes the next."""
    workspace_id = uuid7()
    values = {
        "id": workspace_id,
        "name": draft.name,
        "timezone": draft.timezone,
        "currency": draft.currency,
        "language": draft.language,
        "country": regions.country_of(draft.timezone, draft.currency, draft.language),
        "plan": DEFAULT_PLAN,
        "created_by_id": owner_id,
        "created_at": now(),
        "version": 1,
    }
    for slug in slugs.candidates(draft.slug or slugs.slugify(draft.name)):
        statement = insert(Workspace).values(slug=slug, **values).on_conflict_do_nothing(index_elements=["slug"])
        if unit.connection.execute(statement.returning(Workspace.id)).first() is not None:
            return workspace_id
    raise AssertionError


def _roomy_node(unit: UnitOfWork) -> str:
    """Return the node with the fewest tenants among those that take new ones and that this process can reach."""
    node = unit.connection.execute(
        select(Node.id)
        .outerjoin(Placement, Placement.node_id == Node.id)
        .where(Node.accepts_new, Node.id.in_(uow.directory().node_ids))
        .group_by(Node.id)
        .order_by(func.count(Placement.tenant_id), Node.id)
        .limit(1)
    ).scalar_one_or_none()
    return node or DEFAULT_NODE


def _hint(workspace_id: uuid.UUID) -> None:
    jobs.enqueue("provision", PROVISION, workspace_id)


def of_person(unit: UnitOfWork, user_id: uuid.UUID) -> list[Summary]:
    """Return the workspaces a person belongs to, by name."""
    rows = unit.connection.execute(_summaries(user_id).order_by(Workspace.name, Workspace.id))
    return [Summary(*row) for row in rows]


def one_of_person(unit: UnitOfWork, user_id: uuid.UUID, workspace_id: uuid.UUID) -> Summary:
    """Return one of a person's workspaces; raises `NotFound` for one they do not belong to."""
    row = unit.connection.execute(_summaries(user_id).where(Workspace.id == workspace_id)).one_or_none()
    if row is None:
        raise NotFound
    return Summary(*row)


def _summaries(user_id: uuid.UUID) -> Select[uuid.UUID, str, str, str, str, datetime | None]:
    return (
        select(Workspace.id, Workspace.slug, Workspace.name, Membership.role, Placement.state, Closing.purge_at)
        .join(Membership, Membership.workspace_id == Workspace.id)
        .join(Placement, Placement.tenant_id == Workspace.id)
        .outerjoin(Closing, Closing.workspace_id == Workspace.id)
        .where(Membership.user_id == user_id, Membership.active, Placement.state != PURGING)
        .where(or_(Placement.state != CLOSED, Membership.role == OWNER))
    )
