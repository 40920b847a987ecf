"""An import is spread over two people of sales by a rule; who is full is passed over, and each lead says why."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.test_qualification import sales_person, shot
from tests.support.person import Person

ROWS = 10


def add_rule(page: Page, slug: str) -> None:
    """Give every lead to sales in turn, at most six open ones each."""
    page.goto(f"/w/{slug}/settings/assignment")
    expect(page.get_by_text("No rules yet")).to_be_visible()
    page.get_by_role("button", name="Add a rule").click()
    dialog = page.get_by_role("dialog", name="Add a rule")
    dialog.get_by_label("Name of the rule").fill("Fair visitors")
    dialog.get_by_role("button", name="Add filter").click()
    page.get_by_role("option", name="E-mail", exact=True).click()
    page.get_by_role("dialog").get_by_role("combobox", name=re.compile("Condition|Operator")).first.click()
    page.get_by_role("option", name="is not empty").click()
    page.get_by_role("button", name="Apply").click()
    shot(page, "assignment-rule")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("All of sales, in turn")).to_be_visible()
    page.get_by_label("Most open leads of each member").fill("4")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("0 of 4 open leads").first).to_be_visible()


def import_by_rules(page: Page, slug: str, path: Path) -> None:
    """Bring a file in and have the rules choose the owners."""
    page.goto(f"/w/{slug}/imports/new")
    page.locator('input[type="file"]').set_input_files(path)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("Choose the field that each column")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("radio", name="Assign by the rules").check()
    shot(page, "assignment-import")
    page.get_by_role("button", name="Start the import").click()
    expect(page.get_by_text("The import is done.", exact=True)).to_be_visible(timeout=60_000)


def test_an_import_is_spread_over_two_people_of_sales(
    person: Person, page: Page, another_page: Callable[[], Page], tmp_path: Path
) -> None:
    person.sign_up("Spread & Co")
    slug = person.slug
    for name in ("Bo Larsen", "李娜"):
        sales_person(person, another_page(), name)
    add_rule(page, slug)
    path = tmp_path / "fair.csv"
    rows = "".join(f"Visitor {number},v{number}@example.org\n" for number in range(ROWS))
    path.write_text(f"Name,E-mail\n{rows}")
    import_by_rules(page, slug, path)

    page.goto(f"/w/{slug}/settings/assignment")
    loads = page.get_by_role("list", name="What each can take")
    for name in ("Bo Larsen", "李娜"):
        expect(loads.get_by_role("listitem").filter(has_text=name)).to_contain_text("4 of 4 open leads")
    expect(page.get_by_text("8 leads so far")).to_be_visible()
    shot(page, "assignment")
    page.get_by_role("button", name="Try the rules").click()
    trial = page.get_by_role("dialog", name="Try the rules")
    trial.get_by_role("combobox", name="Lead").click()
    page.get_by_role("option", name="Visitor 0").click()
    expect(trial.get_by_text("Nobody would get it.")).to_be_visible()
    expect(trial.get_by_text(re.compile("Bo Larsen \\(has enough\\)"))).to_be_visible()
    shot(page, "assignment-trial")

    page.goto(f"/w/{slug}/leads?q=Visitor+0")
    page.get_by_text("Visitor 0").first.click()
    expect(page.get_by_text("By the rule “Fair visitors”: next in turn in sales.")).to_be_visible()
    page.get_by_text("By the rule “Fair visitors”").scroll_into_view_if_needed()
    shot(page, "assignment-why")
    page.goto(f"/w/{slug}/leads?create=true")
    dialog = page.get_by_role("dialog", name="New lead")
    dialog.get_by_label("Name", exact=True).fill("One more")
    dialog.get_by_label("Assign by the rules").check()
    shot(page, "assignment-new")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_text("No rule of assignment holds.")).to_be_visible()
