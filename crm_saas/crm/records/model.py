"""What the table of every record type has in common, and the table of external ids."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Index, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from crm_saas.kernel.db import TenantBase

OF_PERSON = {"of_person": True}
"""The `info` of a table whose rows speak freely of the person behind a record: they go when that person is erased."""
OF_RECORD = {"of_person": False}
"""The `info` of a table whose rows are facts about a record: they go with it, and stay while it does. One of the two is
said of every table with `record_type` and `record_id` (`tests/guards/test_erasure.py`)."""


class RecordColumns:
    """Mixin: identity, version, authorship, and the keys that make a record findable.

    The id is a UUIDv7, so ordering by id is ordering by time of creation and needs no index of its own.
    """

    __abstract__ = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    """1 at creation, one more with each change: the ETag."""
    created_at: Mapped[datetime]
    created_by_id: Mapped[uuid.UUID | None]
    updated_at: Mapped[datetime]
    updated_by_id: Mapped[uuid.UUID | None]
    import_id: Mapped[uuid.UUID | None]
    """The import that created it."""
    display_name: Mapped[str]
    """What people call the record; worked out by its type from its fields."""
    display_sort: Mapped[str] = mapped_column(Text)
    """`kernel.text.sort_key` of the display name."""
    keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Exact look-up keys: email:…, phone:…, tag:…"""
    search: Mapped[Any] = mapped_column(TSVECTOR)
    """Tokens made by `kernel.text.tokens`; no text search configuration of the server is involved."""

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        """Give every record table the same indexes for lists, look-ups and search."""
        table = cls.__tablename__  # type: ignore[attr-defined]
        return (
            Index(f"ix_{table}_updated_at_id", "updated_at", "id"),
            Index(f"ix_{table}_display_sort_id", "display_sort", "id"),
            Index(f"ix_{table}_keys", "keys", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
            Index(f"ix_{table}_search", "search", postgresql_using="gin"),
            *cls.own_indexes(),
        )

    @classmethod
    def own_indexes(cls) -> tuple[Any, ...]:
        """Return the indexes only this type needs."""
        return ()


class ExternalId(TenantBase):
    """What another system calls a record. One record for each (type, system, value): imports and upserts rely on it."""

    __tablename__ = "external_id"
    __table_args__ = (Index("ix_external_id_record_id", "record_id"), {"info": OF_RECORD})

    record_type: Mapped[str] = mapped_column(primary_key=True)
    system: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[uuid.UUID]


class ChoiceOption(TenantBase):
    """An option that the workspace added to a choice field, beside those the product ships."""

    __tablename__ = "choice_option"

    record_type: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    """What records store: the label, normalised, at most 60 characters."""
    label: Mapped[str]
    position: Mapped[int]
