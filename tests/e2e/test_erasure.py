"""Somebody asks what is held about them, and to be forgotten: found, handed out, erased, on a desk and on a phone."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from crm_saas.tenants import demo
from tests.support.pages import Visitor
from tests.support.person import Person

SHOTS = os.environ.get("SHOTS")
NAME, EMAIL = "Wilhelmina Vandersteen", "mina@vandersteen.example"


def plant(visitor: Visitor) -> tuple[str, str]:
    """Make her known; the ids of her lead and of one that mentions her."""
    lead = visitor.post("/leads", {"name": NAME, "company": "Steen BV", "emails": [EMAIL], "phones": ["+31201234567"]})
    visitor.post(f"/leads/{lead['id']}/comments", {"body": f"Called {EMAIL}, no answer"})
    other = visitor.post("/leads", {"name": "Somebody Else", "notes": f"Knows {EMAIL} and {NAME}"})
    return str(lead["id"]), str(other["id"])


def test_the_owner_erases_a_person_from_the_page_of_their_lead(person: Person, page: Page, tmp_path: Path) -> None:
    person.sign_up("Privacy Works")
    page.goto(f"/w/{person.slug}/leads")
    expect(page.get_by_role("heading", name="Leads", exact=True)).to_be_visible(timeout=60_000)
    visitor = Visitor(page)
    slug = visitor.here()
    lead, other = plant(visitor)
    page.goto(f"/w/{slug}/leads/{lead}")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name=re.compile("^Erase this person")).click()
    expect(page.get_by_role("heading", name=f"What we hold about {NAME}")).to_be_visible(timeout=60_000)
    expect(page.get_by_text(EMAIL, exact=True)).to_be_visible(timeout=60_000)
    expect(page.get_by_text("1 comment", exact=False).first).to_be_visible()
    _picture(page, "found")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download what we hold").click()
    path = tmp_path / "person.json"
    download.value.save_as(path)
    held = json.loads(path.read_text(encoding="utf-8"))
    assert held["records"][0]["record"]["emails"] == [EMAIL]
    assert held["elsewhere"]["lead"][0]["id"] == other
    page.get_by_role("button", name=re.compile("^Erase this person")).click()
    confirm = page.get_by_label(f"Type “{NAME}” to confirm")
    confirm.fill("somebody")
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_text("Type it as it is shown.")).to_be_visible()
    _picture(page, "confirm")
    confirm.fill(NAME)
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_text("Erased, and nothing is left")).to_be_visible(timeout=60_000)
    _picture(page, "done")
    page.get_by_role("link", name="See all certificates").click()
    expect(page.get_by_text("1 record erased")).to_be_visible()
    expect(page.get_by_text(re.compile("nothing found afterwards"))).to_be_visible()
    _picture(page, "certificates")
    assert visitor.get(f"/leads/{other}")["notes"] == f"Knows █████ and {NAME}"
    page.goto(f"/w/{slug}/leads/{lead}")
    expect(page.get_by_text(NAME)).to_have_count(0)
    page.goto(f"/w/{slug}/leads/{other}")
    expect(page.get_by_text(re.compile("took a mention of a person out"))).to_be_visible()
    expect(page.get_by_text("taken out to protect a person").first).to_be_visible()
    _picture(page, "history")


def test_on_a_phone_a_person_is_found_by_address_and_kept_as_an_anonymous_record(phone: Page) -> None:
    visitor = Visitor(phone)
    slug = visitor.sign_in(demo.EMAIL, demo.PASSWORD)
    lead, other = plant(visitor)
    phone.goto(f"/w/{slug}/settings/privacy")
    field = phone.get_by_label("E-mail address or telephone number")
    field.fill("nobody@nowhere")
    phone.get_by_role("button", name="Look").click()
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill(EMAIL.upper())
    phone.get_by_role("button", name="Look").click()
    expect(phone.get_by_text("Mentioned elsewhere")).to_be_visible(timeout=60_000)
    phone.get_by_label(re.compile("^Keep anonymous business records")).check()
    _picture(phone, "found-390")
    phone.get_by_role("button", name=re.compile("^Erase this person")).tap()
    phone.get_by_label(re.compile("to confirm")).fill(EMAIL)
    _picture(phone, "confirm-390")
    phone.get_by_role("button", name="Erase for good").tap()
    expect(phone.get_by_text("Erased, and nothing is left")).to_be_visible(timeout=60_000)
    _picture(phone, "done-390")
    kept = visitor.get(f"/leads/{lead}")
    assert (kept["display_name"], kept["company"], kept["emails"]) == ("Steen BV", "Steen BV", [])
    assert visitor.get(f"/leads/{other}")["notes"] == f"Knows █████ and {NAME}"
    assert visitor.get(f"/search?q={EMAIL}")["data"] == []


def _picture(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"erasure-{name}.png", full_page=True)
