"""Which browser on which system a User-Agent names: enough for a person to recognise their own, and no more.

Own words instead of a library: those that are kept carry thousands of patterns for bots and televisions, and a wrong
guess here costs nothing. The order matters: most browsers also name the ones they descend from.
"""

from __future__ import annotations

from typing import Final

_BROWSERS: Final = (
    ("MicroMessenger/", "WeChat"),
    ("DingTalk/", "DingTalk"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("QQBrowser/", "QQ Browser"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def browser_of(agent: str | None) -> str | None:
    """Return the family of the browser, or None when it is none that we know."""
    return _first(_BROWSERS, agent)


def system_of(agent: str | None) -> str | None:
    """Return the operating system, or None."""
    return _first(_SYSTEMS, agent)


def _first(names: tuple[tuple[str, str], ...], agent: str | None) -> str | None:
    return next((name for mark, name in names if mark in agent), None) if agent else None
