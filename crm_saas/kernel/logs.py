"""Log lines of every process: one JSON object a line, with the ids of its request, workspace and actor.

Modules log with the standard library (`_log.warning("what happened", extra={...})`); structlog renders. What a call
says in its `extra` becomes members of the object. Ids that hold for everything a thread does are bound with `bind`.
Lines hold ids and facts about the program, never what people typed: names that could carry a secret or personal data
are struck out, and so is what the database tells about the values of a refused row.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, Final, Literal

import orjson
import structlog

Format = Literal["json", "console"]
STRUCK_OUT: Final = "[struck out]"
_SECRET: Final = re.compile(
    r"pass(word|wd)?|secret|token|cookie|authori[sz]ation|api_?key|private_?key|credential|dsn|session_key|otp|recovery",
    re.IGNORECASE,
)
_PERSONAL: Final = frozenset(
    {"email", "emails", "mail", "phone", "phones", "name", "display_name", "address", "street", "to_address", "subject"}
)
_ROW_VALUES: Final = re.compile(r"^(?:DETAIL|CONTEXT|HINT|QUERY|\[parameters):?.*$", re.MULTILINE)
"""PostgreSQL names the values of a refused row in DETAIL and may quote them in CONTEXT."""
_MAIL_ADDRESS: Final = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_URL_PASSWORD: Final = re.compile(r"(\w+://[^\s:/@]*):[^\s@/]+(?=@)")
Event = MutableMapping[str, Any]


def configure(level: str, *, form: Format = "json") -> None:
    """Log to standard error from `level` (debug, info, warning, error) on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(form))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def formatter(form: Format = "json") -> logging.Formatter:
    """Return what turns a record of the standard library into a line."""
    last: list[Any] = (
        [structlog.processors.format_exc_info, clean, structlog.processors.JSONRenderer(serializer=_json)]
        if form == "json"
        else [structlog.processors.format_exc_info, clean, structlog.dev.ConsoleRenderer(colors=False)]
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )


def clean(_logger: object, _method: str, event: Event) -> Event:
    """Strike out what no line may hold."""
    for name, value in event.items():
        if _SECRET.search(name) or name in _PERSONAL:
            event[name] = STRUCK_OUT
        elif isinstance(value, str):
            event[name] = clean_text(value)
    return event


def clean_text(text: str) -> str:
    """Strike values of rows, passwords in addresses and people's mail addresses out of an exception's text."""
    text = _ROW_VALUES.sub(STRUCK_OUT, text)
    if "@" in text:
        text = _MAIL_ADDRESS.sub(STRUCK_OUT, _URL_PASSWORD.sub(r"\1:***", text))
    return text


def bind(**ids: str) -> None:
    """Add ids to every line this thread writes from here on, until `release`."""
    structlog.contextvars.bind_contextvars(**ids)


def release() -> None:
    """Forget what was bound; a thread that serves many requests calls it before each."""
    structlog.contextvars.clear_contextvars()


@contextmanager
def bound(**ids: str) -> Iterator[None]:
    """Add ids to every line written inside the block."""
    with structlog.contextvars.bound_contextvars(**ids):
        yield


def _json(event: Event, **_: object) -> str:
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()
