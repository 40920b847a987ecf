"""A whole deployment as `make run` starts it, on a folder of its own."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import uuid
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from crm_saas.config import PREFIX, REPOSITORY
from crm_saas.local.processes import guarded
from crm_saas.local.program import MARK
from crm_saas.local.state import running_environ

START_SECONDS = 120.0
END_SECONDS = 60.0


class Deployment:
    """One data folder and the `crm-saas up` on it."""

    def __init__(self, data_dir: Path, *, demo: bool = False) -> None:
        self.data_dir = data_dir
        self.demo = demo
        self.run_dir = data_dir / "run"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[str] | None = None

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        """`crm-saas ...` on this folder, its output in a pipe."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        ours = {"CRM_DATA_DIR": str(self.data_dir), "CRM_PORT": str(self.port), "CRM_DEMO": str(self.demo).lower()}
        return subprocess.Popen(
            guarded([sys.executable, "-m", "crm_saas.cli", *arguments]),  # a killed test run takes it along
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=inherited | ours,
            cwd=REPOSITORY,
        )

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        self.process = self.command("up")
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if "crm: ready at" in line:
                return
        self.process.stdout.close()
        pytest.fail(f"up ended with {self.process.wait()}: {''.join(said)}")

    def end(self, sign: signal.Signals) -> int:
        """Send the signal to the supervisor alone, and wait until it has ended; its exit code."""
        assert self.process is not None
        self.process.send_signal(sign)
        self.process.communicate(timeout=END_SECONDS)
        return self.process.returncode

    def refused(self, *arguments: str) -> str:
        """What the command prints while it refuses to run: exit code 2, one line, no trace."""
        process = self.command(*arguments)
        output, _ = process.communicate(timeout=START_SECONDS)
        assert process.returncode == 2, output
        assert output.count("\n") == 1, output
        return output

    def processes(self) -> dict[int, psutil.Process]:
        """Every process that works for this folder."""
        found = {}
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get(MARK) == str(self.run_dir) or process.cwd().startswith(str(self.data_dir)):
                    found[process.pid] = process
        return found

    def healthy(self) -> bool:
        """Whether the web server says so."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def write_mark(self) -> str:
        """Write something down in the database that was never there before; returns it."""
        mark = uuid.uuid4().hex
        with psycopg.connect(running_environ(self.run_dir)["CRM_OWNER_DATABASE_URL"]) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS control.mark (value text PRIMARY KEY)")
            connection.execute("DELETE FROM control.mark")
            connection.execute("INSERT INTO control.mark VALUES (%s)", [mark])
        return mark

    def read_mark(self) -> str:
        """What was written down."""
        with psycopg.connect(running_environ(self.run_dir)["CRM_OWNER_DATABASE_URL"]) as connection:
            row = connection.execute("SELECT value FROM control.mark").fetchone()
        assert row is not None
        return str(row[0])
