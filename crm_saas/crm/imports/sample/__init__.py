"""Sample leads for a workspace that has none: made-up people and firms, at reserved domains and numbers."""

from __future__ import annotations

from pathlib import Path


def sample_path(language: str) -> Path:
    """Return the sample file in a language: Chinese for any zh, else English."""
    return Path(__file__).with_name("leads.zh.csv" if language.startswith("zh") else "leads.en.csv")
