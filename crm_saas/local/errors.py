"""What can go wrong while the servers of one machine are started."""

from __future__ import annotations


class LocalError(Exception):
    """The embedded servers or the supervisor cannot go on. The message is one line that says what to do."""
