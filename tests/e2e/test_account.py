"""Two-factor sign-in and a forgotten password, by hand in the browser."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pyotp
from playwright.sync_api import Page, expect

from tests.support.person import Person


def shot(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look (SHOTS=<folder>)."""
    if folder := os.environ.get("SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"account-{name}.png", full_page=True)


def sign_out(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in")


def password_step(page: Page, person: Person) -> None:
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill(person.password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def code_step(page: Page, code: str) -> None:
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_signing_in_with_a_code_and_with_a_recovery_code(person: Person, page: Page) -> None:
    person.sign_up("Locks & Keys")
    page.goto(f"/w/{person.slug}/settings/security")
    expect(page.get_by_text("This browser")).to_be_visible()
    shot(page, "security")
    page.get_by_role("button", name="Set up").click()
    secret = page.get_by_role("dialog").locator("code").inner_text().replace(" ", "")
    expect(page.get_by_alt_text("QR code for your authenticator app")).to_be_visible()
    shot(page, "set-up")
    otp = pyotp.TOTP(secret)
    page.get_by_label("Code from the app").fill(otp.now())
    page.get_by_role("button", name="Turn on").click()
    codes = page.get_by_role("dialog").get_by_role("listitem")
    expect(codes).to_have_count(10)
    shot(page, "codes")
    recovery = codes.nth(0).inner_text()
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes left")).to_be_visible()

    sign_out(page)
    password_step(page, person)
    shot(page, "second-step")
    code_step(page, otp.at(int(time.time()) + 30))
    page.wait_for_url(re.compile(r"/w/"))

    sign_out(page)
    password_step(page, person)
    code_step(page, recovery)
    page.wait_for_url(re.compile(r"/w/"))
    page.goto(f"/w/{person.slug}/settings/security")
    expect(page.get_by_text("9 recovery codes left")).to_be_visible()
    shot(page, "on")


def test_a_forgotten_password_is_replaced_by_mail(person: Person, page: Page) -> None:
    person.sign_up("Lost & Found")
    sign_out(page)
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail").fill(person.email)
    shot(page, "forgot")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text(re.compile("a link to choose a new password is on its way"))).to_be_visible()
    page.goto("/dev/mailbox")
    link = page.locator("article", has_text=person.email).locator('a[href*="/reset-password?token="]').first
    link.wait_for()
    page.goto(str(link.get_attribute("href")))
    person.password = "amber kettle 82 stone"
    page.get_by_label("Password", exact=True).fill(person.password)
    shot(page, "reset")
    page.get_by_role("button", name="Save the new password").click()
    page.get_by_role("link", name="Sign in").click()
    password_step(page, person)
    page.wait_for_url(re.compile(r"/w/"))
