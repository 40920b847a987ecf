"""A lead becomes a prospective customer: what is demanded, what is refused, the evidence, who confirms."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, ViewportSize, expect

from tests.support.looks import axe, overflow, raw_keys
from tests.support.person import Person, join

SHOTS = os.environ.get("SHOTS_QUALIFY")
INITIALS: Final = "label-content-name-mismatch"
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
DESK: Final[ViewportSize] = {"width": 1440, "height": 900}


def shot(page: Page, name: str) -> None:
    """See that nothing is wrong with a screen, on a desk and on a phone; keep pictures where they are wanted."""
    before = page.viewport_size or DESK
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        page.wait_for_timeout(300)
        # initials in the menu of the person are a picture of their name, not a text of its own
        found = [*overflow(page), *raw_keys(page), *(each for each in axe(page) if INITIALS not in each)]
        assert found == [], (name, size)
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(SHOTS) / f"{name}-{size['width']}.png")
    page.set_viewport_size(before)


def sales_person(person: Person, page: Page, name: str) -> None:
    """Have somebody join the workspace in sales."""
    email = f"{uuid.uuid4().hex[:10]}@example.com"
    person.invite([email])
    join(page, email, name)


def add_lead(page: Page, slug: str, name: str) -> None:
    """Add a lead by the form; it is open afterwards."""
    page.goto(f"/w/{slug}/leads?create=true")
    dialog = page.get_by_role("dialog", name="New lead")
    dialog.get_by_label("Name", exact=True).fill(name)
    dialog.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"open="))


def demand(page: Page, slug: str) -> None:
    """Require a need with evidence and a region, fifty points, and that a manager confirms."""
    page.goto(f"/w/{slug}/settings/qualification")
    expect(page.get_by_text("Nothing is demanded yet")).to_be_visible()
    page.get_by_role("button", name="Change: Has a need").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(re.compile("^Required:")).check()
    dialog.get_by_label(re.compile("^Counts only with evidence")).check()
    shot(page, "criterion")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Required: Has a need.")).to_be_visible()
    page.get_by_role("button", name="Add a criterion").click()
    dialog = page.get_by_role("dialog", name="Add a criterion")
    dialog.get_by_label("Name in English").fill("Is in our region")
    dialog.get_by_label("Name in Chinese").fill("在我们的区域")
    dialog.get_by_label("What the lead holds decides it").check()
    dialog.get_by_role("button", name="Add filter").click()
    page.get_by_role("option", name="City").click()
    page.get_by_role("dialog").get_by_role("textbox", name="City").fill("Leeds")
    page.get_by_role("button", name="Apply").click()
    shot(page, "criterion-by-filter")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Decided by the lead: City contains Leeds")).to_be_visible()
    page.get_by_label("Least score").fill("50")
    page.get_by_label("Least score").press("Enter")
    expect(page.get_by_text("At least 50 of 110 points.")).to_be_visible()
    page.get_by_role("switch", name=re.compile("^A manager must confirm")).click()
    expect(page.get_by_text("A manager confirms.")).to_be_visible()
    shot(page, "settings")


def prove(sales: Page, slug: str) -> None:
    """Add a lead, see why it is refused, say what was found out, and ask for confirmation."""
    add_lead(sales, slug, "Old Mill Bakery")
    card = sales.get_by_role("region", name="Qualification")
    card.get_by_role("button", name="Ask for confirmation").click()
    expect(card.get_by_role("alert")).to_contain_text("Has a need: not assessed yet.")
    expect(card.get_by_role("alert")).to_contain_text("at least 50 is needed")
    shot(sales, "refused")
    card.get_by_role("button", name="Assess: Has a need").click()
    card.get_by_role("combobox", name="Evidence").click()
    sales.get_by_role("option", name="Visit").click()
    card.get_by_label("What it says").fill("They showed us the old machine and asked for an offer.")
    shot(sales, "evidence")
    card.get_by_role("button", name="Save").click()
    expect(card.get_by_text("30 of 110 points")).to_be_visible()
    card.get_by_role("button", name="Assess: Has purchasing power").click()
    card.get_by_role("button", name="Save").click()
    expect(card.get_by_text("60 of 110 points")).to_be_visible()
    card.get_by_role("button", name="Ask for confirmation").click()
    expect(card.get_by_text("Waiting for confirmation")).to_be_visible()
    shot(sales, "waiting")


def test_a_lead_is_refused_proved_asked_for_and_confirmed(
    person: Person, page: Page, another_page: Callable[[], Page]
) -> None:
    person.sign_up("Qualify & Sons")
    slug = person.slug
    sales = another_page()
    sales_person(person, sales, "李娜")
    demand(page, slug)
    prove(sales, slug)

    page.goto(f"/w/{slug}/leads")
    page.get_by_role("button", name="1 lead waits for your confirmation").click()
    page.get_by_text("Old Mill Bakery").first.click()
    card = page.get_by_role("region", name="Qualification")
    expect(card.get_by_text(re.compile("李娜 asked"))).to_be_visible()
    shot(page, "to-confirm")
    card.get_by_role("button", name="Send back").click()
    card.get_by_label("Why is it sent back?").fill("Who decides there?")
    card.get_by_role("button", name="Send back").click()
    expect(card.get_by_text("Who decides there?")).to_be_visible()

    sales.reload()
    card = sales.get_by_role("region", name="Qualification")
    expect(card.get_by_text("Who decides there?")).to_be_visible()
    shot(sales, "sent-back")
    card.get_by_role("button", name="Ask for confirmation").click()
    expect(card.get_by_text("Waiting for confirmation")).to_be_visible()

    page.reload()
    card = page.get_by_role("region", name="Qualification")
    card.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("button", name="Status: Qualified. Change").first).to_be_visible()
    expect(page.get_by_text("Ann Example confirmed that it is qualified")).to_be_visible()
    shot(page, "confirmed")
