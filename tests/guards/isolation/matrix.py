"""Every route of the application, how to ask it, and what each kind of caller must get.

A key is (method, rule) as the URL map has it. A route without a case fails `test_every_route_has_a_case`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any, Final, Literal

from flask import Flask

import crm_saas.crm.catalogue  # noqa: F401 - registers the record types
from crm_saas.crm.leads.type import LEAD
from crm_saas.crm.records.registry import REGISTRY, RecordType
from crm_saas.tenants.roles import AUDIT, MEMBERS, PRIVACY
from tests.factories.forms import fresh_email, joining_form, sign_up_form, workspace_form
from tests.factories.workspaces import PASSWORD
from tests.guards.isolation.ask import Ask
from tests.guards.isolation.place import CHANGES, Place

Access = Literal["public", "signed_in", "workspace"]
Key = tuple[str, str]
UNSUBSCRIBE = "/unsubscribe/<uuid:workspace_id>/<uuid:member_id>/<sort>/<token>"
PAGE = 0
"""The status of the web client's page: 200, or 503 where the client is not built."""
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Case:
    """What a route is and how it is asked."""

    access: Access
    make: Callable[[Place], Ask]
    status: int = 200
    """Of the answer to somebody who may."""
    right: str | None = None
    """The right on records that a role needs; None: every member may."""
    power: str | None = None
    """The power beside records that a role needs."""
    names_ids: bool = False
    """Whether the path names something planted."""
    personal: bool = False
    """Whether what the path names is there for its owner alone, whatever others may."""
    owners: bool = False
    """Whether only owners of the workspace may, whatever powers others have."""


def public(make: Callable[[Place], Ask] = lambda _: Ask(), status: int = 200) -> Case:
    """A route that everybody may ask."""
    return Case("public", make, status)


def match(version: object) -> dict[str, str | None]:
    """The header that says which version is changed."""
    return {"If-Match": f'"{version}"'}


def signing_up(_: Place) -> Ask:
    return Ask(json=sign_up_form())


def signing_in(place: Place) -> Ask:
    return Ask(json={"email": place.person.email, "password": PASSWORD})


def confirming(place: Place) -> Ask:
    place.begun_two_factor()
    return Ask(json={"code": "x"})


def leaving(_: Place) -> Ask:
    made_up = {name: f"{uuid.UUID(int=next(_numbers))}" for name in ("workspace_id", "member_id")}
    return Ask({**made_up, "sort": "soon", "token": "x" * 43})


