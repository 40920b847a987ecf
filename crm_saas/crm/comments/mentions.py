"""The text of a comment and the members it mentions, written `<@id>` so that a mention survives a change of name."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Final

from sqlalchemy import select

from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import Member

LONGEST: Final = 10_000
MOST_MENTIONS: Final = 50
EXCERPT: Final = 200
_MENTION: Final = re.compile(r"<@([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})>")
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff]")


def mentioned(body: str) -> list[uuid.UUID]:
    """Return the members that a text mentions, each once, in its order."""
    return list(dict.fromkeys(uuid.UUID(found) for found in _MENTION.findall(body)))


def excerpt(body: str, names: Mapping[uuid.UUID, str]) -> str:
    """Return the beginning of a text on one line, mentions as `@name`."""
    named = _MENTION.sub(lambda found: f"@{names.get(uuid.UUID(found[1]), '?')}", body)
    line = " ".join(named.split())
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1].rstrip()}…"


def read_body(unit: UnitOfWork, given: object, *, before: str = "") -> str:
    """Return the text of a comment as it is stored; raises `Invalid`.

    Who is mentioned must be an active member, or was mentioned `before`.
    """
    if not isinstance(given, str):
        raise _fault("wrong_type", "Expected a text.")
    body = given.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not _INVISIBLE.sub("", body).strip():
        raise _fault("required", "A comment says something.")
    if len(body) > LONGEST:
        raise _fault("too_long", f"At most {LONGEST} characters.", max=LONGEST, length=len(body))
    named = mentioned(body)
    if len(named) > MOST_MENTIONS:
        raise _fault("too_many", f"At most {MOST_MENTIONS} members.", max=MOST_MENTIONS, count=len(named))
    fresh = set(named) - set(mentioned(before))
    if fresh:
        known = set(unit.connection.scalars(select(Member.user_id).where(Member.user_id.in_(fresh), Member.active)))
        unknown = [each for each in named if each in fresh - known]
        if unknown:
            raise _fault("unknown_member", "Not the id of a member.", value=str(unknown[0]))
    return body


def _fault(code: str, detail: str, **params: str | int) -> Invalid:
    return Invalid(errors=[FieldError("/body", code, detail, dict(params))])
