"""Write both histories as SQL, without a server, and let squawk look for what would lock or break a running product."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import bootstrap

FOLDER = bootstrap.ROOT / "build"
PLANES = ("control", "tenant")
NOWHERE = {
    "CRM_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    "CRM_REDIS_URL": "redis://127.0.0.1:1/0",
    "CRM_SECRET_KEY": "only to be able to load the settings",
}
# kernel/migrate.py sets it in every transaction it opens.
LOCK_TIMEOUT = "SET lock_timeout = '2s';\n"
# Alembic makes its own table, in its own way.
ALEMBICS = re.compile(r"CREATE TABLE [\w.]*alembic_version \(.*?\);\n", re.DOTALL)
EXCLUDED = (
    "require-statement-timeout"  # a long statement that holds no contested lock harms nobody; lock_timeout guards
)


def main() -> None:
    """Leave with squawk's exit code."""
    FOLDER.mkdir(exist_ok=True)
    files = [str(write(plane)) for plane in PLANES]
    command = ["squawk", "--pg-version=18", f"--exclude={EXCLUDED}", *files]
    sys.exit(subprocess.run(command, check=False).returncode)


def write(plane: str) -> Path:
    """The SQL of one plane's whole history, in a file."""
    command = ["flask", "--app", "wsgi", "db", "upgrade", "--sql", "-d", f"migrations/{plane}"]
    done = subprocess.run(
        command, env=os.environ | NOWHERE, cwd=bootstrap.ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0 or "CREATE TABLE" not in done.stdout:
        sys.exit(f"no SQL for the {plane} plane: {done.stderr}")
    path = FOLDER / f"migrations-{plane}.sql"
    path.write_text(LOCK_TIMEOUT + ALEMBICS.sub("", done.stdout), encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
