"""Talking about a record in a real browser."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from crm_saas.tenants import demo
from tests.support.pages import Visitor

SHOTS = os.environ.get("SHOTS")


def test_a_comment_with_a_mention_stands_in_the_history(page: Page) -> None:
    visitor = Visitor(page)
    slug = visitor.sign_in(demo.EMAIL, demo.PASSWORD)
    lead = visitor.get("/leads?limit=1&sort=name")["data"][0]["id"]
    name = visitor.get("/members")["data"][0]["name"]
    page.goto(f"/w/{slug}/leads/{lead}")
    box = page.get_by_role("textbox", name="Comment")
    box.press_sequentially("Please call back @")
    expect(page.get_by_role("option", name=name)).to_be_visible()
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / "comment-picker.png")
    page.keyboard.press("Enter")
    expect(box).to_have_value(f"Please call back @{name} ")
    page.keyboard.press("Control+Enter")
    said = page.get_by_role("listitem").filter(has_text=f"Please call back @{name}")
    expect(said).to_be_visible()
    expect(box).to_have_value("")
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / "comment.png")
        page.set_viewport_size({"width": 390, "height": 844})
        said.scroll_into_view_if_needed()
        page.screenshot(path=Path(SHOTS) / "comment-390.png")
