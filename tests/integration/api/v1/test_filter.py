from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from crm_saas.crm.records.fields import OPERATORS
from tests.factories.workspaces import WorkspaceFactory
from tests.support.client import Client, codes

NOBODY = "00000000-0000-7000-8000-000000000000"
Leaf = dict[str, Any]


@pytest.fixture(scope="module")
def everything(app: Flask, make_workspace: WorkspaceFactory) -> Client:
    """A workspace in Berlin with three leads: `full` has everything, `thin` little, `other` different values."""
    workspace = make_workspace(roles=("sales",))
    client = Client.signed_in(app, workspace.owner, workspace.id)
    client.add_lead(
        name="Full Äpfel", company="ACME 100%", title="CEO_x", emails=["Full@Example.org"],
        phones=["+4930123456;ext=7"], street="Weg 1", city="Köln", region="NRW", postal_code="50667", country="DE", website="https://example.org/a",
        source="Trade show", status="unqualified", unqualified_reason="budget", rating="hot", tags=["VIP", "Größe"],
        expected_value={"amount_minor": 10_000, "currency": "EUR"}, external_ids=[{"system": "erp", "value": "1"}],
        notes="first\nsecond", next_step="Call", next_step_on="2026-06-15",
    )  # fmt: skip
    client.add_lead(company="Thin", owner_id=None)
    client.add_lead(
        name="Other", company="acme 100% Sub", emails=["other@example.org"], country="FR", status="working",
        rating="cold",
        expected_value={"amount_minor": 10_000, "currency": "JPY"}, next_step_on="2026-06-16", tags=["vipp"],
        external_ids=[{"system": "erp", "value": "2"}, {"system": "sap", "value": "1"}],
        owner_id=str(workspace.members["sales"].id),
    )  # fmt: skip
    return client


NAMES = {"Full Äpfel": "f", "Thin": "t", "Other": "o"}


def found(client: Client, *leaves: Leaf, more: str = "") -> str:
    text = quote(json.dumps({"all": leaves}))
    answer = client.get(f"/leads?sort=created_at&filter={text}{more}")
    assert answer.status_code == 200, answer.text
    return "".join(NAMES[lead["display_name"]] for lead in answer.get_json()["data"])


