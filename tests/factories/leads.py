"""Leads as hypothesis makes them: documents that the API accepts, of every kind of value."""

from __future__ import annotations

import string
import unicodedata
import uuid
from typing import Any

from hypothesis import strategies as st

from crm_saas.crm.leads.type import LEAD, RATINGS, SOURCES, TRANSITIONS

Document = dict[str, Any]
_LETTERS = st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("张三李四王北京ÄÖßéﬁＦ김さ")


def _clean(text: str) -> bool:
    return bool(text.strip()) and unicodedata.normalize("NFC", text).strip() != ""


def lines(most: int = 60) -> st.SearchStrategy[str]:
    """One line of text in any script, not blank."""
    return st.text(_LETTERS, min_size=1, max_size=min(most, 40)).filter(_clean)


EMAILS = st.builds(
    "{}@{}.example".format,
    st.text(string.ascii_letters + string.digits, min_size=1, max_size=12),
    st.text(string.ascii_lowercase, min_size=1, max_size=8),
)
PHONES = st.integers(10_000_000, 99_999_999).map("+4930{}".format) | st.integers(13_000_000_000, 19_999_999_999).map(
    "+86{}".format
)
MONEY = st.builds(
    lambda amount, currency: {"amount_minor": amount, "currency": currency},
    st.integers(-(2**40), 2**40),
    st.sampled_from(["EUR", "USD", "JPY", "KWD", "CNY"]),
)
EXTERNAL = st.dictionaries(st.sampled_from(["erp", "sap", "crm", "z"]), lines(), max_size=3).map(
    lambda ids: [{"system": system, "value": value} for system, value in ids.items()]
)
_STARTING = sorted(value for value, following in TRANSITIONS.items() if following)

_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": st.none() | lines(),
    "company": st.none() | lines(),
    "title": st.none() | lines(),
    "emails": st.lists(EMAILS, max_size=3),
    "phones": st.lists(PHONES, max_size=3),
    "website": st.none() | st.sampled_from(["https://example.org/a?b=c#d", "http://例え.example/"]),
    "status": st.sampled_from(_STARTING),
    "rating": st.none() | st.sampled_from([option.value for option in RATINGS]),
    "source": st.none() | st.sampled_from([option.value for option in SOURCES] + ["Own one", "自有"]),
    "expected_value": st.none() | MONEY,
    "next_step": st.none() | lines(),
    "next_step_on": st.none() | st.dates().map(str),
    "street": st.none() | lines(),
    "city": st.none() | lines(),
    "region": st.none() | lines(),
    "postal_code": st.none() | lines(20).map(lambda text: text[:20]).filter(_clean),
    "country": st.none() | st.sampled_from(["DE", "CN", "US"]),
    "tags": st.lists(lines(40), max_size=3),
    "external_ids": EXTERNAL,
    "notes": st.none() | lines(),
}
assert set(_VALUES) | {"owner_id", "unqualified_reason"} == {each.name for each in LEAD.fields if not each.read_only}


def _whole(document: Document) -> Document:
    """Add what the rules of a lead ask for: something to know it by, and the reason of an unqualified one."""
    known = any(document.get(name) for name in LEAD.identity)
    reason = {"unqualified_reason": "budget"} if document.get("status") == "unqualified" else {}
    return document | ({} if known else {"company": "Acme"}) | reason


def documents() -> st.SearchStrategy[Document]:
    """What creates a lead; fields are left out at times."""
    return st.fixed_dictionaries({}, optional=_VALUES).map(_whole)


def changes() -> st.SearchStrategy[Document]:
    """What changes a lead without touching what its rules tie together."""
    free = {name: value for name, value in _VALUES.items() if name not in {*LEAD.identity, "status"}}
    return st.fixed_dictionaries({"name": lines()}, optional=free)


def with_ids_of_its_own(document: Document) -> Document:
    """Give a document external ids that no other lead has, since hypothesis tries one value again and again."""
    ids = [each | {"value": f"{each['value']} {uuid.uuid4()}"} for each in document.get("external_ids", [])]
    return document | {"external_ids": ids}
