from __future__ import annotations

import pytest

from crm_saas.kernel.text import fold, sort_key, tokens, tsquery, tsvector


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("MiXed", "mixed"), ("Straße", "strasse"), ("Ｆｕｌｌ", "full"), ("ﬁne", "fine"), ("ℌ", "h"),
        ("Ångström", "angstrom"), ("ΣΊΣΥΦΟΣ", "σισυφοσ"), ("が", "か"), ("ｶﾞ", "カ"), ("한글", "한글"), ("張", "張"),
        ("٣٤", "34"), ("a\u200bb\ufeff", "ab"),
        ("İ", "i"), ("", ""), ("½", "1⁄2"),
    ],
)  # fmt: skip
def test_spellings_fold_to_what_they_share(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_names_sort_as_people_expect() -> None:
    names = ["Zoe", "张三", "émile", "李四", "Adam", "王五", "Émile", "bob", "  aaron"]
    assert sorted(names, key=sort_key) == ["  aaron", "Adam", "bob", "émile", "Émile", "李四", "王五", "张三", "Zoe"]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["Anna Lee"], ["anna", "lee"]),
        (["张三丰"], ["张三", "三丰", "丰"]),
        (["张"], ["张"]),
        (["3M公司A"], ["3m", "公司", "司", "a"]),
        (["a@b-c.example"], ["a", "b", "c", "example"]),
        (["x_y", "X"], ["x", "y"]),
        ([None, "", "!!!", "😀"], []),
        (["w" * 100], ["w" * 64]),
    ],
)
def test_texts_become_tokens(texts: list[str | None], expected: list[str]) -> None:
    assert tokens(texts) == expected


def test_a_phone_number_is_kept_whole_and_from_behind() -> None:
    assert tokens([], ["+4930123456;ext=7"]) == ["4930123456", "930123456", "30123456", "0123456", "3456"]


def test_phone_numbers_stay_when_there_are_too_many_words() -> None:
    made = tokens([" ".join(f"word{n}" for n in range(1000))], ["+4930123456"])
    assert len(made) == 400
    assert "4930123456" in made


def test_tokens_are_quoted_for_the_server() -> None:
    assert tsvector(["a", "o'b", "c\\d"]) == "'a' 'o''b' 'c\\\\d'"


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("Anna le", "'anna':* & 'le':*"),
        ("J Smith", "'j' & 'smith':*"),
        ("anna ANNA", "'anna':*"),
        ("张", "'张':*"),
        ("张三丰", "'张三' & '三丰'"),
        ("a' | 'b", "'a' & 'b'"),
        ("!!! & | :*", None),
        ("", None),
        ("7", "'7'"),
        ("abc123", "'abc123':*"),
        ("138 1234", "(('138':* & '1234':*) | ('1381234':*))"),
        ("030/12", "(('030':* & '12':*) | ('03012':*) | ('3012':*))"),
        ("+49 (0)30 12", "(('49':* & '0' & '30':* & '12':*) | ('493012':*))"),
        ("Lee 138-1234 x", "'lee':* & (('138':* & '1234':*) | ('1381234':*)) & 'x'"),
    ],
)
def test_what_is_typed_becomes_a_query(typed: str, query: str | None) -> None:
    assert tsquery(typed) == query
