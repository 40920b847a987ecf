"""The web application."""

from __future__ import annotations

from flask import Flask

from crm_saas import observing
from crm_saas.api import (
    auth,
    database,
    errors,
    health,
    mailbox,
    metrics,
    openapi,
    rate_limit,
    request_id,
    security,
    session,
    unsubscribe,
    v1,
    web,
)
from crm_saas.api.json_provider import OrjsonProvider
from crm_saas.config import Settings, load_settings
from crm_saas.tenants import process


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application; settings come from CRM_* variables unless given."""
    settings = settings or load_settings()
    process.configure(settings, application="crm-web")
    app = Flask("crm_saas", static_folder=None, template_folder=None)
    app.config["CRM_SETTINGS"] = settings
    app.json = OrjsonProvider(app)
    request_id.register(app)
    errors.register(app)
    database.register(app)
    security.register(app, settings)
    auth.register(app, settings)
    rate_limit.register(app, settings)
    session.register(app)
    mailbox.register(app, settings)
    unsubscribe.register(app)
    v1.register(app)
    openapi.register(app)
    health.register(app)
    metrics.register(app, settings)
    web.register(app)
    observing.trace(app, settings)
    auth.check_every_view(app)
    return app
