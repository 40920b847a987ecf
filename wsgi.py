"""The entry of gunicorn: `gunicorn -c infra/gunicorn.conf.py wsgi:app`."""

from __future__ import annotations

from crm_saas import observing
from crm_saas.app import create_app
from crm_saas.config import load_settings
from crm_saas.kernel import logs

settings = load_settings()
logs.configure(settings.log_level, form=settings.log_format)
observing.start(settings, "crm-web")
app = create_app(settings)
