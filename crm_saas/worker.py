"""Background processes: `python -m crm_saas.worker fast|bulk|provision|scheduler`.

A worker listens to one queue: with several, RQ can lose a job when the worker dies between taking and noting it. The
scheduler asks for every sweep when its interval begins; what the sweeps find is what is relied upon.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import pkgutil
import signal
import sys
import threading
import time
from types import FrameType
from typing import cast

import click
from rq import Queue, Worker
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer

from crm_saas import observing
from crm_saas.config import SettingsError, load_settings
from crm_saas.kernel import jobs, logs, metrics, sweeps
from crm_saas.kernel.ids import parse_uuid
from crm_saas.kernel.jobs import QUEUES, QueueName
from crm_saas.tenants import process

DOMAINS = ("crm_saas.tenants", "crm_saas.crm", "crm_saas.billing")
WORKER_TTL = 30
INTERVAL = 5
"""Seconds between heartbeats of a running job, and at least between two looks for jobs of workers that died."""
_TICK_SECONDS = 1.0
_log = logging.getLogger("crm_saas.worker")


class QueueWorker(Worker):
    """Notices within seconds, not minutes, that another worker was killed, and takes over its job.

    A job may therefore run twice when its worker is merely slow: every job minds that.
    """

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:  # noqa: ARG002 - RQ's signature
        """Return for how many seconds a running job counts as alive."""
        return INTERVAL + 5

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        """Run a job; its lines name it and the workspace it is for, and it is counted."""
        name = str(job.func_name)
        first = parse_uuid(str(job.args[0])) if job.args else None
        ids = {"job_id": str(job.id), "job": name} | ({"tenant_id": str(first)} if first else {})
        began = time.perf_counter()
        with logs.bound(**ids):
            done = super().perform_job(job, queue, execution)
        metrics.job_done(name, "done" if done else "failed", time.perf_counter() - began)
        return done


def load_jobs() -> list[str]:
    """Import the `jobs` module of every domain package, which declares its sweeps and consumers; return their names."""
    found = []
    for domain in DOMAINS:
        package = importlib.import_module(domain)
        for module in pkgutil.walk_packages(package.__path__, f"{domain}."):
            if module.name.rpartition(".")[2] == "jobs":
                importlib.import_module(module.name)
                found.append(module.name)
    return found


def work(queue: QueueName) -> None:
    """Run the jobs of one queue until a signal ends it; a second signal does not wait for the running job."""
    connection = jobs.redis()
    worker = QueueWorker(
        [Queue(queue, connection=connection, serializer=JSONSerializer)],
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL,
        maintenance_interval=INTERVAL,
        job_monitoring_interval=INTERVAL,
    )
    worker.work(logging_level="WARNING")


def schedule(stop: threading.Event) -> None:
    """Ask for sweeps as their intervals begin, until `stop` is set."""
    while not stop.wait(_TICK_SECONDS):
        for name in sweeps.ask(time.time()):
            _log.debug("asked for", extra={"sweep": name})


def main(arguments: list[str]) -> int:
    """Run one background process; returns its exit code."""
    role = arguments[0] if len(arguments) == 1 else ""
    if role != "scheduler" and role not in QUEUES:
        click.echo(f"usage: python -m crm_saas.worker {'|'.join(QUEUES)}|scheduler", err=True)
        return 2
    try:
        settings = load_settings()
    except SettingsError as error:
        click.echo(f"crm_saas.worker: {error}", err=True)
        return 2
    logs.configure(settings.log_level, form=settings.log_format)
    observing.start(settings, f"crm-{role}")
    process.configure(settings, application=f"crm-{role}")
    load_jobs()
    if role == "scheduler":
        schedule(_until_signalled())
    else:
        work(cast("QueueName", role))
    return 0


def _until_signalled() -> threading.Event:
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, end)
    return stop


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
