"""Time zones, currencies, languages and the country that they suggest. Data: Unicode CLDR, through Babel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from babel.core import get_global

from crm_saas.tenants.fields import ValueFault, one_of

LANGUAGES: Final = ("en", "zh-CN")
clean_language = one_of(*LANGUAGES)
_SHARED_CURRENCIES: Final = {
    "USD": "US", "EUR": "DE", "GBP": "GB", "CHF": "CH", "AUD": "AU", "NZD": "NZ", "DKK": "DK", "NOK": "NO",
    "ZAR": "ZA", "XOF": "SN", "XAF": "CM", "XCD": "AG", "MAD": "MA", "ILS": "IL",
}  # fmt: skip
"""The country meant by a currency that several use."""
_NOWHERE: Final = "ZZ"
"""CLDR's territory of zones such as UTC."""
_BY_LANGUAGE: Final = {"en": "US", "zh-CN": "CN"}


def clean_timezone(text: str) -> str:
    """Return an IANA time zone name; aliases are kept, since the browser will say the same again."""
    if text not in _zones():
        raise ValueFault("unknown_timezone", "There is no such time zone.")
    return text


def clean_currency(text: str) -> str:
    """Return the ISO 4217 code of a currency in use today."""
    code = text.upper()
    if code not in _currencies():
        raise ValueFault("unknown_currency", "There is no such currency.")
    return code


def country_of(timezone: str, currency: str, language: str) -> str:
    """Guess the country (ISO 3166-1 alpha-2) whose telephone numbers are written without a country code.

    The time zone says most; then a currency that belongs to one country; then the language.
    """
    canonical = get_global("zone_aliases").get(timezone, timezone)
    territory = get_global("zone_territories").get(canonical)
    if isinstance(territory, str) and territory.isalpha() and territory != _NOWHERE:
        return territory
    if currency in _SHARED_CURRENCIES:
        return _SHARED_CURRENCIES[currency]
    users = _currencies().get(currency, ())
    return users[0] if len(users) == 1 else _BY_LANGUAGE[language]


@cache
def _zones() -> frozenset[str]:
    return frozenset(zone for zone in available_timezones() if "/" in zone or zone == "UTC")


@cache
def _currencies() -> dict[str, tuple[str, ...]]:
    """Currency -> territories where it is legal tender today."""
    users: dict[str, list[str]] = {}
    territories: Mapping[str, Any] = get_global("territory_currencies")
    today = date.today().timetuple()[:3]  # noqa: DTZ011 - which day it is does not matter by hours
    for territory, entries in territories.items():
        for code, _start, end, tender in entries:
            if tender and (end is None or tuple(end) > today):
                users.setdefault(code, []).append(territory)
    return {code: tuple(sorted(places)) for code, places in users.items()}
