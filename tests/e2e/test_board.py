"""The board of leads, its cards moved by mouse and by keyboard."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from crm_saas.tenants import demo
from tests.support.pages import Visitor


def column(page: Page, status: str) -> Locator:
    return page.get_by_role("region", name=re.compile(rf"^{status}, "))


def open_board(page: Page) -> None:
    visitor = Visitor(page)
    slug = visitor.sign_in(demo.EMAIL, demo.PASSWORD)
    visitor.prefer(language="en", theme="light")
    page.goto(f"/w/{slug}/leads?view=all&layout=board")
    column(page, "New").get_by_role("button").first.wait_for()


def test_a_refused_move_goes_back_and_says_why(page: Page) -> None:
    open_board(page)
    card = column(page, "New").get_by_role("button").first
    name = card.locator("span").first.inner_text()
    refusal = {"status": 403, "code": "forbidden", "title": "Not allowed", "detail": "Your role may not do this."}
    page.route(
        re.compile(r"/api/v1/leads/[0-9a-f-]+$"),
        lambda route: (
            route.fulfill(status=403, content_type="application/problem+json", json=refusal)
            if route.request.method == "PATCH"
            else route.continue_()
        ),
    )
    card.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text(re.compile("is over Working"))).to_have_count(1)
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.keyboard.press("Space")
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(column(page, "New").get_by_role("button", name=name).first).to_be_visible()
    expect(column(page, "Working").get_by_role("button", name=name)).to_have_count(0)


def test_cards_move_by_finger(phone: Page) -> None:
    """A short press picks a card up; a swipe without one scrolls."""
    open_board(phone)
    card = column(phone, "New").get_by_role("button").first
    name = card.locator("span").first.inner_text()
    start, goal = card.bounding_box(), column(phone, "Working").bounding_box()
    assert start
    assert goal
    finger = phone.context.new_cdp_session(phone)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    at = (start["x"] + 40, start["y"] + 20)
    touch("touchStart", at)
    phone.wait_for_function("() => document.querySelector('[data-held]') !== null")
    for step in range(1, 9):
        touch("touchMove", (at[0] + (goal["x"] + 30 - at[0]) * step / 8, at[1] + 10 * step))
    with phone.expect_response(lambda answer: answer.request.method == "PATCH") as moved:
        touch("touchEnd")
    assert moved.value.json()["status"] == "working"
    assert moved.value.json()["display_name"] == name


def test_cards_move_by_mouse_and_by_keyboard(page: Page) -> None:
    open_board(page)
    card = column(page, "New").get_by_role("button").first
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