SESSION: dict[Key, Case] = {
    ("GET", "/healthz"): public(),
    ("GET", "/readyz"): public(),
    ("GET", "/metrics"): public(),
    ("GET", "/"): public(status=PAGE),
    ("GET", "/<path:path>"): public(lambda _: Ask({"path": "w/some/leads"}), status=PAGE),
    ("GET", "/dev/mailbox"): public(),
    ("GET", "/api/v1/openapi.json"): public(),
    ("GET", UNSUBSCRIBE): public(leaving, 404),
    ("POST", UNSUBSCRIBE): public(leaving, 404),
    ("GET", "/api/session"): public(),
    ("POST", "/api/session/sign-up"): public(signing_up, 202),
    ("POST", "/api/session/resend"): public(lambda _: Ask(json={"email": f"who{next(_numbers)}@example.org"}), 202),
    ("POST", "/api/session/verify"): public(lambda _: Ask(json={"token": f"{next(_numbers):043}"}), 410),
    ("POST", "/api/session/sign-in"): public(signing_in),
    ("POST", "/api/session/sign-out"): public(status=204),
    ("POST", "/api/session/second-step"): public(lambda _: Ask(json={"code": "123456"}), 410),
    ("POST", "/api/session/password-reset"): public(
        lambda _: Ask(json={"email": f"who{next(_numbers)}@example.org"}), 202
    ),
    ("POST", "/api/session/password-reset/finish"): public(
        lambda _: Ask(json={"token": f"{next(_numbers):043}", "password": PASSWORD}), 410
    ),
    ("POST", "/api/session/reauthenticate"): Case("signed_in", lambda _: Ask(json={"password": PASSWORD})),
    ("GET", "/api/session/sessions"): Case("signed_in", lambda _: Ask()),
    ("DELETE", "/api/session/sessions"): Case("signed_in", lambda _: Ask(), 204),
    ("DELETE", "/api/session/sessions/<uuid:session_id>"): Case(
        "signed_in", lambda place: Ask({"session_id": place.other_session()}), 204, names_ids=True
    ),
    ("POST", "/api/session/password"): Case("signed_in", lambda _: Ask(json={"password": PASSWORD})),
    ("POST", "/api/session/email"): Case(
        "signed_in", lambda _: Ask(json={"email": f"new{next(_numbers)}@example.org"}), 202
    ),
    ("POST", "/api/session/email/confirm"): Case("signed_in", lambda _: Ask(json={"token": "0" * 43}), 410),
    ("GET", "/api/session/two-factor"): Case("signed_in", lambda _: Ask()),
    ("POST", "/api/session/two-factor"): Case("signed_in", lambda _: Ask()),
    ("POST", "/api/session/two-factor/confirm"): Case("signed_in", confirming, 422),
    ("POST", "/api/session/two-factor/recovery-codes"): Case("signed_in", lambda _: Ask(), 409),
    ("DELETE", "/api/session/two-factor"): Case("signed_in", lambda _: Ask()),
    ("GET", "/api/session/slug"): public(lambda _: Ask(query="?name=Acme")),
    ("POST", "/api/session/invitation"): public(lambda place: Ask(json={"token": place.invited()[1]})),
    ("POST", "/api/session/invitation/accept"): Case(
        "signed_in", lambda place: Ask(json={"token": place.invited()[1]}), 403
    ),
    ("POST", "/api/session/invitation/join"): public(lambda _: Ask(json=joining_form(f"{next(_numbers):043}")), 410),
    ("PATCH", "/api/session/profile"): Case("signed_in", lambda _: Ask(json={"theme": "dark"})),
    ("POST", "/api/session/workspaces"): Case("signed_in", lambda _: Ask(json=workspace_form()), 202),
    ("GET", "/api/session/workspaces/<uuid:workspace_id>"): Case(
        "signed_in", lambda place: Ask({"workspace_id": str(place.info.id)}), names_ids=True
    ),
    ("POST", "/api/session/workspaces/<uuid:workspace_id>/close"): Case(
        "signed_in",
        lambda place: Ask({"workspace_id": str(place.expendable("open"))}, json={"name": "Expendable"}),
        names_ids=True,
    ),
    ("POST", "/api/session/workspaces/<uuid:workspace_id>/reopen"): Case(
        "signed_in", lambda place: Ask({"workspace_id": str(place.expendable("closed"))}), names_ids=True
    ),
}
WORKSPACE: dict[Key, Case] = {
    ("GET", "/api/v1/me"): Case("workspace", lambda _: Ask()),
    ("GET", "/api/v1/objects"): Case("workspace", lambda _: Ask()),
    ("GET", "/api/v1/members"): Case("workspace", lambda _: Ask()),
    ("GET", "/api/v1/notifications"): Case("workspace", lambda _: Ask()),
    ("GET", "/api/v1/notifications/unread"): Case("workspace", lambda _: Ask()),
    ("POST", "/api/v1/notifications/read"): Case("workspace", lambda place: Ask(json={"ids": [place.notified()]})),
    ("GET", "/api/v1/notifications/choices"): Case("workspace", lambda _: Ask()),
    ("PUT", "/api/v1/notifications/choices"): Case("workspace", lambda _: Ask(json={"auto_follow": True})),
    ("GET", "/api/v1/search"): Case("workspace", lambda place: Ask(query=f"?q={place.marker}")),
    ("GET", "/api/v1/workspace/two-factor"): Case("workspace", lambda _: Ask(), power="workspace"),
    ("PUT", "/api/v1/workspace/two-factor"): Case(
        "workspace", lambda _: Ask(json={"required": False}), power="workspace"
    ),
    ("GET", "/api/v1/workspace/backups"): Case("workspace", lambda _: Ask(), power="data"),
    ("POST", "/api/v1/workspace/backups"): Case("workspace", lambda place: place.no_task("backup"), 202, power="data"),
    ("GET", "/api/v1/workspace/backups/<backup>"): Case(
        "workspace", lambda place: Ask({"backup": place.tested_backup()}), power="data", names_ids=True
    ),
    ("GET", "/api/v1/workspace/restores"): Case("workspace", lambda _: Ask(), power="data"),
    ("POST", "/api/v1/workspace/restores"): Case(
        "workspace", lambda place: place.restoring(), 202, power="data", owners=True, names_ids=True
    ),
    ("GET", "/api/v1/workspace/exports"): Case("workspace", lambda _: Ask(), power="data"),
    ("POST", "/api/v1/workspace/exports"): Case("workspace", lambda place: place.no_task("export"), 202, power="data"),
    ("GET", "/api/v1/workspace/exports/<export>/download"): Case(
        "workspace", lambda place: Ask({"export": place.finished_export()}), power="data", names_ids=True, personal=True
    ),
}


