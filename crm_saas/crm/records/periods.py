"""Periods that move with the calendar: this week, the last seven days, more than a month ago.

Written as `{"unit": "day"|"week"|"month"|"quarter"|"year", "from": n, "to": n}`: whole units counted from the present
one (0 is this one, -1 the one before, 1 the next), both ends included; an end that is left out is open. So
`{"unit": "day", "from": -6, "to": 0}` are the last seven days, today being the seventh, and
`{"unit": "day", "to": -31}` is more than thirty days ago.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError

UNITS: Final = ("day", "week", "month", "quarter", "year")
FARTHEST: Final = 10_000
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_FORM: Final = f'Expected {{"unit", "from", "to"}} with a unit of {", ".join(UNITS)} and whole numbers.'


@dataclass(frozen=True, slots=True)
class Period:
    """Whole calendar units around now."""

    unit: str
    first: int | None
    last: int | None

    def days(self, today: date, week_start: int) -> tuple[date, date]:
        """Return the half-open range of days [start, end) as seen from `today`.

        `week_start`: 0 for Monday to 6 for Sunday. Beyond the calendar a range ends with the calendar.
        """
        start = date.min if self.first is None else _start(self.unit, today, self.first, week_start)
        end = date.max if self.last is None else _start(self.unit, today, self.last + 1, week_start)
        return start, end


def read_period(raw: object) -> Period:
    """Read the JSON form; raises `ValueError` with what is wrong."""
    if not isinstance(raw, dict) or not {"unit"} < set(raw) <= {"unit", "from", "to"}:
        raise ValueError(_FORM)
    ends = {name: raw[name] for name in ("from", "to") if name in raw}
    for end in ends.values():
        if not isinstance(end, int) or isinstance(end, bool) or abs(end) > FARTHEST:
            raise ValueError(f"from and to are whole numbers of -{FARTHEST} to {FARTHEST}.")
    if not isinstance(raw["unit"], str) or raw["unit"] not in UNITS:
        raise ValueError(_FORM)
    if len(ends) == 2 and ends["from"] > ends["to"]:
        raise ValueError("from lies after to.")
    return Period(raw["unit"], ends.get("from"), ends.get("to"))


def today_in(zone: str, at: datetime) -> date:
    """Return the day that an instant falls on in a time zone."""
    return at.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=512)
def week_start(country: str) -> int:
    """Return the day a week begins with in a country (0 is Monday), by CLDR."""
    try:
        return int(Locale.parse(f"und_{country}").first_week_day)
    except (UnknownLocaleError, ValueError):
        return 0


def _start(unit: str, today: date, offset: int, first_weekday: int) -> date:
    """Return the first day of the unit that lies `offset` units from today's."""
    try:
        if unit == "day":
            return today + timedelta(days=offset)
        if unit == "week":
            return today + timedelta(days=offset * 7 - (today.weekday() - first_weekday) % 7)
        months = _MONTHS[unit]
        begun = (today.year * 12 + today.month - 1) // months * months + offset * months
        return date(begun // 12, begun % 12 + 1, 1)
    except (OverflowError, ValueError):
        return date.max if offset > 0 else date.min
