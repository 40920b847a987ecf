"""Settings: every knob of the deployment, read once from CRM_* environment variables.

A variable that is unknown or has a bad value is an error, so that a typing mistake is seen at start and not in
production. An empty variable counts as unset, as compose files write them.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "CRM_"
REPOSITORY = Path(__file__).resolve().parent.parent

Port = Annotated[int, Field(ge=1, le=65535)]
Positive = Annotated[int, Field(ge=1)]


class SettingsError(Exception):
    """A CRM_* variable is unknown, missing or bad. The message is one line for an operator."""


class Settings(BaseModel):
    """The deployment's settings; immutable. Secrets stay out of `repr`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    environment: Literal["embedded", "production", "test"] = "embedded"
    data_dir: Path = REPOSITORY / "var"
    """Files that the deployment keeps: embedded servers, uploads, the dev mailbox, logs."""
    port: Port = 8000
    """Where the web server listens, on `bind`."""
    bind: str = "127.0.0.1"
    base_url: str = ""
    """How browsers reach us, without a trailing slash; http://localhost:<port> when not set."""
    secret_key: str = Field(default="", repr=False)
    """Signs cookies and links; at least 32 characters. The embedded default makes its own."""
    secret_key_fallbacks: str = Field(default="", repr=False)
    """Earlier secret keys, separated by commas: cookies that they signed still count. For the days of a change."""
    encryption_keys: str = Field(default="", repr=False)
    """`id:base64,id:base64`, 32 bytes each: seal secrets in the database. The first seals, all open; `crm-saas keys
    new` prints one. The embedded default makes its own."""

    database_url: str = Field(default="", repr=False)
    """libpq URI of the login crm_app. Empty: `crm-saas up` starts the embedded server."""
    owner_database_url: str | None = Field(default=None, repr=False)
    """libpq URI of the login crm_owner; only the provisioner and the command line have it."""
    redis_url: str = Field(default="", repr=False)
    """Empty: `crm-saas up` starts the embedded server."""
    nodes: dict[str, str] = Field(default_factory=dict, repr=False)
    """Further database nodes: a JSON object, node id -> libpq URI of the login crm_app there."""
    owner_nodes: dict[str, str] = Field(default_factory=dict, repr=False)
    """The same nodes -> libpq URI of crm_owner; only the provisioner, the keep worker and the command line have it."""
    db_pool_size: Positive = 8
    db_statement_timeout_ms: Positive = 15_000

    smtp_url: str | None = Field(default=None, repr=False)
    """smtp://user:password@host:port or smtps://...; None: mail goes to data_dir/mailbox."""
    mail_from: str = "CRM <no-reply@localhost>"

    backup_dir: Path | None = None
    """Backups of workspaces; data_dir/backups when not set. Better another disk than the database's."""
    backup_nightly: bool = True
    """Whether every workspace is backed up once a day, after `backup_hour`."""
    backup_hour: Annotated[int, Field(ge=0, le=23)] = 2
    """UTC."""
    backup_keep: Positive = 14
    """How many nightly backups of a workspace are kept; of those asked for, as many again."""

    purge_days: Positive = 30
    """How long a closed workspace can be opened again before it is deleted."""

    session_days: Positive = 30
    """How long a session lasts without use."""
    session_max_days: Positive = 90
    """How long it lasts however much it is used."""
    import_max_bytes: Positive = 512 * 1024 * 1024
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"
    """One JSON object a line, or words for a terminal."""
    metrics_token: str | None = Field(default=None, repr=False)
    """Who sends it as a bearer token may read /metrics; without one only a caller on this machine may."""
    sentry_dsn: str | None = Field(default=None, repr=False)
    """Unexpected errors go there, without what people typed; needs requirements/observing.txt."""
    otlp_endpoint: str | None = None
    """http(s)://host:4318 of an OpenTelemetry collector; traces of requests go there; needs the same."""
    web_threads: Positive = 8
    trusted_proxies: Annotated[int, Field(ge=0, le=10)] = 0
    """How many proxies of the operator's stand in front and add to X-Forwarded-For; 0 believes no such header."""
    web_workers: Positive = 2
    """Processes of the web server, each with `web_threads` threads and a pool of `db_pool_size` connections."""
    demo: bool = False
    """Whether there is a demo workspace whose sign-in the product shows; `crm-saas up` turns it on."""

    @property
    def backups(self) -> Path:
        """Where backups are kept."""
        return self.backup_dir or self.data_dir / "backups"

    @property
    def earlier_secret_keys(self) -> list[str]:
        """Keys that still open cookies, the newest first."""
        return [key.strip() for key in self.secret_key_fallbacks.split(",") if key.strip()]

    @model_validator(mode="before")
    @classmethod
    def _base_url_from_port(cls, values: Any) -> Any:  # noqa: ANN401 - pydantic's signature
        if isinstance(values, dict) and not values.get("base_url"):
            return {**values, "base_url": f"http://localhost:{values.get('port', 8000)}"}
        return values

    def without_owner(self) -> Self:
        """Return the settings of a process that must not become the owner of the schemas."""
        return self.model_copy(update={"owner_database_url": None, "owner_nodes": {}})

    @field_validator("nodes", "owner_nodes", mode="before")
    @classmethod
    def _from_json(cls, value: Any) -> Any:  # noqa: ANN401 - pydantic's signature
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            raise ValueError('a JSON object is wanted, such as {"second": "postgresql://..."}') from None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if "default" in self.nodes or not self.owner_nodes.keys() <= self.nodes.keys():
            raise ValueError("CRM_NODES names nodes beside `default`, CRM_OWNER_NODES the same or fewer")
        if self.secret_key and len(self.secret_key) < 32:  # 256 bits as hex take 64, as base64 43
            raise ValueError("CRM_SECRET_KEY needs at least 32 characters; `crm-saas secret` prints one")
        if any(len(key) < 32 for key in self.earlier_secret_keys):
            raise ValueError("CRM_SECRET_KEY_FALLBACKS: each key has at least 32 characters")
        if self.base_url.endswith("/") or not self.base_url.startswith(("http://", "https://")):
            raise ValueError("CRM_BASE_URL is http(s)://host[:port] without a trailing slash")
        return self