def managing(make: Callable[[Place], Ask], status: int = 200, *, power: str = MEMBERS, names_ids: bool = False) -> Case:
    """A route that needs a power beside records."""
    return Case("workspace", make, status, names_ids=names_ids, power=power)


def inviting(_: Place) -> Ask:
    return Ask(json={"emails": [fresh_email()], "role": "sales"})


PEOPLE: dict[Key, Case] = {
    ("GET", "/api/v1/invitations"): managing(lambda _: Ask()),
    ("POST", "/api/v1/invitations"): managing(inviting, 201),
    ("POST", "/api/v1/invitations/<invitation>/resend"): managing(
        lambda place: Ask({"invitation": place.invited()[0]}), 202, names_ids=True
    ),
    ("DELETE", "/api/v1/invitations/<invitation>"): managing(
        lambda place: Ask({"invitation": place.invited()[0]}), 204, names_ids=True
    ),
}


PEOPLE |= {
    ("GET", "/api/v1/members/details"): managing(lambda _: Ask()),
    ("PATCH", "/api/v1/members/<member>"): managing(
        lambda place: Ask({"member": place.colleague()}, json={"role": "viewer"}), names_ids=True
    ),
    ("POST", "/api/v1/members/<member>/deactivate"): managing(
        lambda place: Ask({"member": place.colleague()}, json={"hand_over": {"to": []}}), names_ids=True
    ),
    ("POST", "/api/v1/members/<member>/reactivate"): managing(
        lambda place: Ask({"member": place.colleague(active=False)}), names_ids=True
    ),
    ("POST", "/api/v1/members/<member>/hand-over"): managing(
        lambda place: Ask({"member": place.colleague(active=False)}, json={"to": []}), 202, names_ids=True
    ),
    ("GET", "/api/v1/members/<member>/holdings"): managing(
        lambda place: Ask({"member": place.colleague()}), names_ids=True
    ),
    ("POST", "/api/v1/members/leave"): Case("workspace", lambda _: Ask(json={}), 409),
    ("GET", "/api/v1/workspace"): Case("workspace", lambda _: Ask()),
    ("PATCH", "/api/v1/workspace"): managing(
        lambda place: Ask(json={"currency": "CHF"}, headers=match(place.settings_version())), power="workspace"
    ),
    ("GET", "/api/v1/audit"): managing(lambda _: Ask(), power=AUDIT),
    ("GET", "/api/v1/audit/download"): managing(lambda _: Ask(), power=AUDIT),
    ("GET", "/api/v1/hand-overs"): managing(lambda _: Ask()),
    ("GET", "/api/v1/hand-overs/<hand_over>"): managing(
        lambda place: Ask({"hand_over": place.handed_over()}), names_ids=True
    ),
    ("GET", "/api/v1/hand-overs/<hand_over>/records"): managing(
        lambda place: Ask({"hand_over": place.handed_over()}), names_ids=True
    ),
}


def role(place: Place, **ask: Any) -> Ask:  # noqa: ANN401 - the fields of Ask
    return Ask({"role": place.own_role()}, **ask)


def team(place: Place, **ask: Any) -> Ask:  # noqa: ANN401
    return Ask({"team": place.team()}, **ask)


RIGHTS: dict[Key, Case] = {
    ("GET", "/api/v1/roles"): Case("workspace", lambda _: Ask()),
    ("POST", "/api/v1/roles"): managing(
        lambda _: Ask(json={"label": f"Role {next(_numbers)}", "based_on": "viewer"}), 201
    ),
    ("PATCH", "/api/v1/roles/<role>"): managing(
        lambda place: role(place, json={"label": f"Role {next(_numbers)}"}, headers=match(1)), names_ids=True
    ),
    ("DELETE", "/api/v1/roles/<role>"): managing(role, 204, names_ids=True),
    ("GET", "/api/v1/teams"): Case("workspace", lambda _: Ask()),
    ("POST", "/api/v1/teams"): managing(lambda _: Ask(json={"name": "Branch"}), 201),
    ("PATCH", "/api/v1/teams/<team>"): managing(lambda place: team(place, json={"name": "Shop"}), names_ids=True),
    ("DELETE", "/api/v1/teams/<team>"): managing(team, 204, names_ids=True),
    ("PUT", "/api/v1/members/<member>/team"): managing(
        lambda place: Ask({"member": str(place.info.members["sales"].id)}, json={"team_id": place.team()}),
        names_ids=True,
    ),
}


