"""The board of leads, its cards moved by mouse and by keyboard."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from crm_saas.tenants import demo
from tests.support.pages import Visitor


def column(page: Page, status: str) -> Locator:
    return page.get_by_role("region", name=re.compile(rf"^{status}, "))


def test_cards_move_by_mouse_and_by_keyboard(page: Page) -> None:
    visitor = Visitor(page)
    slug = visitor.sign_in(demo.EMAIL, demo.PASSWORD)
    visitor.prefer(language="en", theme="light")
    page.goto(f"/w/{slug}/leads?view=all&layout=board")
    card = column(page, "New").get_by_role("button").first
    card.wait_for()
    name = card.locator("span").first.inner_text()
    start, goal = card.bounding_box(), column(page, "Working").bounding_box()
    assert start
    assert goal
    page.mouse.move(start["x"] + 20, start["y"] + 15)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + 30, steps=4)
    page.mouse.move(goal["x"] + 80, goal["y"] + 200, steps=8)
    with page.expect_response(lambda answer: answer.request.method == "PATCH") as moved:
        page.mouse.up()
    assert moved.value.json()["status"] == "working"
    expect(column(page, "Working").get_by_role("button", name=name).first).to_be_visible()
    card = column(page, "New").get_by_role("button").first
    card.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text(re.compile("is over New"))).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text(re.compile("is over Working"))).to_have_count(1)
    with page.expect_response(lambda answer: answer.request.method == "PATCH") as moved:
        page.keyboard.press("Space")
    assert moved.value.json()["status"] == "working"
