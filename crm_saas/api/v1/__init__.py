"""The public API, version 1."""

from __future__ import annotations

from crm_saas.api.v1.routes import register

__all__ = ["register"]
