"""Countries: ISO 3166-1 alpha-2 from codes and from names in several languages (Unicode CLDR, by babel)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from babel import Locale
from babel.core import get_global

from crm_saas.crm.records.kinds.base import Context, PlainKind, ValueProblem
from crm_saas.crm.records.kinds.text import clean

_LOCALES = ("en", "zh_Hans", "zh_Hant", "de", "fr", "es", "pt", "ja")
# Two-letter codes of CLDR that are not ISO 3166-1 countries: exceptional reservations, groups, pseudo regions.
_NOT_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
# What people write and CLDR does not list.
_COMMON = {
    "US": "usofa, united states of america, unitedstatesusa, america, estados unidos de america, 美利坚合众国, 美國",
    "GB": "great britain, britain, england, scotland, wales, northern ireland, gb uk, 大不列颠, 联合王国, 英格兰",
    "CN": "pr china, prc, peoples republic of china, mainland china, china mainland, 中国大陆, 中华人民共和国, 大陆",
    "HK": "hong kong, hongkong, hong kong sar, hong kong china, 香港, 香港特别行政区, 中国香港",
    "MO": "macao, macau, macao sar, 澳门, 澳門, 澳门特别行政区, 中国澳门",
    "TW": "taiwan china, chinese taipei, taiwan province of china, 中国台湾, 台灣, 臺灣, 台湾省",
    "KR": "korea, republic of korea, korea south, korea republic of, s korea, 大韩民国, 南韩",
    "KP": "korea north, democratic peoples republic of korea, dprk, 北朝鲜",
    "RU": "russian federation, 俄国, 俄罗斯联邦",
    "VN": "viet nam",
    "NL": "holland, the netherlands, 尼德兰",
    "CZ": "czech republic, czech",
    "TR": "turkey, republic of turkey",
    "MK": "macedonia, 马其顿",
    "SZ": "swaziland",
    "CI": "ivory coast",
    "CV": "cabo verde",
    "TL": "east timor",
    "MM": "burma, 缅甸联邦",
    "CD": "democratic republic of the congo, dr congo, congo kinshasa, 刚果金",
    "CG": "congo, republic of the congo, congo brazzaville, 刚果布",
    "AE": "uae, emirates, 阿联酋, 阿拉伯联合酋长国",
    "SA": "ksa, 沙特",
    "SY": "syrian arab republic",
    "IR": "iran islamic republic of, islamic republic of iran",
    "BO": "bolivia plurinational state of",
    "VE": "venezuela bolivarian republic of",
    "TZ": "tanzania united republic of",
    "MD": "moldova republic of, republic of moldova",
    "LA": "lao peoples democratic republic, lao",
    "BN": "brunei darussalam",
    "VA": "holy see, vatican",
    "PS": "palestine state of, state of palestine",
    "IE": "republic of ireland, eire",
    "BR": "brazil, brasil",
    "FM": "micronesia federated states of",
}
_NOT_WORD = re.compile(r"[\W_]+")


class Country(PlainKind):
    """A country as its two-letter code."""

    def parse(self, raw: object, context: Context) -> str | None:  # noqa: ARG002
        """Read a code of two or three letters, an ISO number, or a name; raises `unknown_country`."""
        if raw is None:
            return None
        text = clean(raw)
        if not text:
            return None
        code = _find(text)
        if code is None:
            raise ValueProblem("unknown_country", "Not a country.", value=text[:60])
        return code


@lru_cache(maxsize=4096)
def _find(text: str) -> str | None:
    key = _key(text)
    names = _names()
    return names.get(key) or names.get(key.removeprefix("the"))


def _key(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.replace("&", " and "))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _NOT_WORD.sub("", bare).casefold()


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    codes = [code for code in _territories("en") if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES]
    names = {code.lower(): code for code in codes}
    aliases: Mapping[str, list[str]] = get_global("territory_aliases")
    for alias, targets in aliases.items():
        current = len(targets) == 1 and targets[0] in codes
        if current and (len(alias) == 3 or alias == "UK"):
            names.setdefault(alias.lower(), targets[0])
    for code, words in _COMMON.items():
        names.update((_key(word), code) for word in words.split(","))
    for locale in _LOCALES:
        localised = _territories(locale)
        for code in codes:
            names.setdefault(_key(localised.get(code, code)), code)
    return names


def _territories(locale: str) -> dict[str, str]:
    return {str(code): str(name) for code, name in Locale.parse(locale).territories.items()}
