from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest

from crm_saas.tenants.account.notices import KINDS
from crm_saas.tenants.mail_texts import TEMPLATES, render
from crm_saas.tenants.regions import LANGUAGES

LINK = "http://localhost:8000/verify?token=abc"
VALUES = {
    "name": "Ada <b>", "organisation": 'R&D "Ltd"', "email": "ada@example.org", "link": LINK, "hours": 24,
    "minutes": 60, "taken": False, "kind": "password_changed", "timezone": "Europe/Berlin",
    "at": datetime(2026, 3, 1, 12, tzinfo=UTC), "date": "2026-12-26", "days": 7,
    "items": [{"text": "Bo mentioned you", "excerpt": "Look", "link": LINK}], "digest": False, "settings": LINK,
}  # fmt: skip


@pytest.mark.parametrize(("template", "language"), list(product(TEMPLATES, LANGUAGES)))
def test_every_mail_exists_in_every_language_as_text_and_html(template: str, language: str) -> None:
    mail = render(template, language, VALUES)
    assert 3 < len(mail.subject) < 120
    assert "\n" not in mail.subject
    assert LINK in mail.text
    assert f'href="{LINK}"' in mail.html
    assert f'lang="{language}"' in mail.html
    assert "Ada <b>" in mail.text


@pytest.mark.parametrize(("template", "language"), list(product(TEMPLATES, LANGUAGES)))
def test_a_name_is_never_markup(template: str, language: str) -> None:
    html = render(template, language, VALUES).html
    assert "<b>" not in html
    assert "Ada &lt;b&gt;" in html


def test_languages_differ() -> None:
    assert render("verify", "en", VALUES).subject != render("verify", "zh-CN", VALUES).subject


def test_an_unknown_language_reads_english() -> None:
    assert render("verify", "fr", VALUES) == render("verify", "en", VALUES)


@pytest.mark.parametrize(("kind", "language"), list(product(KINDS, LANGUAGES)))
def test_every_notice_says_what_happened_and_when(kind: str, language: str) -> None:
    mail = render("security_notice", language, VALUES | {"kind": kind, "left": "7"})
    assert mail.subject in mail.text.replace("\n", " ")
    assert "13:00" in mail.text
    assert len({render("security_notice", language, VALUES | {"kind": k, "left": "7"}).subject for k in KINDS}) == len(
        KINDS
    )
