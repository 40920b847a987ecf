"""Teams and a role of one's own in a real browser, and why somebody may not change a record."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

from crm_saas.tenants import demo
from tests.support.pages import Visitor

SHOTS = os.environ.get("SHOTS_RIGHTS")


def keep(page: Page, name: str) -> None:
    if SHOTS:
        page.wait_for_timeout(500)
        page.screenshot(path=Path(SHOTS) / f"{name}.png")


def test_a_role_is_copied_a_team_is_made_and_a_record_says_why(page: Page) -> None:
    visitor = Visitor(page)
    slug = visitor.sign_in(demo.EMAIL, demo.PASSWORD)
    page.goto(f"/w/{slug}/settings/teams")
    page.get_by_role("button", name="Add a team", exact=True).click()
    page.get_by_role("dialog").get_by_label("Name").fill("Head office")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="More about Head office").click()
    page.get_by_role("menuitem", name="Add a team below").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Branch")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Branch", exact=True).first.wait_for()
    keep(page, "teams")
    page.goto(f"/w/{slug}/settings/roles")
    page.get_by_role("listitem").filter(has_text="Sales").get_by_role("button", name="Copy").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name of the role").fill("Field sales")
    dialog.get_by_role("combobox", name="See · Leads").click()
    page.get_by_role("option", name="Own", exact=True).click()
    dialog.get_by_text("Sees their own Leads only.").wait_for()
    keep(page, "role")
    dialog.get_by_role("button", name="Save the role").click()
    page.get_by_text("Field sales", exact=True).wait_for()
    keep(page, "roles")
    lead = visitor.get("/leads?limit=1&sort=name")["data"][0]["id"]
    page.goto(f"/w/{slug}/leads/{lead}")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Who can see this?").click()
    page.get_by_role("dialog").get_by_text("The role reaches all records.").first.wait_for()
    keep(page, "access")