EUR = {"amount_minor": 10_000, "currency": "EUR"}
CASES = [
    ("name", "eq", "full ÄPFEL", "f"),
    ("name", "ne", "full äpfel", "to"),
    ("name", "in", ["OTHER", "Full Äpfel", "x"], "fo"),
    ("name", "contains", "ÄPF", "f"),
    ("name", "starts_with", "ful", "f"),
    ("company", "contains", "100%", "fo"),
    ("company", "contains", "%", "fo"),
    ("company", "contains", "_", ""),
    ("title", "contains", "_X", "f"),
    ("company", "starts_with", "acme", "fo"),
    ("title", "is_empty", None, "to"),
    ("name", "is_not_empty", None, "fo"),
    ("notes", "contains", "Second", "f"),
    ("notes", "is_empty", None, "to"),
    ("emails", "has", "FULL@example.ORG", "f"),
    ("emails", "is_empty", None, "t"),
    ("phones", "has", "030 / 123456", "f"),
    ("phones", "has", "+49 30 123456", "f"),
    ("phones", "is_not_empty", None, "f"),
    ("website", "eq", "HTTPS://example.org/a", "f"),
    ("website", "contains", "EXAMPLE", "f"),
    ("status", "eq", "working", "o"),
    ("status", "eq", "Working", "o"),
    ("status", "ne", "working", "ft"),
    ("status", "in", ["new", "working"], "to"),
    ("status", "not_in", ["new", "working"], "f"),
    ("rating", "not_in", ["hot"], "to"),
    ("rating", "ne", "hot", "to"),
    ("source", "eq", "Trade show", "f"),
    ("source", "is_empty", None, "to"),
    ("country", "eq", "Germany", "f"),
    ("country", "in", ["DE", "FR"], "fo"),
    ("country", "ne", "FR", "ft"),
    ("country", "not_in", ["FR"], "ft"),
    ("owner_id", "in", [NOBODY], ""),
    ("next_step_on", "eq", "2026-06-15", "f"),
    ("next_step_on", "lt", "2026-06-16", "f"),
    ("next_step_on", "lte", "2026-06-16", "fo"),
    ("next_step_on", "gt", "2026-06-15", "o"),
    ("next_step_on", "gte", "2026-06-15", "fo"),
    ("next_step_on", "between", ["2026-06-15", "2026-06-15"], "f"),
    ("next_step_on", "is_empty", None, "t"),
    ("expected_value", "eq", EUR, "f"),
    ("expected_value", "gte", EUR, "f"),
    ("expected_value", "gt", EUR, ""),
    ("expected_value", "lte", EUR, "f"),
    ("expected_value", "lt", "100.01", "f"),
    ("expected_value", "between", [EUR, EUR], "f"),
    ("expected_value", "eq", {"amount_minor": 10_000, "currency": "JPY"}, "o"),
    ("expected_value", "is_empty", None, "t"),
    ("tags", "has", "vip", "f"),
    ("tags", "has", "GRÖSSE", "f"),
    ("tags", "is_empty", None, "t"),
    ("owner_id", "is_empty", None, "t"),
    ("owner_id", "eq", NOBODY, ""),
    ("owner_id", "ne", NOBODY, "fto"),
    ("owner_id", "not_in", [NOBODY], "fto"),
    ("external_ids", "has", [{"system": "erp", "value": "1"}], "f"),
    ("external_ids", "has", {"sap": "1"}, "o"),
    ("external_ids", "has", {"erp": "2", "sap": "1"}, "o"),
    ("external_ids", "has", {"erp": "1", "sap": "1"}, ""),
    ("external_ids", "is_empty", None, "t"),
    ("next_step_on", "within", {"unit": "year", "from": -10_000, "to": 10_000}, "fo"),
    ("next_step_on", "within", {"unit": "day", "to": 10_000}, "fo"),
    ("next_step_on", "within", {"unit": "day", "from": 10_000}, ""),
    ("created_at", "within", {"unit": "day", "from": 0, "to": 0}, "fto"),
    ("created_at", "within", {"unit": "year", "from": -10_000}, "fto"),
    ("created_at", "within", {"unit": "week", "to": -1}, ""),
    ("created_at", "within", {"unit": "quarter", "from": 1, "to": 2}, ""),
    ("created_at", "gte", "2000-01-01", "fto"),
    ("created_at", "gt", "9999-12-31", ""),
    ("created_at", "lte", "9999-12-31", "fto"),
    ("created_at", "lt", "0001-01-01", ""),
    ("created_at", "between", ["0001-01-01", "9999-12-31T23:59:59.999999Z"], "fto"),
    ("updated_at", "lt", "2000-01-01T00:00:00Z", ""),
    ("import_id", "is_empty", None, "fto"),
    ("created_by_id", "is_not_empty", None, "fto"),
]


@pytest.mark.parametrize(("field", "operator", "value", "expected"), CASES)
def test_a_condition_finds_what_it_says(
    everything: Client, field: str, operator: str, value: object, expected: str
) -> None:
    leaf = {"field": field, "op": operator} | ({} if value is None else {"value": value})
    assert found(everything, leaf) == expected


def test_each_operator_of_each_kind_that_leads_have_is_tried(everything: Client) -> None:
    description = everything.get("/objects").get_json()["data"][0]
    fields = {each["name"]: each for each in description["fields"] + description["system_fields"]}
    tried = {(fields[case[0]]["kind"], case[1]) for case in CASES}
    wanted = {(each["kind"], operator) for each in fields.values() for operator in OPERATORS[each["kind"]]}
    by_emptiness = {(kind, operator) for kind, operator in wanted if operator in {"is_empty", "is_not_empty"}}
    assert wanted - tried - by_emptiness == set()


