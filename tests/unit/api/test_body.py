from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_saas.api.body import MAX_DEPTH, parse_json
from crm_saas.kernel.errors import BadRequest, Invalid


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (b'{"a": [1, 2.5, "x", null, true]}', {"a": [1, 2.5, "x", None, True]}),
        ('{"名": "张三 👍"}'.encode(), {"名": "张三 👍"}),
        (b'"\\ud83d\\udc4d"', "👍"),
        (b"9223372036854775807", 2**63 - 1),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None),
    ],
)
def test_json_is_read(document: bytes, expected: object) -> None:
    assert expected is None or parse_json(document) == expected
    parse_json(document)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{",
        b"nul",
        b"NaN",
        b'{"a": Infinity}',
        b"-Infinity",
        b"[1,]",
        b"{'a': 1}",
        b'"a\nb"',
        b"\xff\xfe",
        b'"\xed\xa0\x80"',
        b"1" * 5000,
        b"\xef\xbb\xbf{}",
        b"{} {}",
    ],
)
def test_what_is_not_json_is_a_bad_request(document: bytes) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_json(document)
    assert refused.value.problem_code == "invalid_json"


@pytest.mark.parametrize(
    ("document", "pointer", "code"),
    [
        (b'{"a": 1, "a": 2}', "", "repeated_member"),
        (b'{"x": [{"a": 1, "b": 0, "a": 2}]}', "/x/0", "repeated_member"),
        (b'{"a": "x\\u0000y"}', "/a", "invalid_character"),
        (b'{"a\\u0000": 1}', "", "invalid_character"),
        (b'{"a": ["ok", "\\ud800"]}', "/a/1", "invalid_character"),
        (b'{"a/b~c": "\\udfff"}', "/a~1b~0c", "invalid_character"),
        (b'{"n": 1e400}', "/n", "number_out_of_range"),
        (b'{"n": -1e999}', "/n", "number_out_of_range"),
        (b"[9223372036854775808]", "/0", "number_out_of_range"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "/0" * MAX_DEPTH, "too_deep"),
        (b"[" * 200_000 + b"]" * 200_000, "", "too_deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "", "too_deep"),
    ],
)
def test_what_cannot_be_stored_is_refused_with_a_pointer(document: bytes, pointer: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_json(document)
    assert (refused.value.errors[0].pointer, refused.value.errors[0].code) == (pointer, code)


def test_the_number_of_faults_is_bounded() -> None:
    with pytest.raises(Invalid) as refused:
        parse_json(b"[" + b",".join([b'"\\u0000"'] * 1000) + b"]")
    assert len(refused.value.errors) == 50


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(document: bytes) -> None:
    with contextlib.suppress(BadRequest, Invalid):
        parse_json(document)


_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(_VALUES)
def test_what_a_client_can_store_comes_through_unchanged(value: object) -> None:
    assert parse_json(json.dumps(value).encode()) == value