def importing(make: Callable[[Place], Ask], status: int = 200, *, names_ids: bool = True) -> Case:
    """A route about imports; all of them need the right to import."""
    return Case("workspace", make, status, "import", names_ids=names_ids)


def run(import_id: str, **ask: Any) -> Ask:  # noqa: ANN401 - the fields of Ask
    return Ask({"run": import_id}, **ask)


IMPORTS: dict[Key, Case] = {
    ("POST", "/api/v1/imports"): importing(lambda place: Ask(data=place.upload()), 201, names_ids=False),
    ("POST", "/api/v1/imports/sample"): importing(lambda _: Ask(), 202, names_ids=False),
    ("GET", "/api/v1/imports"): importing(lambda _: Ask(), names_ids=False),
    ("GET", "/api/v1/imports/<run>"): importing(lambda place: run(place.ready_import())),
    ("PATCH", "/api/v1/imports/<run>"): importing(
        lambda place: run(place.ready_import(), json={"duplicates": "create"})
    ),
    ("GET", "/api/v1/imports/<run>/preview"): importing(lambda place: run(place.ready_import())),
    ("POST", "/api/v1/imports/<run>/start"): importing(
        lambda place: run(place.ready_import(), json={"dry_run": True}), 202
    ),
    ("POST", "/api/v1/imports/<run>/cancel"): importing(lambda place: run(place.queued_import()), 202),
    ("POST", "/api/v1/imports/<run>/undo"): importing(lambda place: run(place.finished_import()), 202),
    ("GET", "/api/v1/imports/<run>/undo-conflicts"): importing(lambda place: run(place.finished_import())),
    ("GET", "/api/v1/imports/<run>/rejected"): importing(lambda place: run(place.finished_import())),
}


def person(erasure_id: str, **ask: Any) -> Ask:  # noqa: ANN401 - the fields of Ask
    return Ask({"erasure": erasure_id}, **ask)


ERASURES: dict[Key, Case] = {
    ("GET", "/api/v1/erasures"): managing(lambda _: Ask(), power=PRIVACY),
    ("POST", "/api/v1/erasures"): managing(lambda _: Ask(json={"email": "a@example.org"}), 202, power=PRIVACY),
    ("GET", "/api/v1/erasures/<erasure>"): managing(
        lambda place: person(place.person_found()), power=PRIVACY, names_ids=True
    ),
    ("DELETE", "/api/v1/erasures/<erasure>"): managing(
        lambda place: person(place.person_found()), 204, power=PRIVACY, names_ids=True
    ),
    ("POST", "/api/v1/erasures/<erasure>/confirm"): managing(
        lambda place: person(
            place.person_found(), json={"mode": "whole", "records": [], "typed": place.address_of_somebody}
        ),
        202, power=PRIVACY, names_ids=True,
    ),
    ("GET", "/api/v1/erasures/<erasure>/download"): managing(
        lambda place: person(place.person_found()), power=PRIVACY, names_ids=True
    ),
}  # fmt: skip


def retaining(place: Place, version: int, **ask: Any) -> Ask:  # noqa: ANN401 - the fields of Ask
    """A rule of retention, when it has this version."""
    place.retention_of(version)
    return Ask({"object_name": "lead"}, headers=match(version), **ask)


RETENTION: dict[Key, Case] = {
    ("GET", "/api/v1/retention"): managing(lambda _: Ask(), power=PRIVACY),
    ("PUT", "/api/v1/retention/<object_name>"): managing(
        lambda place: retaining(place, 1, json={"months": 12}), power=PRIVACY
    ),
    ("POST", "/api/v1/retention/<object_name>/preview"): managing(
        lambda _: Ask({"object_name": "lead"}, json={"months": 12}), power=PRIVACY
    ),
    ("POST", "/api/v1/retention/runs/<run>/undo"): managing(
        lambda place: run(place.retention_run()), 202, power=PRIVACY, names_ids=True
    ),
}