def test_a_field_is_empty_or_it_is_not(everything: Client) -> None:
    leads = everything.get("/leads?sort=created_at").get_json()["data"]
    description = everything.get("/objects").get_json()["data"][0]
    names = [each["name"] for each in description["fields"] if "is_empty" in each["operators"]]
    assert len(names) == len(description["fields"])
    for name in names:
        without = "".join(NAMES[lead["display_name"]] for lead in leads if lead[name] in (None, []))
        assert found(everything, {"field": name, "op": "is_empty"}) == without
        assert found(everything, {"field": name, "op": "is_not_empty"}) == "".join(c for c in "fto" if c not in without)


def test_all_conditions_must_hold(everything: Client) -> None:
    assert (
        found(
            everything,
            {"field": "country", "op": "in", "value": ["DE", "FR"]},
            {"field": "status", "op": "eq", "value": "working"},
        )
        == "o"
    )
    assert found(everything) == "fto"
    assert found(everything, {"field": "country", "op": "eq", "value": "DE"}, more="&status=working") == ""
    assert found(everything, {"field": "country", "op": "eq", "value": "FR"}, more="&status=working&q=acme") == "o"


SIMPLE = [
    ("status=working", "o"),
    ("status=working&status=new", "to"),
    ("name=full+äpfel", "f"),
    ("emails=full@example.org", "f"),
    ("phones=030123456", "f"),
    ("tags=VIP", "f"),
    ("external_ids=sap:1", "o"),
    ("notes=second", "f"),
    ("country=France", "o"),
    ("next_step_on=2026-06-15", "f"),
    ("expected_value=100", "f"),
    ("created_at=2000-01-01", ""),
    ("rating=hot&rating=cold", "fo"),
    (f"owner_id={NOBODY}", ""),
    (f"import_id={NOBODY}", ""),
    ("website=example.org/a", "f"),
    ("title=ceo_x&status=working", ""),
]


@pytest.mark.parametrize(("query", "expected"), SIMPLE)
def test_a_field_is_a_parameter_too(everything: Client, query: str, expected: str) -> None:
    answer = everything.get(f"/leads?sort=created_at&{query}")
    assert "".join(NAMES[lead["display_name"]] for lead in answer.get_json()["data"]) == expected


def test_a_day_is_the_readers_own_day(everything: Client) -> None:
    made = everything.get("/leads?sort=created_at&limit=1").get_json()["data"][0]["created_at"]
    day = datetime.fromisoformat(made).astimezone(ZoneInfo("Europe/Berlin")).date()
    assert "f" in found(everything, {"field": "created_at", "op": "between", "value": [str(day), str(day)]})
    assert "f" not in found(everything, {"field": "created_at", "op": "gt", "value": str(day)})
    assert "f" not in found(everything, {"field": "created_at", "op": "lt", "value": str(day)})


def holding(client: Client, document: object) -> str:
    answer = client.get(f"/leads?sort=created_at&filter={quote(json.dumps(document))}")
    assert answer.status_code == 200, answer.text
    return "".join(NAMES[lead["display_name"]] for lead in answer.get_json()["data"])


HOT = {"field": "rating", "op": "eq", "value": "hot"}
FRENCH = {"field": "country", "op": "eq", "value": "FR"}
DEAR = {"field": "expected_value", "op": "gte", "value": EUR}
TREES = [
    ({"any": [HOT, FRENCH]}, "fo"),
    ({"any": []}, ""),
    ({"all": []}, "fto"),
    ({"not": {"any": [HOT, FRENCH]}}, "t"),
    ({"not": HOT}, "to"),
    ({"not": {"not": HOT}}, "f"),
    ({"not": DEAR}, "to"),
    ({"not": {"all": [DEAR, HOT]}}, "to"),
    ({"all": [{"any": [HOT, FRENCH]}, {"not": DEAR}]}, "o"),
    ({"any": [{"all": [HOT, DEAR]}, {"field": "company", "op": "eq", "value": "thin"}]}, "ft"),
]


@pytest.mark.parametrize(("document", "expected"), TREES)
def test_conditions_nest(everything: Client, document: object, expected: str) -> None:
    assert holding(everything, document) == expected


