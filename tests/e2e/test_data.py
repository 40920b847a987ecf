"""Taking all data along, and deleting a workspace, as its owner does it."""

from __future__ import annotations

import json
import os
import re
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.person import Person, add_leads

SHOTS = os.environ.get("SHOTS")


def test_the_owner_takes_everything_along_then_closes_the_workspace_and_thinks_again(
    person: Person, page: Page, tmp_path: Path
) -> None:
    person.sign_up("Keeper & Sons")
    expect(page).to_have_url(re.compile(r"/w/keeper-sons"))
    page.goto(re.sub(r"/w/([^/]+).*", r"/w/\1/settings/data", page.url))
    page.get_by_role("button", name="Back up now").click()
    page.get_by_role("button", name="Export the workspace").click()
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Restored as a test")).to_be_visible(timeout=60_000)
    _picture(page, "data")
    with page.expect_download() as download:
        link.click()
    path = tmp_path / "export.zip"
    download.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert json.loads(archive.read("manifest.json"))["workspace"]["name"] == "Keeper & Sons"
    page.get_by_role("button", name=re.compile("^Delete the workspace")).click()
    page.get_by_label(re.compile("to confirm")).fill("Keeper & Sons")
    _picture(page, "close")
    page.get_by_role("button", name="Close and delete").click()
    expect(page.get_by_role("heading", name="Keeper & Sons is closed")).to_be_visible()
    _picture(page, "closed")
    page.get_by_role("button", name="Open it again").click()
    expect(page.get_by_role("heading", name="Data", exact=True)).to_be_visible()


def test_the_owner_goes_back_to_a_backup_and_thinks_again(person: Person, page: Page) -> None:
    person.sign_up("Keeper & Daughters")
    page.get_by_role("heading", name=re.compile("^Welcome")).wait_for()
    add_leads(page, person.slug, ["Kept & Found"])
    page.goto(f"/w/{person.slug}/settings/data")
    page.get_by_role("button", name="Back up now").click()
    expect(page.get_by_text("Restored as a test")).to_have_count(1, timeout=60_000)
    add_leads(page, person.slug, ["Too Much", "Far Too Much"])

    page.get_by_role("button", name="Restore …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("row", name="Leads 1 3")).to_be_visible()
    dialog.get_by_label(re.compile("to confirm")).fill("Keeper & Daughters")
    _picture(page, "restore")
    dialog.get_by_role("button", name="Restore", exact=True).click()
    _picture(page, "restoring")
    expect(page.get_by_text("The workspace was restored")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("before a restore", exact=False).first).to_be_visible()
    _picture(page, "restored")
    page.goto(f"/w/{person.slug}/leads")
    expect(page.get_by_role("rowheader")).to_have_text(["Kept & Found"])

    page.goto(f"/w/{person.slug}/settings/data")
    row = page.get_by_role("listitem").filter(has_text="before a restore")
    row.get_by_role("button", name="Restore …").click()
    dialog.get_by_label(re.compile("to confirm")).fill("Keeper & Daughters")
    dialog.get_by_role("button", name="Restore", exact=True).click()
    expect(page.get_by_text("The workspace was restored")).to_be_visible(timeout=60_000)
    page.goto(f"/w/{person.slug}/leads")
    expect(page.get_by_role("rowheader")).to_have_count(3)


def _picture(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"keeping-{name}.png")
