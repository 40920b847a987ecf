"""Where files about a whole workspace are, beside those of the file store."""

from __future__ import annotations

import uuid
from pathlib import Path

from crm_saas.tenants import process


def backups_of(workspace_id: uuid.UUID) -> Path:
    """Return the folder of a workspace's backups."""
    return process.settings().backups / str(workspace_id)


def exports_of(workspace_id: uuid.UUID) -> Path:
    """Return the folder of a workspace's exports."""
    return process.settings().data_dir / "exports" / str(workspace_id)


def files_of(workspace_id: uuid.UUID) -> Path:
    """Return the folder of a workspace's files, to look whether it is gone; reading goes through the file store."""
    return process.settings().data_dir / "files" / str(workspace_id)
