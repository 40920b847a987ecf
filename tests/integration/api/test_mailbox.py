from __future__ import annotations

import pytest

from crm_saas.api.mailbox import with_links
from crm_saas.app import create_app
from crm_saas.config import Settings
from crm_saas.kernel import uow
from crm_saas.kernel.directory import Directory
from tests.factories.forms import fresh_email, sign_up_form
from tests.support.browser import Browser
from tests.support.mails import mails_to, token_in


def test_mails_are_read_at_a_local_page_newest_first(browser: Browser) -> None:
    emails = [fresh_email(), fresh_email()]
    tokens = []
    for email, language in zip(emails, ("en", "zh-CN"), strict=True):
        browser.post("/api/session/sign-up", sign_up_form(email=email, language=language, organisation="<b>R&D</b>"))
        tokens.append(token_in(mails_to(email)[0]))
    answer = browser.get("/dev/mailbox")
    page = answer.text
    assert answer.content_type == "text/html; charset=utf-8"
    assert "Mailbox" in page
    assert "收件箱" in page
    assert page.index(emails[1]) < page.index(emails[0])
    for token in tokens:
        assert f'<a href="http://localhost:8000/verify?token={token}">' in page
    assert "<b>R" not in page
    articles = {email: page[: page.index(email)].rpartition('<article lang="')[2] for email in emails}
    assert [article.split('"')[0] for article in articles.values()] == ["en", "zh-CN"]


def test_the_page_obeys_its_own_policy(browser: Browser) -> None:
    answer = browser.get("/dev/mailbox")
    nonce = answer.text.split('nonce="')[1].split('"')[0]
    assert f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]
    assert "style=" not in answer.text
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    "changes",
    [{"smtp_url": "smtp://127.0.0.1:2525"}, {"environment": "production"}],
)
def test_a_deployment_with_a_mail_server_or_in_production_has_no_such_page(
    settings: Settings, directory: Directory, changes: dict[str, str]
) -> None:
    app = create_app(settings.model_copy(update=changes))
    uow.directory().dispose()
    uow.configure(directory)
    browser = Browser(app)
    assert browser.get("/dev/mailbox").status_code == 404
    assert browser.session()["deployment"]["mailbox_url"] is None


def test_links_are_clickable_and_nothing_else_is_markup() -> None:
    text = (
        'See http://localhost:8000/verify?token=a&b=1 or <a href="javascript:x">y</a>\nhttp://x.example/"onmouseover=z'
    )
    assert with_links(text) == (
        'See <a href="http://localhost:8000/verify?token=a&amp;b=1">http://localhost:8000/verify?token=a&amp;b=1</a>'
        " or &lt;a href=&#34;javascript:x&#34;&gt;y&lt;/a&gt;\n"
        '<a href="http://x.example/">http://x.example/</a>&#34;onmouseover=z'
    )
