"""Every table of a tenant's schema that the CRM has: importing this module makes the metadata whole.

For what must leave out no table, in processes that have imported only what they work with.
"""

from __future__ import annotations

import importlib
import pkgutil

import crm_saas.crm

for _module in pkgutil.walk_packages(crm_saas.crm.__path__, f"{crm_saas.crm.__name__}."):
    if _module.name.rpartition(".")[2] == "model":
        importlib.import_module(_module.name)