def viewing(place: Place, **ask: Any) -> Ask:  # noqa: ANN401 - the fields of Ask
    """A view of the owner's own."""
    view = place.saved_view()
    return Ask({"view": str(view["id"])}, headers=match(view["version"]), **ask)


VIEWS: dict[Key, Case] = {
    ("GET", "/api/v1/views"): Case("workspace", lambda _: Ask(query="?object=lead"), right="read"),
    ("POST", "/api/v1/views"): Case(
        "workspace", lambda _: Ask(json={"object": "lead", "name": "Mine"}), 201, right="read"
    ),
    ("PATCH", "/api/v1/views/<view>"): Case(
        "workspace", lambda place: viewing(place, json={"name": "Other"}), names_ids=True, personal=True
    ),
    ("DELETE", "/api/v1/views/<view>"): Case("workspace", viewing, 204, names_ids=True, personal=True),
}


def batch(job_id: str) -> Ask:
    return Ask({"batch": job_id})


def acting(make: Callable[[Place], Ask], status: int = 200, *, names_ids: bool = True) -> Case:
    """A route about acts on many records; a job is there for who made it alone, whatever others may."""
    return Case("workspace", make, status, None if names_ids else "update", names_ids=names_ids, personal=names_ids)


BATCHES: dict[Key, Case] = {
    ("POST", "/api/v1/batches/preview"): acting(lambda place: Ask(json=place.many()), names_ids=False),
    ("POST", "/api/v1/batches"): acting(lambda place: Ask(json=place.many()), 202, names_ids=False),
    ("GET", "/api/v1/batches"): acting(lambda _: Ask(), names_ids=False),
    ("GET", "/api/v1/batches/<batch>"): acting(lambda place: batch(place.queued_batch())),
    ("GET", "/api/v1/batches/<batch>/left"): acting(lambda place: batch(place.queued_batch())),
    ("POST", "/api/v1/batches/<batch>/cancel"): acting(lambda place: batch(place.queued_batch()), 202),
    ("POST", "/api/v1/batches/<batch>/undo"): acting(lambda place: batch(place.finished_batch()), 202),
}


def criterion(place: Place, **ask: Any) -> Ask:  # noqa: ANN401 - the fields of Ask
    return Ask({"criterion": place.criterion()}, **ask)


def of_lead(lead_id: str, **ask: Any) -> Ask:  # noqa: ANN401
    return Ask({"record": lead_id}, **ask)


QUALIFICATION: dict[Key, Case] = {
    ("GET", "/api/v1/qualification"): Case("workspace", lambda _: Ask(), right="read"),
    ("PATCH", "/api/v1/qualification"): managing(
        lambda place: Ask(json={"confirm": False}, headers=match(place.demanded()["version"])), power="workspace"
    ),
    ("POST", "/api/v1/qualification/criteria"): managing(
        lambda place: place.room_for_criteria(Ask(json={"name_en": "Wants it"})), 201, power="workspace"
    ),
    ("PUT", "/api/v1/qualification/criteria/order"): managing(
        lambda place: Ask(json={"ids": [each["id"] for each in place.demanded()["criteria"]]}), power="workspace"
    ),
    ("PATCH", "/api/v1/qualification/criteria/<criterion>"): managing(
        lambda place: criterion(place, json={"points": 3}, headers=match(1)), power="workspace", names_ids=True
    ),
    ("DELETE", "/api/v1/qualification/criteria/<criterion>"): managing(
        criterion, 204, power="workspace", names_ids=True
    ),
    ("GET", "/api/v1/leads/<record>/qualification"): Case(
        "workspace", lambda place: of_lead(place.record(LEAD)["id"]), right="read", names_ids=True
    ),
    ("PUT", "/api/v1/leads/<record>/qualification/<criterion>"): Case(
        "workspace",
        lambda place: Ask(
            {"record": place.record(LEAD)["id"], "criterion": place.criterion()}, json={"verdict": "met"}
        ),
        right="update",
        names_ids=True,
    ),
    ("POST", "/api/v1/leads/<record>/qualify"): Case(
        "workspace", lambda place: of_lead(place.record(LEAD)["id"], json={}), right="update", names_ids=True
    ),
    ("POST", "/api/v1/leads/<record>/qualification/withdraw"): Case(
        "workspace", lambda place: of_lead(place.waiting_lead()), right="update", names_ids=True
    ),
    ("POST", "/api/v1/leads/<record>/qualification/confirm"): managing(
        lambda place: of_lead(place.waiting_lead()), power="confirm", names_ids=True
    ),
    ("POST", "/api/v1/leads/<record>/qualification/send-back"): managing(
        lambda place: of_lead(place.waiting_lead(), json={"reason": "Who decides?"}), power="confirm", names_ids=True
    ),
}


