"""Whatever is sent is stored as documented or refused with a code; it is never an error of ours."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records.fields import OPERATORS, SYSTEM_FIELDS
from tests.factories.workspaces import WorkspaceFactory
from tests.support.browser import Headers
from tests.support.client import Client, codes

NAUGHTY: list[str] = json.loads((Path(__file__).parents[3] / "data" / "naughty_strings.json").read_text("utf-8"))
LINES = {"name", "company", "title", "street", "city", "region", "postal_code", "unqualified_reason", "next_step"}
FIELDS = [each.name for each in LEAD.fields]
REFUSALS = {"control_character", "lone_surrogate", "invalid_character", "too_long"}
SPACE = "".join(chr(c) for c in range(0x3001) if chr(c).isspace() and not 0x1C <= c <= 0x1F) + "\ufeff"


@pytest.fixture(scope="module")
def client(app: Flask, make_workspace: WorkspaceFactory) -> Client:
    workspace = make_workspace()
    return Client.signed_in(app, workspace.owner, workspace.id)


def documented(text: str, *, lines: bool) -> str | None:
    """What is stored of a text: trimmed, NFC, one space for a line break where there is one line."""
    text = text.strip(SPACE)
    text = re.sub(r"\r\n?|\v|\f", "\n", text) if lines else re.sub(r" *[\t\n\r\v\f]+ *", " ", text)
    return unicodedata.normalize("NFC", text) or None


def unstorable(text: str) -> bool:
    kept = documented(text, lines=True) or ""
    return any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t" for char in kept)


def is_fine(answer: TestResponse) -> bool:
    """Tell whether an answer is a success, or a problem document that says what is wrong."""
    if answer.status_code < 300:
        return True
    body = answer.get_json()
    named = answer.status_code in {400, 404, 409, 412, 413, 414, 415, 422, 428} and bool(body["code"])
    return named and (answer.status_code != 422 or bool(body["errors"]))


def test_there_are_515_naughty_strings() -> None:
    assert len(NAUGHTY) == 515


def accepted(client: Client, text: str) -> dict[str, Any] | None:
    """Create a lead with `text` in every field that takes it: what was sent, and its id. None if nothing takes it."""
    sent: dict[str, Any] = {**dict.fromkeys(LINES, text), "notes": text, "tags": [text]}
    sent |= {"external_ids": [{"system": "naughty", "value": text}], "emails": ["naughty@example.org"]}
    sent["status"] = "unqualified" if documented(text, lines=False) else "new"
    answer = client.post("/leads?allow_duplicates=1", sent)
    if answer.status_code == 422:
        faults = codes(answer)
        assert set(faults.values()) <= REFUSALS, (text, faults)
        if unstorable(text):
            return None
        for name in {pointer.split("/")[1] for pointer in faults}:
            assert len(text) > (LEAD.by_name[name].max_length or 200)
            del sent[name]
        sent["status"] = sent["status"] if "unqualified_reason" in sent else "new"
        answer = client.post("/leads?allow_duplicates=1", sent)
    assert answer.status_code == 201, (text, answer.text)
    return sent | {"id": answer.get_json()["id"]}


def test_naughty_strings_come_back_as_documented_from_every_text_field(client: Client) -> None:
    # an external id belongs to one lead: strings that are one when cleaned are sent once
    different = {documented(text, lines=False): text for text in NAUGHTY}
    leads = [(text, accepted(client, text)) for text in different.values()]
    sent = {lead["id"]: (text, lead) for text, lead in leads if lead is not None}
    assert len(sent) > 450
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(f"/leads?limit=100&emails=naughty@example.org&cursor={cursor}").get_json()
        cursor = page["next_cursor"]
        for lead in page["data"]:
            text, asked = sent.pop(lead["id"])
            line = documented(text, lines=False)
            assert {name: lead[name] for name in LINES & set(asked)} == dict.fromkeys(LINES & set(asked), line)
            assert lead["notes"] == documented(text, lines=True)
            assert lead["tags"] == ([line] if line and "tags" in asked else [])
            ids = [each["value"] for each in lead["external_ids"]]
            assert ids == ([line] if line and "external_ids" in asked else [])
    assert sent == {}


def test_naughty_strings_break_no_other_field_and_no_list(client: Client) -> None:
    others = [name for name in FIELDS if name not in LINES | {"notes", "tags", "source"}]
    for text in NAUGHTY[::3]:
        assert is_fine(client.post("/leads?allow_duplicates=1", {"name": "x"} | dict.fromkeys(others, text)))
        leaves = [
            {
                "field": each.name,
                "op": operator,
                "value": [text, text] if operator in {"in", "not_in", "between"} else text,
            }
            for each in (*LEAD.fields, *SYSTEM_FIELDS)
            for operator in OPERATORS[each.kind][:1]
        ]
        query = urlencode({"q": text[:200], "filter": json.dumps({"all": leaves}), "count": 1})
        assert is_fine(client.get(f"/leads?{query}"))
        query = urlencode({"name": text, "emails": text, "tags": text, "sort": text, "cursor": text, text or "x": text})
        assert is_fine(client.get(f"/leads?{query}"))


BODIES: list[tuple[bytes, int, str]] = [
    (b"", 400, "invalid_json"),
    (b"{", 400, "invalid_json"),
    (b"\xff\xfe", 400, "invalid_json"),
    (b'{"name": "\xed\xa0\x80"}', 400, "invalid_json"),
    (b"{'name': 'x'}", 400, "invalid_json"),
    (b'{"name": NaN}', 400, "invalid_json"),
    (b'{"name": "a\nb"}', 400, "invalid_json"),
    (b'{"name": "x"} {}', 400, "invalid_json"),
    (b'{"name": "a", "name": "b"}', 422, "repeated_member"),
    (b'{"name": "a\\u0000b"}', 422, "invalid_character"),
    (b'{"name": "a\\ud800b"}', 422, "invalid_character"),
    (b'{"a\\u0000": 1}', 422, "invalid_character"),
    (b'{"notes": 1e999}', 422, "number_out_of_range"),
    (b'{"notes": 99999999999999999999}', 422, "number_out_of_range"),
    (b'{"name": "x", "tags": ' + b"[" * 50 + b"]" * 50 + b"}", 422, "too_deep"),
    (b'{"name": "x", "notes": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 422, "too_deep"),
    (b'{"name": "' + b"x" * 1_100_000 + b'"}', 413, "too_large"),
    (b'{"name": "' + b"x" * 900_000 + b'"}', 422, "too_long"),
    (b'{"tags": [' + b'"x",' * 200_000 + b'"x"]}', 422, "nothing_to_know_it_by"),
    (b"{" + b",".join(b'"f%d": 1' % n for n in range(50_000)) + b"}", 422, "unknown_field"),
]


@pytest.mark.parametrize(("body", "status", "code"), BODIES, ids=lambda value: str(value)[:30])
def test_a_hostile_body_is_refused(client: Client, body: bytes, status: int, code: str) -> None:
    answer = client.call("POST", "/leads", data=body, content_type="application/json")
    problem = answer.get_json()
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert code in {problem["code"], *(error["code"] for error in problem["errors"])}
    assert len(answer.data) < 60_000


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", ""]
)
def test_only_json_in_utf_8_is_read(client: Client, kind: str) -> None:
    assert client.call("POST", "/leads", data=b'{"name": "x"}', content_type=kind).status_code == 415


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.sampled_from(NAUGHTY),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
QUIETLY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@QUIETLY
@given(document=st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), JSON, max_size=8) | JSON)
def test_no_document_is_an_error_of_ours(client: Client, document: object) -> None:
    body = json.dumps(document).encode()
    answer = client.call("POST", "/leads?allow_duplicates=1", data=body, content_type="application/json")
    assert is_fine(answer), answer.text
    if answer.status_code == 201:
        lead = answer.get_json()
        assert client.get(f"/leads/{lead['id']}").get_json() == lead
        match: Headers = {"If-Match": '"1"'}
        again = client.call("PATCH", f"/leads/{lead['id']}", data=body, content_type="application/json", headers=match)
        assert is_fine(again), again.text


ASKED = [(each.name, operator) for each in (*LEAD.fields, *SYSTEM_FIELDS) for operator in OPERATORS[each.kind]]
VALUE = JSON | st.dates().map(str) | st.datetimes().map(str) | st.lists(st.dates().map(str), max_size=3)
LEAF = st.builds(
    lambda asked, value: {"field": asked[0], "op": asked[1], "value": value}, st.sampled_from(ASKED), VALUE
)


@QUIETLY
@given(
    document=st.fixed_dictionaries({"all": st.lists(LEAF | JSON, max_size=4)}) | JSON,
    sort=st.sampled_from(FIELDS),
    typed=st.text(max_size=30),
)
def test_no_filter_and_no_search_is_an_error_of_ours(client: Client, document: object, sort: str, typed: str) -> None:
    given_filter = quote(json.dumps(document))
    search = quote(typed.encode("utf-8", "replace"))
    assert is_fine(client.get(f"/leads?filter={given_filter}&sort=-{sort}&count=1"))
    assert is_fine(client.get(f"/leads?q={search}&count=1"))


@QUIETLY
@given(
    query=st.lists(
        st.tuples(st.sampled_from(["q", "sort", "limit", "cursor", "count", "fields", *FIELDS]), st.text(max_size=20))
    )
)
def test_no_query_is_an_error_of_ours(client: Client, query: list[tuple[str, str]]) -> None:
    pairs = [(name, value.encode("utf-8", "replace")) for name, value in query]
    assert is_fine(client.get(f"/leads?{urlencode(pairs)}"))
