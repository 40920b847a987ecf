from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from crm_saas.crm.imports.mapping import Mapper, MappingProblem, apply
from crm_saas.crm.imports.mapping.names import join_name
from crm_saas.crm.records.kinds import Context, Money
from tests.unit.crm.imports.helpers import DATA, FIELDS, FakeField, read

US = Context(default_region="US", date_order="dmy", external_system="shop")
NAUGHTY: list[str] = json.loads((DATA / "naughty_strings.json").read_text("utf-8"))


def values(mapping: dict[int, str], *cells: str) -> dict[str, Any]:
    row = apply(cells, mapping, FIELDS, US)
    assert row.problems == []
    return row.values


def test_cells_become_values_of_their_kinds() -> None:
    targets = "company emails phones country expected_value next_step_on external_ids tags status"
    mapping = dict(enumerate(targets.split()))
    cells = ("Acme", "a@b.de; c@d.de", "+1 (415) 555-0134", "中国", "$1,234.50", "02/01/2014", "007", "a, b", "跟进中")
    assert values(mapping, *cells) == {
        "company": "Acme",
        "emails": ["a@b.de", "c@d.de"],
        "phones": ["+14155550134"],
        "country": "CN",
        "expected_value": Money(123450, "USD"),
        "next_step_on": date(2014, 1, 2),
        "external_ids": {"shop": "007"},
        "tags": ["a", "b"],
        "status": "working",
    }


def test_empty_cells_and_missing_cells_give_no_value() -> None:
    assert values({0: "company", 1: "emails", 2: "notes", 5: "tags"}, "", " ", "") == {}


@pytest.mark.parametrize(
    ("given", "family", "expected"),
    [("三", "张", "张三"), ("明月", "欧阳", "欧阳明月"), ("Ada", "Lovelace", "Ada Lovelace"), ("Anna", "陈", "Anna 陈"),
     ("民俊", "김", "김民俊"), ("Ada", "", "Ada"), ("", "张", "张"), (None, None, None)],
)  # fmt: skip
def test_names_are_joined_in_the_order_of_their_script(
    given: str | None, family: str | None, expected: str | None
) -> None:
    assert join_name(given, family) == expected


def test_given_and_family_name_make_a_name() -> None:
    mapping = {1: "name.given", 0: "name.family"}
    assert values(mapping, " Lovelace ", "Ada") == {"name": "Ada Lovelace"}
    assert values(mapping, "张", "三") == {"name": "张三"}
    assert values(mapping, "", "") == {}
    assert values({0: "name.family"}, "Lovelace") == {"name": "Lovelace"}


def test_several_columns_make_one_list() -> None:
    assert values({0: "emails", 1: "emails", 2: "emails"}, "a@b.de", "", "A@B.de; c@d.de") == {
        "emails": ["a@b.de", "c@d.de"]
    }


def test_several_columns_make_one_text() -> None:
    assert values({0: "street", 1: "street"}, "1 High St ", "Flat 2") == {"street": "1 High St, Flat 2"}
    assert values({0: "notes", 1: "notes"}, "one", "two") == {"notes": "one\ntwo"}


def test_each_bad_cell_is_told_with_its_column_and_field() -> None:
    row = apply(["a@b.de; foo", "Narnia", "Acme"], {0: "emails", 1: "country", 2: "company"}, FIELDS, US)
    assert row.values == {"company": "Acme"}
    assert [(p.column, p.field, p.code, p.fatal) for p in row.problems] == [
        (0, "emails", "invalid_email", True),
        (1, "country", "unknown_country", True),
    ]
    assert row.rejected


def test_a_bad_cell_among_several_columns_is_told_with_its_own() -> None:
    row = apply(["a@b.de", "foo"], {0: "emails", 1: "emails"}, FIELDS, US)
    assert [(p.column, p.code) for p in row.problems] == [(1, "invalid_email")]


def test_bad_cells_can_go_to_the_notes() -> None:
    mapper = Mapper(
        {0: "phones", 1: "country", 2: "notes"}, FIELDS, US, headers=["Phone", "", "Notes"], bad_cells="notes"
    )
    row = mapper.apply(["ask for Bob", "Narnia", "likes tea"])
    assert row.values == {"notes": "likes tea\nPhone: ask for Bob\nNarnia"}
    assert [p.fatal for p in row.problems] == [False, False]
    assert not row.rejected
    assert mapper.apply(["415 555 0134", "", ""]).values == {"phones": ["+14155550134"]}


