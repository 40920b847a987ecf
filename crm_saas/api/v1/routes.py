"""All routes of version 1."""

from __future__ import annotations

from flask import Blueprint, Flask

import crm_saas.crm.catalogue  # noqa: F401 - registers the record types
from crm_saas.api.v1.assignment import assignment
from crm_saas.api.v1.audit import audit
from crm_saas.api.v1.batches import batches
from crm_saas.api.v1.comments import comments
from crm_saas.api.v1.erasures import erasures
from crm_saas.api.v1.imports import imports
from crm_saas.api.v1.invitations import invitations
from crm_saas.api.v1.keeping import keeping
from crm_saas.api.v1.members import members
from crm_saas.api.v1.notifications import notifications
from crm_saas.api.v1.qualification import qualification
from crm_saas.api.v1.records import records
from crm_saas.api.v1.retention import retention
from crm_saas.api.v1.rights import rights
from crm_saas.api.v1.search import search
from crm_saas.api.v1.two_factor import two_factor
from crm_saas.api.v1.views import views
from crm_saas.api.v1.workspace import workspace


def register(app: Flask) -> None:
    """Add the workspace API under /api/v1. Special resources first: their names are no plurals of record types."""
    v1 = Blueprint("v1", __name__, url_prefix="/api/v1")
    for part in (
        workspace, two_factor, keeping, erasures, retention, invitations, members, rights, audit, imports, batches,
        search, views, qualification, assignment, records, comments, notifications,
    ):  # fmt: skip
        v1.register_blueprint(part)
    app.register_blueprint(v1)