BEHIND = [
    ("owner_id.role", "eq", "sales", "o"),
    ("owner_id.role", "eq", "OWNER", "f"),
    ("owner_id.role", "ne", "sales", "ft"),
    ("owner_id.role", "in", ["owner", "sales"], "fo"),
    ("owner_id.active", "eq", True, "fo"),
    ("owner_id.active", "eq", False, ""),
    ("owner_id.name", "is_empty", None, "t"),
    ("owner_id.name", "is_not_empty", None, "fo"),
    ("created_by_id.role", "eq", "owner", "fto"),
]


@pytest.mark.parametrize(("field", "operator", "value", "expected"), BEHIND)
def test_a_link_is_followed(everything: Client, field: str, operator: str, value: object, expected: str) -> None:
    leaf = {"field": field, "op": operator} | ({} if value is None else {"value": value})
    assert found(everything, leaf) == expected
    assert "".join(sorted(holding(everything, {"not": {"all": [leaf]}}) + expected)) == "fot"


ASKED = [
    ("next_step_on__gte=2026-06-16", "o"),
    ("status__in=new,working", "to"),
    ("status__not_in=new&status__not_in=working", "f"),
    ("rating__is_empty=1", "t"),
    ("company__contains=acme&country=FR", "o"),
    ("company__starts_with=acme", "fo"),
    ("next_step_on__between=2026-06-15,2026-06-15", "f"),
    ("created_at__within=day:0:0", "fto"),
    ("created_at__within=day::-1", ""),
    ("expected_value__lt=100.01", "f"),
    ("external_ids__has=sap:1", "o"),
]


@pytest.mark.parametrize(("query", "expected"), ASKED)
def test_an_operator_stands_behind_the_field_of_a_parameter(everything: Client, query: str, expected: str) -> None:
    answer = everything.get(f"/leads?sort=created_at&{query}")
    assert "".join(NAMES[lead["display_name"]] for lead in answer.get_json()["data"]) == expected


def test_faults_of_parameters_and_of_a_nested_filter_are_told_apart(everything: Client) -> None:
    nested = quote(json.dumps({"any": [{"field": "name", "op": "x"}]}))
    assert codes(everything.get(f"/leads?filter={nested}&next_step_on__gte=soon")) == {
        "/filter/any/0/op": "unknown_operator",
        "/next_step_on__gte": "invalid_date",
    }
    assert codes(everything.get("/leads?status__like=x")) == {"/status__like": "unknown_parameter"}
    assert codes(everything.get("/leads?created_at__within=day:x:0")) == {"/created_at__within": "bad_period"}


def test_a_record_tells_which_conditions_hold(everything: Client) -> None:
    full = everything.get("/leads?rating=hot").get_json()["data"][0]["id"]
    told = everything.post(f"/leads/{full}/explain", {"filter": {"any": [FRENCH, {"not": HOT}]}}).get_json()
    assert told == {
        "pointer": "",
        "holds": False,
        "any": [
            {"pointer": "/any/0", "holds": False, "field": "country", "op": "eq", "value": "DE"},
            {
                "pointer": "/any/1",
                "holds": False,
                "not": {"pointer": "/any/1/not", "holds": True, "field": "rating", "op": "eq", "value": "hot"},
            },
        ],
    }
    behind = {"all": [{"field": "owner_id.role", "op": "eq", "value": "owner"}]}
    told = everything.post(f"/leads/{full}/explain", {"filter": behind}).get_json()
    assert (told["holds"], told["all"][0]["value"]) == (True, "owner")


def test_explaining_refuses_what_a_list_refuses(everything: Client) -> None:
    full = everything.get("/leads?rating=hot").get_json()["data"][0]["id"]
    answer = everything.post(f"/leads/{full}/explain", {"filter": {"all": [{"field": "name", "op": "x"}]}})
    assert codes(answer) == {"/filter/all/0/op": "unknown_operator"}
    assert codes(everything.post(f"/leads/{full}/explain", {})) == {"/filter": "required"}
    assert everything.post(f"/leads/{NOBODY}/explain", {"filter": {"all": []}}).status_code == 404


