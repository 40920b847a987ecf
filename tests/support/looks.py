"""What is wrong with a screen that can be seen without taste."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page

from tests.support.words import LOCALES

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = {"serious", "critical"}
NAMESPACES = "|".join(sorted(path.stem for path in (LOCALES / "en").glob("*.json")))
RAW_KEY = re.compile(rf"\b(?:{NAMESPACES}):[a-z_]+(?:\.[a-z_0-9]+)+")


def overflow(page: Page) -> list[str]:
    """Content that is wider than the window makes the whole page slide sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{wide} px wider than the window"] if wide > 0 else []


def raw_keys(page: Page) -> list[str]:
    """A key shown where a text should be."""
    return [f"shows {key}" for key in sorted(set(RAW_KEY.findall(page.inner_text("body"))))]


def axe(page: Page) -> list[str]:
    """Serious findings of axe against WCAG 2.2 AA."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}).then(r => r.violations)"
    )
    return [
        f"{violation['id']}: {violation['nodes'][0]['target']}" for violation in found if violation["impact"] in SERIOUS
    ]
