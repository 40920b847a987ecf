"""The documents lead where they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crm_saas.config import REPOSITORY

_LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")
NOT_OURS = {"node_modules", ".venv", "build", "var", "dist"}
DOCUMENTS = sorted(
    path.relative_to(REPOSITORY)
    for path in REPOSITORY.rglob("*.md")
    if not NOT_OURS & set(path.relative_to(REPOSITORY).parts)
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_inside_the_repository_leads_somewhere(document: Path) -> None:
    folder = (REPOSITORY / document).parent
    links = _LINK.findall((REPOSITORY / document).read_text(encoding="utf-8"))
    assert [link for link in links if not (folder / link).exists()] == []


def test_the_documents_are_found() -> None:
    assert Path("README.md") in DOCUMENTS
