"""Choices, tags, members, yes and no."""

from __future__ import annotations

import re
import uuid

from crm_saas.crm.records.kinds.base import Context, PlainKind, ValueProblem, wrong_type
from crm_saas.crm.records.kinds.labels import label_key
from crm_saas.crm.records.kinds.many import items_of, unique
from crm_saas.crm.records.kinds.text import clean, limited

MAX_OPTION = 60
MAX_TAG = 50
MAX_TAGS = 50
_TAG_SEPARATORS = re.compile(r"\s+:::\s+|[,;|\r\n，；、]")
_YES = frozenset({"yes", "y", "true", "t", "1", "on", "x", "是", "真", "有", "对"})
_NO = frozenset({"no", "n", "false", "f", "0", "off", "否", "假", "无", "不", "不是"})


class Choice(PlainKind):
    """One of the options, given by value or by a label in any language."""

    def parse(self, raw: object, context: Context) -> str | None:
        """Read an option; raises `unknown_option`, unless the field is extensible: then the cleaned text is it."""
        if raw is None:
            return None
        text = clean(raw)
        if not text:
            return None
        found = context.options.find(text) if context.options else None
        if found is not None:
            return found
        if context.extensible:
            return limited(text, context.max_length or MAX_OPTION)
        options = list(context.options.values) if context.options else []
        raise ValueProblem("unknown_option", "Not one of the options.", value=text[:100], options=options)


class Tags:
    """Free labels; equal ones (whatever their case) are kept once."""

    def parse(self, raw: object, context: Context) -> list[str]:
        """Read a list, or a cell divided at commas, semicolons, bars, line ends."""
        limit = context.max_length or MAX_TAG
        tags = []
        for index, text in items_of(raw, _TAG_SEPARATORS.split):
            try:
                tags.append(limited(clean(text), limit))
            except ValueProblem as problem:
                raise problem.at(index) from None
        return unique([tag for tag in tags if tag], str.casefold, limit=MAX_TAGS)

    def identity_keys(self, value: list[str] | None) -> list[str]:  # noqa: ARG002
        """Nobody is identified by a tag."""
        return []

    def to_text(self, value: list[str] | None) -> str:
        """Joined by `; `."""
        return "; ".join(value or ())


def member_key(text: str) -> str:
    """How `Context.members` is keyed: trimmed, folded case."""
    return clean(text).casefold()


class Member(PlainKind):
    """A member of the workspace, given by id, e-mail or name."""

    def parse(self, raw: object, context: Context) -> str | None:
        """Return the member's id; raises `unknown_member`."""
        if raw is None:
            return None
        key = member_key(str(raw)) if isinstance(raw, uuid.UUID) else member_key(clean(raw))
        if not key:
            return None
        if context.members is not None:
            found = context.members.get(key)
            if found is None:
                raise ValueProblem(
                    "unknown_member", "Nobody in this workspace has this id, e-mail or name.", value=key[:100]
                )
            return found
        try:
            return str(uuid.UUID(key))
        except ValueError:
            raise ValueProblem("unknown_member", "Not the id of a member.", value=key[:100]) from None


class Boolean(PlainKind):
    """Yes or no."""

    def parse(self, raw: object, context: Context) -> bool | None:  # noqa: ARG002
        """Read true/false, yes/no, 1/0, 是/否 and the like; raises `invalid_boolean`."""
        if raw is None or isinstance(raw, bool):
            return raw
        if not isinstance(raw, str | int | float):
            raise wrong_type("true or false")
        word = label_key(clean(raw).removesuffix(".0"))
        if word in _YES:
            return True
        if word in _NO:
            return False
        if not word:
            return None
        raise ValueProblem("invalid_boolean", "Neither yes nor no.", value=str(raw)[:60])

    def to_text(self, value: bool | None) -> str:  # noqa: FBT001
        """`true`, `false` or empty."""
        return "" if value is None else str(value).lower()
