"""`GET /api/v1/search`: every object at once, the nearest first, typing errors mended."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, false

from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records import queries
from crm_saas.crm.search import mending, service
from crm_saas.kernel import relay
from crm_saas.worker import load_jobs
from tests.factories.workspaces import WorkspaceFactory
from tests.support.client import Client, codes


@pytest.fixture(scope="module")
def client(app: Flask, make_workspace: WorkspaceFactory) -> Client:
    """A workspace with leads to be found, whose events have been relayed."""
    load_jobs()
    workspace = make_workspace()
    made = Client.signed_in(app, workspace.owner, workspace.id)
    made.add_lead(name="Smith", company="Bakers of Leeds", phones=["+44 113 222 3344"])
    made.add_lead(name="Smithers Ltd", emails=["office@smithers.example"])
    made.add_lead(name="Anna Smith", company="Fischer & Wagner", emails=["anna.smith@example.org"])
    made.add_lead(name="Björn Müller", company="Straße & Söhne", tags=["Großkunde"])
    made.add_lead(name="张三丰", company="北京武当科技有限公司", phones=["+86 138 1234 5678"])
    made.add_lead(name="O'Hara", external_ids=[{"system": "erp", "value": "INV-2026/0042"}])
    relay.relay_tenant(str(workspace.id))
    return made


def ask(client: Client, typed: str, more: str = "") -> dict[str, Any]:
    answer = client.get(f"/search?q={quote(typed)}{more}")
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.get_json()
    return document


def names(client: Client, typed: str) -> list[str]:
    return [hit["display_name"] for hit in ask(client, typed)["data"]]


def shown(pieces: list[dict[str, Any]]) -> str:
    """Pieces as a text with the marked ones in brackets."""
    return "".join(f"[{piece['text']}]" if piece["hit"] else piece["text"] for piece in pieces)


def test_the_exact_name_comes_before_its_beginning_before_a_word(client: Client) -> None:
    found = ask(client, "smith")["data"]
    assert [(hit["display_name"], hit["closeness"]) for hit in found] == [
        ("Smith", "exact"), ("Smithers Ltd", "beginning"), ("Anna Smith", "words"),
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["anna.smith@example.org", "ANNA.Smith@Example.org"])
def test_an_address_is_exact(client: Client, typed: str) -> None:
    (hit,) = ask(client, typed)["data"]
    assert (hit["display_name"], hit["closeness"]) == ("Anna Smith", "exact")


@pytest.mark.parametrize("typed", ["anna.smith@exa", "anna.smith@example.or", "smith@example.org"])
def test_a_part_of_an_address_finds_it(client: Client, typed: str) -> None:
    assert names(client, typed) == ["Anna Smith"]


@pytest.mark.parametrize("typed", ["0113 222", "+44 113", "(113) 222-3344", "0044 113 2223344", "3344"])
def test_a_number_is_found_in_any_form_and_marked(client: Client, typed: str) -> None:
    (hit,) = ask(client, typed)["data"]
    assert hit["display_name"] == "Smith"
    assert hit["matched"]["field"] == "phones"
    assert any(piece["hit"] for piece in hit["matched"]["text"])


@pytest.mark.parametrize("typed", ["张三", "武当", "zhang san", "zhangsan", "zsf", "zhangsanfeng"])
def test_two_characters_or_the_pinyin_find_a_chinese_name(client: Client, typed: str) -> None:
    assert names(client, typed) == ["张三丰"]


def test_what_matched_is_told_with_its_field(client: Client) -> None:
    (hit,) = ask(client, "grosskunde")["data"]
    assert (hit["matched"]["field"], shown(hit["matched"]["text"])) == ("tags", "[Großkunde]")
    (hit,) = ask(client, "mull strass")["data"]
    assert shown(hit["name"]) == "Björn [Müll]er"
    assert (hit["matched"]["field"], shown(hit["matched"]["text"])) == ("company", "[Straß]e & Söhne")
    (hit,) = ask(client, "0042")["data"]
    assert (hit["matched"]["field"], shown(hit["matched"]["text"])) == ("external_ids", "INV-2026/[0042]")


@pytest.mark.parametrize(
    ("typed", "meant", "name"),
    [
        ("fishcer", "fischer", "Anna Smith"), ("fsicher", "fischer", "Anna Smith"),
        ("fisher wgner", "fischer wagner", "Anna Smith"),
        ("bkaers", "bakers", "Smith"), ("bakerss", "bakers", "Smith"), ("xakers", "bakers", "Smith"),
        ("Grosskudne", "grosskunde", "Björn Müller"),
    ],
)  # fmt: skip
def test_a_slip_is_mended_and_said(client: Client, typed: str, meant: str, name: str) -> None:
    found = ask(client, typed)
    assert found["corrected"] == {"typed": typed, "shown": meant}
    assert [(hit["display_name"], hit["closeness"]) for hit in found["data"]] == [(name, "similar")]
    listed = client.get(f"/leads?count=1&q={quote(typed)}").get_json()
    assert (listed["corrected"], listed["count"]["value"]) == ({"typed": typed, "shown": meant}, 1)
    assert [lead["display_name"] for lead in listed["data"]] == [name]


@pytest.mark.parametrize("typed", ["smith", "zzzzzz", "smtih anna nobody", "0113 999", "", "!!", "三张", "xmas"])
def test_nothing_is_mended_without_need_or_without_hits(client: Client, typed: str) -> None:
    assert ask(client, typed)["corrected"] is None
    assert "corrected" not in client.get(f"/leads?q={quote(typed)}").get_json()


def test_a_filter_that_leaves_nothing_does_not_mend(client: Client) -> None:
    listed = client.get("/leads?q=fishcer&status=unqualified").get_json()
    assert (listed["data"], "corrected" in listed) == ([], False)


def test_more_is_told_and_bad_questions_are_refused(client: Client) -> None:
    assert ask(client, "smith", "&limit=2")["more"] is True
    assert ask(client, "smith", "&limit=3&types=lead")["more"] is False
    assert codes(client.get("/search?q=a&types=lead,ghost")) == {"/types": "unknown_option"}
    assert codes(client.get(f"/search?q={'a' * 201}")) == {"/q": "too_long"}
    assert codes(client.get("/search?q=a&limit=0&who=me")) == {"/who": "unknown_parameter"}


def test_what_a_member_may_not_see_is_neither_found_nor_mended_towards(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody_named_anna(*_: object) -> ColumnElement[bool]:
        return LEAD.table.c.display_name != "Anna Smith"

    monkeypatch.setattr(queries, "reaches_all", lambda *_: False)
    for module in (service, mending, queries):
        monkeypatch.setattr(module, "sees_all", lambda *_: False)
        monkeypatch.setattr(module, "visible", nobody_named_anna)
    assert names(client, "smith") == ["Smith", "Smithers Ltd"]
    assert names(client, "anna.smith@example.org") == []
    assert (ask(client, "fishcer")["data"], ask(client, "fishcer")["corrected"]) == ([], None)
    assert "corrected" not in client.get("/leads?q=fishcer").get_json()
    # a word of the hidden record only is not taken for a right one: it is mended as if it were not there
    monkeypatch.setattr(service, "visible", lambda *_: false())
    assert names(client, "smith") == []


def test_a_hidden_field_explains_no_hit(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "hidden", lambda *_: frozenset({"company", "phones"}))
    assert names(client, "wagner") == names(client, "0113 222") == []
    (hit,) = ask(client, "anna")["data"]
    assert (hit["note"], hit["matched"]) == ("anna.smith@example.org", None)
    monkeypatch.setattr(service, "hidden", lambda *_: frozenset({"name"}))
    assert "Smith" not in str(ask(client, "smithers")["data"])
    assert [hit["display_name"] for hit in ask(client, "fischer")["data"]] == ["Fischer & Wagner"]
