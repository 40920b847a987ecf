"""Whole numbers and money, as people and spreadsheets write them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from crm_saas.crm.records.kinds.base import BIGINT_MAX, Context, PlainKind, ValueProblem, wrong_type
from crm_saas.crm.records.kinds.base import Decimal as DecimalMark
from crm_saas.crm.records.kinds.currencies import currencies, currency_of, exponent
from crm_saas.crm.records.kinds.text import clean

_SCALES = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_AMOUNT = re.compile(r"\A(\D*?)([+-]?[\d][\d.,'’ ]*|[+-]?[.,]\d+)\s*([万萬亿億]?)\s*(\D*)\Z")
_PLAIN = re.compile(r"\A(-?\d{1,15})(?:\.(\d{1,2}))?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the currency's smallest unit, and the currency (ISO 4217)."""

    amount_minor: int
    currency: str


class MoneyKind:
    """An amount of money; exact, never rounded."""

    def parse(self, raw: object, context: Context) -> Money | None:
        """Read `{"amount_minor", "currency"}`, a number of major units, or text with or without sign, code, grouping.

        Raises:
            ValueProblem: `invalid_money`, `unknown_currency`, `too_many_decimals`, `out_of_range`,
                `ambiguous_number` (`1.234` may be one or a thousand, and `context.decimal` does not say).
        """
        if raw is None or raw == "":
            return None
        if isinstance(raw, dict):
            return _from_json(raw)
        if isinstance(raw, Money):
            return raw
        if isinstance(raw, str) and context.decimal != "," and (plain := _PLAIN.match(raw)):
            return _plain(plain, context.currency)
        text = _unsigned_forms(clean(raw))
        return _from_text(text, _for_native(raw, context)) if text else None

    def identity_keys(self, value: Money | None) -> list[str]:  # noqa: ARG002
        """Nobody is identified by an amount."""
        return []

    def to_text(self, value: Money | None) -> str:
        """`1234.50 CNY`."""
        if value is None:
            return ""
        amount = Decimal(value.amount_minor).scaleb(-exponent(value.currency))
        return f"{amount:f} {value.currency}"


class Integer(PlainKind):
    """A whole number within 64 bits."""

    def parse(self, raw: object, context: Context) -> int | None:
        """Read a number; raises `invalid_integer`, `out_of_range`, `ambiguous_number`."""
        if raw is None or raw == "":
            return None
        if isinstance(raw, bool):
            raise wrong_type("a whole number")
        text = _unsigned_forms(clean(raw))
        if not text:
            return None
        match = _AMOUNT.match(text)
        if match is None or match[1].strip(" +") or match[4].strip():
            raise ValueProblem("invalid_integer", "Not a whole number.", value=text[:60])
        amount = read_decimal(match[2], _for_native(raw, context).decimal, decimals=0) * _SCALES.get(match[3], 1)
        if amount != int(amount):
            raise ValueProblem("invalid_integer", "Not a whole number.", value=text[:60])
        return _bounded(int(amount))


def read_decimal(text: str, mark: DecimalMark | None, *, decimals: int) -> Decimal:
    """Read digits with separators.

    Args:
        text: Sign, digits, `.` `,` `'` and spaces.
        mark: The decimal mark in use, None if unknown.
        decimals: How many decimals the value may have; a lone group of three is then ambiguous only if it may be 3.

    Raises:
        ValueProblem: `invalid_number`, `ambiguous_number`.
    """
    bare = re.sub(r"['’ ]", "", text)
    point = _decimal_mark(bare, mark, decimals)
    grouping = {".": ",", ",": ".", "": ""}[point] if point else _only_separator(bare)
    whole, _, rest = bare.partition(point) if point else (bare, "", "")
    if grouping and grouping in whole:
        groups = whole.lstrip("+-").split(grouping)
        if (
            not 1 <= len(groups[0]) <= 3
            or any(len(group) not in {2, 3} for group in groups[1:-1])
            or len(groups[-1]) != 3
        ):
            raise ValueProblem("invalid_number", "Not a number.", value=text[:60])
        whole = whole.replace(grouping, "")
    if not re.fullmatch(r"[+-]?\d*", whole) or not re.fullmatch(r"\d*", rest) or not (whole.strip("+-") or rest):
        raise ValueProblem("invalid_number", "Not a number.", value=text[:60])
    return Decimal(f"{whole or 0}.{rest or 0}" if whole not in {"+", "-"} else f"{whole}0.{rest}")


