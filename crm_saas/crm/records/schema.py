"""The marshmallow schema of a record type: it loads what a caller sends, field by field, through the value kinds."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, missing

from crm_saas.crm.records.fields import Field
from crm_saas.crm.records.kinds import KINDS, Context, ValueProblem
from crm_saas.crm.records.registry import RecordType, Values
from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.tenants.roles import HIDDEN, READ_ONLY

MOST_FAULTS = 100
_context: ContextVar[Context] = ContextVar("kind_context")


class KindField(fields.Field[Any]):
    """A marshmallow field that reads with a value kind."""

    def __init__(self, described: Field) -> None:
        super().__init__(allow_none=True, required=False)
        self.described = described

    def deserialize(
        self,
        value: Any,  # noqa: ANN401
        attr: str | None = None,  # noqa: ARG002
        data: Mapping[str, Any] | None = None,  # noqa: ARG002
        **_kwargs: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Read a raw value; null empties the field."""
        if value is missing:
            return missing
        described = self.described
        try:
            parsed = KINDS[described.kind].parse(value, _context.get().for_field(described))
        except ValueProblem as problem:
            pointer = "/" + "/".join(str(part) for part in (described.name, *problem.path))
            raise ValidationError([FieldError(pointer, problem.code, problem.detail, problem.params)]) from None
        if described.required and described.is_empty(parsed):
            raise ValidationError([FieldError(f"/{described.name}", "required", "This is needed.")])
        return described.empty if parsed is None else parsed


@lru_cache(maxsize=256)
def schema_of(rtype: RecordType) -> Schema:
    """Return the schema of a type, made once: a marshmallow class is large."""
    members = {each.name: KindField(each) for each in rtype.fields if not each.read_only}
    return Schema.from_dict(members, name=rtype.name.capitalize())(unknown=RAISE)  # type: ignore[arg-type]


def load(rtype: RecordType, document: object, context: Context) -> Values:
    """Read what a caller sent: only the fields it names, each parsed by its kind.

    Raises `Invalid` with a pointer for each fault (the first 100); an unknown field is refused by name.
    """
    if not isinstance(document, dict):
        raise Invalid("Send a JSON object.", errors=[FieldError("", "wrong_type", "Expected an object.")])
    _require_writable(rtype, document, context)
    token = _context.set(context)
    try:
        loaded: Values = schema_of(rtype).load(document)
    except ValidationError as error:
        raise Invalid(errors=_faults(rtype, error)) from None
    finally:
        _context.reset(token)
    return loaded


def _require_writable(rtype: RecordType, document: dict[str, Any], context: Context) -> None:
    """Refuse fields that are hidden, which do not exist for whoever sends them, and those they may only read."""
    if not context.limits:
        return
    unseen, fixed = (context.limited(rtype.name, access) for access in (HIDDEN, READ_ONLY))
    faults = [_refused(rtype, name, unseen, fixed) for name in document if name in unseen | fixed]
    if faults:
        raise Invalid(errors=sorted(faults, key=lambda fault: fault.pointer))


def _faults(rtype: RecordType, error: ValidationError) -> list[FieldError]:
    found = [
        message if isinstance(message, FieldError) else _refused(rtype, str(name))
        for name, messages in error.messages_dict.items()
        for message in messages
    ]
    # marshmallow goes through unknown names as a set: an order that differs from process to process
    return sorted(found, key=lambda fault: fault.pointer)[:MOST_FAULTS]


def _refused(
    rtype: RecordType, name: str, unseen: frozenset[str] = frozenset(), fixed: frozenset[str] = frozenset()
) -> FieldError:
    pointer = f"/{_escaped(name)}"
    if name in fixed:
        return FieldError(pointer, "read_only", "Your role may not change this.")
    if name in rtype.members and name not in unseen:
        return FieldError(pointer, "read_only", "This is set by the product.")
    return FieldError(pointer, "unknown_field", "There is no such field.")


def _escaped(name: str) -> str:
    return name[:100].replace("~", "~0").replace("/", "~1")
