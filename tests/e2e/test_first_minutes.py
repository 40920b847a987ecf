"""From nothing to the first page, as somebody new does it."""

import re

from playwright.sync_api import Page, expect

from tests.support.person import Person


def test_signing_up_leads_to_a_workspace_of_ones_own(person: Person, page: Page) -> None:
    person.sign_up("Harbour & Pine")
    expect(page).to_have_url(re.compile(r"/w/harbour-pine"))
    expect(page.get_by_role("link", name=re.compile("import a file", re.IGNORECASE))).to_be_visible()
