"""The owner of a workspace says how long leads are kept, sees what that means, and takes it back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.support.pages import Visitor
from tests.support.person import Person


def test_a_rule_is_set_with_a_filter_told_in_a_sentence_and_stopped(person: Person, page: Page) -> None:
    person.sign_up("Keeps Little")
    page.goto(f"/w/{person.slug}/leads")
    expect(page.get_by_role("heading", name="Leads", exact=True)).to_be_visible(timeout=60_000)
    visitor = Visitor(page)
    slug = visitor.here()
    visitor.post("/leads", {"name": "Still Warm"})
    page.goto(f"/w/{slug}/settings/privacy")
    expect(page.get_by_text("Kept until somebody deletes them.")).to_be_visible()
    page.get_by_role("button", name="Set a rule").click()
    dialog = page.get_by_role("dialog", name="Keep no longer than needed")
    dialog.get_by_label("Delete after how many months").fill("24")
    expect(dialog.get_by_text("Nothing would go now.")).to_be_visible()
    dialog.get_by_role("button", name="Add filter").click()
    page.get_by_role("option", name="City").click()
    page.get_by_role("dialog").get_by_role("textbox", name="City").fill("Leeds")
    page.get_by_role("button", name="Apply").click()
    dialog.get_by_label("Take personal values out of history").fill("36")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("Deleted when nothing has happened on them for 24 months.")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Only: City contains Leeds"))).to_be_visible()
    expect(page.get_by_text(re.compile("^Next on .*: nothing is due"))).to_be_visible()
    expect(page.get_by_text("Personal values go out of history older than 36 months.")).to_be_visible()
    rule = visitor.get("/retention")["data"][0]
    assert (rule["months"], rule["history_months"], rule["version"]) == (24, 36, 1)
    assert rule["filter"] == {"all": [{"field": "city", "op": "contains", "value": "Leeds"}]}
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Kept until somebody deletes them.")).to_be_visible()
    page.goto(f"/w/{slug}/settings/audit")
    expect(page.get_by_text(re.compile("changed how long records are kept")).first).to_be_visible()
