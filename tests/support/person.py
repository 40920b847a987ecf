"""What a person does in the browser, in their words."""

from __future__ import annotations

import re
import uuid

from playwright.sync_api import Page, expect


class Person:
    """Somebody at a browser set to English."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.password = "violet anchor 46 lamp"
        self.email = f"ann-{uuid.uuid4().hex[:10]}@example.com"

    def sign_up(self, organisation: str = "Harbour & Pine") -> None:
        """Fill in the form, open the link in the mail, and arrive at the first page of the new workspace."""
        page = self.page
        page.goto("/sign-up")
        page.get_by_label("Organisation").fill(organisation)
        page.get_by_label("Your name").fill("Ann Example")
        page.get_by_label("Work e-mail").fill(self.email)
        page.get_by_label("Password", exact=True).fill(self.password)
        page.get_by_role("button", name="Create workspace").click()
        expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()
        page.goto(self.link_in_mail())
        page.wait_for_url(re.compile(r"/w/"))

    def link_in_mail(self) -> str:
        """Return the newest link that the local mailbox shows."""
        page = self.page
        page.goto("/dev/mailbox")
        link = page.locator('a[href*="/verify?token="]').first
        link.wait_for()
        return str(link.get_attribute("href"))
