from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_saas.kernel.ids import is_schema_name, parse_uuid, schema_name, uuid7


def test_ids_are_version_7_and_in_the_order_they_were_made() -> None:
    made = [uuid7() for _ in range(2_000)]
    assert {one.version for one in made} == {7}
    assert made == sorted(made)
    assert len(set(made)) == len(made)


@given(st.uuids())
def test_a_schemas_name_is_safe_in_sql_and_never_shared(tenant_id: uuid.UUID) -> None:
    name = schema_name(tenant_id)
    assert is_schema_name(name)
    assert name == f"t_{tenant_id.hex}"
    assert len(name) <= 63  # PostgreSQL cuts longer ones off, silently


@given(st.text())
def test_what_looks_like_a_schemas_name_is_one(text: str) -> None:
    assert is_schema_name(text) == (
        len(text) == 34 and text.startswith("t_") and all(c in "0123456789abcdef" for c in text[2:])
    )


@given(st.uuids())
def test_a_uuid_is_read_in_its_canonical_form_only(value: uuid.UUID) -> None:
    assert parse_uuid(str(value)) == value
    assert parse_uuid(value.hex) is None
    assert parse_uuid(f"{{{value}}}") is None
    assert parse_uuid(f"urn:uuid:{value}") is None


@pytest.mark.parametrize("text", ["", "x", "g" * 36, "-" * 36, "0" * 36, "\0" * 36, " " * 36])
def test_anything_else_is_no_uuid_and_no_error(text: str) -> None:
    assert parse_uuid(text) is None


@given(st.text(min_size=36, max_size=36))
def test_no_text_of_the_right_length_is_an_error(text: str) -> None:
    assert parse_uuid(text) is None or isinstance(parse_uuid(text), uuid.UUID)
