"""Finding somebody from anywhere, with a slip of the finger."""

import re

from playwright.sync_api import Page, expect

from crm_saas.tenants import demo
from tests.support.pages import Visitor


def arrive(page: Page) -> str:
    """Sign in to the demo workspace, in English whatever was chosen before; returns its slug."""
    visitor = Visitor(page)
    slug = visitor.sign_in(demo.EMAIL, demo.PASSWORD)
    visitor.prefer(language="en", theme="light")
    return slug


def test_ctrl_k_mends_a_slip_shows_what_matched_and_opens_it(page: Page) -> None:
    slug = arrive(page)
    page.goto(f"/w/{slug}/leads")
    page.get_by_role("rowheader").first.wait_for()
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search and commands")
    search = palette.get_by_role("textbox")
    search.fill("7946 0105")
    expect(palette.get_by_text("Hannah Whitcombe")).to_be_visible()
    expect(palette.locator("mark")).to_have_text("7946 0105".replace(" ", ""))
    search.fill("achterbreg")
    expect(palette.get_by_text("Showing results for “achterberg”")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/w/{slug}/leads/[0-9a-f-]+$"))
    expect(page.get_by_role("heading", name="Tobias Achterberg")).to_be_visible()


def test_a_list_says_what_it_shows_instead_of_a_slip(page: Page) -> None:
    slug = arrive(page)
    page.goto(f"/w/{slug}/leads")
    page.get_by_role("searchbox", name="Search leads").fill("whitcmobe")
    expect(page.get_by_text("Nothing has “whitcmobe”. Showing results for “whitcombe”.")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Hannah Whitcombe")).to_be_visible()
