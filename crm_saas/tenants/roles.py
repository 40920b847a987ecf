"""Roles of a member and what each may do to records. Rights by team, owner and field join them later."""

from __future__ import annotations

from typing import Final

OWNER, ADMIN, MANAGER, SALES, SERVICE, VIEWER = "owner", "admin", "manager", "sales", "service", "viewer"

_EVERYTHING: Final = frozenset({"read", "create", "update", "delete", "import", "export"})
ROLES: Final[dict[str, frozenset[str]]] = {
    OWNER: _EVERYTHING,
    ADMIN: _EVERYTHING,
    MANAGER: _EVERYTHING,
    SALES: _EVERYTHING - {"import", "export"},
    SERVICE: frozenset({"read", "create", "update"}),
    VIEWER: frozenset({"read"}),
}
"""Role -> actions on every record type."""

MEMBERS, WORKSPACE, AUDIT, DATA, VIEWS = "members", "workspace", "audit", "data", "views"
POWERS: Final = (MEMBERS, WORKSPACE, AUDIT, DATA, VIEWS)
"""What is not about records: people and their roles, the workspace's settings, its journal, its data as a whole
(backups, export, deletion), views for everybody."""
POWERS_OF: Final[dict[str, frozenset[str]]] = {
    OWNER: frozenset(POWERS),
    ADMIN: frozenset(POWERS),
    MANAGER: frozenset({VIEWS}),
}
"""Role -> powers; a role that is not named has none."""
