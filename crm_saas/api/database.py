"""Flask-SQLAlchemy and Flask-Migrate over the two planes.

`db.session` sees the control plane only, through the same walled engine as `kernel.uow`; the tenants' metadata is
known to Flask-Migrate and has no engine, because a tenant's transactions begin in `kernel.uow.tenant`.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine

from crm_saas.kernel import uow
from crm_saas.kernel.db import ControlBase, TenantBase


class _ControlPlane(SQLAlchemy):
    """Takes its engine from the directory instead of making one that would not know of planes."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:  # noqa: ARG002
        return uow.directory().control_engine


db = _ControlPlane(metadata=ControlBase.metadata)
db.metadatas["tenant"] = TenantBase.metadata
migrate = Migrate(db=db, directory="migrations/control")


def register(app: Flask) -> None:
    """Add the extensions; `uow.configure` comes first."""
    app.config["SQLALCHEMY_DATABASE_URI"] = "postgresql+psycopg://"  # never used: see _make_engine
    db.init_app(app)
    migrate.init_app(app)
