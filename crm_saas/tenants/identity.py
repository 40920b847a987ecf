"""Names and e-mail addresses of people and organisations: what is accepted, and when two addresses are one."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from typing import Final

from email_validator import EmailNotValidError, validate_email

from crm_saas.tenants.fields import ValueFault, plain_line

EMAIL_LENGTH: Final = 254
PERSON_LENGTH: Final = 100
ORGANISATION_LENGTH: Final = 120
_LINK = re.compile(r"://|\bwww\.", re.IGNORECASE)


def clean_email(text: str) -> str:
    """Return an address in the form that mail can be sent to.

    Raises `ValueFault` for anything that is not `local@domain` by RFC 5321, or that would need SMTPUTF8.
    """
    text = text.strip()
    if len(text) > EMAIL_LENGTH:
        raise ValueFault("too_long", f"At most {EMAIL_LENGTH} characters.", max=EMAIL_LENGTH)
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise ValueFault("invalid_email", "This is not an e-mail address.") from None
    return found.ascii_email or found.normalized


def email_key(email: str) -> str:
    """Return what identifies a person's address: case does not, and neither does how Unicode spells the domain.

    Dots and `+tags` are kept: only some providers ignore them, and guessing would merge two people.
    """
    local, _, domain = unicodedata.normalize("NFKC", email.strip()).casefold().rpartition("@")
    with contextlib.suppress(UnicodeError):  # not a domain then; the key is only compared
        domain = domain.encode("idna").decode("ascii")
    return f"{local}@{domain}"


def clean_person(text: str) -> str:
    """Return a person's name; see `_name`."""
    return _name(text, PERSON_LENGTH)


def clean_organisation(text: str) -> str:
    """Return an organisation's name; see `_name`."""
    return _name(text, ORGANISATION_LENGTH)


def _name(text: str, longest: int) -> str:
    """One clean line, and no link: names go into mails to addresses that nobody has confirmed yet."""
    name = plain_line(text, longest)
    if _LINK.search(name):
        raise ValueFault("link_not_allowed", "A name cannot hold a link.")
    return name