def test_what_the_notes_cannot_hold_either_rejects_the_row() -> None:
    mapper = Mapper({0: "country", 1: "notes"}, FIELDS, US, bad_cells="notes")
    assert mapper.apply(["Nar\x00nia", ""]).rejected
    assert mapper.apply(["Narnia", "x" * 1000]).rejected
    assert mapper.apply(["", "x" * 1001]).rejected


def test_new_options_of_an_extensible_choice_are_told() -> None:
    row = apply(["Paid search"], {0: "source"}, FIELDS, US)
    assert (row.values, row.new_options) == ({"source": "Paid search"}, {"source": "Paid search"})
    assert apply(["网站"], {0: "source"}, FIELDS, US).new_options == {}


def test_a_required_field_must_get_a_value() -> None:
    fields = [
        FakeField("company", "text", required=True),
        FakeField("country", "country", required=True),
        FakeField("city", "text"),
    ]
    row = apply(["Leeds", "Narnia"], {0: "city", 1: "country"}, fields, US)
    assert [(p.column, p.field, p.code) for p in row.problems] == [
        (1, "country", "unknown_country"),
        (None, "company", "required"),
    ]


@pytest.mark.parametrize(
    ("mapping", "context", "code"),
    [
        ({0: "nonsense"}, US, "unknown_target"),
        ({0: "city", 1: "city"}, US, "target_used_twice"),
        ({0: "name", 1: "name.given"}, US, "target_used_twice"),
        ({0: "name.given", 1: "name.given"}, US, "target_used_twice"),
        ({0: "external_ids", 1: "external_ids"}, US, "target_used_twice"),
        ({0: "external_ids"}, Context(), "no_system"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(mapping: dict[int, str], context: Context, code: str) -> None:
    with pytest.raises(MappingProblem) as caught:
        Mapper(mapping, FIELDS, context)
    assert caught.value.code == code


def test_a_mapping_may_be_empty_for_a_preview() -> None:
    assert values({}, "a", "b") == {}
    assert values({0: ""}, "a", "b") == {}


def test_keeping_bad_cells_needs_notes() -> None:
    with pytest.raises(MappingProblem) as caught:
        Mapper({0: "city"}, [FakeField("city", "text")], US, bad_cells="notes")
    assert caught.value.code == "no_notes"


@pytest.mark.parametrize(
    "field", ["company", "notes", "title", "tags", "emails", "website", "next_step_on", "expected_value"]
)
def test_naughty_cells_never_break_a_row(field: str) -> None:
    mapper = Mapper({0: field}, FIELDS, US)
    for text in NAUGHTY:
        row = mapper.apply([text])
        assert bool(row.values) + bool(row.problems) <= 1, text
        assert all(problem.code and problem.detail for problem in row.problems)


def test_a_real_file_of_accounts_is_taken_whole() -> None:
    detected, rows = read(DATA / "salesforce" / "accounts.csv")
    at = {name: column for column, name in enumerate(detected.headers)}
    mapping = {at["ID"]: "external_ids", at["NAME"]: "company", at["BILLINGCOUNTRY"]: "country", at["PHONE"]: "phones"}
    mapper = Mapper(mapping, FIELDS, US, headers=detected.headers)
    found = [mapper.apply(row.cells) for row in rows]
    assert [row.problems for row in found if row.problems] == []
    americans = sum(row.cells[at["BILLINGCOUNTRY"]] in {"US", "USA", "United States"} for row in rows)
    assert sum(row.values.get("country") == "US" for row in found) == americans > 358
    assert len({row.values["external_ids"]["shop"] for row in found}) == 423


def test_a_number_without_country_code_is_one_of_the_country_of_its_row() -> None:
    mapper = Mapper({0: "phones", 1: "country"}, FIELDS, Context(default_region="DE"))
    assert mapper.apply(["(415) 901-7000", "US"]).values["phones"] == ["+14159017000"]
    assert mapper.apply(["030 901820", ""]).values["phones"] == ["+4930901820"]
    assert mapper.apply(["13812345678", "中国"]).values["phones"] == ["+8613812345678"]
