from __future__ import annotations

from typing import Any

import pytest

from crm_saas.crm.leads.type import LEAD, TRANSITIONS
from crm_saas.crm.records.registry import Values
from crm_saas.crm.records.rules import rule_faults, with_consequences


def lead(**values: Any) -> Values:  # noqa: ANN401
    return {**LEAD.blank(), "name": "A", **values}


def codes(values: Values, before: Values | None = None) -> dict[str, str]:
    return {fault.pointer: fault.code for fault in rule_faults(LEAD, values, before)}


def test_a_lead_with_any_one_thing_to_know_it_by_will_do() -> None:
    one: dict[str, Any] = {
        "name": "A", "company": "C", "emails": ["a@b.example"], "phones": ["+4930123456"], "external_ids": {"erp": "1"},
    }  # fmt: skip
    assert set(one) == set(LEAD.identity)
    for name, value in one.items():
        assert codes({**LEAD.blank(), name: value}) == {}
    assert codes(LEAD.blank()) == {"": "nothing_to_know_it_by"}
    (fault,) = rule_faults(LEAD, LEAD.blank(), None)
    assert fault.params == {"fields": list(LEAD.identity)}


def test_every_status_is_declared() -> None:
    statuses = {option.value for option in LEAD.by_name["status"].options or ()}
    assert set(TRANSITIONS) == statuses
    assert {new for following in TRANSITIONS.values() for new in following} <= statuses


@pytest.mark.parametrize("old", sorted(TRANSITIONS))
@pytest.mark.parametrize("new", sorted(TRANSITIONS))
def test_a_step_is_allowed_if_it_is_declared_or_none_at_all(old: str, new: str) -> None:
    def at(status: str) -> Values:
        return lead(status=status, unqualified_reason="x" if status == "unqualified" else None)

    allowed = old == new or new in TRANSITIONS[old]
    assert codes(at(new), at(old)) == ({} if allowed else {"/status": "transition_refused"})


def test_a_new_lead_starts_anywhere_but_at_the_end() -> None:
    for status, following in TRANSITIONS.items():
        made = lead(status=status, unqualified_reason="x" if status == "unqualified" else None)
        assert codes(made) == ({} if following else {"/status": "transition_refused"})


def test_a_value_from_before_the_declaration_may_become_anything() -> None:
    assert codes(lead(status="converted"), lead(status="of old")) == {}


def test_a_field_that_is_needed_is_missed() -> None:
    assert codes(lead(status=None))["/status"] == "required"


def test_a_reason_is_there_when_it_is_due_and_only_then() -> None:
    assert codes(lead(status="unqualified")) == {"/unqualified_reason": "reason_required"}
    assert codes(lead(unqualified_reason="x")) == {"/unqualified_reason": "reason_not_needed"}
    stays = lead(status="unqualified", unqualified_reason="x")
    assert with_consequences(LEAD, stays, {}) == stays
    assert with_consequences(LEAD, stays, {"status": "working"})["unqualified_reason"] is None
    named = {"status": "working", "unqualified_reason": "y"}
    assert with_consequences(LEAD, stays, named) == stays | named


def test_what_was_pending_is_settled_by_the_value_that_decides_it() -> None:
    waits = lead(status="new", qualification_state="waiting")
    assert with_consequences(LEAD, waits, {"status": "working"})["qualification_state"] == "waiting"
    assert with_consequences(LEAD, waits, {"city": "Bern"})["qualification_state"] == "waiting"
    for status in ("qualified", "unqualified"):
        assert with_consequences(LEAD, waits, {"status": status})["qualification_state"] is None
