"""What is written to be searched is found by what people type of it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, bindparam, text

from crm_saas.kernel import uow
from crm_saas.kernel.directory import Directory
from crm_saas.kernel.text import MAX_TOKENS, fold, sort_key, tokens, tsquery, tsvector
from tests.factories.leads import PHONES, lines

MATCHES = text("SELECT CAST(:vector AS tsvector) @@ CAST(:query AS tsquery)").bindparams(
    bindparam("vector"), bindparam("query")
)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=12)
DATABASE = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module", autouse=True)
def _connected(directory: Directory) -> None:
    assert directory is not None


def found(vector: str, typed: str) -> bool:
    query = tsquery(typed)
    if query is None:
        return False
    with uow.control() as unit:
        matched = unit.connection.execute(MATCHES.columns(answer=Boolean), {"vector": vector, "query": query})
        return bool(matched.scalar_one())


@given(st.text())
@example("ℌİŉᾳΣςẞ")
@example("e\u0301\u0345\u200d")
def test_folding_twice_changes_nothing_more(typed: str) -> None:
    assert fold(fold(typed)) == fold(typed)


@given(st.text())
def test_the_forms_of_unicode_fold_alike(typed: str) -> None:
    forms = {fold(unicodedata.normalize(form, typed)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert len(forms) == 1


@given(st.text(max_size=300))
def test_a_sort_key_is_bounded_and_blind_to_case_at_the_ends(typed: str) -> None:
    assert len(sort_key(typed)) <= 120
    assert sort_key(f"  {typed}\t") == sort_key(typed)


@given(st.lists(st.text(max_size=400), max_size=4), st.lists(PHONES, max_size=3))
def test_tokens_are_folded_bounded_and_different(texts: list[str], phones: list[str]) -> None:
    made = tokens(texts, phones)
    assert len(made) == len(set(made)) <= MAX_TOKENS
    assert all(token and len(token) <= 64 and fold(token) == token for token in made)
    assert {phone.removeprefix("+") for phone in phones} <= set(made)


@DATABASE
@given(st.text(max_size=200), st.text(max_size=200))
def test_the_server_reads_whatever_is_written_and_typed(written: str, typed: str) -> None:
    found(tsvector(tokens([written])), typed)


@DATABASE
@given(st.lists(lines(), min_size=1, max_size=4), st.data())
def test_a_record_is_found_by_its_words_and_their_beginnings(texts: list[str], data: st.DataObject) -> None:
    vector = tsvector(tokens(texts))
    typed = data.draw(st.sampled_from(texts))
    assume(tsquery(typed) is not None)
    assert found(vector, typed)
    assert found(vector, typed.upper().lower()) or fold(typed.upper().lower()) != fold(typed)
    words = [word for word in fold(typed).split() if len(word) > 2 and word.isascii() and word.isalpha()]
    for word in words:
        assert found(vector, word[: data.draw(st.integers(2, len(word)))])


@DATABASE
@given(HAN, st.data())
def test_any_piece_of_a_chinese_name_finds_it(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert found(tsvector(tokens([name])), name[start:end])


@DATABASE
@given(PHONES, st.data())
def test_a_phone_number_is_found_however_its_digits_are_grouped(phone: str, data: st.DataObject) -> None:
    vector = tsvector(tokens([], [phone]))
    digits = phone.removeprefix("+")
    national = digits.removeprefix("49").removeprefix("86")
    forms = [digits, f"00{digits}", f"+{digits}", f"0{national}", national, digits[-7:], digits[-4:], digits[:6]]
    form = data.draw(st.sampled_from(forms))
    gaps = data.draw(
        st.lists(st.sampled_from(["", "", " ", "-", ".", "/", " ("]), min_size=len(form), max_size=len(form))
    )
    assert found(vector, form[0] + "".join(gap + char for gap, char in zip(gaps, form[1:], strict=False)))
