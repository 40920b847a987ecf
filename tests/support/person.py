"""What a person does in the browser, in their words."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, expect

PASSWORD: Final = "violet anchor 46 lamp"


class Person:
    """Somebody at a browser set to English."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.password = PASSWORD
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
        """Return the link of the newest mail to this person; the mailbox reloads until it is there."""
        page = self.page
        page.goto("/dev/mailbox")
        mail = page.locator("article", has_text=self.email)
        link = mail.locator('a[href*="/verify?token="]').first
        link.wait_for()
        return str(link.get_attribute("href"))

    @property
    def slug(self) -> str:
        """The workspace of the page."""
        found = re.search(r"/w/([^/?]+)", self.page.url)
        assert found, self.page.url
        return found[1]

    def import_file(self, path: Path, *, counts: dict[str, int], seconds: float = 60.0) -> None:
        """Bring a file in by the wizard, every step as it is proposed, and see that it ends with these counts."""
        page = self.page
        page.goto(f"/w/{self.slug}/imports/new")
        page.locator('input[type="file"]').set_input_files(path)
        page.get_by_role("button", name="Next").click()
        expect(page.get_by_text("Choose the field that each column")).to_be_visible()
        page.get_by_role("button", name="Next").click()
        page.get_by_role("button", name="Start the import").click()
        expect(page.get_by_text("The import is done.", exact=True)).to_be_visible(timeout=seconds * 1000)
        assert self.counts() == counts, self.counts()

    def counts(self) -> dict[str, int]:
        """What the page of an import says became of the rows; what is nought is left out."""
        terms = self.page.locator("dl > div")
        told = {}
        for at in range(terms.count()):
            name, number = terms.nth(at).locator("dt").inner_text(), terms.nth(at).locator("dd").inner_text()
            told[name] = int(re.sub(r"\D", "", number))
        return {name: number for name, number in told.items() if number}

    def invite(self, emails: list[str], role: str = "Sales") -> None:
        """Invite people to the workspace with a role."""
        page = self.page
        page.goto(f"/w/{self.slug}/settings/members")
        page.get_by_role("button", name="Invite").click()
        page.get_by_label("E-mail addresses").fill(", ".join(emails))
        page.get_by_role("dialog").get_by_role("combobox", name="Role").click()
        page.get_by_role("option", name=role, exact=True).click()
        page.get_by_role("button", name="Send invitations").click()
        expect(page.get_by_role("list", name="Open invitations").get_by_role("listitem")).to_have_count(len(emails))


def invitation_of(page: Page, email: str) -> str:
    """Return the link of the newest mail to an address; the mailbox reloads until it is there."""
    page.goto("/dev/mailbox")
    link = page.locator("article", has_text=email).locator('a[href*="/invitation?token="]').first
    link.wait_for()
    return str(link.get_attribute("href"))


def join(page: Page, email: str, name: str) -> None:
    """Open the link of the mail and make an account."""
    page.goto(invitation_of(page, email))
    expect(page.get_by_role("heading", name=re.compile("^Join "))).to_be_visible()
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    page.wait_for_url(re.compile(r"/w/"))


def add_leads(page: Page, slug: str, companies: list[str]) -> None:
    """Create leads through the API as the person of the page, who owns them."""
    page.evaluate(
        """async ([slug, companies]) => {
            const session = await (await fetch('/api/session')).json();
            const headers = {'X-CSRF-Token': session.csrf_token, 'Content-Type': 'application/json'};
            headers['X-Workspace'] = session.workspaces.find((one) => one.slug === slug).id;
            for (const company of companies) {
                const answer = await fetch('/api/v1/leads', {method: 'POST', headers, body: JSON.stringify({company})});
                if (!answer.ok) throw new Error(company + ': ' + answer.status);
            }
        }""",
        [slug, companies],
    )
