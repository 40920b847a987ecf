"""By what a person is recognised in a text, and what is left of it."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_saas.crm.erasure.person import GONE, Person

ADA = Person(frozenset({"ada@x.example"}), frozenset({"+493087654321"}), frozenset({"Ada Lovelace", "王秀英"}))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Write to ada@x.example.", f"Write to {GONE}."),
        ("<ADA@X.EXAMPLE>;", f"<{GONE}>;"),
        ("ada@x.example.org is another, as are xada@x.example and ada@x.example-two", None),
        ("mailto:ada@x.example?subject=a", f"mailto:{GONE}?subject=a"),
        ("+49 30 87654321", GONE),
        ("0049 (0)30 / 8765-4321 or so", f"{GONE} or so"),
        ("(030) 876 543 21, 12", f"{GONE}, 12"),
        ("tel:+493087654321;ext=5", f"tel:{GONE};ext=5"),
        ("30 8765432", None),
        ("on 2026-01-31 at 10:30, 12 of 500", None),
        ("Ada  Lovelace and ada lovelace", f"{GONE} and {GONE}"),
        ("Adama Lovelacey", None),
        ("请联系王秀英女士", f"请联系{GONE}女士"),
        ({"a": ["ada@x.example", 493087654321, True], "ada@x.example": 5}, {"a": [GONE, None, True], GONE: 5}),
    ],
)  # fmt: skip
def test_it_is_taken_out_and_nothing_else(said: Any, left: Any) -> None:  # noqa: ANN401
    assert ADA.taken_out(said) == (said if left is None else left)
    assert ADA.is_in(said) == (left is not None)


_GROUPS = st.lists(st.sampled_from(["", " ", "-", "/", ".", " / ", ") "]), min_size=9, max_size=9)


@given(marks=_GROUPS, before=st.sampled_from(["", "0", "+49", "0049", "+49 (0)"]))
def test_a_number_is_found_however_it_is_grouped(marks: list[str], before: str) -> None:
    digits = "3087654321"
    spelt = before + "".join(digit + mark for digit, mark in zip(digits, [*marks, ""], strict=True))
    assert not any(digit in ADA.taken_out(f"call {spelt} now") for digit in string.digits)


_PARTS = st.sampled_from([*"ab@x.example 0123456789+-()/王秀英\\\"%_'", "ada@x.example", "Ada Lovelace", "3087654321"])
_TEXTS = st.lists(_PARTS).map("".join)


@given(said=st.recursive(_TEXTS, lambda inner: st.lists(inner) | st.dictionaries(_TEXTS, inner)))
def test_what_was_cleaned_is_clean(said: Any) -> None:  # noqa: ANN401
    assert not ADA.is_in(ADA.taken_out(said))


@given(said=_TEXTS)
def test_the_server_finds_at_least_what_the_program_finds(said: str) -> None:
    """The server looks for these words and digits first; what it passes over is never read."""
    if ADA.is_in(said):
        digits = "".join(filter(str.isdigit, said))
        in_words = any(word in said.lower() for word in ADA.words)
        assert in_words or any(number in digits for number in ADA.digits)