BAD: list[tuple[object, dict[str, str]]] = [
    ([], {"/filter": "bad_filter"}),
    ("x", {"/filter": "bad_filter"}),
    ({}, {"/filter": "bad_filter"}),
    ({"none": []}, {"/filter": "bad_filter"}),
    ({"field": "name", "op": "is_empty"}, {"/filter": "bad_filter"}),
    ({"any": [{"not": {"all": [{"field": "name", "op": "x"}]}}]}, {"/filter/any/0/not/all/0/op": "unknown_operator"}),
    ({"not": []}, {"/filter/not": "bad_filter"}),
    ({"any": [{"all": 5}]}, {"/filter/any/0": "bad_filter"}),
    ({"all": [{"any": [{"field": "name", "op": "is_empty"}] * 30}] * 2}, {"/filter": "too_many"}),
    ({"all": [{"field": "owner_id.password", "op": "eq", "value": "x"}]}, {"/filter/all/0/field": "unknown_field"}),
    ({"all": [{"field": "import_id.name", "op": "eq", "value": "x"}]}, {"/filter/all/0/field": "unknown_field"}),
    ({"all": [{"field": "name.name", "op": "eq", "value": "x"}]}, {"/filter/all/0/field": "unknown_field"}),
    ({"all": [{"field": "owner_id.", "op": "eq", "value": "x"}]}, {"/filter/all/0/field": "unknown_field"}),
    ({"all": [{"field": "created_at", "op": "within", "value": "week"}]}, {"/filter/all/0/value": "bad_period"}),
    (
        {"all": [{"field": "created_at", "op": "within", "value": {"unit": "week"}}]},
        {"/filter/all/0/value": "bad_period"},
    ),
    (
        {"all": [{"field": "created_at", "op": "within", "value": {"unit": "eon", "from": 0}}]},
        {"/filter/all/0/value": "bad_period"},
    ),
    (
        {"all": [{"field": "created_at", "op": "within", "value": {"unit": "day", "from": True}}]},
        {"/filter/all/0/value": "bad_period"},
    ),
    (
        {"all": [{"field": "created_at", "op": "within", "value": {"unit": "day", "from": 1, "to": 0}}]},
        {"/filter/all/0/value": "bad_period"},
    ),
    (
        {"all": [{"field": "created_at", "op": "within", "value": {"unit": "year", "to": 10**9}}]},
        {"/filter/all/0/value": "bad_period"},
    ),
    ({"all": {}}, {"/filter": "bad_filter"}),
    ({"all": [], "x": 1}, {"/filter": "bad_filter"}),
    ({"all": [5]}, {"/filter/all/0": "bad_filter"}),
    ({"all": [{"field": "name"}]}, {"/filter/all/0": "bad_filter"}),
    ({"all": [{"field": "name", "op": "eq", "value": "x", "or": 1}]}, {"/filter/all/0": "bad_filter"}),
    ({"all": [{"field": "search", "op": "eq", "value": "x"}]}, {"/filter/all/0/field": "unknown_field"}),
    ({"all": [{"field": ["name"], "op": "eq", "value": "x"}]}, {"/filter/all/0/field": "unknown_field"}),
    ({"all": [{"field": "name", "op": "between", "value": "x"}]}, {"/filter/all/0/op": "unknown_operator"}),
    ({"all": [{"field": "name", "op": ["eq"], "value": "x"}]}, {"/filter/all/0/op": "unknown_operator"}),
    ({"all": [{"field": "name", "op": None, "value": "x"}]}, {"/filter/all/0/op": "unknown_operator"}),
    ({"all": [{"field": "name", "op": "eq"}]}, {"/filter/all/0/value": "required"}),
    ({"all": [{"field": "name", "op": "eq", "value": {}}]}, {"/filter/all/0/value": "wrong_type"}),
    ({"all": [{"field": "name", "op": "in", "value": "x"}]}, {"/filter/all/0/value": "wrong_type"}),
    ({"all": [{"field": "name", "op": "in", "value": []}]}, {"/filter/all/0/value": "wrong_type"}),
    ({"all": [{"field": "name", "op": "in", "value": ["x"] * 501}]}, {"/filter/all/0/value": "wrong_type"}),
    ({"all": [{"field": "name", "op": "contains", "value": ""}]}, {"/filter/all/0/value": "wrong_type"}),
    ({"all": [{"field": "name", "op": "contains", "value": "x" * 201}]}, {"/filter/all/0/value": "too_long"}),
    ({"all": [{"field": "name", "op": "contains", "value": "a\x07"}]}, {"/filter/all/0/value": "control_character"}),
    ({"all": [{"field": "name", "op": "eq", "value": "a\0"}]}, {"/filter/all/0/value": "invalid_character"}),
    ({"all": [{"field": "status", "op": "eq", "value": "x"}]}, {"/filter/all/0/value": "unknown_option"}),
    ({"all": [{"field": "status", "op": "in", "value": ["new", "x"]}]}, {"/filter/all/0/value/1": "unknown_option"}),
    ({"all": [{"field": "owner_id", "op": "eq", "value": "x"}]}, {"/filter/all/0/value": "unknown_member"}),
    ({"all": [{"field": "emails", "op": "has", "value": ["a@b.co"]}]}, {"/filter/all/0/value": "wrong_type"}),
    ({"all": [{"field": "emails", "op": "has", "value": "x"}]}, {"/filter/all/0/value": "invalid_email"}),
    (
        {"all": [{"field": "next_step_on", "op": "between", "value": ["2026-01-01"]}]},
        {"/filter/all/0/value": "wrong_type"},
    ),
    ({"all": [{"field": "created_at", "op": "gt", "value": "2026-13-01"}]}, {"/filter/all/0/value": "invalid_date"}),
    (
        {"all": [{"field": "expected_value", "op": "between", "value": [EUR, {"amount_minor": 1, "currency": "JPY"}]}]},
        {"/filter/all/0/value": "currency_mismatch"},
    ),
    ({"all": [{"field": "name", "op": "is_empty"}] * 51}, {"/filter/all": "too_many"}),
    (
        {
            "all": [
                {"field": "x", "op": "eq"},
                {"field": "name", "op": "is_empty"},
                {"field": "status", "op": "eq", "value": 1},
            ]
        },
        {"/filter/all/0/field": "unknown_field", "/filter/all/2/value": "unknown_option"},
    ),
]


