"""Web addresses."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import idna

from crm_saas.crm.records.kinds.base import Context, PlainKind, ValueProblem
from crm_saas.crm.records.kinds.text import clean, limited

MAX_URL = 2000
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_HOST_AND_PORT = re.compile(r"[^\s/?#:@]+:\d{1,5}(?:[/?#]|\Z)")
_PLAIN_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)


class Url(PlainKind):
    """An http or https address; one typed without a scheme gets https."""

    def parse(self, raw: object, context: Context) -> str | None:
        """Read an address; raises `invalid_url`."""
        if raw is None:
            return None
        text = limited(clean(raw), context.max_length or MAX_URL)
        if not text:
            return None
        if not _SCHEME.match(text) or _HOST_AND_PORT.match(text):
            text = "https://" + text.removeprefix("//")
        _check(text)
        return text


def _check(text: str) -> None:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise _invalid(text) from None
    if parts.scheme.lower() not in {"http", "https"} or "@" in parts.netloc or any(map(str.isspace, text)):
        raise _invalid(text)
    if not _PLAIN_HOST.fullmatch(host) and not _is_international(host):
        raise _invalid(text)


def _is_international(host: str) -> bool:
    """Whether a host outside plain ASCII names is a name with a dot by IDNA 2008."""
    try:
        return bool(_PLAIN_HOST.fullmatch(idna.encode(host, uts46=True).decode("ascii"))) or bool(
            re.fullmatch(r"(?:[^.]+\.)+xn--[a-z0-9-]+", idna.encode(host, uts46=True).decode("ascii"))
        )
    except (idna.IDNAError, UnicodeError):
        return False


def _invalid(text: str) -> ValueProblem:
    return ValueProblem("invalid_url", "Not a web address.", value=text[:200])
