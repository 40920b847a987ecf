"""One request of a route."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of a route, made for a place: its ids belong there."""

    path: dict[str, str] = field(default_factory=dict)
    query: str = ""
    json: object = None
    data: object = None
    headers: dict[str, str | None] = field(default_factory=dict)
