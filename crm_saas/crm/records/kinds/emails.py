"""E-mail addresses: checked as email-validator does without asking the network, kept as typed, compared normalised."""

from __future__ import annotations

import re
from functools import lru_cache

import email_validator
import idna

from crm_saas.crm.records.kinds.base import Context, ValueProblem
from crm_saas.crm.records.kinds.many import items_of, unique
from crm_saas.crm.records.kinds.text import clean

MAX_EMAILS = 20
_SEPARATORS = re.compile(r"\s+:::\s+|[;,|\r\n、，；]")
_ANGLE = re.compile(r"<([^<>]*)>")
_LABEL = re.compile(r"\A(?:mailto|e-?mail|邮箱)\s*[:：]\s*", re.IGNORECASE)
# The plain shape that email-validator takes unchanged but for the domain's case. All else goes the long way; a property
# test holds the two together.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{}~-]+"
_PLAIN = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{{2,63}}")
_LONG_LABEL = re.compile(r"[^@.]{64}")
_RESERVED = tuple(mark + name for name in email_validator.SPECIAL_USE_DOMAIN_NAMES for mark in ("@", "."))


class EmailList:
    """Addresses of a person or company, the first one first."""

    def parse(self, raw: object, context: Context) -> list[str]:  # noqa: ARG002
        """Read one cell with one or several addresses, or a list; equal ones are kept once."""
        if isinstance(raw, str) and _is_plain(raw):  # most cells: one address and nothing else
            return [raw]
        addresses = [_parse_one(text, index) for index, text in items_of(raw, split_emails)]
        return unique([address for address in addresses if address], normalise_email, limit=MAX_EMAILS)

    def identity_keys(self, value: list[str] | None) -> list[str]:
        """`email:<normalised>` of each."""
        return ["email:" + normalise_email(address) for address in value or ()]

    def to_text(self, value: list[str] | None) -> str:
        """Joined by `; `."""
        return "; ".join(value or ())


def normalise_email(address: str) -> str:
    """The form two spellings of one address share: NFC, folded case, the domain in ASCII (IDNA 2008, UTS 46)."""
    if address.isascii():
        return address.lower()
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        domain = idna.encode(domain, uts46=True).decode("ascii")
    return f"{local.casefold()}@{domain.lower()}"


def split_emails(cell: str) -> list[str]:
    """Divide a cell: `Smith, J <a@b.c>; d@e.f` holds two addresses, not three pieces."""
    if "<" in cell and "@" in cell:
        cell = _ANGLE.sub(r" \1;", cell)
        pieces = _SEPARATORS.split(cell)
        return [piece.split()[-1] for piece in pieces if "@" in piece] or [cell]
    pieces = [piece for piece in _SEPARATORS.split(cell) if piece and not piece.isspace()]
    if len(pieces) == 1 and cell.count("@") > 1:
        words = cell.split()
        if all("@" in word for word in words):
            return words
    return pieces


def _parse_one(raw: str, index: int) -> str:
    try:
        return parse_email(raw)
    except ValueProblem as problem:
        raise problem.at(index) from None


def parse_email(raw: str) -> str:
    """One address as typed (NFC, trimmed, without `mailto:`); raises `invalid_email`. Empty stays empty."""
    text = clean(raw)
    if _is_plain(text):
        return text
    text = _LABEL.sub("", text)
    if not text:
        return ""
    try:
        email_validator.validate_email(text, check_deliverability=False)
    except email_validator.EmailNotValidError as error:
        raise ValueProblem("invalid_email", str(error), value=text[:100]) from None
    return text


def _is_plain(text: str) -> bool:
    plain = _PLAIN.fullmatch(text)
    if plain is None or len(text) > 254:
        return False
    return _is_plain_domain(text[plain.end(1) :])


@lru_cache(maxsize=8192)
def _is_plain_domain(domain: str) -> bool:
    """Whether `@domain`, of the plain shape, is neither reserved nor one whose labels need a closer look."""
    return not ("--" in domain or _LONG_LABEL.search(domain) or domain.lower().endswith(_RESERVED))
