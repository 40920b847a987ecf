"""What a link leads to, and what may be asked there: `owner_id.role` is the role of the member a record belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import Column, Table

from crm_saas.crm.records.fields import Field
from crm_saas.tenants.mirror import Member


@dataclass(frozen=True)
class Relation:
    """The table behind a kind of link, the column that links name, and its fields by name."""

    table: Table
    key: Column[Any]
    fields: Mapping[str, Field]


_MEMBER: Final = cast("Table", Member.__table__)

RELATIONS: Final[dict[str, Relation]] = {
    "member": Relation(
        _MEMBER,
        _MEMBER.c.user_id,
        {
            each.name: each
            for each in (
                Field("name", "text", "member", max_length=200),
                Field("email", "text", "member", max_length=320),
                Field("role", "text", "member", max_length=60),
                Field("active", "boolean", "member"),
            )
        },
    ),
}
"""By kind of the field that links."""