def load_settings(environ: Mapping[str, str] | None = None, *, services: bool = True) -> Settings:
    """Read the settings from `environ` (the process environment by default).

    With `services` the database, Redis and the secret key must be named; only the supervisor, which makes them, asks
    without.

    Raises:
        SettingsError: with one line naming every unknown, missing or bad variable.
    """
    source = os.environ if environ is None else environ
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in source.items()
        if name.startswith(PREFIX) and value != ""
    }
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        raise SettingsError("; ".join(_line(problem) for problem in error.errors())) from None
    if services:
        needed = ["database_url", "redis_url", "secret_key"]
        needed += ["encryption_keys"] if settings.environment == "production" else []
        missing = [name for name in needed if not getattr(settings, name)]
        if missing:
            names = ", ".join(PREFIX + name.upper() for name in missing)
            raise SettingsError(f"not set: {names} (`crm-saas up` sets them for the embedded servers)")
    return settings


def environ_of(settings: Settings) -> dict[str, str]:
    """The CRM_* variables that make `load_settings` return these settings: what a child process is given."""
    return {PREFIX + name.upper(): _text(value) for name, value in settings if value not in (None, "", {})}


def _text(value: object) -> str:
    if isinstance(value, dict):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _line(problem: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails is a TypedDict of Any
    """One problem of a validation as an operator reads it, without the value, which may be a secret."""
    if not problem["loc"]:
        return str(problem["msg"]).removeprefix("Value error, ")
    name = PREFIX + str(problem["loc"][0]).upper()
    if problem["type"] == "extra_forbidden":
        return f"{name} is not a setting"
    return f"{name}: {problem['msg'][:1].lower()}{problem['msg'][1:]}"
