from __future__ import annotations

from tests.support.browser import Browser


def test_a_new_browser_is_nobody_and_gets_a_token(browser: Browser) -> None:
    body = browser.session()
    assert body["user"] is None
    assert body["workspaces"] == []
    assert len(body["csrf_token"]) > 40
