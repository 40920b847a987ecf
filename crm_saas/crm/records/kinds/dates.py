"""Dates and instants, as people and programs write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from crm_saas.crm.records.kinds.base import Context, DateOrder, PlainKind, ValueProblem, wrong_type
from crm_saas.crm.records.kinds.text import clean

_ENGLISH = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTHS = {
    name: number for number, names in enumerate(_ENGLISH, start=1) for name in (names.lower(), names[:3].lower())
} | {"sept": 9}
_ISO = re.compile(r"\A(\d{4})-(\d{2})-(\d{2})\Z")
_YEAR_FIRST = re.compile(r"\A(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\Z")
_COMPACT = re.compile(r"\A(\d{4})(\d{2})(\d{2})\Z")
_YEAR_LAST = re.compile(r"\A(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})\Z")
_DAY_MONTH_NAME = re.compile(r"\A(\d{1,2})(?:st|nd|rd|th|\.)?[\s/-]+([A-Za-z]+)\.?,?[\s/-]+(\d{4}|\d{2})\Z")
_MONTH_NAME_DAY = re.compile(r"\A([A-Za-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\Z")
_WEEKDAY = re.compile(
    r"\A(?:(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)[a-z]*\.?,?\s+)|\s*(?:星期|周)[一二三四五六日天]\Z",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?:\A|[T\s]\s*|(?<=日))(上午|下午)?\s*(\d{1,2})[:：点时](\d{2})分?(?:[:：]?(\d{2})秒?(?:[.,](\d{1,9}))?)?"
    r"\s*([AaPp]\.?[Mm]\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?\Z"
)


class Date(PlainKind):
    """A calendar day. A time of day beside it is dropped: the day is the one written."""

    def parse(self, raw: object, context: Context) -> date | None:
        """Read a day.

        Raises:
            ValueProblem: `ambiguous_date` (`02/01/2014`, and `context.date_order` does not say), `date_order_mismatch`
                (`31/12/2012` where months come first), `invalid_date`.
        """
        if raw is None:
            return None
        if isinstance(raw, date):
            return raw.date() if isinstance(raw, datetime) else raw
        if not isinstance(raw, str):
            raise wrong_type("a date")
        text = clean(raw)
        if not text:
            return None
        found = _split_time(_half_width(text))
        return parse_day(found[0], context.date_order)

    def to_text(self, value: date | None) -> str:
        """ISO 8601."""
        return "" if value is None else value.isoformat()


class Instant(PlainKind):
    """A moment, kept in UTC."""

    def parse(self, raw: object, context: Context) -> datetime | None:
        """Read date and time; without an offset it is local to `context.timezone`, without a time its midnight.

        Raises:
            ValueProblem: as for dates, and `invalid_time`.
        """
        if raw is None:
            return None
        if isinstance(raw, datetime):
            return _to_utc(raw, context.timezone)
        if not isinstance(raw, str):
            raise wrong_type("a date and time")
        text = clean(raw)
        if not text:
            return None
        day_text, match = _split_time(_half_width(text))
        day = parse_day(day_text, context.date_order)
        clock = _time_of(match) if match else time()
        return _to_utc(datetime.combine(day, clock), context.timezone)

    def to_text(self, value: datetime | None) -> str:
        """ISO 8601 in UTC, ending in Z."""
        return "" if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_day(text: str, order: DateOrder | None) -> date:
    """Read a day in any of the known notations; raises as `Date.parse`."""
    match = _ISO.match(text) or _YEAR_FIRST.match(text) or _COMPACT.match(text)
    if match:
        return _day(int(match[1]), int(match[2]), int(match[3]), text)
    text = _WEEKDAY.sub("", text).strip()
    match = _YEAR_LAST.match(text)
    if match:
        return _ordered(match, order, text)
    match = _DAY_MONTH_NAME.match(text)
    if match and match[2].lower() in _MONTHS:
        return _day(_year(match[3]), _MONTHS[match[2].lower()], int(match[1]), text)
    match = _MONTH_NAME_DAY.match(text)
    if match and match[1].lower() in _MONTHS:
        return _day(int(match[3]), _MONTHS[match[1].lower()], int(match[2]), text)
    match = _YEAR_FIRST.match(text)
    if match:
        return _day(int(match[1]), int(match[2]), int(match[3]), text)
    raise _invalid(text)


def order_of(text: str) -> DateOrder | None:
    """What one cell proves about the order of day and month; None if nothing (or if it is no such date)."""
    match = _YEAR_LAST.match(_split_time(_half_width(text.strip()))[0])
    if match is None or match[2] == ".":
        return None
    first, second = int(match[1]), int(match[3])
    if first > 12 >= second:
        return "dmy"
    return "mdy" if second > 12 >= first else None


def _ordered(match: re.Match[str], order: DateOrder | None, text: str) -> date:
    first, mark, second, year_text = int(match[1]), match[2], int(match[3]), match[4]
    if order == "ymd" and len(year_text) == 2:
        return _day(_year(match[1]), second, int(year_text), text)
    if mark == "." or first == second:  # dots are only written day first
        return _day(_year(year_text), second, first, text)
    proved = "dmy" if first > 12 else "mdy" if second > 12 else None
    if order in {"dmy", "mdy"}:
        if proved not in {None, order}:
            raise ValueProblem("date_order_mismatch", f"No such date, read as {order}.", value=text[:40], order=order)
        proved = order
    if proved is None:
        raise ValueProblem("ambiguous_date", "Which is the day, which the month?", value=text[:40])
    day, month = (first, second) if proved == "dmy" else (second, first)
    return _day(_year(year_text), month, day, text)


def _year(text: str) -> int:
    """Two digits as POSIX reads them: 69 to 99 are 1969 to 1999."""
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year >= 69 else 2000)


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _invalid(text) from None


def _invalid(text: str) -> ValueProblem:
    return ValueProblem("invalid_date", "Not a date.", value=text[:40])


def _half_width(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _split_time(text: str) -> tuple[str, re.Match[str] | None]:
    if len(text) <= 10 or not any(mark in text for mark in ":时点"):
        return text, None
    match = _TIME.search(text)
    return (text[: match.start()].strip(), match) if match else (text, None)


def _time_of(match: re.Match[str]) -> time:
    half, hour_text, minute, second, fraction, marker, offset = match.groups()
    hour = int(hour_text)
    late = (marker or "").lower().startswith("p") or half == "下午"
    if (marker or half) and hour <= 12:
        hour = hour % 12 + (12 if late else 0)
    try:
        return time(
            hour, int(minute), int(second or 0), int((fraction or "0")[:6].ljust(6, "0")), tzinfo=_offset(offset)
        )
    except ValueError:
        raise ValueProblem("invalid_time", "Not a time of day.", value=match.group()[:40]) from None


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text in {"Z", "UTC", "GMT"}:
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-delta if text.startswith("-") else delta)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _to_utc(moment: datetime, zone: str) -> datetime:
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=_zone(zone))).astimezone(UTC)
    except OverflowError:
        raise ValueProblem("invalid_date", "Out of range.", value=str(moment)) from None
