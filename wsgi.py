"""The entry of gunicorn: `gunicorn -c infra/gunicorn.conf.py wsgi:app`."""

from __future__ import annotations

from crm_saas.app import create_app

app = create_app()
