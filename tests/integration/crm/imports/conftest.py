"""A workspace and its file store."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm_saas.kernel import files
from tests.factories.workspaces import WorkspaceInfo
from tests.support.importing import Importing


@pytest.fixture
def importing(workspace: WorkspaceInfo, tmp_path: Path) -> Importing:
    """The owner of a fresh workspace, with a file store of the test's own."""
    files.configure(tmp_path / "files")
    return Importing(workspace)
