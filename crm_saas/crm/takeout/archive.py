"""A zip file written as a stream, which knows count and hash of every part and ends with a manifest."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import orjson

_FAST: Final = 2
"""Level of deflate: twice as fast as the usual one, and text is a few per cent larger."""
MANIFEST: Final = "manifest.json"


class Archive:
    """Writes `<path>.part`, which takes its name when it is complete."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._draft = path.with_name(f".{path.name}.part")
        self._parts: list[dict[str, Any]] = []
        self._zip: zipfile.ZipFile

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._zip = zipfile.ZipFile(self._draft, "w", zipfile.ZIP_DEFLATED, compresslevel=_FAST)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()
        if error is not None:
            self._draft.unlink(missing_ok=True)

    def add(self, name: str, blocks: Iterable[bytes], *, rows: int | None = None) -> None:
        """Write a part; each block is one row unless `rows` says how many they are."""
        digest, size, count = hashlib.sha256(), 0, 0
        with self._zip.open(name, "w", force_zip64=True) as part:
            for block in blocks:
                part.write(block)
                digest.update(block)
                size += len(block)
                count += 1
        self._parts.append(
            {"name": name, "rows": count if rows is None else rows, "size": size, "sha256": digest.hexdigest()}
        )

    def finish(self, about: dict[str, Any]) -> int:
        """Write the manifest and give the file its name; returns its size."""
        document = about | {"parts": self._parts}
        self._zip.writestr(MANIFEST, orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z))
        self._zip.close()
        with self._draft.open("rb") as file:
            os.fsync(file.fileno())
        self._draft.rename(self._path)
        return self._path.stat().st_size
