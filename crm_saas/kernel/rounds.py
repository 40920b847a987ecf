"""Looking at every tenant in turn: how a sweep finds what is due."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from crm_saas.kernel import uow
from crm_saas.kernel.db import tenant_plane
from crm_saas.kernel.directory import active_tenants
from crm_saas.kernel.uow import UnitOfWork

T = TypeVar("T")
_log = logging.getLogger(__name__)


def in_each_tenant(look: Callable[[UnitOfWork], T]) -> Iterator[T]:
    """Yield what `look` finds in every active tenant, each in a unit of its own that has ended by then.

    One that cannot be looked at does not stop the others.
    """
    with uow.control() as unit:
        tenants = active_tenants(unit.connection, uow.directory().node_ids, uuid.UUID(int=0))
    for tenant_id, node_id in tenants:
        try:
            with uow.plane(uow.directory().node_engine(node_id), tenant_plane(tenant_id), tenant_id) as unit:
                found = look(unit)
        except DBAPIError:
            _log.exception("tenant not looked at", extra={"tenant_id": str(tenant_id), "look": look.__qualname__})
        else:
            yield found
