"""Every main screen, in both languages, light and dark, on a desk and on a phone.

Looks for what can be seen without taste: content wider than the window, a text whose key is shown instead, and serious
findings of axe. With SHOTS=<folder> (`make shots`) every variant is visited and a picture of each screen is kept, for
somebody to look at; without, two variants stand for all.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from crm_saas.tenants import demo
from tests.support.deployment import Deployment
from tests.support.looks import axe, overflow, raw_keys
from tests.support.pages import Visitor, watched

SHOTS = os.environ.get("SHOTS")

NOTHING_LOADING = """() => [...document.querySelectorAll('.mantine-Skeleton-root')]
    .every(one => one.getBoundingClientRect().top > window.innerHeight)"""
"""A list may keep skeletons below the window for rows that nobody has scrolled to."""


@dataclass(frozen=True)
class Variant:
    """One way to look at the product."""

    language: str
    theme: str
    width: int

    @property
    def name(self) -> str:
        """The folder of its pictures."""
        return f"{self.language}-{self.theme}-{self.width}"


ALL = [Variant(*parts) for parts in itertools.product(("en", "zh-CN"), ("light", "dark"), (1440, 390))]
CHOSEN = ALL if SHOTS else [Variant("en", "light", 1440), Variant("zh-CN", "dark", 390)]

PUBLIC = {
    "sign-in": "/sign-in",
    "sign-up": "/sign-up",
    "forgot-password": "/forgot-password",
    "reset-password": f"/reset-password?token={'x' * 43}",
    "verify-unknown": f"/verify?token={'x' * 43}",
    "invitation-unknown": f"/invitation?token={'x' * 43}",
    "not-found": "/no/such/page",
}
INSIDE = {
    "welcome": "/w/{slug}/welcome",
    "leads": "/w/{slug}/leads",
    "leads-view": "/w/{slug}/leads?view={view}&sort=company",
    "leads-board": "/w/{slug}/leads?layout=board",
    "leads-no-match": "/w/{slug}/leads?q=zzzzzz",
    "leads-corrected": "/w/{slug}/leads?q=achterbreg",
    "leads-panel": "/w/{slug}/leads?open={lead}",
    "leads-new": "/w/{slug}/leads?create=true",
    "lead": "/w/{slug}/leads/{lead}",
    "imports": "/w/{slug}/imports",
    "imports-new": "/w/{slug}/imports/new",
    "import-check": "/w/{slug}/imports/{ready}?step=check",
    "import-match": "/w/{slug}/imports/{ready}?step=match",
    "import-duplicates": "/w/{slug}/imports/{ready}?step=duplicates",
    "import-done": "/w/{slug}/imports/{done}",
    "settings": "/w/{slug}/settings",
    "profile": "/w/{slug}/settings/profile",
    "notifications": "/w/{slug}/notifications",
    "notification-choices": "/w/{slug}/settings/notifications",
    "security": "/w/{slug}/settings/security",
    "workspace": "/w/{slug}/settings/workspace",
    "members": "/w/{slug}/settings/members",
    "audit": "/w/{slug}/settings/audit",
    "roles": "/w/{slug}/settings/roles",
    "teams": "/w/{slug}/settings/teams",
    "data": "/w/{slug}/settings/data",
    "qualification": "/w/{slug}/settings/qualification",
    "privacy": "/w/{slug}/settings/privacy",
    "assignment": "/w/{slug}/settings/assignment",
    "inside-not-found": "/w/{slug}/nothing-here",
}
PALETTE = {
    "palette": ("ha", "mark"),
    "palette-corrected": ("achterbreg", "[role=status]"),
    "palette-nothing": ("zzzzzz", ":text('zzzzzz')"),
}
"""What is typed, and what shows that it has been answered."""


@pytest.fixture(params=CHOSEN, ids=lambda variant: variant.name)
def variant(request: pytest.FixtureRequest) -> Variant:
    chosen: Variant = request.param
    return chosen


@pytest.fixture
def looked_at(chromium: Browser, deployment: Deployment, variant: Variant) -> Iterator[Page]:
    """A page in the variant's language, theme and width."""
    context = chromium.new_context(
        base_url=deployment.address,
        viewport={"width": variant.width, "height": 900 if variant.width > 600 else 844},
        locale=variant.language,
        timezone_id="Asia/Shanghai" if variant.language == "zh-CN" else "Europe/Berlin",
        color_scheme="dark" if variant.theme == "dark" else "light",
        has_touch=variant.width < 600,
        is_mobile=variant.width < 600,
    )
    context.set_default_timeout(20_000)
    with watched(context.new_page()) as page:
        yield page
    context.close()


def test_the_screens_of_a_stranger(looked_at: Page, variant: Variant) -> None:
    faults = [fault for name, path in PUBLIC.items() for fault in faults_of(looked_at, variant, f"public-{name}", path)]
    assert faults == []


def test_the_screens_of_a_member(looked_at: Page, variant: Variant) -> None:
    visitor = Visitor(looked_at)
    slug = visitor.sign_in(demo.EMAIL, demo.PASSWORD)
    visitor.prefer(language=variant.language, theme=variant.theme)
    places = {
        "slug": slug,
        "lead": visitor.get("/leads?limit=1&sort=name")["data"][0]["id"],
        "view": visitor.saved_view(),
        "done": visitor.get("/imports")["data"][-1]["id"],
        "ready": visitor.upload_ready_import(),
    }
    faults = [
        fault for name, path in INSIDE.items() for fault in faults_of(looked_at, variant, name, path.format(**places))
    ]
    assert faults == [], "\n".join(faults)


def test_the_palette(looked_at: Page, variant: Variant) -> None:
    visitor = Visitor(looked_at)
    slug = visitor.sign_in(demo.EMAIL, demo.PASSWORD)
    visitor.prefer(language=variant.language, theme=variant.theme)
    looked_at.goto(f"/w/{slug}/leads")
    looked_at.locator("h1, [data-page-title]").first.wait_for()
    faults = []
    for name, (typed, answer) in PALETTE.items():
        looked_at.keyboard.press("Control+k")
        looked_at.locator("[role=dialog] input").fill(typed)
        looked_at.locator(f"[role=dialog] {answer}").first.wait_for()
        faults += faults_seen(looked_at, variant, name)
        looked_at.keyboard.press("Escape")
        looked_at.locator("[role=dialog]").wait_for(state="hidden")
    assert faults == [], "\n".join(faults)


def faults_of(page: Page, variant: Variant, name: str, path: str) -> list[str]:
    """Visit a screen, keep its picture where wanted, and return what is wrong with it."""
    page.goto(path)
    page.locator("h1, [data-page-title]").first.wait_for()
    return faults_seen(page, variant, name)


def faults_seen(page: Page, variant: Variant, name: str) -> list[str]:
    """Wait until nothing loads any more, keep a picture where wanted, and return what is wrong with the screen."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function(NOTHING_LOADING)
    if SHOTS:
        picture = Path(SHOTS) / variant.name / f"{name}.png"
        picture.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=picture)
    where = f"{variant.name} {name}: "
    return [where + fault for fault in (*overflow(page), *raw_keys(page), *axe(page))]
