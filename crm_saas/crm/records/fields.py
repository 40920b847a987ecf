"""The description of a field: everything the product knows about it, said once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from crm_saas.crm.records.kinds import KINDS

KindName = Literal[
    "text", "long_text", "email_list", "phone_list", "url", "choice", "date", "instant", "money", "integer", "tags",
    "member", "country", "external_ids", "boolean",
]  # fmt: skip

_EMPTY: Final = ("is_empty", "is_not_empty")
_ORDERED: Final = ("eq", "lt", "lte", "gt", "gte", "between", *_EMPTY)
OPERATORS: Final[dict[str, tuple[str, ...]]] = {
    "text": ("eq", "ne", "in", "contains", "starts_with", *_EMPTY),
    "long_text": ("contains", *_EMPTY),
    "email_list": ("has", *_EMPTY),
    "phone_list": ("has", *_EMPTY),
    "url": ("eq", "contains", *_EMPTY),
    "choice": ("eq", "ne", "in", "not_in", *_EMPTY),
    "date": ("eq", "lt", "lte", "gt", "gte", "between", "within", *_EMPTY),
    "instant": ("lt", "lte", "gt", "gte", "between", "within"),
    "money": _ORDERED,
    "integer": _ORDERED,
    "tags": ("has", *_EMPTY),
    "member": ("eq", "ne", "in", "not_in", *_EMPTY),
    "country": ("eq", "ne", "in", "not_in", *_EMPTY),
    "external_ids": ("has", *_EMPTY),
    "boolean": ("eq", *_EMPTY),
}
"""Which operators of the filter language a kind understands."""


_LISTS: Final = frozenset({"email_list", "phone_list", "tags"})


class Option(NamedTuple):
    """A value of a choice, and the words by which an import recognises it."""

    value: str
    english: str
    chinese: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record type. The web client's label is the key `<type>.field.<name>`."""

    name: str
    kind: KindName
    group: str
    """The part of the form it stands in."""
    max_length: int | None = None
    """Code points of a text or of one item; None is the kind's own bound."""
    options: tuple[Option, ...] | None = None
    extensible: bool = False
    """A choice to which a workspace may add options of its own."""
    required: bool = False
    unique: bool = False
    filterable: bool = True
    sort_column: str | None = None
    """The column a list is sorted by; None: it cannot be. Every such column has an index."""
    importable: bool = True
    personal: bool = False
    """Personal data, which erasure of a person removes."""
    read_only: bool = False
    """Set by the product, never by a caller."""
    in_list: bool = False
    """Among the columns a list shows at first."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that hold its value."""
        if self.kind == "money":
            return (f"{self.name}_minor", f"{self.name}_currency")
        return (self.name,)

    @property
    def operators(self) -> tuple[str, ...]:
        """What a filter may ask of it."""
        return OPERATORS[self.kind] if self.filterable else ()

    @property
    def empty(self) -> Any:  # noqa: ANN401 - a value of the kind
        """The value of the field when it holds nothing."""
        if self.kind in _LISTS:
            return []
        return {} if self.kind == "external_ids" else None

    def is_empty(self, value: object) -> bool:
        """Tell whether a value is nothing."""
        return value is None or value in ("", [], {})

    def keys_of(self, value: Any) -> list[str]:  # noqa: ANN401
        """Return the exact look-up keys of a value, such as `email:x@example.com`."""
        return KINDS[self.kind].identity_keys(value)


SYSTEM_FIELDS: Final = (
    Field("import_id", "member", "system", read_only=True, importable=False),
    Field("created_at", "instant", "system", sort_column="id", read_only=True, importable=False),
    Field("created_by_id", "member", "system", read_only=True, importable=False),
    Field("updated_at", "instant", "system", sort_column="updated_at", read_only=True, importable=False),
    Field("updated_by_id", "member", "system", read_only=True, importable=False),
)
"""What every record has beside the fields of its type. Ids are UUIDv7: their order is that of creation."""
