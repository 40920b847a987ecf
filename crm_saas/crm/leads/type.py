"""The description of a lead."""

from __future__ import annotations

from typing import Any, Final

from crm_saas.crm.assignment.assigning import assign
from crm_saas.crm.leads.model import Lead
from crm_saas.crm.qualification import guard
from crm_saas.crm.records.fields import Field, Option
from crm_saas.crm.records.registry import REGISTRY, RecordType, Values
from crm_saas.kernel.text import sort_key

SOURCES: Final = (
    Option("friends_relatives", "Friends and relatives", "亲友"),
    Option("individuals", "Individuals", "个人"),
    Option("groups", "Groups", "团体"),
    Option("influencers", "Influential people", "有影响力的人"),
    Option("periodicals", "Periodicals", "报刊"),
    Option("lost_customers", "Lost customers", "流失客户"),
    Option("competitor_customers", "Competitors' customers", "竞争对手的客户"),
    Option("cooperating_units", "Cooperating units", "合作单位"),
    Option("fair", "Fair", "展会"),
    Option("web", "Web", "网站"),
    Option("referral", "Referral", "转介绍"),
    Option("other", "Other", "其他"),
)
STATUSES: Final = (
    Option("new", "New", "新线索"),
    Option("working", "Working", "跟进中"),
    Option("qualified", "Qualified", "预期客户"),
    Option("unqualified", "Unqualified", "不合格"),
    Option("converted", "Converted", "现实客户"),
)
QUALIFICATION_STATES: Final = (
    Option(guard.WAITING, "Waiting for confirmation", "待确认"),
    Option(guard.SENT_BACK, "Sent back", "已退回"),
)
RATINGS: Final = (Option("hot", "Hot", "高"), Option("warm", "Warm", "中"), Option("cold", "Cold", "低"))

TRANSITIONS: Final = {
    "new": ("working", "qualified", "unqualified"),
    "working": ("new", "qualified", "unqualified"),
    "qualified": ("working", "unqualified"),
    "unqualified": ("new", "working"),
    "converted": (),
}
"""`converted` is reached by converting the lead, which comes with accounts; nothing leads out of it."""


def _derive(values: Values) -> dict[str, Any]:
    company = values["company"]
    return {"company_sort": sort_key(company) if company else None}


LEAD: Final = REGISTRY.add(
    RecordType(
        name="lead",
        plural="leads",
        model=Lead,
        identity=("name", "company", "emails", "phones", "external_ids"),
        display=("name", "company", "emails", "phones", "external_ids"),
        searched=("name", "company", "title", "city", "website"),
        defaults={"status": "new"},
        transitions={"status": TRANSITIONS},
        reasons={"status": {"unqualified": "unqualified_reason"}},
        guards={guard.STATUS: {guard.QUALIFIED: guard.refusals}},
        assign=assign,
        settles={guard.STATUS: dict.fromkeys(("qualified", "unqualified", "converted"), guard.PENDING)},
        derive=_derive,
        fields=(
            Field("name", "text", "person", max_length=200, personal=True, sort_column="display_sort", in_list=True),
            Field("company", "text", "person", max_length=200, sort_column="company_sort", in_list=True),
            Field("title", "text", "person", max_length=200),
            Field("emails", "email_list", "reach", personal=True, in_list=True),
            Field("phones", "phone_list", "reach", personal=True, in_list=True),
            Field("website", "url", "reach", max_length=2000),
            Field("status", "choice", "progress", options=STATUSES, required=True, sort_column="status", in_list=True),
            Field("unqualified_reason", "text", "progress", max_length=500),
            Field(
                "qualification_state",
                "choice",
                "progress",
                options=QUALIFICATION_STATES,
                read_only=True,
                importable=False,
            ),
            Field("qualification_reason", "text", "progress", max_length=500, read_only=True, importable=False),
            Field("rating", "choice", "progress", options=RATINGS, in_list=True),
            Field("source", "choice", "progress", options=SOURCES, extensible=True, max_length=60, in_list=True),
            Field("owner_id", "member", "progress", sort_column="owner_id", in_list=True),
            Field("expected_value", "money", "progress", sort_column="expected_value_minor", in_list=True),
            Field("next_step", "text", "next", max_length=500),
            Field("next_step_on", "date", "next", sort_column="next_step_on", in_list=True),
            Field("street", "text", "address", max_length=500, personal=True),
            Field("city", "text", "address", max_length=100),
            Field("region", "text", "address", max_length=100),
            Field("postal_code", "text", "address", max_length=20, personal=True),
            Field("country", "country", "address"),
            Field("tags", "tags", "more", max_length=50),
            Field("external_ids", "external_ids", "more", unique=True),
            Field("notes", "long_text", "more", max_length=20_000, personal=True),
        ),
    )
)