@pytest.mark.parametrize(("document", "expected"), BAD)
def test_a_bad_filter_is_refused_where_it_is_bad(
    everything: Client, document: object, expected: dict[str, str]
) -> None:
    answer = everything.get(f"/leads?filter={quote(json.dumps(document))}")
    assert (answer.status_code, codes(answer)) == (422, expected)


@pytest.mark.parametrize("text", ["{", "nonsense", "{'all': []}", '{"all": [}', "NaN", "\xff"])
def test_a_filter_that_is_not_json_is_refused(everything: Client, text: str) -> None:
    assert codes(everything.get(f"/leads?filter={quote(text)}")) == {"/filter": "invalid_json"}


def test_a_bad_parameter_is_refused_by_its_name(everything: Client) -> None:
    assert codes(everything.get("/leads?status=x&rating=&next_step_on=soon")) == {
        "/status": "unknown_option",
        "/rating": "required",
        "/next_step_on": "invalid_date",
    }
    assert codes(everything.get("/leads?tags=a&tags=b")) == {"/tags": "repeated_parameter"}
    mixed = quote(json.dumps({"all": [{"field": "name", "op": "x"}]}))
    assert codes(everything.get(f"/leads?filter={mixed}&country=Atlantis")) == {
        "/filter/all/0/op": "unknown_operator",
        "/country": "unknown_country",
    }
    assert codes(everything.get("/leads?keys=x&search=y")) == {
        "/keys": "unknown_parameter",
        "/search": "unknown_parameter",
    }
