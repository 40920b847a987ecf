"""Currencies: their minor units, codes and signs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from babel.core import get_global

# ISO 4217, minor units other than 2 (CLDR's digits are for display and differ: IQD, LBP).
_NO_DECIMALS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
# A sign that several currencies use means the workspace's own if that is one of them, else the first.
_SIGNS: dict[str, tuple[str, ...]] = {
    "$": ("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "CLP", "COP", "ARS"),
    "US$": ("USD",),
    "HK$": ("HKD",),
    "NT$": ("TWD",),
    "A$": ("AUD",),
    "C$": ("CAD",),
    "S$": ("SGD",),
    "R$": ("BRL",),
    "€": ("EUR",),
    "£": ("GBP", "EGP"),
    "¥": ("CNY", "JPY"),
    "元": ("CNY", "TWD", "HKD"),
    "人民币": ("CNY",),
    "RMB": ("CNY",),
    "CN¥": ("CNY",),
    "美元": ("USD",),
    "欧元": ("EUR",),
    "日元": ("JPY",),
    "港元": ("HKD",),
    "港币": ("HKD",),
    "英镑": ("GBP",),
    "円": ("JPY",),
    "₩": ("KRW",),
    "₹": ("INR",),
    "₽": ("RUB",),
    "₫": ("VND",),
    "₺": ("TRY",),
    "₴": ("UAH",),
    "₪": ("ILS",),
    "฿": ("THB",),
    "₱": ("PHP",),
    "zł": ("PLN",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "Fr.": ("CHF",),
    "CHF": ("CHF",),
}


def exponent(currency: str) -> int:
    """Digits of the minor unit: 2 for most, 0 for JPY, 3 for KWD (ISO 4217)."""
    return 0 if currency in _NO_DECIMALS else 3 if currency in _THREE_DECIMALS else 2


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """The currencies in use somewhere today."""
    used: Mapping[str, list[tuple[str, Any, Any, bool]]] = get_global("territory_currencies")
    return frozenset(entry[0] for entries in used.values() for entry in entries if entry[2] is None and entry[3])


def currency_of(sign: str, own: str) -> str | None:
    """The currency that a sign or code stands for beside an amount; `own` is the workspace's."""
    code = sign.upper()
    if len(code) == 3 and code in currencies():
        return code
    candidates = _SIGNS.get(sign) or _SIGNS.get(code)
    if not candidates:
        return None
    return own if own in candidates else candidates[0]
