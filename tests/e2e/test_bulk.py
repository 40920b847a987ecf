"""Acts on many leads in the browser: selected, changed, deleted, and taken back."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.person import Person

LEADS = 260


@pytest.fixture
def leads(tmp_path: Path) -> Path:
    file = tmp_path / "leads.csv"
    with file.open("w", newline="") as rows:
        writer = csv.writer(rows)
        writer.writerow(["Name", "City", "E-mail"])
        writer.writerows([f"Lead {n:03}", "Graz" if n < 240 else "Wien", f"lead{n}@example.org"] for n in range(LEADS))
    return file


def shows(page: Page, said: str) -> None:
    expect(page.get_by_role("status").filter(has_text=re.compile(f"^{said}$")).first).to_be_visible()


def choose(page: Page, field: str, name: str) -> None:
    page.get_by_role("combobox", name=field).click()
    page.get_by_role("option", name=name, exact=True).click()


def test_everything_a_list_is_of_is_changed_and_taken_back(person: Person, page: Page, leads: Path) -> None:
    person.sign_up("Bulk Ltd")
    person.import_file(leads, counts={"Added": LEADS})
    slug = person.slug
    page.goto(f"/w/{slug}/leads?view=all")
    page.get_by_role("searchbox").fill("Graz")
    shows(page, "240 leads")
    page.get_by_role("checkbox", name="Select all rows shown").check()
    page.get_by_role("button", name="Select all 240 leads").click()
    page.get_by_role("toolbar", name="Selected rows").get_by_role("button", name="Edit").click()
    dialog = page.get_by_role("dialog", name="Edit 240 leads")
    choose(page, "Field", "Rating")
    choose(page, "Rating", "Hot")
    expect(dialog.get_by_text("Of the first 200, 200 will change.")).to_be_visible()
    dialog.get_by_role("button", name="Change 240 leads").click()
    expect(page.get_by_text("240 leads changed.")).to_be_visible()
    page.goto(f"/w/{slug}/leads?view=all&filter=" + '{"all":[{"field":"rating","op":"in","value":["hot"]}]}')
    shows(page, "240 leads")
    page.get_by_role("rowheader").nth(1).dblclick()
    page.keyboard.press("Control+A")
    page.keyboard.type("Renamed since")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Renamed since")).to_be_visible()

    page.get_by_role("link", name="Recent changes").click()
    expect(page.get_by_text("240 leads changed.")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Import of leads.csv"))).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("239 leads put back.").first).to_be_visible()
    page.get_by_role("button", name="Details").click()
    expect(page.get_by_role("heading", name="Left as they were")).to_be_visible()
    expect(page.get_by_role("link", name="Renamed since")).to_be_visible()
    expect(page.get_by_text("was edited since: Name")).to_be_visible()

    page.goto(f"/w/{slug}/leads?view=all")
    shows(page, f"{LEADS} leads")
    page.get_by_role("grid").focus()
    page.keyboard.press("Control+A")
    page.get_by_role("button", name=f"Select all {LEADS} leads").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name=f"Delete {LEADS} leads").click()
    expect(page.get_by_text(f"{LEADS} leads deleted.")).to_be_visible()
    expect(page.get_by_text("No leads yet")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text(f"{LEADS} leads put back.")).to_be_visible()
    shows(page, f"{LEADS} leads")


def test_rows_are_selected_by_thumb(phone: Page, leads: Path) -> None:
    by_thumb = Person(phone)
    by_thumb.sign_up("Thumbs Ltd")
    by_thumb.import_file(leads, counts={"Added": LEADS})
    slug = by_thumb.slug
    phone.goto(f"/w/{slug}/leads?view=all")
    phone.get_by_role("button", name="Select", exact=True).tap()
    phone.get_by_role("checkbox").nth(0).tap()
    phone.get_by_role("link", name=re.compile("Lead")).nth(1).tap()
    shows(phone, "2 selected")
    phone.get_by_role("button", name=f"Select all {LEADS} leads").tap()
    shows(phone, f"All {LEADS} leads selected")
    phone.get_by_role("button", name="Edit").tap()
    phone.get_by_role("combobox", name="Field").tap()
    phone.get_by_role("option", name="Tags", exact=True).tap()
    phone.get_by_role("combobox", name="Tags").fill("fair")
    phone.keyboard.press("Enter")
    phone.get_by_role("button", name=f"Change {LEADS} leads").tap()
    expect(phone.get_by_text(f"{LEADS} leads changed.")).to_be_visible()
