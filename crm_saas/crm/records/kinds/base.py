"""What all value kinds share: the problem they raise, the context they parse in, and their interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, Protocol, runtime_checkable

from crm_saas.crm.records.kinds.labels import Labels

DateOrder = Literal["dmy", "mdy", "ymd"]
Decimal = Literal[".", ","]
BIGINT_MAX = 2**63 - 1


class ValueProblem(Exception):  # noqa: N818 - the word the API and the interface use
    """A value that cannot be taken as it is.

    Attributes:
        code: Stable, translated by the web client as `error.<code>`.
        detail: One English sentence, for clients without a translation.
        params: What the translation may name (limits, the offending part).
        path: Where inside the value: `(0,)` is the first item of a list.
    """

    def __init__(self, code: str, detail: str, *, path: tuple[str | int, ...] = (), **params: Any) -> None:  # noqa: ANN401
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.params: dict[str, Any] = params
        self.path = path

    def at(self, *path: str | int) -> ValueProblem:
        """The same problem, one level further out."""
        return ValueProblem(self.code, self.detail, path=(*path, *self.path), **self.params)


@runtime_checkable
class FieldLike(Protocol):
    """The part of a field's description that parsing needs. `extensible`, if present and true, lets a choice grow."""

    @property
    def name(self) -> str:
        """Name of the field in the API."""
        ...

    @property
    def kind(self) -> str:
        """A key of `KINDS`."""
        ...

    @property
    def max_length(self) -> int | None:
        """Most code points of a text (or of one item of a list)."""
        ...

    @property
    def options(self) -> Sequence[Any] | None:
        """Values of a choice: plain strings, tuples `(value, label, ...)`, or objects with `.value` and `.label`."""
        ...

    @property
    def required(self) -> bool:
        """Whether an empty value is refused."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """What a raw value is read against: the workspace's habits, and the field it is for.

    `date_order` and `decimal` None mean unknown: what can be read in one way only is taken, the rest refused.
    """

    default_region: str | None = None
    """ISO 3166-1 alpha-2, for phone numbers written without a country code."""
    currency: str = "USD"
    """ISO 4217, for amounts written without one."""
    timezone: str = "UTC"
    """IANA name, for times written without an offset, and for what "today" is."""
    week_start: int = 0
    """The day a week begins with: 0 is Monday."""
    date_order: DateOrder | None = None
    decimal: Decimal | None = None
    external_system: str | None = None
    """The system that a bare external id belongs to."""
    members: Mapping[str, str] | None = None
    """id, e-mail and name of members (`member_key` of each) -> member id; None: only ids are taken."""
    max_length: int | None = None
    options: Labels | None = None
    extensible: bool = False
    limits: Mapping[str, Mapping[str, str]] | None = None
    """Record type -> field -> hidden or read_only: what whoever reads or writes may not. Not for one field."""

    def limited(self, type_name: str, access: str) -> frozenset[str]:
        """Return the fields of a type that are limited in one way."""
        limits = self.limits.get(type_name) if self.limits else None
        return frozenset(name for name, limit in limits.items() if limit == access) if limits else frozenset()

    def for_field(self, field: FieldLike) -> Context:
        """The context for one field. Make it once for many rows."""
        # written out: dataclasses.replace takes several times as long, and a form has twenty fields
        return Context(
            default_region=self.default_region,
            currency=self.currency,
            timezone=self.timezone,
            week_start=self.week_start,
            date_order=self.date_order,
            decimal=self.decimal,
            external_system=self.external_system,
            members=self.members,
            max_length=field.max_length,
            options=None if field.options is None else _labels(_hashable(field.options)),
            extensible=bool(getattr(field, "extensible", False)),
        )


class Kind(Protocol):
    """How values of one kind are read, compared and written.

    `parse` takes what a form, the API or a spreadsheet gives: text, or the value's own JSON form. It returns None (an
    empty list or dict for kinds of many) for an empty value and raises `ValueProblem` for one that cannot be taken.
    """

    def parse(self, raw: object, context: Context) -> Any:  # noqa: ANN401
        """Read a raw value."""
        ...

    def identity_keys(self, value: Any) -> list[str]:  # noqa: ANN401
        """Keys equal for equal identities, such as `email:x@example.com`; empty for kinds that identify nobody."""
        ...

    def to_text(self, value: Any) -> str:  # noqa: ANN401
        """The value as a CSV cell that `parse` reads back to the same value."""
        ...


class PlainKind:
    """A kind without identity whose text is `str(value)`."""

    def identity_keys(self, value: Any) -> list[str]:  # noqa: ANN401, ARG002
        """Nobody is identified by it."""
        return []

    def to_text(self, value: Any) -> str:  # noqa: ANN401
        """Empty for None, else `str`."""
        return "" if value is None else str(value)


def wrong_type(expected: str) -> ValueProblem:
    """The problem for JSON of another shape than the kind's."""
    return ValueProblem("wrong_type", f"Expected {expected}.", expected=expected)


def _labels_of(option: object) -> tuple[str, ...]:
    if isinstance(option, str):
        return (option,)
    if isinstance(option, tuple | list):
        return tuple(str(part) for part in option if part)
    labels = [getattr(option, name, None) for name in ("value", "label")]
    return tuple(str(label) for label in labels if label)


def _hashable(options: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(tuple(option) if isinstance(option, list) else option for option in options)


@lru_cache(maxsize=512)
def _labels(options: tuple[Any, ...]) -> Labels:
    return Labels(_labels_of(option) for option in options)
