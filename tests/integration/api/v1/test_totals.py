"""What a list adds up to."""

from __future__ import annotations

import pytest

from crm_saas.crm.records import totals
from tests.support.client import Client, codes


def worth(amount: int, currency: str) -> dict[str, object]:
    return {"amount_minor": amount, "currency": currency}


def test_a_list_is_added_up_by_the_values_of_a_field_and_by_currency(client: Client) -> None:
    most = 2**62 - 1
    for amount, currency, status in (
        (most, "EUR", "new"), (most, "EUR", "new"), (7, "CNY", "new"), (-5, "EUR", "working"),
    ):  # fmt: skip
        client.add_lead(name="A", status=status, expected_value=worth(amount, currency))
    client.add_lead(name="B", status="working", rating="hot")
    asked = client.get("/leads/totals?by=status").get_json()
    assert asked == {
        "complete": True,
        "data": [
            {"value": "new", "count": 3, "sums": {"expected_value": [worth(7, "CNY"), worth(2 * most, "EUR")]}},
            {"value": "working", "count": 2, "sums": {"expected_value": [worth(-5, "EUR")]}},
        ],
    }
    narrowed = client.get("/leads/totals?by=rating&q=B&status=working").get_json()["data"]
    assert narrowed == [{"value": "hot", "count": 1, "sums": {"expected_value": []}}]
    assert client.get("/leads/totals?by=owner_id&status=unqualified").get_json() == {"complete": True, "data": []}
    client.add_lead(name="C", expected_value=worth(most, "EUR"))
    assert client.get("/leads/totals?by=status").get_json() == {"complete": False, "data": []}


@pytest.mark.parametrize("by", ["", "notes", "emails", "nose", "expected_value"])
def test_a_list_is_divided_only_by_what_has_few_values(client: Client, by: str) -> None:
    refused = client.get(f"/leads/totals?by={by}&status=new")
    assert (refused.status_code, codes(refused)) == (422, {"/by": "unknown_field"})


def test_a_filter_is_refused_where_it_is_wrong(client: Client) -> None:
    assert codes(client.get("/leads/totals?by=status&rating=lukewarm")) == {"/rating": "unknown_option"}
    assert codes(client.get("/leads/totals?by=status&sort=name")) == {"/sort": "unknown_parameter"}


def test_too_many_are_not_added_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "MOST_ADDED", 2)
    for name in "ABC":
        client.add_lead(name=name)
    assert client.get("/leads/totals?by=status").get_json() == {"complete": False, "data": []}
    assert client.get("/leads/totals?by=status&q=A").get_json()["complete"]
