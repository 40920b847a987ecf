"""Bringing real files in and working with what came, as a new customer does on the first day."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.person import Person

SALESFORCE = Path(__file__).parents[1] / "data" / "salesforce" / "accounts.csv"


def test_a_real_file_is_imported_searched_filtered_edited_and_undone(person: Person, page: Page) -> None:
    person.sign_up("Gravity & Sons")
    # 423 accounts, of which five have the telephone number of an earlier one
    person.import_file(SALESFORCE, counts={"Added": 418, "Skipped": 5})
    page.get_by_role("link", name="Show what was added").click()
    expect(page.get_by_text("418 leads")).to_be_visible()

    page.get_by_role("searchbox", name="Search leads").fill("gravity inv")
    expect(page.get_by_text("1 lead", exact=True)).to_be_visible()
    page.get_by_role("button", name="Export", exact=True).click()
    page.get_by_role("radio", name="CSV file (.csv)").check()
    page.get_by_role("radio", name="As in the API").check()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text("utf-8-sig").splitlines()))
    assert [row["company"] for row in rows] == ["Gravity Investments"]
    cell = page.get_by_role("gridcell", name="Gravity Investments", exact=True)
    cell.dblclick()
    field = page.get_by_role("textbox", name="Company")
    field.fill("Gravity Investments AG")
    field.press("Enter")
    expect(page.get_by_role("gridcell", name="Gravity Investments AG", exact=True)).to_be_visible()

    page.get_by_role("searchbox", name="Search leads").fill("")
    expect(page.get_by_text("418 leads")).to_be_visible()
    page.go_back()
    page.goto(f"/w/{person.slug}/imports")
    page.get_by_role("link", name=re.compile("accounts")).first.click()
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("The import was undone.")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("417 added records were removed.")).to_be_visible()
    expect(page.get_by_text("1 record was left alone.")).to_be_visible()
    expect(page.get_by_role("link", name="Gravity Investments AG", exact=True)).to_be_visible()
