"""/dev/mailbox: what the product mailed, for a machine without a mail server. Only from the same machine."""

from __future__ import annotations

import re
from email.message import EmailMessage
from functools import cache

from flask import Flask
from jinja2 import Environment, Template
from markupsafe import Markup, escape
from werkzeug.exceptions import NotFound

from crm_saas.api.auth import public
from crm_saas.api.client import from_this_machine
from crm_saas.api.security import nonce
from crm_saas.api.session.body import MAILBOX_PATH, has_mailbox
from crm_saas.config import Settings
from crm_saas.kernel.mail import MailboxMailer
from crm_saas.tenants import process

SHOWN = 50
_LINK = re.compile(r"https?://[^\s<>\"']+")


def register(app: Flask, settings: Settings) -> None:
    """Add the page where the deployment has a mailbox; elsewhere the path does not exist."""
    if not has_mailbox(settings):
        return

    @app.get(MAILBOX_PATH)
    @public
    def mailbox() -> tuple[str, dict[str, str]]:
        mailer = process.mailer()
        if not from_this_machine() or not isinstance(mailer, MailboxMailer):
            raise NotFound
        shown = [_shown(message) for message in mailer.messages()[:SHOWN]]
        return _page().render(messages=shown, nonce=nonce()), {"Content-Type": "text/html; charset=utf-8"}


@cache
def _page() -> Template:
    """The page; not through Flask, which would ask who is signed in."""
    return Environment(autoescape=True).from_string(_PAGE)


def _shown(message: EmailMessage) -> dict[str, object]:
    part = message.get_body(("plain",))
    text = "" if part is None else str(part.get_content())
    return {
        "to": str(message["To"]),
        "subject": str(message["Subject"]),
        "date": str(message["Date"]),
        "language": str(message["Content-Language"]),
        "body": with_links(text),
    }


def with_links(text: str) -> Markup:
    """Return text as HTML, its web addresses clickable and nothing else."""
    made, last = Markup(), 0
    for found in _LINK.finditer(text):
        made += escape(text[last : found.start()])
        made += Markup('<a href="{0}">{0}</a>').format(found.group())
        last = found.end()
    return made + escape(text[last:])


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<meta http-equiv="refresh" content="3">
<title>Mailbox · 收件箱</title>
<style nonce="{{ nonce }}">
:root { color-scheme: light dark; --line: #8884; --dim: #6b7079; }
@media (prefers-color-scheme: dark) { :root { --dim: #9aa0a8; } }
body { max-width: 44rem; margin: 0 auto; padding: 24px 16px; font: 15px/1.5 system-ui, "PingFang SC", "Microsoft YaHei",
  "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 20px; } h2 { font-size: 16px; margin: 0; }
p { margin: 4px 0 0; } .dim { color: var(--dim); font-size: 13px; }
article { margin-top: 16px; padding: 16px; border: 1px solid var(--line); border-radius: 8px; }
pre { margin: 12px 0 0; font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>Mailbox <span lang="zh-CN">· 收件箱</span></h1>
<p class="dim">This machine has no mail server, so mails are shown here, newest first.
<span lang="zh-CN">本机没有邮件服务器，邮件显示在这里，最新的在最前。</span></p>
{% for message in messages %}
<article lang="{{ message.language }}">
<h2>{{ message.subject }}</h2>
<p class="dim">{{ message.to }} · {{ message.date }}</p>
<pre>{{ message.body }}</pre>
</article>
{% else %}
<p>No mail yet. <span lang="zh-CN">暂无邮件。</span></p>
{% endfor %}
</main>
</body>
</html>
"""
