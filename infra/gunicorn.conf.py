"""gunicorn as the product wants it; measured best for this shape: threads, and a database pool as large as them."""

import os

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker
from prometheus_client import multiprocess

from crm_saas.config import load_settings
from crm_saas.kernel import logs, metrics

_settings = load_settings()

bind = f"{_settings.bind}:{_settings.port}"
workers = _settings.web_workers
worker_class = "gthread"
threads = _settings.web_threads
keepalive = 15
timeout = 60
graceful_timeout = 15
accesslog = None  # the application writes one line for each request
errorlog = "-"
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": logs.formatter, "form": _settings.log_format}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {"gunicorn.error": {"handlers": ["stderr"], "propagate": False}},
}
loglevel = _settings.log_level
control_socket_disable = True  # it would lie in the home of whoever starts the server


def child_exit(_server: Arbiter, worker: Worker) -> None:
    """Take what a dead worker was counting at that moment out of the sums."""
    if metrics.FOLDER in os.environ:
        multiprocess.mark_process_dead(worker.pid)
