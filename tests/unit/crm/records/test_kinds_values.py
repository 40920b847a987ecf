"""Choices, tags, members, countries, numbers, money, dates, external ids, yes and no."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_saas.crm.records.kinds import KINDS, Context, Money, ValueProblem, exponent, member_key
from crm_saas.crm.records.kinds.labels import Labels

COLOURS = Labels([("red", "Red", "红色"), ("dark_blue", "Dark blue", "深蓝")])


def parse(kind: str, raw: object, **context: Any) -> Any:  # noqa: ANN401
    return KINDS[kind].parse(raw, Context(**context))


def code(kind: str, raw: object, **context: Any) -> str:  # noqa: ANN401
    with pytest.raises(ValueProblem) as caught:
        parse(kind, raw, **context)
    return caught.value.code


@pytest.mark.parametrize("raw", ["dark_blue", "Dark Blue", "DARK-BLUE", " dark blue ", "深蓝", "ｄａｒｋ　ｂｌｕｅ"])
def test_an_option_is_known_by_value_and_by_label(raw: str) -> None:
    assert parse("choice", raw, options=COLOURS) == "dark_blue"


def test_an_unknown_option_is_refused_and_the_known_ones_named() -> None:
    with pytest.raises(ValueProblem) as caught:
        parse("choice", "green", options=COLOURS)
    assert (caught.value.code, caught.value.params["options"]) == ("unknown_option", ["red", "dark_blue"])


def test_an_extensible_choice_takes_new_ones() -> None:
    assert parse("choice", " Green\tish ", options=COLOURS, extensible=True) == "Green ish"
    assert parse("choice", "RED", options=COLOURS, extensible=True) == "red"
    assert code("choice", "x" * 61, options=COLOURS, extensible=True) == "too_long"


def test_tags_are_divided_and_kept_once() -> None:
    assert parse("tags", "VIP, vip；重点、\n a b |c") == ["VIP", "重点", "a b", "c"]
    assert parse("tags", ["a,b", "A,B"]) == ["a,b"]
    assert code("tags", "x" * 51) == "too_long"
    assert code("tags", ",".join(map(str, range(51)))) == "too_many"


def test_a_member_is_known_by_id_address_and_name() -> None:
    one = str(uuid.uuid4())
    members = {member_key(text): one for text in (one, "Ann@example.com", "Ann Lee")}
    assert [parse("member", raw, members=members) for raw in (one.upper(), "ann@EXAMPLE.com", " ann lee ")] == [one] * 3
    assert code("member", "Bob", members=members) == "unknown_member"
    assert code("member", "Bob") == "unknown_member"
    assert parse("member", one) == one


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("US", "US"),
        ("usa", "US"),
        ("U.S.A.", "US"),
        ("United States of America", "US"),
        ("美国", "US"),
        ("840", "US"),
        ("uk", "GB"),
        ("England", "GB"),
        ("中国", "CN"),
        ("中华人民共和国", "CN"),
        ("P.R. China", "CN"),
        ("CHN", "CN"),
        ("Côte d’Ivoire", "CI"),
        ("cote d'ivoire", "CI"),
        ("The Gambia", "GM"),
        ("Hong Kong", "HK"),
        ("澳门", "MO"),
        ("Deutschland", "DE"),
        ("España", "ES"),
        ("Korea, Republic of", "KR"),
        ("Bosnia and Herzegovina", "BA"),
        ("臺灣", "TW"),
        ("日本", "JP"),
        ("", None),
    ],
)
def test_countries(raw: str, expected: str | None) -> None:
    assert parse("country", raw) == expected


@pytest.mark.parametrize("raw", ["Narnia", "EU", "ZZ", "XX", "home_country", "150"])
def test_what_is_no_country_is_refused(raw: str) -> None:
    assert code("country", raw) == "unknown_country"


@pytest.mark.parametrize(
    ("raw", "context", "minor", "currency"),
    [
        ("12", {}, 1200, "USD"),
        ("$1,234.50", {}, 123450, "USD"),
        ("$1,234.50", {"currency": "CAD"}, 123450, "CAD"),
        ("$1,234.50", {"currency": "EUR"}, 123450, "USD"),
        ("1.234,50 €", {}, 123450, "EUR"),
        ("1 234,56", {"currency": "EUR"}, 123456, "EUR"),
        ("1\u202f234,56\u00a0€", {}, 123456, "EUR"),
        ("CHF 1'234.50", {}, 123450, "CHF"),
        ("￥1,200", {"currency": "CNY"}, 120000, "CNY"),
        ("¥1,200", {"currency": "JPY"}, 1200, "JPY"),
        ("１２００元", {"currency": "USD"}, 120000, "CNY"),
        ("1.5万", {"currency": "CNY"}, 1500000, "CNY"),
        ("2亿", {"currency": "CNY"}, 20_000_000_000, "CNY"),
        ("1,23,456.00", {"currency": "INR"}, 12345600, "INR"),
        ("(5.00)", {}, -500, "USD"),
        ("-$5", {}, -500, "USD"),
        ("−5", {}, -500, "USD"),
        (".5", {}, 50, "USD"),
        ("1.234", {"decimal": ","}, 123400, "USD"),
        ("1,5", {"decimal": "."}, 150, "USD"),
        ("1.234", {"currency": "KWD", "decimal": "."}, 1234, "KWD"),
        (12.5, {"decimal": ","}, 1250, "USD"),
        (1.234, {"decimal": ",", "currency": "KWD"}, 1234, "KWD"),
        ({"amount_minor": 7, "currency": "JPY"}, {}, 7, "JPY"),
    ],
)
def test_money(raw: object, context: dict[str, Any], minor: int, currency: str) -> None:
    assert parse("money", raw, **context) == Money(minor, currency)


@pytest.mark.parametrize(
    ("raw", "context", "expected"),
    [
        ("1.234", {}, "ambiguous_number"),
        ("1,234", {"currency": "KWD"}, "ambiguous_number"),
        ("0.125", {}, "too_many_decimals"),
        ("1.5", {"currency": "JPY"}, "too_many_decimals"),
        ("abc", {}, "invalid_money"),
        ("1,23.4.5", {}, "invalid_money"),
        ("12-13", {}, "invalid_money"),
        ("12,34,5", {}, "invalid_money"),
        ("5 XXX", {}, "unknown_currency"),
        ({"amount_minor": 1.5, "currency": "USD"}, {}, "wrong_type"),
        ({"amount_minor": 1, "currency": "DEM"}, {}, "unknown_currency"),
        ("92233720368547758.08", {}, "out_of_range"),
    ],
)
def test_what_is_no_money_is_refused(raw: object, context: dict[str, Any], expected: str) -> None:
    assert code("money", raw, **context) == expected


def test_minor_units_follow_iso_4217() -> None:
    assert [exponent(c) for c in ("JPY", "KRW", "CNY", "KWD", "IQD")] == [0, 0, 2, 3, 3]


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.sampled_from(["USD", "JPY", "KWD", "CNY"]))
@settings(deadline=None)
def test_money_written_is_money_read(minor: int, currency: str) -> None:
    value = Money(minor, currency)
    assert parse("money", KINDS["money"].to_text(value), decimal=".") == value


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("12", 12), ("-3", -3), ("1,234", 1234), ("1,234,567", 1234567), ("3万", 30000), (5.0, 5), ("007", 7), ("", None)],
)
def test_integers(raw: object, expected: int | None) -> None:
    assert parse("integer", raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("1.5", "invalid_integer"), ("12 pcs", "invalid_integer"), (True, "wrong_type"), ("9" * 20, "out_of_range")],
)
def test_what_is_no_integer_is_refused(raw: object, expected: str) -> None:
    assert code("integer", raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "2024-05-14",
        "2024/5/14",
        "2024.5.14",
        "2024年5月14日",
        "２０２４/５/１４",
        "20240514",
        "14.05.2024",
        "14.5.24",
        "14/05/2024",
        "5/14/2024",
        "5/14/24",
        "14 May 2024",
        "May 14, 2024",
        "14-May-24",
        "Tue, 14 May 2024",
        "14th May 2024",
        "2024年5月14日 星期二",
        "2024-05-14 19:58:54",
        "2024-05-14T03:23:15.000Z",
        "2024-05-14T23:30:00-07:00",
    ],
)
def test_the_14th_of_may(raw: str) -> None:
    assert parse("date", raw) == date(2024, 5, 14)


@pytest.mark.parametrize(
    ("raw", "order", "expected"),
    [
        ("02/01/2014", "dmy", date(2014, 1, 2)),
        ("02/01/2014", "mdy", date(2014, 2, 1)),
        ("02.01.2014", "mdy", date(2014, 1, 2)),
        ("24-05-14", "ymd", date(2024, 5, 14)),
        ("05/05/2024", None, date(2024, 5, 5)),
        ("1/2/69", "dmy", date(1969, 2, 1)),
    ],
)
def test_the_order_decides(raw: str, order: Any, expected: date) -> None:  # noqa: ANN401
    assert parse("date", raw, date_order=order) == expected


@pytest.mark.parametrize(
    ("raw", "order", "expected"),
    [
        ("02/01/2014", None, "ambiguous_date"),
        ("31/12/2012", "mdy", "date_order_mismatch"),
        ("2024-02-30", None, "invalid_date"),
        ("0000-00-00", None, "invalid_date"),
        ("45000", None, "invalid_date"),
        ("2024-05-14 nonsense", None, "invalid_date"),
        ("next week", None, "invalid_date"),
        ("14 Mai 2024", None, "invalid_date"),
    ],
)
def test_what_is_no_date_is_refused(raw: str, order: Any, expected: str) -> None:  # noqa: ANN401
    assert code("date", raw, date_order=order) == expected


@given(st.dates(), st.sampled_from(["dmy", "mdy", "ymd", None]))
@settings(deadline=None)
def test_dates_written_are_dates_read(day: date, order: Any) -> None:  # noqa: ANN401
    assert parse("date", KINDS["date"].to_text(day), date_order=order) == day


@pytest.mark.parametrize(
    ("raw", "zone", "expected"),
    [
        ("2018-02-26 19:58:54", "UTC", datetime(2018, 2, 26, 19, 58, 54, tzinfo=UTC)),
        ("2018-02-26 19:58", "Asia/Shanghai", datetime(2018, 2, 26, 11, 58, tzinfo=UTC)),
        ("2006-04-15T03:23:15.250Z", "Asia/Shanghai", datetime(2006, 4, 15, 3, 23, 15, 250000, tzinfo=UTC)),
        ("2024-05-14T03:00+08:00", "UTC", datetime(2024, 5, 13, 19, 0, tzinfo=UTC)),
        ("5/14/2024 3:05 PM", "UTC", datetime(2024, 5, 14, 15, 5, tzinfo=UTC)),
        ("5/14/2024 12:05 AM", "UTC", datetime(2024, 5, 14, 0, 5, tzinfo=UTC)),
        ("2024年5月14日 下午3点05分", "Asia/Shanghai", datetime(2024, 5, 14, 7, 5, tzinfo=UTC)),
        ("2024-05-14", "America/New_York", datetime(2024, 5, 14, 4, 0, tzinfo=UTC)),
    ],
)
def test_instants(raw: str, zone: str, expected: datetime) -> None:
    assert parse("instant", raw, timezone=zone) == expected


def test_an_impossible_time_is_refused() -> None:
    assert code("instant", "2024-05-14 25:00:00") == "invalid_time"


def test_external_ids() -> None:
    assert parse("external_ids", "007", external_system="shop") == {"shop": "007"}
    assert parse("external_ids", [{"system": "erp", "value": "1"}, {"system": "shop", "value": "2"}]) == {
        "erp": "1",
        "shop": "2",
    }
    assert code("external_ids", "007") == "no_system"
    assert code("external_ids", [{"system": "a", "value": "1"}, {"system": "a", "value": "2"}]) == "duplicate_system"
    assert code("external_ids", [{"system": "a"}]) == "wrong_type"
    assert KINDS["external_ids"].identity_keys({"shop": "007"}) == ["external:shop:007"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("yes", True),
        ("是", True),
        ("TRUE", True),
        ("1", True),
        (1.0, True),
        ("no", False),
        ("否", False),
        ("0", False),
        (False, False),
        ("", None),
    ],
)
def test_yes_and_no(raw: object, expected: bool | None) -> None:
    assert parse("boolean", raw) is expected


def test_maybe_is_neither() -> None:
    assert code("boolean", "maybe") == "invalid_boolean"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "a, b"),
        ("long_text", "a\nb"),
        ("email_list", ["a@b.de", "c@d.de"]),
        ("phone_list", ["+14155550134;ext=5", "+442079460018"]),
        ("url", "https://example.com/x"),
        ("date", date(2024, 5, 14)),
        ("instant", datetime(2024, 5, 14, 3, 0, tzinfo=UTC)),
        ("money", Money(123450, "CNY")),
        ("integer", -12),
        ("tags", ["a", "b c"]),
        ("country", "CI"),
        ("external_ids", {"erp": "1;2", "shop": '"'}),
        ("boolean", False),
    ],
)
def test_what_is_written_is_read_again(kind: str, value: object) -> None:
    assert parse(kind, KINDS[kind].to_text(value)) == value


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_value_is_written_as_nothing_and_read_as_nothing(kind: str) -> None:
    empty = parse(kind, None)
    assert not empty
    assert KINDS[kind].to_text(empty) == ""
    assert parse(kind, "") == empty
