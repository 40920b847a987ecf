"""Log lines of every process: one line a record, what it is about behind it as `name=value`."""

from __future__ import annotations

import logging
from typing import Final

_USUAL: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Formatter(logging.Formatter):
    """Adds what a call gave as `extra`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """Return the line without its trace."""
        extra = "".join(f" {name}={value!r}" for name, value in vars(record).items() if name not in _USUAL)
        return super().formatMessage(record) + extra


def configure(level: str) -> None:
    """Log to standard error from `level` (debug, info, warning, error) on."""
    handler = logging.StreamHandler()
    handler.setFormatter(Formatter())
    logging.basicConfig(level=level.upper(), handlers=[handler])
