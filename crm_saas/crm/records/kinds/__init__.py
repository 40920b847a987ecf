"""Value kinds: one lenient parser per kind of field, used by forms, the API and imports alike."""

from __future__ import annotations

from crm_saas.crm.records.kinds.base import Context, FieldLike, Kind, ValueProblem
from crm_saas.crm.records.kinds.choices import Boolean, Choice, Member, Tags, member_key
from crm_saas.crm.records.kinds.countries import Country
from crm_saas.crm.records.kinds.currencies import exponent
from crm_saas.crm.records.kinds.dates import Date, Instant
from crm_saas.crm.records.kinds.emails import EmailList, normalise_email
from crm_saas.crm.records.kinds.external import ExternalIds
from crm_saas.crm.records.kinds.numbers import Integer, Money, MoneyKind
from crm_saas.crm.records.kinds.phones import PhoneList
from crm_saas.crm.records.kinds.text import Text
from crm_saas.crm.records.kinds.web import Url

__all__ = [
    "KINDS",
    "Context",
    "FieldLike",
    "Kind",
    "Money",
    "ValueProblem",
    "exponent",
    "member_key",
    "normalise_email",
]

KINDS: dict[str, Kind] = {
    "text": Text(),
    "long_text": Text(lines=True),
    "email_list": EmailList(),
    "phone_list": PhoneList(),
    "url": Url(),
    "choice": Choice(),
    "date": Date(),
    "instant": Instant(),
    "money": MoneyKind(),
    "integer": Integer(),
    "tags": Tags(),
    "member": Member(),
    "country": Country(),
    "external_ids": ExternalIds(),
    "boolean": Boolean(),
}
