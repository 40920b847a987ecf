"""Phone numbers: E.164 by libphonenumber, an extension kept as `;ext=` (RFC 3966)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumber, PhoneNumberFormat, ValidationResult

from crm_saas.crm.records.kinds.base import Context, ValueProblem
from crm_saas.crm.records.kinds.many import items_of, unique
from crm_saas.crm.records.kinds.text import clean

MAX_PHONES = 20
_HARD = re.compile(r"\s+:::\s+|[\r\n|、；]|;(?!\s*(?:ext|phone-context|isub)=)", re.IGNORECASE)
_SOFT = re.compile(r"\s*[,，/]\s*(?!\s*(?:ext|x\s*\d))", re.IGNORECASE)
_LABEL = re.compile(r"\A\s*(?:[A-Za-z][A-Za-z .]{1,18}|电话|手机|手机号|传真|座机|联系电话)\s*[:：]\s*(?=[+(\d０-９])")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
_DROP = str.maketrans("", "", " -().\xa0")
_REASONS = {
    ValidationResult.TOO_SHORT: "too_short",
    ValidationResult.TOO_LONG: "too_long",
    ValidationResult.INVALID_COUNTRY_CODE: "country_code",
    ValidationResult.INVALID_LENGTH: "length",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "area_code",
}


class PhoneList:
    """Numbers of a person or company, the first one first. A number must be possible, not necessarily assigned."""

    def parse(self, raw: object, context: Context) -> list[str]:
        """Read one cell with one or several numbers, or a list; equal ones are kept once."""
        quick = _quick(raw.translate(_DROP), context.default_region) if isinstance(raw, str) else None
        if quick:  # most cells: one plain number and nothing else
            return [quick]
        numbers = [_parse_one(text, index, context) for index, text in items_of(raw, split_phones)]
        return unique([number for number in numbers if number], str, limit=MAX_PHONES)

    def identity_keys(self, value: list[str] | None) -> list[str]:
        """`phone:<E.164>` of each, without the extension."""
        return ["phone:" + number.partition(";")[0] for number in value or ()]

    def to_text(self, value: list[str] | None) -> str:
        """Joined by ` | `, since `;` leads in an extension."""
        return " | ".join(value or ())


def split_phones(cell: str) -> list[str]:
    """Divide a cell; `/` and `,` only where each part is long enough to be a number (`0531/123456` is one)."""
    pieces: list[str] = []
    for piece in _HARD.split(cell):
        parts = _SOFT.split(piece)
        if len(parts) > 1 and all(sum(map(str.isdigit, part)) >= 7 for part in parts):
            pieces.extend(parts)
        elif piece and not piece.isspace():
            pieces.append(piece)
    return pieces


def _parse_one(raw: str, index: int, context: Context) -> str:
    try:
        return parse_phone(raw, context.default_region)
    except ValueProblem as problem:
        raise problem.at(index) from None


def parse_phone(raw: str, region: str | None) -> str:
    """One number as `+<digits>[;ext=<digits>]`. Empty stays empty.

    Raises:
        ValueProblem: `invalid_phone` with `reason` not_a_number, no_country (written without a country code, and
            `region` is None), too_short, too_long, length, area_code or country_code; `scientific_notation` for what a
            spreadsheet makes of a long number (digits are lost).
    """
    text = clean(raw)
    if not text:
        return ""
    quick = _quick(text.translate(_DROP), region)
    if quick:
        return quick
    if _SCIENTIFIC.fullmatch(text):
        raise ValueProblem(
            "scientific_notation", "A spreadsheet has shortened this number; digits are lost.", value=text
        )
    return _format(_parsed(_LABEL.sub("", text), region), text)


def _parsed(text: str, region: str | None) -> PhoneNumber:
    try:
        return phonenumbers.parse(text, region)
    except NumberParseException as error:
        missing_country = error.error_type == NumberParseException.INVALID_COUNTRY_CODE and not text.startswith("+")
        reason = "no_country" if missing_country and region is None else _parse_reason(error)
        raise _invalid(text, reason) from None


def _parse_reason(error: NumberParseException) -> str:
    return {
        NumberParseException.INVALID_COUNTRY_CODE: "country_code",
        NumberParseException.TOO_SHORT_AFTER_IDD: "too_short",
        NumberParseException.TOO_SHORT_NSN: "too_short",
        NumberParseException.TOO_LONG: "too_long",
    }.get(error.error_type, "not_a_number")


def _format(number: PhoneNumber, text: str) -> str:
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != ValidationResult.IS_POSSIBLE:
        raise _invalid(text, _REASONS.get(possible, "length"))
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{e164};ext={number.extension}" if number.extension else e164


def _invalid(text: str, reason: str) -> ValueProblem:
    return ValueProblem("invalid_phone", "Not a phone number.", value=text[:60], reason=reason)


class _Plan(NamedTuple):
    """What the quick way must know of one region's numbers."""

    code: str
    lengths: frozenset[int]
    special: tuple[re.Pattern[str], ...]
    """Starts of a national number that libphonenumber rewrites (trunk and carrier prefixes, dialling abroad)."""


def _quick(digits: str, region: str | None) -> str | None:
    """E.164 of a plain number, or None for all that libphonenumber might rewrite. A property test compares the two.

    libphonenumber takes about 35 microseconds a number; this takes 2, and most cells of a file are plain.
    """
    if not digits.isascii():
        return None
    if digits.startswith("+"):
        national = digits[1:]
        plan = _plan_of_number(national[:3]) if national.isdigit() else None
        if plan is None:
            return None
        national = national[len(plan.code) :]
    else:
        plan = _plan_of_region(region) if digits.isdigit() else None
        if plan is None or digits.startswith(plan.code):
            return None
        national = digits
    if len(national) not in plan.lengths or national[0] == "0" or any(p.match(national) for p in plan.special):
        return None
    return f"+{plan.code}{national}"


@lru_cache(maxsize=1024)
def _plan_of_number(start: str) -> _Plan | None:
    for length in (1, 2, 3) if start[:1] not in {"", "0"} else ():
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(start[:length]))
        if regions:
            return _plan_of_region(regions[0])
    return None


@lru_cache(maxsize=512)
def _plan_of_region(region: str | None) -> _Plan | None:
    metadata: PhoneMetadata | None = PhoneMetadata.metadata_for_region(region or "", None)
    if metadata is None or metadata.general_desc is None or metadata.country_code is None:
        return None
    main = PhoneMetadata.metadata_for_region(phonenumbers.region_code_for_country_code(metadata.country_code), None)
    described = (main or metadata).general_desc
    lengths = frozenset(described.possible_length or ()) if described else frozenset()
    prefixes = {metadata.national_prefix_for_parsing, metadata.international_prefix}
    if main is not None:
        prefixes |= {main.national_prefix_for_parsing}
    special = tuple(re.compile(prefix) for prefix in prefixes if prefix)
    return _Plan(str(metadata.country_code), lengths, special)
