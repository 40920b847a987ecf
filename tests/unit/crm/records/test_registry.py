from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from crm_saas.crm.catalogue import ALL
from crm_saas.crm.records.describe import describe
from crm_saas.crm.records.fields import OPERATORS, SYSTEM_FIELDS, Field
from crm_saas.crm.records.kinds import KINDS, Money
from crm_saas.crm.records.ordering import sortable
from crm_saas.crm.records.registry import REGISTRY, RecordType, Registry

LEAD = ALL[0]


@pytest.fixture(params=ALL, ids=lambda rtype: rtype.name)
def rtype(request: pytest.FixtureRequest) -> RecordType:
    found: RecordType = request.param
    return found


def test_every_type_is_registered_once(rtype: RecordType) -> None:
    assert REGISTRY.find(rtype.name) is rtype
    assert REGISTRY.find_plural(rtype.plural) is rtype
    assert len(list(REGISTRY)) == len(ALL)
    for twin in (replace(rtype, plural="others"), replace(rtype, name="other")):
        registry = Registry()
        registry.add(rtype)
        with pytest.raises(ValueError, match="exists"):
            registry.add(twin)


def test_every_field_has_a_column_a_kind_and_operators(rtype: RecordType) -> None:
    assert len(rtype.by_name) == len(rtype.fields)
    for each in rtype.fields:
        assert each.kind in KINDS
        assert set(each.columns) <= set(rtype.table.c.keys())
        assert each.operators
        assert each.is_empty(each.empty)
    assert set(OPERATORS) == set(KINDS)


def test_what_a_type_names_exists(rtype: RecordType) -> None:
    named = {*rtype.identity, *rtype.display, *rtype.searched, *rtype.defaults, *rtype.transitions, *rtype.reasons}
    assert named <= set(rtype.by_name)
    for name, by_value in rtype.reasons.items():
        options = {option.value for option in rtype.by_name[name].options or ()}
        assert set(by_value) <= options
        assert set(by_value.values()) <= set(rtype.by_name)
    for name, steps in rtype.transitions.items():
        assert set(steps) == {option.value for option in rtype.by_name[name].options or ()}
        assert rtype.by_name[name].required


def test_every_order_has_an_index_that_ends_with_the_id(rtype: RecordType) -> None:
    indexed = {tuple(column.name for column in index.columns) for index in rtype.table.indexes}
    for column in sortable(rtype).values():
        assert column == "id" or (column, "id") in indexed
    assert rtype.default_sort.removeprefix("-") in sortable(rtype)


def test_every_column_but_those_of_the_system_belongs_to_a_field(rtype: RecordType) -> None:
    derived = set(rtype.column_values(rtype.blank() | {"name": "x"}))
    system = {"id", "version", *(each.name for each in SYSTEM_FIELDS)}
    assert set(rtype.table.c.keys()) == derived | system


def test_a_part_of_a_record_always_says_which_and_at_what_version(rtype: RecordType) -> None:
    for names in (frozenset[str](), frozenset({"name"}), rtype.members):
        shape = rtype.shape(names)
        row: tuple[object, ...] = tuple(None if column.name != "external_ids" else {} for column in shape.columns)
        assert set(shape.dump(row)) == names | {"id", "version"}


def test_a_description_has_all_that_a_client_draws_from(rtype: RecordType) -> None:
    described = describe(rtype, {"source": [("Own", "Own")]})
    assert [each["name"] for each in described["fields"]] == list(rtype.by_name)
    for each in described["fields"]:
        if each["kind"] == "choice":
            assert each["options"]
        assert each["label_key"] == f"{rtype.name}.field.{each['name']}"
    own = [option for each in described["fields"] for option in each["options"] or () if option["label_key"] is None]
    assert own == [{"value": "Own", "label_key": None, "label": "Own"}]


def test_external_ids_are_shown_by_system_however_they_came() -> None:
    values = LEAD.blank() | {"external_ids": {"zoo": "Z", "ark": "A"}}
    assert LEAD.display_name(values) == "A"
    assert LEAD.as_json(values)["external_ids"] == [{"system": "ark", "value": "A"}, {"system": "zoo", "value": "Z"}]


def test_two_blank_records_share_nothing() -> None:
    first, second = LEAD.blank(), LEAD.blank()
    first["emails"].append("a@b.example")
    first["external_ids"]["erp"] = "1"
    assert second == LEAD.blank()
    assert second["emails"] == []


def test_columns_hold_what_values_say() -> None:
    owner = uuid.uuid4()
    values = LEAD.blank() | {
        "company": "Ärzte 张", "owner_id": str(owner), "expected_value": Money(5, "EUR"), "tags": ["VIP", "Größe"],
        "emails": ["A@B.example"], "phones": ["+4930123456;ext=7"],
    }  # fmt: skip
    stored = LEAD.column_values(values)
    assert (stored["owner_id"], stored["expected_value_minor"], stored["expected_value_currency"]) == (owner, 5, "EUR")
    assert (stored["display_name"], stored["display_sort"], stored["company_sort"]) == (
        "Ärzte 张", "arzte zhang", "arzte zhang"
    )  # fmt: skip
    assert stored["keys"] == ["email:a@b.example", "phone:+4930123456", "tag:vip", "tag:grosse"]
    assert LEAD.column_values(LEAD.blank())["company_sort"] is None


def test_a_field_without_a_filter_understands_no_operator() -> None:
    assert Field("x", "text", "g", filterable=False).operators == ()