def _only_separator(bare: str) -> str:
    return "," if "," in bare else "." if "." in bare else ""


def _decimal_mark(bare: str, mark: DecimalMark | None, decimals: int) -> str:
    """Which separator is the decimal mark of this number; empty for none."""
    comma, point = bare.rfind(","), bare.rfind(".")
    if comma >= 0 and point >= 0:
        return "," if comma > point else "."
    if comma < 0 and point < 0:
        return ""
    separator = "," if comma >= 0 else "."
    after = bare.split(separator)
    if len(after) > 2:
        return ""
    if len(after[1]) != 3 or not 1 <= len(after[0].lstrip("+-")) <= 3 or after[0].lstrip("+-").startswith("0"):
        return separator
    if mark is None and (separator == "." or decimals == 3):
        raise ValueProblem(
            "ambiguous_number", f"“{bare}”: is “{separator}” the decimal mark?", value=bare[:60], mark=separator
        )
    return separator if mark == separator else ""


def _for_native(raw: object, context: Context) -> Context:
    """A JSON number is written with a point, whatever the habits of the workspace."""
    return context if isinstance(raw, str) else replace(context, decimal=".")


def _unsigned_forms(text: str) -> str:
    """Fold full-width forms and the many minus signs; `(12)` is minus twelve."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("−", "-").replace("–", "-")
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1]
    return text


def _plain(match: re.Match[str], currency: str) -> Money:
    """The amount of most cells, without a detour through Decimal."""
    whole, rest = match[1], match[2] or ""
    digits = exponent(currency)
    if len(rest) > digits:
        return _exact(Decimal(match.group()), currency, match.group())
    return Money(int(whole + rest.ljust(digits, "0")), currency)


def _from_text(text: str, context: Context) -> Money:
    match = _AMOUNT.match(text)
    if match is None:
        raise _invalid(text)
    before, after = match[1].strip(), match[4].strip()
    number = match[2].strip()
    if before.startswith(("-", "+")) or before.endswith(("-", "+")):
        number = ("-" if "-" in before else "") + number
        before = before.strip("+- ")
    if before and after and before != after and {before, after} != {"¥", "元"}:
        raise _invalid(text)
    currency = _currency(before or after, context, text)
    try:
        amount = read_decimal(number, context.decimal, decimals=exponent(currency)) * _SCALES.get(match[3], 1)
    except ValueProblem as problem:
        raise (_invalid(text) if problem.code == "invalid_number" else problem) from None
    return _exact(amount, currency, text)


def _currency(sign: str, context: Context, text: str) -> str:
    if not sign:
        return context.currency
    found = currency_of(sign, context.currency)
    if found is None:
        raise ValueProblem("unknown_currency", "Not a currency.", value=sign) if sign.isalpha() else _invalid(text)
    return found


def _exact(amount: Decimal, currency: str, text: str) -> Money:
    digits = exponent(currency)
    minor = amount.scaleb(digits)
    if minor != minor.to_integral_value():
        raise ValueProblem(
            "too_many_decimals", f"{currency} has {digits} decimals.", currency=currency, max=digits, value=text[:60]
        )
    return Money(_bounded(int(minor)), currency)


def _from_json(raw: dict[Any, Any]) -> Money:
    amount, currency = raw.get("amount_minor"), raw.get("currency")
    if set(raw) != {"amount_minor", "currency"} or isinstance(amount, bool) or not isinstance(amount, int):
        raise wrong_type("{amount_minor, currency}")
    if not isinstance(currency, str) or currency not in currencies():
        raise ValueProblem("unknown_currency", "Not a currency.", path=("currency",), value=str(currency)[:20])
    return Money(_bounded(amount), currency)


def _bounded(number: int) -> int:
    if abs(number) > BIGINT_MAX:
        raise ValueProblem("out_of_range", "The number is too large.", max=str(BIGINT_MAX))
    return number


def _invalid(text: str) -> ValueProblem:
    return ValueProblem("invalid_money", "Not an amount of money.", value=text[:60])