def ruling(place: Place, **ask: Any) -> Ask:  # noqa: ANN401 - the fields of Ask
    return Ask({"rule": place.rule()}, **ask)


ASSIGNMENT: dict[Key, Case] = {
    ("GET", "/api/v1/assignment"): Case("workspace", lambda _: Ask(), right="read"),
    ("PATCH", "/api/v1/assignment"): managing(
        lambda place: Ask(json={"capacity": 9}, headers=match(place.assignment()["version"])), power="workspace"
    ),
    ("POST", "/api/v1/assignment/rules"): managing(
        lambda place: place.room_for_rules(Ask(json={"name": "Rule"})), 201, power="workspace"
    ),
    ("PUT", "/api/v1/assignment/rules/order"): managing(
        lambda place: Ask(json={"ids": [each["id"] for each in place.assignment()["rules"]]}), power="workspace"
    ),
    ("PATCH", "/api/v1/assignment/rules/<rule>"): managing(
        lambda place: ruling(place, json={"name": "Other"}, headers=match(1)), power="workspace", names_ids=True
    ),
    ("DELETE", "/api/v1/assignment/rules/<rule>"): managing(ruling, 204, power="workspace", names_ids=True),
    ("POST", "/api/v1/assignment/trial"): managing(
        lambda place: Ask(json={"lead": str(place.record(LEAD)["id"])}), power="workspace"
    ),
    ("GET", "/api/v1/assignment/members"): managing(lambda _: Ask(), power="workspace"),
    ("PATCH", "/api/v1/assignment/members/<member>"): managing(
        lambda place: Ask({"member": place.colleague()}, json={"capacity": 3}), power="workspace", names_ids=True
    ),
    ("POST", "/api/v1/leads/<record>/assign"): Case(
        "workspace", lambda place: of_lead(place.assignable_lead()), right="update", names_ids=True
    ),
}
LEAD_ROUTES = {
    ("GET", "/api/v1/leads/<record>/qualification"): "read",
    ("POST", "/api/v1/leads/<record>/qualify"): "update",
}
"""Routes of one lead -> the right on it that they need, for the matrix of levels."""

MakeForType = Callable[[Place, RecordType], Ask]


def named(rtype: RecordType, record: dict[str, Any], **ask: Any) -> Ask:  # noqa: ANN401
    return Ask({"plural": rtype.plural, "record": str(record["id"])}, **ask)


def changing(place: Place, rtype: RecordType) -> Ask:
    record = place.record(rtype)
    return named(rtype, record, json=CHANGES[rtype.name], headers=match(record["version"]))


def deleting(place: Place, rtype: RecordType) -> Ask:
    record = place.record(rtype)
    return named(rtype, record, headers=match(record["version"]))


def creating(place: Place, rtype: RecordType) -> Ask:
    return Ask({"plural": rtype.plural}, "?allow_duplicates=1", place.example(rtype))


DIVIDED_BY = {"lead": "status"}
"""Record type -> a field that its lists can be divided by."""

