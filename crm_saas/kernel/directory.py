"""Where each tenant lives: tenant -> node -> engine. Every tenant connection goes through here."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection, Engine, ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from crm_saas.kernel.db import ControlBase, control_plane, make_engine, tenant_plane

DEFAULT_NODE = "default"
PROVISIONING, ACTIVE, FAILED = "provisioning", "active", "failed"
CLOSED, PURGING = "closed", "purging"
"""By its owner, who can open it again; being deleted for good."""
MOVING = "moving"
"""To another node: may be read and not written for a moment."""
USABLE = (ACTIVE, MOVING)
MIGRATED = (ACTIVE, CLOSED)
"""States in which there is a schema that keeps up with releases."""
_CACHE_SECONDS = 30.0
_CACHE_SIZE = 10_000


class Node(ControlBase):
    """A database cell that holds many tenants."""

    __tablename__ = "node"

    id: Mapped[str] = mapped_column(primary_key=True)
    accepts_new: Mapped[bool]
    """Whether new tenants may be placed here."""
    created_at: Mapped[datetime]


class Placement(ControlBase):
    """One tenant's place: which node, and whether its schema can be used."""

    __tablename__ = "placement"

    tenant_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    node_id: Mapped[str] = mapped_column(ForeignKey(Node.id), index=True)
    state: Mapped[str] = mapped_column(index=True)
    """provisioning, active, failed, closed, purging or moving."""
    error: Mapped[str | None]
    """What stopped the last attempt to provision, for the operator."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


def active_tenants(connection: Connection, nodes: Sequence[str], after: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """Return (tenant, node) of every usable tenant on some nodes, in the order of their ids from `after` on."""
    rows = connection.execute(
        select(Placement.tenant_id, Placement.node_id)
        .where(Placement.state == ACTIVE, Placement.node_id.in_(nodes), Placement.tenant_id > after)
        .order_by(Placement.tenant_id)
    )
    return [(row.tenant_id, row.node_id) for row in rows]


class UnknownTenantError(LookupError):
    """No usable tenant has this id."""


class TenantMovingError(UnknownTenantError):
    """The tenant is moving to another node: what was to be written may be tried again in a moment."""


@dataclass(frozen=True, slots=True)
class Address:
    """A resolved tenant: its node, and the node's engine with the tenant's plane set."""

    node_id: str
    engine: Engine


class Directory:
    """Resolves tenants to nodes and keeps one engine for each node.

    `nodes` maps a node id to the libpq URI of its `crm_app` login; `default` also holds the control plane.
    Answers are cached for 30 s; only usable tenants are, so a tenant works the moment it becomes active.
    """

    def __init__(self, nodes: dict[str, str], *, pool_size: int = 8, application: str = "crm") -> None:
        self._engines = {
            node: make_engine(url, pool_size=pool_size, application=application) for node, url in nodes.items()
        }
        self._control = self._engines[DEFAULT_NODE].execution_options(plane=control_plane())
        self._cache: dict[uuid.UUID, tuple[float, Address]] = {}
        self._lock = Lock()

    @property
    def control_engine(self) -> Engine:
        """The engine of the control plane, its plane already set."""
        return self._control

    @property
    def node_ids(self) -> tuple[str, ...]:
        """The nodes this process can reach."""
        return tuple(self._engines)

    def node_engine(self, node_id: str) -> Engine:
        """Return a node's engine; its transactions still have to name a plane."""
        return self._engines[node_id]

    def resolve(self, tenant_id: uuid.UUID) -> Address:
        """Return a tenant's address; raises `UnknownTenantError` if it does not exist or cannot be used yet."""
        cached = self._cache.get(tenant_id)
        if cached is not None and cached[0] > time.monotonic():
            return cached[1]
        with self._control.connect() as connection:
            address = self._look_up(connection, tenant_id)
        with self._lock:
            if len(self._cache) >= _CACHE_SIZE:
                self._cache.clear()
            self._cache[tenant_id] = (time.monotonic() + _CACHE_SECONDS, address)
        return address

    def forget(self, tenant_id: uuid.UUID) -> None:
        """Drop a cached answer, after the tenant moved or its transaction could not begin."""
        self._cache.pop(tenant_id, None)

    def place_of(self, tenant_id: uuid.UUID) -> tuple[str, str] | None:
        """Return (node, state) of a tenant as the control plane has it now; None if there is none."""
        with self._control.connect() as connection:
            row = connection.execute(
                select(Placement.node_id, Placement.state).where(Placement.tenant_id == tenant_id)
            ).one_or_none()
        return None if row is None else (row.node_id, row.state)

    def _look_up(self, connection: Connection, tenant_id: uuid.UUID) -> Address:
        row = connection.execute(
            select(Placement.node_id, Placement.state).where(Placement.tenant_id == tenant_id)
        ).one_or_none()
        if row is None or row.state not in USABLE or row.node_id not in self._engines:
            raise UnknownTenantError(str(tenant_id))
        return Address(row.node_id, self._engines[row.node_id].execution_options(plane=tenant_plane(tenant_id)))

    def dispose(self) -> None:
        """Close every pooled connection."""
        for engine in self._engines.values():
            engine.dispose()
