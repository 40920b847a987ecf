"""A slip of the finger in a word of five letters or more still finds it, among many others."""

from __future__ import annotations

import string

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import insert

from crm_saas.crm.search import words
from crm_saas.crm.search.model import SearchWord
from crm_saas.kernel import uow
from crm_saas.kernel.marking import mark, terms
from crm_saas.kernel.text import tokens
from tests.factories.leads import lines
from tests.factories.workspaces import WorkspaceFactory, WorkspaceInfo

LETTERS = st.sampled_from(string.ascii_lowercase)
WORDS = st.text(LETTERS, min_size=5, max_size=14)


@pytest.fixture(scope="module")
def place(make_workspace: WorkspaceFactory) -> WorkspaceInfo:
    return make_workspace()


@st.composite
def slips(draw: st.DrawFn) -> tuple[str, str]:
    """A word, and what somebody types of it with one slip."""
    word, letter = draw(WORDS), draw(LETTERS)
    at = draw(st.integers(0, len(word) - 1))
    typed = draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :] if at else word[1] + word[0] + word[2:],
            ]
        )
    )
    assume(typed != word and len(typed) >= words.SHORTEST)
    return word, typed


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(slips())
def test_one_slip_is_one_slip_and_finds_the_word(place: WorkspaceInfo, pair: tuple[str, str]) -> None:
    word, typed = pair
    assert words.slips_between(typed, word, 1) == words.slips_between(word, typed, 1) == 1
    with uow.tenant(place.id) as unit:
        unit.connection.execute(insert(SearchWord).values(word=word).on_conflict_do_nothing())
        assert word in words.nearest(unit, typed, 1_000)


@given(lines(), lines())
def test_marking_keeps_every_character(text: str, typed: str) -> None:
    pieces, _ = mark(text, terms(typed))
    assert "".join(piece for piece, _ in pieces) == text


@given(lines(), st.data())
def test_what_finds_a_text_is_marked_in_it(text: str, data: st.DataObject) -> None:
    words_of = [token for token in tokens([text]) if token.isalpha()]
    assume(words_of)
    token = data.draw(st.sampled_from(words_of))
    pieces, explained = mark(text, terms(token))
    assert explained
    assert any(hit for _, hit in pieces)
