"""`crm-saas up`: everything the product needs, on one machine."""

from __future__ import annotations

import base64
import http.client
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg

from crm_saas.config import REPOSITORY, Settings, environ_of
from crm_saas.kernel import metrics
from crm_saas.kernel.bootstrap_sql import bootstrap_cluster
from crm_saas.kernel.jobs import OWNER_QUEUES, QUEUES
from crm_saas.local import processes, program, state
from crm_saas.local.errors import LocalError
from crm_saas.local.instance import only_one
from crm_saas.local.postgres import EmbeddedPostgres
from crm_saas.local.program import Program
from crm_saas.local.redis_server import EmbeddedRedis
from crm_saas.local.secret_files import SecretFiles
from crm_saas.local.supervisor import Ended, Supervisor, ending_signals

DATABASE = "crm"
OWN_KEY = "own"
"""Id of the encryption key that this machine made."""


def up(settings: Settings) -> None:
    """Run the product until a signal ends it.

    Raises:
        LocalError: with one line, when something does not come up; everything is stopped by then.
    """
    Deployment(settings).run()


class Deployment:
    """The servers and programs of one data folder."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.data_dir = processes.make_folder(settings.data_dir.absolute())
        self.run_dir = processes.make_folder(self.data_dir / "run")
        self.logs = processes.make_folder(self.data_dir / "logs")
        self.secrets = SecretFiles(self.data_dir / "secrets")
        self.supervisor = Supervisor(say)
        self._demo = ""

    def run(self) -> None:
        """Start all, watch, stop all."""
        began = time.monotonic()
        with ExitStack() as stack:
            stack.enter_context(only_one(self.run_dir))
            stack.enter_context(ending_signals())
            stack.callback(self.supervisor.stop)
            stack.callback(state.remove_environ, self.run_dir)
            try:
                self._start()
                say(f"ready at {self.settings.base_url} after {time.monotonic() - began:.1f} s")
                self._welcome()
                self.supervisor.watch()
            except Ended:
                say("stopping")

    def _start(self) -> None:
        if program.end_marked(self.run_dir):
            say("stopped what an earlier run left behind")
        if reason := processes.why_not(self.settings.port):
            raise LocalError(f"port {self.settings.port}: {reason}; stop what listens there or set CRM_PORT")
        self._servers()
        variables = environ_of(self.settings)
        state.write_environ(self.run_dir, variables)
        self._task("migrate")
        self._programs()
        if self.settings.demo:
            self._demo = self._task("demo").strip().splitlines()[-1]

    def _servers(self) -> None:
        """Start the servers the operator does not run, and complete the settings with where they are."""
        found: dict[str, object] = {"data_dir": self.data_dir}
        if not self.settings.secret_key:
            found["secret_key"] = self.secrets.get("secret-key")
        if not self.settings.encryption_keys:
            key = base64.b64encode(bytes.fromhex(self.secrets.get("encryption-key"))).decode()
            found["encryption_keys"] = f"{OWN_KEY}:{key}"
        if not self.settings.database_url:
            found |= self._database()
        elif self.settings.owner_database_url is None:
            raise LocalError("CRM_DATABASE_URL is set and CRM_OWNER_DATABASE_URL is not: migrations need the owner")
        if not self.settings.redis_url:
            server = EmbeddedRedis(self.data_dir)
            self.supervisor.start(server)
            found["redis_url"] = server.url()
        self.settings = self.settings.model_copy(update=found)

    def _database(self) -> dict[str, object]:
        server = EmbeddedPostgres(self.data_dir)
        self.supervisor.start(server)
        app, owner = self.secrets.get("crm_app"), self.secrets.get("crm_owner")
        try:
            bootstrap_cluster(server.superuser_url(), app_password=app, owner_password=owner, database=DATABASE)
        except psycopg.Error as error:
            raise LocalError(f"the database could not be prepared: {str(error).splitlines()[0]}") from None
        return {
            "database_url": server.url("crm_app", app, DATABASE),
            "owner_database_url": server.url("crm_owner", owner, DATABASE),
        }

    def _programs(self) -> None:
        shutil.rmtree(self.run_dir / "metrics", ignore_errors=True)
        processes.make_folder(self.run_dir / "metrics")
        self._program("web", ["-m", "gunicorn", "-c", str(REPOSITORY / "infra" / "gunicorn.conf.py"), "wsgi:app"])
        for queue in QUEUES:
            self._program(f"worker-{queue}", ["-m", "crm_saas.worker", queue], owner=queue in OWNER_QUEUES)
        self._program("scheduler", ["-m", "crm_saas.worker", "scheduler"])

    def _program(self, name: str, arguments: list[str], *, owner: bool = False) -> None:
        """Start a program; only with `owner` does it learn how to become the owner of the schemas."""
        settings = self.settings if owner else self.settings.without_owner()
        shared = {metrics.FOLDER: str(self.run_dir / "metrics")}
        env = program.environment(environ_of(settings) | shared, self.run_dir)
        ready = self._web_is_healthy if name == "web" else None
        self.supervisor.start(Program(name, arguments, env=env, logs=self.logs, ready=ready))

    def _task(self, command: str) -> str:
        """Run `crm-saas COMMAND` to its end with the owner's rights; returns what it printed."""
        log = self.logs / f"{command}.log"
        done = subprocess.run(
            processes.guarded([sys.executable, "-m", "crm_saas.cli", command]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=program.environment(environ_of(self.settings), self.run_dir),
            cwd=REPOSITORY,
            check=False,
            start_new_session=True,
        )
        log.write_text(done.stdout, encoding="utf-8")
        if done.returncode != 0:
            raise LocalError(f"`crm-saas {command}` failed: {processes.last_line(log)} (see {log})")
        return done.stdout

    def _web_is_healthy(self) -> bool:
        host = "127.0.0.1" if self.settings.bind == "0.0.0.0" else self.settings.bind  # noqa: S104 - comparing only
        connection = http.client.HTTPConnection(host, self.settings.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _welcome(self) -> None:
        relative = self.logs.relative_to(Path.cwd()) if self.logs.is_relative_to(Path.cwd()) else self.logs
        if self._demo:
            print(f"  {self._demo}")
        if self.settings.smtp_url is None:
            print(f"  mail     {self.settings.base_url}/dev/mailbox")
        print(f"  logs     {relative}")
        print("  stop     Ctrl-C", flush=True)


def say(text: str) -> None:
    """One line at the console."""
    print(f"crm: {text}", flush=True)
