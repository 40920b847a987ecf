"""E-mail addresses, phone numbers, web addresses."""

from __future__ import annotations

import email_validator
import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_saas.crm.records.kinds import KINDS, Context, ValueProblem, normalise_email
from crm_saas.crm.records.kinds.emails import parse_email

US = Context(default_region="US")


def emails(raw: object) -> list[str]:
    found: list[str] = KINDS["email_list"].parse(raw, Context())
    return found


def phones(raw: object, region: str | None = "US") -> list[str]:
    found: list[str] = KINDS["phone_list"].parse(raw, Context(default_region=region))
    return found


def problem(kind: str, raw: object, context: Context = US) -> ValueProblem:
    with pytest.raises(ValueProblem) as caught:
        KINDS[kind].parse(raw, context)
    return caught.value


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Ada@Example.com", ["Ada@Example.com"]),
        (" ada@example.com\u3000", ["ada@example.com"]),
        ("Smith, J <a@b.example.com>", ["a@b.example.com"]),
        ('"Doe, J" <x@y.de>, z@y.de', ["x@y.de", "z@y.de"]),
        ("a@b.de; c@d.de", ["a@b.de", "c@d.de"]),
        ("a@b.de，c@d.de、e@f.de", ["a@b.de", "c@d.de", "e@f.de"]),
        ("a@b.de\nc@d.de", ["a@b.de", "c@d.de"]),
        ("a@b.de c@d.de", ["a@b.de", "c@d.de"]),
        ("a@b.de ::: c@d.de", ["a@b.de", "c@d.de"]),
        ("a@b.de;", ["a@b.de"]),
        ("mailto:a@b.de", ["a@b.de"]),
        ("邮箱：a@b.de", ["a@b.de"]),
        ("张三@例子.公司", ["张三@例子.公司"]),
        ("o'neil+tag@example.com", ["o'neil+tag@example.com"]),
        ("A@b.de; a@B.DE", ["A@b.de"]),
        ("", []),
    ],
)
def test_a_cell_gives_its_addresses(cell: str, expected: list[str]) -> None:
    assert emails(cell) == expected


@pytest.mark.parametrize(
    "cell", ["foo", "a@b", "a b@c.de", "a@@b.de", "a@b..de", "a@localhost", "a@b.test", "@b.de", "a@-b.de"]
)
def test_what_is_no_address_is_refused(cell: str) -> None:
    found = problem("email_list", cell)
    assert found.code == "invalid_email"
    assert found.path == (0,)


@pytest.mark.parametrize(
    ("within", "beyond"),
    [
        ("a@" + "b" * 63 + ".de", "a@" + "b" * 64 + ".de"),
        ("a" * 7 + "@" + ("b" * 60 + ".") * 4 + "de", "a" * 8 + "@" + ("b" * 60 + ".") * 4 + "de"),
    ],
)
def test_a_label_has_63_and_an_address_254_characters_at_most(within: str, beyond: str) -> None:
    assert emails(within) == [within]
    assert problem("email_list", beyond).code == "invalid_email"


def test_the_bad_one_of_several_is_pointed_at() -> None:
    assert problem("email_list", "a@b.de; foo").path == (1,)
    assert problem("email_list", ["a@b.de", "c@d.de", "foo"]).path == (2,)


def test_a_list_is_taken_as_it_is() -> None:
    assert emails(["a@b.de", "c@d.de", "A@B.de"]) == ["a@b.de", "c@d.de"]


def test_too_many_addresses_are_refused() -> None:
    assert problem("email_list", [f"a{n}@b.de" for n in range(21)]).code == "too_many"


def test_spellings_of_one_address_share_a_key() -> None:
    keys = KINDS["email_list"].identity_keys
    assert keys(["A@例子.公司"]) == keys(["a@xn--fsqu00a.xn--55qx5d"]) == ["email:a@xn--fsqu00a.xn--55qx5d"]
    assert keys(["Straße@b.de"]) == keys(["STRASSE@b.de"])
    assert keys(["a@b.de"]) != keys(["a.@b.de"])


_LOCAL = st.text(alphabet="abzAZ09.!#'+-_~|`", min_size=1, max_size=66)
_DOMAIN = st.lists(st.text(alphabet="abxnAZ019-", min_size=1, max_size=5), min_size=1, max_size=4).map(".".join)
_TOP = st.sampled_from(
    ["com", "de", "test", "local", "LOCALHOST", "c", "x1", "1", "invalid", "arpa", "a" * 63, "onion", ""]
)


@given(st.builds(lambda local, domain, top: f"{local}@{domain}.{top}", _LOCAL, _DOMAIN, _TOP))
@settings(max_examples=400, deadline=None)
def test_the_fast_path_agrees_with_the_library(address: str) -> None:
    try:
        email_validator.validate_email(address, check_deliverability=False)
    except email_validator.EmailNotValidError:
        with pytest.raises(ValueProblem):
            parse_email(address)
    else:
        assert parse_email(address) == address
        assert normalise_email(address) == address.lower()


