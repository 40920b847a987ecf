"""Renders mail templates: `<language>/<template>.txt` (its first line is the subject) and `.html`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from babel.dates import format_datetime, get_timezone
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from crm_saas.tenants.regions import LANGUAGES

TEMPLATES: Final = (
    "verify", "account_exists", "invitation", "export_ready", "workspace_closed", "workspace_purged",
    "password_reset", "email_change", "security_notice", "notifications",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message's words."""

    subject: str
    text: str
    html: str


def render(template: str, language: str, values: dict[str, Any]) -> Rendered:
    """Return the words of a mail in a language; English for a language that has no templates."""
    folder = language if language in LANGUAGES else "en"
    text = _environment().get_template(f"{folder}/{template}.txt").render(values)
    subject, _, body = text.partition("\n")
    html = _environment().get_template(f"{folder}/{template}.html").render(values, subject=subject)
    return Rendered(subject.strip(), body.strip() + "\n", html)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("crm_saas.tenants", "mail_templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["moment"] = _moment
    return environment


def _moment(at: datetime, timezone: str, language: str) -> str:
    """Say when something happened, in the reader's own zone and named so."""
    return _in_words(at, " HH:mm z", timezone, language)


def day(at: datetime, timezone: str, language: str) -> str:
    """Say on which day something happens where the reader is."""
    return _in_words(at, "", timezone, language)


def _in_words(at: datetime, time: str, timezone: str, language: str) -> str:
    locale, date = ("zh_Hans_CN", "y年M月d日") if language == "zh-CN" else ("en_GB", "d MMM y")
    return str(format_datetime(at, date + time, tzinfo=get_timezone(timezone), locale=locale))
