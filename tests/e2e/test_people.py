"""A team of five, from the invitation to the hand-over of somebody who leaves, each at a browser of their own."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.deployment import Deployment
from tests.support.pages import watched
from tests.support.person import Person

SHOTS = os.environ.get("SHOTS")
TEAM = ("Bo Larsen", "李娜", "Carla Sanz", "Dev Patel")
PASSWORD = "violet anchor 46 lamp"


@pytest.fixture
def another_page(chromium: Browser, deployment: Deployment) -> Iterator[Callable[[], Page]]:
    """Call it for the page of somebody else, at a browser of their own."""
    with ExitStack() as stack:

        def make() -> Page:
            context = chromium.new_context(base_url=deployment.address, locale="en-US")
            context.set_default_timeout(20_000)
            stack.callback(context.close)
            return stack.enter_context(watched(context.new_page()))

        yield make


def invitation_of(page: Page, email: str) -> str:
    """Return the link of the newest mail to an address; the mailbox reloads until it is there."""
    page.goto("/dev/mailbox")
    link = page.locator("article", has_text=email).locator('a[href*="/invitation?token="]').first
    link.wait_for()
    return str(link.get_attribute("href"))


def join(page: Page, email: str, name: str) -> None:
    """Open the link of the mail and make an account."""
    page.goto(invitation_of(page, email))
    expect(page.get_by_role("heading", name=re.compile("^Join Five"))).to_be_visible()
    shot(page, "invitation")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    page.wait_for_url(re.compile(r"/w/"))


def add_leads(page: Page, workspace: str, companies: list[str]) -> None:
    """Create leads as the person of the page, who owns them."""
    page.evaluate(
        """async ([workspace, companies]) => {
            const session = await (await fetch('/api/session')).json();
            const headers = {'X-CSRF-Token': session.csrf_token, 'Content-Type': 'application/json'};
            headers['X-Workspace'] = session.workspaces.find((one) => one.slug === workspace).id;
            for (const company of companies)
                await fetch('/api/v1/leads', {method: 'POST', headers, body: JSON.stringify({company})});
        }""",
        [workspace, companies],
    )


def shot(page: Page, name: str) -> None:
    """Keep a picture where they are wanted."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SHOTS) / f"people-{name}.png")


def test_a_team_of_five_from_invitation_to_hand_over(
    person: Person, page: Page, another_page: Callable[[], Page]
) -> None:
    person.sign_up("Five & Company")
    slug = person.slug
    tag = person.email.removeprefix("ann-").partition("@")[0]
    emails = [f"{number}-{tag}@example.com" for number in range(len(TEAM))]

    page.goto(f"/w/{slug}/settings/members")
    page.get_by_role("button", name="Invite").click()
    page.get_by_label("E-mail addresses").fill(", ".join(emails))
    shot(page, "invite")
    page.get_by_role("button", name="Send invitations").click()
    expect(page.get_by_role("list", name="Open invitations").get_by_role("listitem")).to_have_count(4)
    shot(page, "invited")

    others = [another_page() for _ in TEAM]
    for other, email, name in zip(others, emails, TEAM, strict=True):
        join(other, email, name)
    leaver = others[0]
    add_leads(leaver, slug, [f"Customer {number}" for number in range(4)])

    page.reload()
    members = page.get_by_role("list", name="Members")
    expect(members.get_by_role("listitem")).to_have_count(5)
    page.get_by_role("combobox", name="Role of 李娜").click()
    page.get_by_role("option", name="Manager").click()
    expect(page.get_by_text("李娜 is Manager now")).to_be_visible()

    page.get_by_role("button", name="More about Bo Larsen").click()
    page.get_by_role("menuitem", name="Deactivate").click()
    dialog = page.get_by_role("dialog", name="Deactivate Bo Larsen")
    expect(dialog.get_by_text("4 records to hand over")).to_be_visible()
    dialog.get_by_role("radio", name=re.compile("Several colleagues")).check()
    for name in ("李娜", "Carla Sanz"):
        dialog.get_by_role("combobox", name="Add a colleague").click()
        page.get_by_role("option", name=name).click()
    shot(page, "deactivate")
    dialog.get_by_role("button", name="Deactivate").click()
    handed = page.get_by_role("list", name="Handed over")
    expect(handed.get_by_text("4 records of Bo Larsen")).to_be_visible(timeout=60_000)
    expect(handed.get_by_text("Carla Sanz: 2")).to_be_visible()
    shot(page, "members")
    with page.expect_download() as download:
        handed.get_by_role("link", name="List of what moved").click()
    rows = download.value.path().read_text("utf-8-sig").splitlines()
    assert len(rows) == 5
    assert all("Bo Larsen" in row for row in rows[1:])

    leaver.goto(f"/w/{slug}/leads")
    expect(leaver.get_by_role("heading", name="Page not found")).to_be_visible()

    page.goto(f"/w/{slug}/settings/audit")
    expect(page.get_by_text("Ann Example deactivated Bo Larsen")).to_be_visible()
    expect(page.get_by_text("Ann Example handed over the records of Bo Larsen (4)")).to_be_visible()
    shot(page, "audit")
    page.set_viewport_size({"width": 390, "height": 844})
    shot(page, "audit-390")
    page.goto(f"/w/{slug}/settings/members")
    expect(members.get_by_role("listitem")).to_have_count(5)
    shot(page, "members-390")
