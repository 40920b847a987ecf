"""Identifiers made in the application, so that no database sequence is needed (a tenant schema may be sharded)."""

from __future__ import annotations

import re
import uuid

import uuid_utils.compat

_SCHEMA = re.compile(r"t_[0-9a-f]{32}")


def uuid7() -> uuid.UUID:
    """Return a new time-ordered UUID, version 7 (RFC 9562 section 5.7)."""
    return uuid_utils.compat.uuid7()


def schema_name(tenant_id: uuid.UUID) -> str:
    """Return the name shared by a tenant's schema and its role: `t_` and 32 hexadecimal digits."""
    return f"t_{tenant_id.hex}"


def is_schema_name(name: str) -> bool:
    """Tell whether a name has the form of a tenant schema, and so is safe inside an SQL identifier."""
    return _SCHEMA.fullmatch(name) is not None


def parse_uuid(text: str) -> uuid.UUID | None:
    """Read a UUID in its canonical 36-character form; anything else is None, never an error."""
    if len(text) != 36:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
