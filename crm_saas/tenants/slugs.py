"""The name of a workspace in its address: /w/<slug>/..."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from typing import Final

from sqlalchemy import select

from crm_saas.kernel.text import fold
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.fields import ValueFault
from crm_saas.tenants.models import Workspace

SHORTEST: Final = 2
LONGEST: Final = 40
FALLBACK: Final = "workspace"
_FORM = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
RESERVED: Final = frozenset(
    {
        "about", "account", "accounts", "admin", "administrator", "api", "app", "assets", "auth", "billing", "blog",
        "cdn", "contact", "crm", "dashboard", "dev", "docs", "download", "email", "events", "export", "favicon",
        "files", "help", "home", "hooks", "import", "info", "internal", "invite", "legal", "login", "logout",
        "mail", "mailbox", "me", "new", "news", "null", "oauth", "official", "onboarding", "pricing", "privacy",
        "problems", "profile", "public", "register", "root", "security", "session", "settings", "shop", "sign-in",
        "sign-out", "sign-up", "signin", "signout", "signup", "staff", "static", "status", "support", "system",
        "team", "terms", "test", "undefined", "user", "users", "verify", "w", "webhooks", "webmaster", "workspace",
        "workspaces", "www",
    }
)  # fmt: skip
"""Words of our own addresses, and words that look official."""


def slugify(name: str) -> str:
    """Return the slug that a name suggests: Latin letters and digits, Chinese by its pinyin."""
    if _HAN.search(name):
        name = _pinyin(name)
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", fold(name)))
    slug = "-".join(words)[:LONGEST].strip("-")
    if len(slug) < SHORTEST:
        return FALLBACK
    return f"{slug[: LONGEST - 4]}-crm" if slug in RESERVED else slug


def clean_slug(text: str) -> str:
    """Return a slug that somebody chose; raises `ValueFault` for a wrong form or a reserved word."""
    slug = text.strip().lower()
    if not SHORTEST <= len(slug) <= LONGEST or _FORM.fullmatch(slug) is None:
        raise ValueFault("invalid_slug", "2 to 40 letters a-z, digits and single dashes.", min=SHORTEST, max=LONGEST)
    if slug in RESERVED:
        raise ValueFault("slug_taken", "This address is taken.")
    return slug


def is_free(unit: UnitOfWork, slug: str) -> bool:
    """Tell whether no workspace has this slug, at this moment."""
    return unit.connection.execute(select(Workspace.id).where(Workspace.slug == slug)).first() is None


def candidates(slug: str) -> Iterator[str]:
    """Yield the slug itself, then variations of it, without end."""
    yield slug
    for number in range(2, 10):
        yield f"{slug[: LONGEST - 2]}-{number}"
    while True:
        yield f"{slug[: LONGEST - 7]}-{secrets.token_hex(3)}"


def first_free(unit: UnitOfWork, slug: str) -> str:
    """Return the first variation of `slug` that is free at this moment."""
    return next(candidate for candidate in candidates(slug) if is_free(unit, candidate))


def _pinyin(name: str) -> str:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - 30 MB that a process without Chinese names never needs

    return " ".join(lazy_pinyin(name))
