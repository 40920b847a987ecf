"""Writing files and reading them back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_saas.crm.imports.reading import Detected, FileProblem, Hints, Row, detect, open_rows

DATA = Path(__file__).parents[3] / "data"


@dataclass(frozen=True)
class FakeField:
    """A field as mapping wants it."""

    name: str
    kind: str
    max_length: int | None = None
    options: tuple[tuple[str, ...], ...] | None = None
    required: bool = False
    extensible: bool = False
    importable: bool = True


FIELDS = (
    FakeField("name", "text", 200),
    FakeField("company", "text", 200),
    FakeField("title", "text", 200),
    FakeField("emails", "email_list"),
    FakeField("phones", "phone_list"),
    FakeField("street", "text", 500),
    FakeField("city", "text", 100),
    FakeField("region", "text", 100),
    FakeField("postal_code", "text", 20),
    FakeField("country", "country"),
    FakeField("website", "url"),
    FakeField("source", "choice", None, (("web", "Web", "网站"), ("referral", "Referral", "转介绍")), extensible=True),
    FakeField("status", "choice", None, (("new", "New", "新线索"), ("working", "Working", "跟进中"))),
    FakeField("rating", "choice", None, (("hot", "Hot", "高"), ("cold", "Cold", "低"))),
    FakeField("owner_id", "member"),
    FakeField("expected_value", "money"),
    FakeField("external_ids", "external_ids"),
    FakeField("tags", "tags"),
    FakeField("notes", "long_text", 1000),
    FakeField("next_step", "text", 500),
    FakeField("next_step_on", "date"),
    FakeField("created_by_id", "member", importable=False),
)


def write(folder: Path, content: bytes | str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
    """Make a file."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def read(path: Path, **hints: Any) -> tuple[Detected, list[Row]]:  # noqa: ANN401
    """Detect and read everything."""
    detected = detect(path, filename=path.name, hints=Hints(**hints))
    assert Detected.from_json(json.loads(json.dumps(detected.to_json()))) == detected
    return detected, list(open_rows(path, detected))


def cells(rows: Sequence[Row]) -> list[list[str]]:
    """The cells of rows that must all be sound."""
    assert [row.problem for row in rows] == [None] * len(rows)
    return [row.cells for row in rows]


def refusal(path: Path, **hints: Any) -> FileProblem:  # noqa: ANN401
    """The problem of a file that must be refused."""
    try:
        read(path, **hints)
    except FileProblem as problem:
        return problem
    raise AssertionError(f"{path.name} was read")
