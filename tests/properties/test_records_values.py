"""What is stored of a record and what its events keep is the same record."""

from __future__ import annotations

import json

import orjson
from hypothesis import given, settings

from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records.kinds import Context
from crm_saas.crm.records.rules import rule_faults
from crm_saas.crm.records.schema import load
from crm_saas.crm.records.service import filled
from tests.factories.leads import Document, documents

CONTEXT = Context(default_region="DE", currency="EUR", timezone="Europe/Berlin")
QUIETLY = settings(deadline=None)


@QUIETLY
@given(documents())
def test_what_an_event_keeps_reads_back_as_it_was(document: Document) -> None:
    values = {**LEAD.blank(), **load(LEAD, document, CONTEXT)}
    kept = json.loads(orjson.dumps(LEAD.as_json(values)))
    assert LEAD.from_json(kept) == values
    sparse = json.loads(orjson.dumps(LEAD.as_json(filled(LEAD, values))))
    assert {**LEAD.nothing(), **LEAD.from_json(sparse)} == values


@QUIETLY
@given(documents())
def test_the_json_of_the_api_is_taken_by_the_api(document: Document) -> None:
    values = {**LEAD.blank(), **load(LEAD, document, CONTEXT)}
    shown = json.loads(orjson.dumps(LEAD.as_json(values)))
    taken = {name: value for name, value in shown.items() if not LEAD.by_name[name].read_only}
    assert {**LEAD.blank(), **load(LEAD, taken, CONTEXT)} == values


@QUIETLY
@given(documents())
def test_a_lead_that_keeps_its_rules_has_a_name_and_keys(document: Document) -> None:
    values = {**LEAD.blank(), **load(LEAD, document, CONTEXT)}
    assert rule_faults(LEAD, values, None) == []
    assert rule_faults(LEAD, values, values) == []
    stored = LEAD.column_values(values)
    assert stored["display_name"]
    assert len(stored["display_sort"]) <= 120
    assert len(set(stored["keys"])) == len(stored["keys"])
    assert set(LEAD.identity_keys(values)) <= set(stored["keys"])
    assert set(stored) <= set(LEAD.table.c.keys())
