"""How many statements a request may send, whatever the number of records: no list reads its rows one by one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from werkzeug.test import TestResponse

from crm_saas.api import auth
from tests.support.client import Client
from tests.support.sent import sent_statements

RICH: dict[str, Any] = {
    "company": "Acme", "tags": ["VIP"], "rating": "hot", "expected_value": {"amount_minor": 5, "currency": "EUR"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def known_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """The session is looked up at most every five seconds: here once, before anything is counted."""
    monkeypatch.setattr(auth, "CACHE_SECONDS", 3600.0)


def sent_by(call: Callable[[], TestResponse]) -> list[str]:
    with sent_statements() as sent:
        answer = call()
    assert answer.status_code < 300, answer.text
    return sent


READS = {
    "/leads": 2,
    "/leads?limit=100&fields=name": 2,
    "/leads?sort=name": 2,
    "/leads?sort=-company": 3,
    "/leads?q=acme": 2,
    "/leads?q=acme&sort=company&count=1": 4,
    "/leads?status=new&tags=vip&sort=next_step_on&count=1": 4,
    "/leads?count=1": 4,
    "/search?q=lead": 3,
    "/leads?q=leed": 5,
    "/leads/duplicates?email=a0@example.org&phone=030123456": 2,
    "/objects": 2,
    "/members": 2,
    "/me": 6,
}
"""Address -> statements: one for the member and their rights, the rest for what is asked; `/me` notes who is here."""


def test_reads_send_the_same_few_statements_for_three_records_and_for_sixty(client: Client) -> None:
    def fill(start: int, end: int) -> None:
        for number in range(start, end):
            ids = [{"system": "erp", "value": str(number)}]
            client.add_lead(name=f"Lead {number}", emails=[f"a{number}@example.org"], external_ids=ids, **RICH)

    for start, end in ((0, 3), (3, 60)):
        fill(start, end)
        sent = {address: sent_by(partial(client.get, address)) for address in READS}
        over = {address: texts for address, texts in sent.items() if len(texts) > READS[address]}
        assert over == {}


def test_changes_send_few_statements(client: Client) -> None:
    client.get("/me")
    plain = sent_by(lambda: client.post("/leads", {"name": "A"}))
    # member, whether rules give away what names no owner, record, event with outbox
    assert len(plain) <= 4, plain
    full = {"emails": ["a@example.org"], "phones": ["+4930123456"], "external_ids": [{"system": "erp", "value": "1"}]}
    rich = sent_by(lambda: client.post("/leads", {"name": "B", "owner_id": None, **full, **RICH}))
    # beside those: duplicates, members, savepoint, external ids, release
    assert len(rich) <= 8, rich
    own = sent_by(lambda: client.post("/leads", {"name": "C", "source": "Our own"}))
    assert len(own) <= 6, own
    lead = client.add_lead(name="D")
    path = f"/leads/{lead['id']}"
    changed = sent_by(lambda: client.patch(path, {"notes": "x"}, 1))
    # member, lock, record, event with outbox
    assert len(changed) <= 4, changed
    unchanged = sent_by(lambda: client.patch(path, {"notes": "x"}, 2))
    assert len(unchanged) <= 2, unchanged
    for call, most in (
        (lambda: client.get(path), 2),
        (lambda: client.get(f"{path}/history"), 2),
        (lambda: client.delete(path, 2), 5),
        (lambda: client.post(f"{path}/restore"), 6),
    ):
        sent = sent_by(call)
        assert len(sent) <= most, sent


@pytest.mark.parametrize("column", ["search", "keys", "display_sort", "company_sort"])
def test_a_change_writes_only_the_columns_that_differ(client: Client, column: str) -> None:
    lead = client.add_lead(name="张三", company="Acme", emails=["a@example.org"], tags=["VIP"])
    (update,) = [
        text
        for text in sent_by(lambda: client.patch(f"/leads/{lead['id']}", {"notes": "x"}, 1))
        if text.lstrip().startswith("UPDATE")
    ]
    assert column not in update
