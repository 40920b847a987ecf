from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from crm_saas.api import auth
from crm_saas.api.database import db
from crm_saas.kernel.db import TenantBase
from crm_saas.tenants.models import User
from tests.factories.workspaces import WorkspaceInfo


def test_the_session_of_flask_sqlalchemy_sees_the_control_plane_only(app: Flask, workspace: WorkspaceInfo) -> None:
    with app.app_context():
        assert db.session.execute(text("SELECT current_user")).scalar_one() == "crm_control"
        found = db.session.execute(select(User.name).where(User.id == workspace.owner.id)).scalar_one()
        assert found == workspace.owner.name
        with pytest.raises(ProgrammingError, match="permission denied"):
            db.session.execute(text(f"SELECT count(*) FROM {workspace.schema}.lead"))


def test_both_planes_are_known_to_migrations(app: Flask) -> None:
    with app.app_context():
        assert db.metadatas["tenant"] is TenantBase.metadata
        assert "control.app_user" in db.metadata.tables
        assert app.extensions["migrate"].directory == "migrations/control"


def test_every_view_states_its_access(app: Flask) -> None:
    auth.check_every_view(app)
    assert {auth.access_of(view) for view in app.view_functions.values()} == {"public", "signed_in"}


def test_an_application_with_a_silent_view_is_not_built() -> None:
    careless = Flask("careless", static_folder=None)
    careless.add_url_rule("/x", "x", lambda: "ok")
    with pytest.raises(RuntimeError, match="views that do not state their access: x"):
        auth.check_every_view(careless)
