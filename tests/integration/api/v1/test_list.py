from __future__ import annotations

import base64
import itertools
import json
from typing import Any

import pytest

from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records.ordering import sortable
from tests.support.client import Client, codes

SORTS = sorted(sortable(LEAD))
HOLDING: dict[str, Any] = {
    "name": ["Bob", "ann", "张三", "Äpfel", "李四", "王"],
    "company": ["acme", "Zoo", None, "中国银行", None, "acme"],
    "expected_value": [5, None, 300, 20, None, 5],
    "next_step_on": ["2026-02-01", None, "2025-12-31", None, "2026-02-01", "2027-01-01"],
    "status": ["new", "working", "qualified", "new", "new", "working"],
}


def walk(client: Client, query: str, *, limit: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    for _ in range(50):
        answer = client.get(f"/leads?{query}&limit={limit}&cursor={cursor}")
        assert answer.status_code == 200, answer.text
        page = answer.get_json()
        assert len(page["data"]) <= limit
        found += page["data"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found
        assert len(page["data"]) == limit
    raise AssertionError("the list does not end")


def test_the_fields_of_the_description_that_say_so_are_those_that_sort(client: Client) -> None:
    described = client.get("/objects").get_json()["data"][0]
    told = [each["name"] for each in described["fields"] + described["system_fields"] if each["sortable"]]
    assert sorted(told) == SORTS == [
        "company", "created_at", "expected_value", "name", "next_step_on", "owner_id", "status", "updated_at",
    ]  # fmt: skip


def test_lists_are_in_order_with_what_has_no_value_last_whichever_way(client: Client) -> None:
    rows = [dict(zip(HOLDING, values, strict=True)) for values in zip(*HOLDING.values(), strict=True)]
    for row in rows:
        value = row["expected_value"]
        money = None if value is None else {"amount_minor": value, "currency": "EUR"}
        owner = {"owner_id": None} if row["status"] == "working" else {}
        client.add_lead(**row | {"expected_value": money} | owner)
    orders = {
        "name": ["ann", "Äpfel", "Bob", "李四", "王", "张三"],
        "company": ["Bob", "王", "Äpfel", "ann", "张三", "李四"],
        "expected_value": ["Bob", "王", "Äpfel", "张三", "ann", "李四"],
        "next_step_on": ["张三", "Bob", "李四", "王", "ann", "Äpfel"],
        "status": ["Bob", "Äpfel", "李四", "张三", "ann", "王"],
        "owner_id": ["Bob", "张三", "Äpfel", "李四", "ann", "王"],
        "created_at": ["Bob", "ann", "张三", "Äpfel", "李四", "王"],
        "updated_at": ["Bob", "ann", "张三", "Äpfel", "李四", "王"],
    }
    reversed_empty = {"company": 2, "expected_value": 2, "next_step_on": 2, "owner_id": 2}
    for sort, expected in orders.items():
        last = reversed_empty.get(sort, 0)
        full = len(expected) - last
        downwards = expected[:full][::-1] + expected[full:][::-1]
        for limit in (2, 100):
            assert [lead["display_name"] for lead in walk(client, f"sort={sort}", limit=limit)] == expected
            assert [lead["display_name"] for lead in walk(client, f"sort=-{sort}", limit=limit)] == downwards


def test_the_newest_come_first_unless_told_otherwise(client: Client) -> None:
    for name in "abc":
        client.add_lead(name=name)
    assert client.names() == ["c", "b", "a"]
    assert client.get("/leads?limit=2").get_json()["next_cursor"] is not None
    assert client.get("/leads?limit=3").get_json()["next_cursor"] is None


def test_a_cursor_goes_on_after_what_it_stood_at_was_deleted_or_moved(client: Client) -> None:
    leads = [client.add_lead(name=name) for name in "bdfhj"]
    first = client.get("/leads?sort=name&limit=2").get_json()
    client.delete(f"/leads/{leads[1]['id']}", 1)
    client.delete(f"/leads/{leads[0]['id']}", 1)
    client.add_lead(name="a")
    client.add_lead(name="e")
    rest = client.names(f"?sort=name&cursor={first['next_cursor']}")
    assert rest == ["e", "f", "h", "j"]


def test_a_cursor_belongs_to_its_order(client: Client) -> None:
    for name in "abc":
        client.add_lead(name=name, company="Same")
    cursor = client.get("/leads?sort=name&limit=1").get_json()["next_cursor"]
    for sort in SORTS:
        for way in ("", "-"):
            answer = client.get(f"/leads?sort={way}{sort}&cursor={cursor}")
            if (way, sort) == ("", "name"):
                assert answer.status_code == 200
            else:
                assert codes(answer) == {"/cursor": "bad_cursor"}


HOSTILE_VALUES: tuple[Any, ...] = (
    None, True, 1, -1, 1.5, 2**70, "", "x", "\0", "\ud800", "2026-01-01", "0001-01-01T00:00:00", "9999-12-31T23:59:59Z",
    "2026-01-01T00:00:00+14:00", [], {}, ["a"], "a" * 1000, "' or 1=1 --",
)  # fmt: skip


def test_no_cursor_breaks_a_list(client: Client) -> None:
    lead = client.add_lead(name="a")
    for sort, value in itertools.product(SORTS, HOSTILE_VALUES):
        forged = json.dumps([sort, False, "values", value, lead["id"]]).encode()
        cursor = base64.urlsafe_b64encode(forged).decode().rstrip("=")
        answer = client.get(f"/leads?sort={sort}&cursor={cursor}")
        assert answer.status_code == 200 or codes(answer) == {"/cursor": "bad_cursor"}, (sort, value)
    for raw in (
        b"",
        b"[]",
        b"{}",
        b"null",
        b"[" * 900,
        b"[1,2,3,4,5]",
        b'["name",false,"values"]',
        b"\xff",
        b"9" * 1400,
    ):
        cursor = base64.urlsafe_b64encode(raw).decode()
        if raw:
            assert codes(client.get(f"/leads?sort=name&cursor={cursor}")) == {"/cursor": "bad_cursor"}
    for text in ("%00", "====", "é", "a", "a" * 5000, "-", "_", "%F0%9F%98%80"):
        assert codes(client.get(f"/leads?cursor={text}")) == {"/cursor": "bad_cursor"}
    records: tuple[Any, ...] = ("x", None, 5, [], lead["id"] * 2)
    for record in records:
        cursor = base64.urlsafe_b64encode(json.dumps(["name", False, "values", "x", record]).encode()).decode()
        assert codes(client.get(f"/leads?sort=name&cursor={cursor}")) == {"/cursor": "bad_cursor"}


@pytest.mark.parametrize(
    "sort", ["id", "notes", "emails", "--name", "display_name", "search", "-", "name,company", "%00"]
)
def test_what_cannot_be_sorted_by_is_refused_with_what_can(client: Client, sort: str) -> None:
    answer = client.get(f"/leads?sort={sort}")
    assert codes(answer) == {"/sort": "unknown_sort"}
    assert sorted(answer.get_json()["errors"][0]["params"]["allowed"]) == SORTS


def test_a_list_may_ask_for_some_members_only(client: Client) -> None:
    lead = client.add_lead(
        name="A", expected_value={"amount_minor": 5, "currency": "EUR"}, external_ids=[{"system": "erp", "value": "1"}]
    )
    for members in (["name"], ["expected_value"], ["external_ids", "created_at"], ["display_name", "id"], sorted(lead)):
        data = client.get(f"/leads?fields={','.join(members)}").get_json()["data"]
        assert data == [{name: lead[name] for name in {*members, "id", "version"}}]
    assert client.get("/leads?fields=").get_json()["data"] == [lead]
    answer = client.get("/leads?fields=name,search,keys,expected_value_minor")
    assert (answer.status_code, len(answer.get_json()["errors"])) == (422, 3)


def test_limits_and_flags_are_read_strictly(client: Client) -> None:
    for bad in ("0", "101", "-1", "1.5", "x", "１", "99999999999", "%00", "1e1"):
        assert codes(client.get(f"/leads?limit={bad}")) == {"/limit": "out_of_range"}
    assert codes(client.get("/leads?count=maybe")) == {"/count": "invalid_boolean"}
    assert codes(client.get("/leads?limit=1&limit=2&q=a&q=b")) == {
        "/limit": "repeated_parameter",
        "/q": "repeated_parameter",
    }
    assert "count" not in client.get("/leads?count=0").get_json()
    assert client.get("/leads?count=1").get_json()["count"] == {"value": 0, "exact": True}


def test_counts_are_of_the_list_asked_for(client: Client) -> None:
    for number in range(5):
        client.add_lead(name=f"Lead {number}", status="working" if number % 2 else "new")
    for query, value in (
        ("", 5),
        ("status=new", 3),
        ("q=lead", 5),
        ("q=lead+3", 1),
        ("q=lead&status=working", 2),
        ("q=x", 0),
    ):
        page = client.get(f"/leads?{query}&count=1&limit=1").get_json()
        assert page["count"] == {"value": value, "exact": True}
