"""Two colleagues, each at a browser of their own: what one does, the other hears of."""

from __future__ import annotations

import itertools
import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect
from psycopg import sql

from crm_saas.kernel.ids import schema_name
from crm_saas.local.state import running_environ
from tests.support.deployment import Deployment
from tests.support.pages import Visitor, watched
from tests.support.person import Person
from tests.support.polling import eventually

SHOTS = os.environ.get("SHOTS")
PASSWORD = "violet anchor 46 lamp"
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
DESK: Final[ViewportSize] = {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Two:
    """Ann, who owns a workspace, and Bo, who is at another browser; and a lead of Ann's."""

    ann: Page
    bo: Page
    email: str
    """Bo's."""
    slug: str
    workspace: str
    lead: str

    def open(self, page: Page) -> Locator:
        """Open the lead; returns where a comment is written."""
        page.goto(f"/w/{self.slug}/leads/{self.lead}")
        return page.get_by_role("textbox", name="Comment")

    def mention_bo(self, words: str) -> None:
        """Ann says something to Bo about the lead that is open."""
        box = self.ann.get_by_role("textbox", name="Comment")
        box.press_sequentially(f"{words} @Bo")
        expect(self.ann.get_by_role("option", name="Bo Larsen")).to_be_visible()
        self.ann.keyboard.press("Enter")
        self.ann.keyboard.press("Control+Enter")
        expect(self.ann.get_by_text(f"{words} @Bo Larsen")).to_be_visible()
        expect(box).to_have_value("")


@pytest.fixture
def two(person: Person, page: Page, chromium: Browser, deployment: Deployment) -> Iterator[Two]:
    person.sign_up("Two & Company")
    slug = person.slug
    visitor = Visitor(page)
    visitor.workspace = page.evaluate("async () => (await (await fetch('/api/session')).json()).workspaces[0].id")
    context = chromium.new_context(base_url=deployment.address, locale="en-US", viewport=DESK)
    context.set_default_timeout(20_000)
    with watched(context.new_page()) as other:
        email = join(page, slug, other)
        lead = visitor.post("/leads", {"name": "张伟", "company": "Harbour & Pine"})["id"]
        yield Two(page, other, email, slug, visitor.workspace, lead)
    context.close()


def join(owner: Page, slug: str, other: Page) -> str:
    """Invite Bo and have him join; returns his address."""
    email = f"bo-{uuid.uuid4().hex[:10]}@example.com"
    owner.goto(f"/w/{slug}/settings/members")
    owner.get_by_role("button", name="Invite").click()
    owner.get_by_label("E-mail addresses").fill(email)
    owner.get_by_role("button", name="Send invitations").click()
    expect(owner.get_by_role("list", name="Open invitations").get_by_role("listitem")).to_have_count(1)
    other.goto("/dev/mailbox")
    link = other.locator("article", has_text=email).locator('a[href*="/invitation?token="]').first
    link.wait_for()
    other.goto(str(link.get_attribute("href")))
    other.get_by_label("Your name").fill("Bo Larsen")
    other.get_by_label("Password", exact=True).fill(PASSWORD)
    other.get_by_role("button", name="Join").click()
    other.wait_for_url(re.compile(r"/w/"))
    return email


def shot(page: Page, name: str) -> None:
    """Keep a picture where they are wanted."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SHOTS) / f"notifications-{name}.png")


def bell(page: Page, unread: int) -> Locator:
    """Come back to the window until the bell has so many; returns the bell."""
    name = f"Notifications, {unread} unread" if unread else "Notifications"
    found = page.get_by_role("banner").get_by_label(name, exact=True)

    def shown() -> bool:
        page.evaluate("window.dispatchEvent(new Event('visibilitychange'))")
        return found.count() == 1

    eventually(shown, seconds=30, every=0.5)
    return found


def told(page: Page, what: str) -> Locator:
    """Return a notification in what opened under the bell."""
    return page.get_by_role("dialog", name="Notifications").get_by_role("link", name=re.compile(what))


def age(deployment: Deployment, workspace: str) -> None:
    """Let six minutes pass for what is waiting to be mailed."""
    with psycopg.connect(running_environ(deployment.run_dir)["CRM_OWNER_DATABASE_URL"]) as connection:
        table = sql.Identifier(schema_name(uuid.UUID(workspace)), "notification")
        change = sql.SQL("UPDATE {} SET created_at = created_at - interval '6 minutes'").format(table)
        connection.execute(change)


def test_a_mention_reaches_the_bell_and_the_mailbox_and_is_read_with_the_record(
    two: Two, deployment: Deployment
) -> None:
    expect(two.bo.get_by_role("banner").get_by_label("Notifications", exact=True)).to_be_visible()
    two.open(two.ann)
    two.mention_bo("Please call back")
    bell(two.bo, 1).click()
    item = told(two.bo, "Ann Example mentioned you: 张伟")
    expect(item).to_contain_text("Please call back @Bo Larsen")
    expect(two.bo.get_by_role("heading", name="Today")).to_be_visible()
    shot(two.bo, "bell")

    age(deployment, two.workspace)
    mailbox = two.bo.context.new_page()
    mailbox.goto("/dev/mailbox")
    mail = mailbox.locator("article", has_text=two.email).filter(has_text="mentioned you: 张伟").first
    expect(mail).to_be_visible(timeout=120_000)
    expect(mail.locator(f'a[href$="/w/{two.slug}/leads/{two.lead}"]').first).to_be_attached()
    mailbox.close()

    item.click()
    two.bo.wait_for_url(f"**/w/{two.slug}/leads/{two.lead}")
    expect(two.bo.get_by_text("Please call back @Bo Larsen")).to_be_visible()
    bell(two.bo, 0)
    expect(two.bo.get_by_role("button", name="Following")).to_be_visible()
    expect(two.bo.get_by_role("button", name="2 followers")).to_be_visible()


def test_a_followed_record_tells_its_changes_and_shows_what_is_new(two: Two) -> None:
    two.open(two.bo)
    two.bo.get_by_role("button", name="Follow", exact=True).click()
    expect(two.bo.get_by_role("button", name="2 followers")).to_be_visible()
    two.bo.goto(f"/w/{two.slug}/leads")
    two.open(two.ann)
    two.ann.get_by_role("button", name="Edit City").click()
    two.ann.keyboard.type("Rotterdam")
    two.ann.keyboard.press("Enter")
    expect(two.ann.get_by_text("Ann Example changed it")).to_be_visible()
    bell(two.bo, 1).click()
    expect(told(two.bo, "Ann Example changed 张伟")).to_contain_text("City")
    told(two.bo, "Ann Example changed 张伟").click()
    divider = two.bo.get_by_text(re.compile("New since you last looked"))
    expect(divider).to_be_visible()
    shot(two.bo, "divider")
    bell(two.bo, 0)
    expect(divider).to_be_visible()
    two.bo.reload()
    expect(two.bo.get_by_text("Ann Example changed it")).to_be_visible()
    expect(divider).to_have_count(0)
    two.bo.get_by_role("button", name="Following").click()
    two.bo.get_by_role("button", name="1 follower").click()
    expect(two.bo.get_by_role("dialog", name="1 follower").get_by_text("Ann Example")).to_be_visible()
    shot(two.bo, "followers")


def test_on_a_phone_the_bell_leads_to_a_page_and_each_chooses_what_they_hear_of(two: Two) -> None:
    two.open(two.ann)
    two.mention_bo("Please call back")
    two.mention_bo("And write to them")
    two.bo.set_viewport_size(PHONE)
    bell(two.bo, 2).click()
    two.bo.wait_for_url(f"**/w/{two.slug}/notifications")
    expect(two.bo.get_by_role("link", name=re.compile("mentioned you"))).to_have_count(2)
    shot(two.bo, "phone")
    two.bo.get_by_role("button", name="Mark all as read").click()
    bell(two.bo, 0)
    two.bo.get_by_text("Unread", exact=True).click()
    expect(two.bo.get_by_text("You have read everything")).to_be_visible()

    two.bo.goto(f"/w/{two.slug}/settings/notifications")
    mail = two.bo.get_by_role("group", name="I am mentioned").get_by_role("combobox", name="By e-mail")
    mail.click()
    two.bo.get_by_role("option", name="Never").click()
    expect(two.bo.get_by_text("Saved")).to_be_visible()
    two.bo.reload()
    expect(mail).to_have_value("Never")
    two.mention_bo("One more thing")
    pictures(two)


def test_who_runs_the_workspace_deletes_what_another_said(two: Two) -> None:
    box = two.open(two.bo)
    box.fill("Something unkind")
    box.press("Control+Enter")
    expect(two.bo.get_by_role("listitem").filter(has_text="Something unkind")).to_be_visible()
    two.open(two.ann)
    two.ann.get_by_role("button", name="Actions for the comment of Bo Larsen").click()
    expect(two.ann.get_by_role("menuitem", name="Edit")).to_have_count(0)
    two.ann.get_by_role("menuitem", name="Delete the comment of Bo Larsen").click()
    dialog = two.ann.get_by_role("dialog", name="Delete the comment of Bo Larsen")
    shot(two.ann, "delete-comment")
    dialog.get_by_role("button", name="Delete").click()
    expect(two.ann.get_by_text("Something unkind")).to_have_count(0)
    expect(two.ann.get_by_text("Ann Example deleted a comment")).to_be_visible()


def pictures(two: Two) -> None:
    """Look at each screen in both languages, light and dark, at both widths."""
    page, visitor = two.bo, Visitor(two.bo)
    if not SHOTS:
        return
    screens = {
        "page": "notifications",
        "choices": "settings/notifications",
        "record": f"leads/{two.lead}",
        "panel": f"leads?open={two.lead}",
    }
    for language, theme in itertools.product(("en", "zh-CN"), ("light", "dark")):
        visitor.prefer(language=language, theme=theme)
        for width, (screen, path) in itertools.product((DESK, PHONE), screens.items()):
            page.set_viewport_size(width)
            page.goto(f"/w/{two.slug}/{path}")
            page.locator("h1, [data-page-title]").first.wait_for()
            page.wait_for_load_state("networkidle")
            shot(page, f"{screen}-{language}-{theme}-{width['width']}")
        page.set_viewport_size(DESK)
        page.get_by_role("banner").get_by_label(re.compile("^(Notifications|通知)")).click()
        page.wait_for_load_state("networkidle")
        shot(page, f"bell-{language}-{theme}")
