from __future__ import annotations

import time

import pytest
from argon2 import PasswordHasher, extract_parameters

from crm_saas.tenants import passwords
from crm_saas.tenants.fields import ValueFault


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_too_short"),
        ("123456789", "password_too_short"),
        ("x" * 201, "password_too_long"),
        ("一" * 201, "password_too_long"),
    ],
)
def test_length_is_bounded(password: str, code: str) -> None:
    with pytest.raises(ValueFault) as refused:
        passwords.clean_password(password)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "password", ["plum tractor nine velvet", "我的密码是很长的密码啊哈", "x7#Kq!29vLm0", "🦀🦀🦀 reef tonal"]
)
def test_length_is_all_that_is_asked_of_form(password: str) -> None:
    assert passwords.clean_password(password) == password


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "qwertyuiop",
        "password123",
        "Password2024",
        "iloveyou1234",
        "aaaaaaaaaaaa",
        "abcdefghijkl",
        "AcmeTrading",
        "ada@example.org",
        "Ada Lovelace",
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(ValueFault) as refused:
        passwords.refuse_guessable(password, ("ada@example.org", "Ada Lovelace", "AcmeTrading", None))
    assert refused.value.code == "password_common"


def test_what_is_not_guessable_passes() -> None:
    passwords.refuse_guessable("plum tractor nine velvet", ("ada@example.org",))


def test_looking_for_guesses_takes_bounded_time() -> None:
    begin = time.process_time()
    with pytest.raises(ValueFault):
        passwords.refuse_guessable("ab" * 100, ())
    assert time.process_time() - begin < 1.0


def test_hash_is_argon2id_with_owasp_parameters() -> None:
    stored = passwords.hash_password("plum tractor nine velvet")
    assert stored.startswith("$argon2id$")
    parameters = extract_parameters(stored)
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19_456, 2, 1)
    assert passwords.verify(stored, "plum tractor nine velvet")
    assert not passwords.verify(stored, "plum tractor nine velvet ")


def test_two_ways_to_type_an_accent_are_one_password() -> None:
    stored = passwords.hash_password("cafe\u0301 tractor nine")
    assert passwords.verify(stored, "caf\u00e9 tractor nine")


def test_nobody_has_any_password() -> None:
    assert not passwords.verify(None, "nobody has this password")
    assert not passwords.verify("not a hash", "x")


def test_an_old_hash_wants_to_be_made_anew() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x")
    assert passwords.needs_rehash(weak)
    assert not passwords.needs_rehash(passwords.hash_password("x"))
