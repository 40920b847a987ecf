from __future__ import annotations

import pytest

from crm_saas.tenants.fields import ValueFault
from crm_saas.tenants.regions import clean_currency, clean_language, clean_timezone, country_of


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "Asia/Shanghai", "Asia/Calcutta", "America/Argentina/Buenos_Aires", "UTC"]
)
def test_zones_of_browsers_are_known(zone: str) -> None:
    assert clean_timezone(zone) == zone


@pytest.mark.parametrize(
    "zone", ["Mars/Base", "europe/berlin", "../../etc/passwd", "localtime", "posixrules", "GMT+3", "/"]
)
def test_other_zones_are_refused(zone: str) -> None:
    with pytest.raises(ValueFault):
        clean_timezone(zone)


@pytest.mark.parametrize(("typed", "code"), [("eur", "EUR"), ("CNY", "CNY"), ("JPY", "JPY"), ("KWD", "KWD")])
def test_currencies_in_use_are_known(typed: str, code: str) -> None:
    assert clean_currency(typed) == code


@pytest.mark.parametrize("typed", ["DEM", "XXX", "BTC", "EURO", "", "€"])
def test_currencies_not_in_use_are_refused(typed: str) -> None:
    with pytest.raises(ValueFault):
        clean_currency(typed)


def test_two_languages_are_served() -> None:
    assert [clean_language("en"), clean_language("zh-CN")] == ["en", "zh-CN"]
    with pytest.raises(ValueFault):
        clean_language("zh")


@pytest.mark.parametrize(
    ("zone", "currency", "language", "country"),
    [
        ("Asia/Shanghai", "USD", "en", "CN"),
        ("Asia/Calcutta", "USD", "en", "IN"),
        ("America/New_York", "EUR", "en", "US"),
        ("UTC", "CNY", "en", "CN"),
        ("UTC", "EUR", "en", "DE"),
        ("Etc/GMT-8", "JPY", "zh-CN", "JP"),
        ("UTC", "XPF", "zh-CN", "CN"),
        ("UTC", "XPF", "en", "US"),
    ],
)
def test_country_comes_from_zone_then_currency_then_language(
    zone: str, currency: str, language: str, country: str
) -> None:
    assert country_of(zone, currency, language) == country
