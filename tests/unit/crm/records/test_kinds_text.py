from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_saas.crm.records.kinds import KINDS, Context, ValueProblem

NAUGHTY: list[str] = json.loads(
    (Path(__file__).parents[3] / "data" / "naughty_strings.json").read_text(encoding="utf-8")
)
SPACE = (
    " \t\n\r\x0b\x0c\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
REFUSALS = {"control_character", "lone_surrogate"}


def parsed(kind: str, raw: object, **context: object) -> object:
    return KINDS[kind].parse(raw, Context(**context))  # type: ignore[arg-type]


def code(kind: str, raw: object, **context: object) -> str:
    with pytest.raises(ValueProblem) as caught:
        parsed(kind, raw, **context)
    return caught.value.code


def outcome(kind: str, raw: object) -> object:
    """The value, or the problem."""
    try:
        return parsed(kind, raw)
    except ValueProblem as problem:
        return problem


def documented(text: str) -> str:
    """The rule as the module states it for text of several lines, written another way."""
    for end in ("\r\n", "\r", "\x0b", "\x0c"):
        text = text.replace(end, "\n")
    return unicodedata.normalize("NFC", text.strip(SPACE))


def test_there_are_naughty_strings() -> None:
    assert len(NAUGHTY) == 515


@pytest.mark.parametrize("text", NAUGHTY)
def test_a_naughty_string_comes_back_or_is_refused_with_a_code(text: str) -> None:
    found = outcome("long_text", text)
    if isinstance(found, ValueProblem):
        assert found.code in REFUSALS
        assert found.params["char"].startswith("U+")
        assert any(unicodedata.category(char) in {"Cc", "Cs"} for char in text)
    else:
        assert (found or "") == documented(text)


def test_only_naughty_strings_with_control_characters_are_refused() -> None:
    refused = [text for text in NAUGHTY if isinstance(outcome("long_text", text), ValueProblem)]
    assert len(refused) == 5
    assert all(any(unicodedata.category(char) == "Cc" for char in text) for text in refused)


@given(st.text())
@settings(deadline=None)
def test_any_text_follows_the_documented_rule(text: str) -> None:
    expected = documented(text)
    bad = [c for c in expected if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"]
    found = outcome("long_text", text)
    assert isinstance(found, ValueProblem) == bool(bad)
    if not bad:
        assert (found or "") == expected


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=40))
@settings(deadline=None)
def test_text_read_twice_is_text_read_once(text: str) -> None:
    once = parsed("text", text)
    assert parsed("text", once) == once


@pytest.mark.parametrize(
    "text", ["\u202eabc\u202c", "a\u200db", "👨‍👩‍👧", "\ue000", "مرحبا", "e\u0301"[:1], "\u2066x\u2069"]
)
def test_marks_that_only_look_odd_stay(text: str) -> None:
    assert parsed("text", text) == text


def test_composed_and_decomposed_are_one() -> None:
    assert parsed("text", "Cre\u0301dito") == "Crédito"


def test_one_line_text_has_no_line_breaks() -> None:
    assert parsed("text", "Once upon \r\n a\ttime") == "Once upon a time"


def test_every_line_end_of_long_text_becomes_lf() -> None:
    assert parsed("long_text", "a\r\nb\rc\x0bd\x0ce\nf\tg") == "a\nb\nc\nd\ne\nf\tg"


@pytest.mark.parametrize(
    ("raw", "char", "place"), [("a\x00b", "U+0000", 2), ("\x1b[31m", "U+001B", 1), ("x\x9f", "U+009F", 2)]
)
def test_control_characters_are_refused_by_name_and_place(raw: str, char: str, place: int) -> None:
    with pytest.raises(ValueProblem) as caught:
        parsed("long_text", raw)
    assert (caught.value.code, caught.value.params) == ("control_character", {"char": char, "place": place})


def test_a_lone_surrogate_is_refused() -> None:
    assert code("text", "a\ud800") == "lone_surrogate"


def test_length_counts_code_points() -> None:
    assert parsed("text", "😀" * 5, max_length=5) == "😀" * 5
    assert code("text", "😀" * 6, max_length=5) == "too_long"
    assert code("text", "a" * 6, max_length=5) == "too_long"


@pytest.mark.parametrize("raw", [None, "", "   ", "\u3000", "\ufeff", "\n\t"])
def test_nothing_is_no_value(raw: object) -> None:
    assert parsed("text", raw) is None
    assert parsed("long_text", raw) is None


@pytest.mark.parametrize("raw", [["a"], {"a": 1}, True, b"a"])
def test_other_shapes_are_refused(raw: object) -> None:
    assert code("text", raw) == "wrong_type"


@pytest.mark.parametrize("raw", ["NA", "N/A", "NONE", "NULL", "."])
def test_words_for_nothing_are_words(raw: str) -> None:
    assert parsed("text", raw) == raw
