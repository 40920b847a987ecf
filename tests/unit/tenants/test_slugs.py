from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_saas.tenants.fields import ValueFault
from crm_saas.tenants.slugs import FALLBACK, LONGEST, RESERVED, candidates, clean_slug, slugify


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Acme Ltd.", "acme-ltd"),
        ("Café Zürich & Söhne", "cafe-zurich-sohne"),
        ("北京商贸", "bei-jing-shang-mao"),
        ("Joe's Garage", "joes-garage"),
        ("北京 Acme", "bei-jing-acme"),
        ("!!!", FALLBACK),
        ("Жук", FALLBACK),
        ("X", FALLBACK),
        ("API", "api-crm"),
        ("a" * 90, "a" * LONGEST),
    ],
)
def test_a_name_suggests_a_slug(name: str, slug: str) -> None:
    assert slugify(name) == slug


@given(st.text(max_size=50))
def test_every_suggestion_may_be_chosen(name: str) -> None:
    slug = slugify(name)
    assert slug == FALLBACK or clean_slug(slug) == slug


@given(st.text("abc-", min_size=1, max_size=60))
def test_every_variation_may_be_an_address(name: str) -> None:
    variations = list(islice(candidates(slugify(name)), 30))
    assert len(set(variations)) == 30
    assert all(len(slug) <= LONGEST for slug in variations)


@pytest.mark.parametrize("typed", ["a", "-ab", "ab-", "a--b", "a_b", "a.b", "ab/cd", "äb", "a b", "x" * 41, "../etc"])
def test_a_slug_of_another_form_is_refused(typed: str) -> None:
    with pytest.raises(ValueFault) as refused:
        clean_slug(typed)
    assert refused.value.code == "invalid_slug"


@pytest.mark.parametrize("typed", sorted(word for word in RESERVED if len(word) > 1))
def test_reserved_words_are_taken(typed: str) -> None:
    with pytest.raises(ValueFault) as refused:
        clean_slug(typed)
    assert refused.value.code == "slug_taken"


def test_a_chosen_slug_is_written_small() -> None:
    assert clean_slug(" Acme-2 ") == "acme-2"
