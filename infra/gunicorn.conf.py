"""gunicorn as the product wants it; measured best for this shape: threads, and a database pool as large as them."""

from crm_saas.config import load_settings

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
loglevel = _settings.log_level
control_socket_disable = True  # it would lie in the home of whoever starts the server
