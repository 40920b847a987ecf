"""Mapping: which column of a file fills which field, and the one validator of preview and run."""

from __future__ import annotations

from crm_saas.crm.imports.mapping.applying import Mapper, apply
from crm_saas.crm.imports.mapping.model import NAME_PARTS, CellProblem, MappedRow, MappingProblem
from crm_saas.crm.imports.mapping.suggesting import guess_hints, suggest, unmapped

__all__ = [
    "NAME_PARTS",
    "CellProblem",
    "MappedRow",
    "Mapper",
    "MappingProblem",
    "apply",
    "guess_hints",
    "suggest",
    "unmapped",
]
