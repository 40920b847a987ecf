"""Every statement that reaches a server through the wall, whoever sends it: SQLAlchemy or a prepared statement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from crm_saas.kernel.db import WallCursor


@contextmanager
def sent_statements() -> Iterator[list[str]]:
    """Collect the text of every statement of this process while the block runs; BEGIN and COMMIT are none."""
    sent: list[str] = []
    send = WallCursor._execute_send

    def note(cursor: WallCursor, query: Any, **options: Any) -> None:  # noqa: ANN401
        sent.append(query.query.decode())
        send(cursor, query, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WallCursor, "_execute_send", note)
        yield sent
