"""Every record type of the product: importing this module registers them."""

from __future__ import annotations

from crm_saas.crm.leads.type import LEAD

ALL = (LEAD,)