RECORDS: dict[Key, tuple[MakeForType, int, str, bool]] = {
    ("GET", "/api/v1/<plural>"): (lambda _, rtype: Ask({"plural": rtype.plural}), 200, "read", False),
    ("POST", "/api/v1/<plural>"): (creating, 201, "create", False),
    ("GET", "/api/v1/<plural>/export"): (lambda _, rtype: Ask({"plural": rtype.plural}), 200, "export", False),
    ("GET", "/api/v1/<plural>/totals"): (
        lambda _, rtype: Ask({"plural": rtype.plural}, f"?by={DIVIDED_BY[rtype.name]}"), 200, "read", False,
    ),
    ("GET", "/api/v1/<plural>/duplicates"): (
        lambda _, rtype: Ask({"plural": rtype.plural}, "?email=a@example.org"), 200, "read", False,
    ),
    ("GET", "/api/v1/<plural>/<record>"): (
        lambda place, rtype: named(rtype, place.record(rtype)), 200, "read", True,
    ),
    ("PATCH", "/api/v1/<plural>/<record>"): (changing, 200, "update", True),
    ("DELETE", "/api/v1/<plural>/<record>"): (deleting, 204, "delete", True),
    ("POST", "/api/v1/<plural>/<record>/restore"): (
        lambda place, rtype: named(rtype, place.deleted_record(rtype)), 200, "delete", True,
    ),
    ("POST", "/api/v1/<plural>/<record>/explain"): (
        lambda place, rtype: named(rtype, place.record(rtype), json={"filter": {"all": []}}), 200, "read", True,
    ),
    ("GET", "/api/v1/<plural>/<record>/access"): (
        lambda place, rtype: named(rtype, place.record(rtype)), 200, "read", True,
    ),
    ("GET", "/api/v1/<plural>/<record>/history"): (
        lambda place, rtype: named(rtype, place.record(rtype)), 200, "read", True,
    ),
    ("GET", "/api/v1/<plural>/<record>/comments"): (
        lambda place, rtype: named(rtype, place.record(rtype)), 200, "read", True,
    ),
    ("POST", "/api/v1/<plural>/<record>/comments"): (
        lambda place, rtype: named(rtype, place.record(rtype), json={"body": "Seen."}), 201, "read", True,
    ),
    **{
        (method, "/api/v1/<plural>/<record>/followers"): (
            lambda place, rtype: named(rtype, place.record(rtype)), 200, "read", True,
        )
        for method in ("GET", "POST", "DELETE")
    },
    ("POST", "/api/v1/<plural>/<record>/seen"): (
        lambda place, rtype: named(rtype, place.record(rtype), json={}), 204, "read", True,
    ),
}  # fmt: skip
"""Routes of every record type: how to ask, the status, the right, whether the path names a record."""


def commented(place: Place, rtype: RecordType, **ask: Any) -> Ask:  # noqa: ANN401
    record, comment = place.comment(rtype)
    return Ask({"plural": rtype.plural, "record": record, "comment": comment}, **ask)


COMMENTS: dict[Key, tuple[MakeForType, int, str | None]] = {
    ("PATCH", "/api/v1/<plural>/<record>/comments/<comment>"): (
        lambda place, rtype: commented(place, rtype, json={"body": "Changed."}, headers=match(1)), 200, None,
    ),
    ("DELETE", "/api/v1/<plural>/<record>/comments/<comment>"): (
        commented, 204, "workspace",
    ),
}  # fmt: skip
"""Routes of the owner's comment on a record of every type: how to ask, the status, the power that others need."""


WITHOUT_TYPE: Final = (
    SESSION, WORKSPACE, PEOPLE, RIGHTS, IMPORTS, ERASURES, RETENTION, VIEWS, BATCHES, QUALIFICATION, ASSIGNMENT,
)  # fmt: skip
"""The routes that name no type of record."""


def cases() -> Iterator[tuple[str, Key, Case]]:
    """Yield every case with a name; the routes of record types once for each type."""
    for table in WITHOUT_TYPE:
        for key, case in table.items():
            yield " ".join(key), key, case
    for key, (make, status, right, names_ids) in RECORDS.items():
        for rtype in REGISTRY:
            name = f"{' '.join(key)} {rtype.name}"
            yield name, key, Case("workspace", partial(_for_type, make, rtype), status, right, names_ids=names_ids)
    for key, (make, status, power) in COMMENTS.items():
        for rtype in REGISTRY:
            name = f"{' '.join(key)} {rtype.name}"
            yield name, key, Case("workspace", partial(_for_type, make, rtype), status, power=power, names_ids=True)


def _for_type(make: MakeForType, rtype: RecordType, place: Place) -> Ask:
    return make(place, rtype)


def routes(app: Flask) -> set[Key]:
    """Return every route of the application, as the URL map has it."""
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def address(key: Key, ask: Ask) -> str:
    """Return the path of a request: the rule with its values filled in."""
    path = key[1]
    for converter in ("", "uuid:", "path:"):
        for name, value in ask.path.items():
            path = path.replace(f"<{converter}{name}>", value)
    assert "<" not in path, path
    return path + ask.query
