"""What may be told to services outside: unexpected errors to Sentry, traces to an OpenTelemetry collector.

Off unless a setting names a receiver, and their packages (requirements/observing.txt) are only loaded then. What is
sent holds routes, ids and stack traces, never what people typed: no bodies, no queries, no local variables, no cookies.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from crm_saas.config import Settings, SettingsError
from crm_saas.kernel.logs import clean_text

if TYPE_CHECKING:
    from flask import Flask


def start(settings: Settings, program: str) -> None:
    """Begin to report errors of this process; raises `SettingsError` if a package is asked for and not installed."""
    if settings.sentry_dsn is None:
        return
    sentry = _load("sentry_sdk", "CRM_SENTRY_DSN")
    sentry.init(
        dsn=settings.sentry_dsn,
        environment=settings.environment,
        server_name=program,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=scrubbed,
    )


def scrubbed(event: dict[str, Any], _hint: object = None) -> dict[str, Any]:
    """Return an error report without anything of the people it happened to."""
    request = event.get("request", {})
    event["request"] = {name: request[name] for name in ("method", "url") if name in request}
    if "url" in event["request"]:
        event["request"]["url"] = str(event["request"]["url"]).partition("?")[0]
    event.pop("user", None)
    for each in event.get("exception", {}).get("values", ()):
        each["value"] = clean_text(str(each.get("value", "")))
    if "logentry" in event:
        event["logentry"] = {"message": clean_text(str(event["logentry"].get("message", "")))}
    extra = event.get("extra", {})
    event["extra"] = {name: extra[name] for name in ("request_id", "tenant_id", "actor_id", "job_id") if name in extra}
    return event


def trace(app: Flask, settings: Settings) -> None:
    """Send a trace of each request of an application to the collector of the settings, if there is one."""
    if settings.otlp_endpoint is None:
        return
    name = "CRM_OTLP_ENDPOINT"
    sdk = _load("opentelemetry.sdk.trace", name)
    export = _load("opentelemetry.sdk.trace.export", name)
    http = _load("opentelemetry.exporter.otlp.proto.http.trace_exporter", name)
    resources = _load("opentelemetry.sdk.resources", name)
    flask = _load("opentelemetry.instrumentation.flask", name)
    provider = sdk.TracerProvider(resource=resources.Resource.create({"service.name": "crm-web"}))
    exporter = http.OTLPSpanExporter(endpoint=f"{settings.otlp_endpoint.rstrip('/')}/v1/traces", timeout=5)
    provider.add_span_processor(export.BatchSpanProcessor(exporter))
    app.extensions["tracer_provider"] = provider
    flask.FlaskInstrumentor().instrument_app(app, tracer_provider=provider, response_hook=_without_query)


def _without_query(span: Any, _status: str, _headers: object) -> None:  # noqa: ANN401 - a span of a package loaded late
    for name in ("http.target", "http.url", "url.query"):
        value = span.attributes.get(name)
        if value:
            span.set_attribute(name, str(value).partition("?")[0] if name != "url.query" else "")


def _load(module: str, setting: str) -> Any:  # noqa: ANN401 - a module
    try:
        return importlib.import_module(module)
    except ImportError:
        raise SettingsError(f"{setting} is set, but requirements/observing.txt is not installed") from None
