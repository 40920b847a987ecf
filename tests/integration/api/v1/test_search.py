from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask

from crm_saas.crm.records import counting, searching
from tests.factories.workspaces import WorkspaceFactory
from tests.support.client import Client, codes


@pytest.fixture(scope="module")
def client(app: Flask, make_workspace: WorkspaceFactory) -> Client:
    """A workspace with leads to be found."""
    workspace = make_workspace()
    made = Client.signed_in(app, workspace.owner, workspace.id)
    made.add_lead(name="张三丰", company="北京武当科技有限公司", phones=["+86 138 1234 5678"], city="十堰")
    made.add_lead(name="Björn Müller-Lüdenscheidt", company="Straße & Söhne", emails=["b.mueller@example.org"])
    made.add_lead(
        name="O'Neil \\ Smith", company="3M Deutschland", title="Vice President", phones=["+49 30 1234567;ext=89"]
    )
    made.add_lead(
        name="Ｆｕｌｌ Ｗｉｄｔｈ", company="ﬁne Labs", tags=["Großkunde"], website="https://width.example.org/x"
    )
    made.add_lead(name="田中さくら", company="カブシキガイシャ", phones=["+81 90-1234-5678"])
    made.add_lead(name="김철수", external_ids=[{"system": "erp", "value": "INV-2026/0042"}])
    made.add_lead(name="J Smith", notes="secretword is not searched", phones=["+1 415 555 2671"])
    return made


FOUND: dict[str, list[str]] = {
    "张三丰": [
        "张三", "三丰", "张", "丰", "武当科技", "科技 张三", "北京", "十堰", "138 1234 5678", "13812345678",
        "1381 2345 678", "138-1234", "+86 138 1234 5678", "0086 138 1234 5678", "(138)12345678",
        "１３８１２３４５６７８", "张三 138 1234",
    ],
    "": [
        "三张", "張三", "138123456789", "secretword", "nobody", "s", "smith nobody",
    ],
    "田中さくら|张三丰": [
        "12345678", "5678",
    ],
    "O'Neil \\ Smith": [
        "+49 (0)30 1234567", "030 123 45 67", "0301234567", "o'neil", "neil", "3m", "vice pres",
    ],
    "J Smith": [
        "555-2671", "415.555.2671", "(415) 555", "smith j",
    ],
    "Björn Müller-Lüdenscheidt": [
        "bjorn", "MÜLL", "mull", "strasse", "b.mueller@example.org", "ludensch mul",
    ],
    "J Smith|O'Neil \\ Smith": [
        "smith", "smi\u200bth",
    ],
    "Ｆｕｌｌ Ｗｉｄｔｈ": [
        "full width", "fine", "GROSSKUNDE", "width.example",
    ],
    "田中さくら": [
        "さくら", "田中", "ｶﾌﾞｼｷ",
    ],
    "김철수": [
        "철수", "INV-2026", "0042",
    ],
}  # fmt: skip
"""Who is found (by name; of several the Chinese by pinyin: tian before zhang) -> what was typed."""


@pytest.mark.parametrize(
    ("expected", "typed"), [(name, typed) for name, all_typed in FOUND.items() for typed in all_typed]
)
def test_a_lead_is_found_by_what_people_type(client: Client, expected: str, typed: str) -> None:
    assert "|".join(client.names(f"?sort=name&q={quote(typed)}")) == expected


HOSTILE = [
    "'", "''", "\\", "\\'", "a'b", "' | '", "a & b", "a | !b", "!x", "<->", "a <-> b", ":*", "a:*",
    "(", ")", "()", "' OR 1=1; --", "\0", "%", "_", "*", "a" * 200, "a " * 100, "1" * 200,
    "1 " * 100, "张" * 200, "😀", "\ufeff", "\u202e", "--", "/*", "&&&", "a\\", "\\\\' or",
    "e\u0301" * 100, "﷽", "\ud7a3", "ﷺ" * 200, "0", "0 0 0 0", "(0)", "+", "+()", "00", "٣", "½",
    "Ⅷ", "ß",
]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE)
def test_nothing_typed_breaks_the_search(client: Client, typed: str) -> None:
    answer = client.get(f"/leads?count=1&q={quote(typed)}")
    assert answer.status_code == 200
    assert answer.get_json()["count"]["value"] == len(answer.get_json()["data"])


def test_blank_is_no_search_and_too_much_is_refused(client: Client) -> None:
    assert len(client.names("?q=")) == len(client.names("?q=%20%09")) == 7
    assert client.names("?q=!!!") == []
    assert codes(client.get(f"/leads?q={'a' * 201}")) == {"/q": "too_long"}


def test_a_search_that_stops_looking_says_so_and_looks_only_at_what_the_list_would_show(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "SEARCH_BOUND", 1)
    monkeypatch.setattr(counting, "SEARCH_BOUND", 1)
    assert client.get("/leads?q=smith&count=1").get_json()["count"] == {"value": 1, "exact": False}
    for name in ("J Smith", "O'Neil \\ Smith"):
        assert client.names(f"?q=smith&name={quote(name)}") == [name]


def test_a_change_is_found_at_once_and_what_was_is_not(client: Client) -> None:
    lead = client.add_lead(name="Before", phones=["+4915112345678"])
    lead = client.change_lead(lead, name="Danach", phones=["+4917098765432"])
    assert client.names("?q=danach") == client.names("?q=0170+98765432") == ["Danach"]
    assert client.names("?q=before") == client.names("?q=015112345678") == []
    client.delete(f"/leads/{lead['id']}", lead["version"])
    assert client.names("?q=danach") == []
