"""Sample leads for a workspace that has none: made-up people and firms, at reserved domains and numbers."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO, Final

WRITTEN_ON: Final = date(2026, 11, 23)
"""The day from which the next steps in the files are counted."""
_DATE = re.compile(rb"(?<=,)\d{4}-\d{2}-\d{2}(?=,)")


def sample_path(language: str) -> Path:
    """Return the sample file in a language: Chinese for any zh, else English."""
    return Path(__file__).with_name("leads.zh.csv" if language.startswith("zh") else "leads.en.csv")


def sample_stream(language: str, today: date) -> BinaryIO:
    """Return the sample file with its next steps around `today` instead of the day it was written."""
    shift = today - WRITTEN_ON
    return io.BytesIO(_DATE.sub(lambda match: _shifted(match, shift), sample_path(language).read_bytes()))


def _shifted(match: re.Match[bytes], shift: timedelta) -> bytes:
    return (date.fromisoformat(match.group().decode()) + shift).isoformat().encode()