@pytest.mark.parametrize(
    ("cell", "region", "expected"),
    [
        ("(415) 555-0134", "US", ["+14155550134"]),
        ("415.555.0134", "US", ["+14155550134"]),
        ("+1 418 656 9254 ext. 102", None, ["+14186569254;ext=102"]),
        ("tel:+1-418-656-9254;ext=102", None, ["+14186569254;ext=102"]),
        ("010-1234 5678", "CN", ["+861012345678"]),
        ("13800138000", "CN", ["+8613800138000"]),
        ("１３８００１３８０００", "CN", ["+8613800138000"]),
        ("手机：13800138000", "CN", ["+8613800138000"]),
        ("+44 (0)20 7946 0018", "US", ["+442079460018"]),
        ("0044 20 7946 0018", "DE", ["+442079460018"]),
        ("0531/123456", "DE", ["+49531123456"]),
        ("06 12345678", "IT", ["+390612345678"]),
        ("1-800-FLOWERS", "US", ["+18003569377"]),
        ("415-555-0134 / 415-555-0135", "US", ["+14155550134", "+14155550135"]),
        ("415-555-0134; 415-555-0135\n4155550136", "US", ["+14155550134", "+14155550135", "+14155550136"]),
        ("415-555-0134, ext 5", "US", ["+14155550134;ext=5"]),
        ("415-555-0134;(415)5550134", "US", ["+14155550134"]),
        ("", "US", []),
    ],
)
def test_a_cell_gives_its_numbers(cell: str, region: str | None, expected: list[str]) -> None:
    assert phones(cell, region) == expected


@pytest.mark.parametrize(
    ("cell", "region", "reason"),
    [
        ("ask for Bob", "US", "not_a_number"),
        ("555-0134", "US", "area_code"),
        ("415 555 0134", None, "no_country"),
        ("+1 415 555 013456789", None, "too_long"),
        ("+999 123456", None, "country_code"),
        ("12", "US", "too_short"),
    ],
)
def test_what_is_no_number_is_refused_with_a_reason(cell: str, region: str | None, reason: str) -> None:
    found = problem("phone_list", cell, Context(default_region=region))
    assert (found.code, found.params["reason"]) == ("invalid_phone", reason)


def test_a_number_that_a_spreadsheet_has_shortened_is_refused() -> None:
    assert problem("phone_list", "1.38E+10").code == "scientific_notation"


def test_an_extension_does_not_make_another_identity() -> None:
    assert KINDS["phone_list"].identity_keys(["+14155550134;ext=5"]) == ["phone:+14155550134"]


def is_possible(number: phonenumbers.PhoneNumber) -> bool:
    """Whole, not only within its area (which `phonenumbers.is_possible_number` also accepts)."""
    return phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE


@given(
    st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)),
    st.from_regex(r"\+?(?:0{0,3})?[0-9]{2,15}", fullmatch=True),
)
@settings(max_examples=1500, deadline=None)
def test_the_quick_way_agrees_with_libphonenumber(region: str, digits: str) -> None:
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        expected = None
    else:
        possible = is_possible(number)
        expected = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if possible else None
    try:
        found = phones(digits, region)
    except ValueProblem:
        found = [None]  # type: ignore[list-item]
    assert found == [expected]


def test_the_quick_way_agrees_on_an_example_of_every_region_and_kind() -> None:
    for region in phonenumbers.SUPPORTED_REGIONS:
        for kind in range(11):
            number = phonenumbers.example_number_for_type(region, kind)
            if number is None:
                continue
            for form in (0, 1, 2):
                text = phonenumbers.format_number(number, form)
                again = phonenumbers.parse(text, region)
                if is_possible(again):
                    assert phones(text, region) == [phonenumbers.format_number(again, 0)], (region, kind, text)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("example.com", "https://example.com"),
        ("WWW.Example.com/Path?q=1#x", "https://WWW.Example.com/Path?q=1#x"),
        ("http://example.com", "http://example.com"),
        ("//example.com", "https://example.com"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("https://例子.公司/路", "https://例子.公司/路"),
        ("home.page.com", "https://home.page.com"),
        ("  ", None),
    ],
)
def test_web_addresses(raw: str, expected: str | None) -> None:
    assert KINDS["url"].parse(raw, Context()) == expected


@pytest.mark.parametrize(
    "raw",
    ["javascript:alert(1)", "data:text/html,x", "ftp://example.com", "http://a b.com", "https://user:pw@example.com",
     "nothing", "http://", "http://[::1", "https://example.com:99999999/"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(raw: str) -> None:
    assert problem("url", raw).code == "invalid_url"
