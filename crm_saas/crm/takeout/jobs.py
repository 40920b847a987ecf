"""What the `keep` worker does for exports."""

from __future__ import annotations

from typing import Final

import crm_saas.crm.catalogue  # noqa: F401 - a worker needs the record types
from crm_saas.crm.takeout import service
from crm_saas.kernel.sweeps import sweep

HANDLERS: Final = (service.make,)
"""Declared where it is defined; named here so that a worker imports it."""


@sweep("keep", every=3600)
def sweep_expired() -> int:
    """Remove the files of exports whose time is over."""
    return service.remove_expired()
