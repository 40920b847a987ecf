"""E-mail addresses: checked as email-validator does without asking the network, kept as typed, compared normalised."""

from __future__ import annotations

import re
from typing import Any

import idna
from email_validator import EmailNotValidError, validate_email

from crm_saas.crm.records.kinds.base import Context, ValueProblem
from crm_saas.crm.records.kinds.many import items_of, unique
from crm_saas.crm.records.kinds.text import clean

MAX_EMAILS = 20
_SEPARATORS = re.compile(r"\s*(?:\s:::\s|[;,|\n、，；])\s*")
_ANGLE = re.compile(r"<([^<>]*)>")
_QUOTED = re.compile(r'"[^"]*"(?=\s*<)')
_LABEL = re.compile(r"\A(?:mailto:|e-?mail:\s*|邮箱[:：]\s*)", re.IGNORECASE)
# The plain shape that email-validator takes without changing more than the domain's case. What does not match goes the
# long way; `test_the_fast_path_agrees_with_the_library` holds the two together.
_PLAIN = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?:[A-Za-z]{2,63})"
)
_SPECIAL = re.compile(r"(?:\.|@)(?:arpa|invalid|local|localhost|onion|test|alt|internal|[^@.]*xn--.*|..--.*)(?:\.|\Z)", re.IGNORECASE)


class EmailList:
    """Addresses of a person or company, first one first."""

    def parse(self, raw: object, context: Context) -> list[str]:  # noqa: ARG002
        """Read one cell with one or several addresses, or a list; equal ones are kept once."""
        addresses = [address.at(index) for index, address in _parsed(raw)]
        return unique(addresses, normalise_email, limit=MAX_EMAILS)

    def identity_keys(self, value: list[str] | None) -> list[str]:
        """`email:<normalised>` of each."""
        return ["email:" + normalise_email(address) for address in value or ()]

    def to_text(self, value: list[str] | None) -> str:
        """Joined by `; `."""
        return "; ".join(value or ())
