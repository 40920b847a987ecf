from __future__ import annotations

import pytest

from crm_saas.kernel.errors import Invalid
from crm_saas.tenants.fields import Fields, ValueFault
from crm_saas.tenants.identity import clean_email, clean_organisation, clean_person, email_key


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada@Example.COM ", "Ada@example.com"),
        ("first.last+tag@mail.example.org", "first.last+tag@mail.example.org"),
        ("info@münchen.de", "info@xn--mnchen-3ya.de"),
        ("o'brien@example.com", "o'brien@example.com"),
    ],
)
def test_an_address_is_kept_in_the_form_mail_is_sent_to(typed: str, kept: str) -> None:
    assert clean_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "ada",
        "ada@",
        "@example.com",
        "a b@example.com",
        "ada@example",
        "ada@example..com",
        "ada@[127.0.0.1]",
        "ada@localhost",
        "ada@example.com\r\nBcc: x@example.com",
        "ada@example.com,eve@example.com",
        "Ada <ada@example.com>",
        "张三@example.com",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueFault) as refused:
        clean_email(typed)
    assert refused.value.code == "invalid_email"


def test_a_long_address_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(ValueFault) as refused:
        clean_email("a" * 300 + "@example.com")
    assert refused.value.code == "too_long"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ada@Example.com", "ada@EXAMPLE.com"), ("info@münchen.de", "info@XN--MNCHEN-3YA.DE"), (" a@b.cn", "a@b.cn ")],
)
def test_two_spellings_are_one_person(one: str, other: str) -> None:
    assert email_key(one) == email_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("a.b@example.com", "ab@example.com"), ("a+x@example.com", "a@example.com")]
)
def test_dots_and_tags_are_different_people(one: str, other: str) -> None:
    assert email_key(one) != email_key(other)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Zoe\u0308", "Zoë"),
        ("张三", "张三"),
        ("O’Brien-Смит", "O’Brien-Смит"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_a_name_is_one_clean_line(typed: str, kept: str) -> None:
    assert clean_person(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Ada\r\nBcc: eve@example.com", "control_character"),
        ("Ada\x00", "control_character"),
        ("Ada\u202egnp", "control_character"),
        ("Ada\u2028x", "control_character"),
        ("Win at https://evil.example", "link_not_allowed"),
        ("www.evil.example", "link_not_allowed"),
        ("x" * 101, "too_long"),
        ("\u3000 \u00a0", "required"),
    ],
)
def test_what_could_mislead_in_a_mail_is_no_name(typed: str, code: str) -> None:
    with pytest.raises(ValueFault) as refused:
        clean_person(typed)
    assert refused.value.code == code


def test_an_organisation_may_be_called_like_a_site() -> None:
    assert clean_organisation("amazon.com") == "amazon.com"


def test_every_fault_is_reported_at_once() -> None:
    fields = Fields({"email": "x", "name": 3, "extra": 1, "a/b": 2}, ("email", "name", "missing"))
    fields.text("email", clean_email)
    fields.text("name", clean_person)
    fields.text("missing", clean_person)
    with pytest.raises(Invalid) as refused:
        fields.check()
    assert [(error.pointer, error.code) for error in refused.value.errors] == [
        ("/a~1b", "unknown_field"),
        ("/extra", "unknown_field"),
        ("/email", "invalid_email"),
        ("/name", "wrong_type"),
        ("/missing", "required"),
    ]


@pytest.mark.parametrize("body", [None, [], "x", 3, True])
def test_a_body_that_is_no_object_is_refused(body: object) -> None:
    with pytest.raises(Invalid) as refused:
        Fields(body, ())
    assert refused.value.errors[0].code == "wrong_type"
