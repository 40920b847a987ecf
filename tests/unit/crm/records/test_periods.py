from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_saas.crm.records.periods import UNITS, Period, read_period, week_start

MONDAY, SUNDAY = 0, 6
THURSDAY = date(2026, 11, 26)
OFFSETS = st.integers(-200, 200)


@pytest.mark.parametrize(
    ("unit", "first", "last", "start", "end"),
    [
        ("day", 0, 0, date(2026, 11, 26), date(2026, 11, 27)),
        ("day", -6, 0, date(2026, 11, 20), date(2026, 11, 27)),
        ("week", 0, 0, date(2026, 11, 23), date(2026, 11, 30)),
        ("week", 1, 1, date(2026, 11, 30), date(2026, 12, 7)),
        ("month", 0, 0, date(2026, 11, 1), date(2026, 12, 1)),
        ("month", 1, 1, date(2026, 12, 1), date(2027, 1, 1)),
        ("month", -11, -11, date(2025, 12, 1), date(2026, 1, 1)),
        ("quarter", 0, 0, date(2026, 10, 1), date(2027, 1, 1)),
        ("quarter", -1, -1, date(2026, 7, 1), date(2026, 10, 1)),
        ("year", 0, 0, date(2026, 1, 1), date(2027, 1, 1)),
        ("day", None, -31, date.min, date(2026, 10, 27)),
        ("day", 10_000, None, THURSDAY + timedelta(days=10_000), date.max),
        ("year", -10_000, 10_000, date.min, date.max),
    ],
)
def test_a_period_is_whole_units_of_the_calendar(
    unit: str, first: int | None, last: int | None, start: date, end: date
) -> None:
    assert Period(unit, first, last).days(THURSDAY, MONDAY) == (start, end)


def test_a_week_begins_when_the_country_says() -> None:
    assert Period("week", 0, 0).days(THURSDAY, SUNDAY) == (date(2026, 11, 22), date(2026, 11, 29))
    assert (week_start("DE"), week_start("CN"), week_start("US"), week_start("XX")) == (0, 0, 6, 0)


@given(unit=st.sampled_from(UNITS), offset=OFFSETS, today=st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_units_follow_each_other_without_a_gap(unit: str, offset: int, today: date) -> None:
    _, end = Period(unit, offset, offset).days(today, MONDAY)
    start, _ = Period(unit, offset + 1, offset + 1).days(today, MONDAY)
    assert end == start


@given(unit=st.sampled_from(UNITS), today=st.dates())
def test_today_lies_in_the_present_unit(unit: str, today: date) -> None:
    start, end = Period(unit, 0, 0).days(today, MONDAY)
    assert start <= today < end or end == date.max == today


@pytest.mark.parametrize(
    "raw", [None, 5, [], {}, {"unit": "day"}, {"from": 0}, {"unit": 5, "to": 0}, {"unit": "day", "to": 0.5}]
)
def test_what_is_no_period_is_refused(raw: object) -> None:
    with pytest.raises(ValueError, match="from"):
        read_period(raw)
