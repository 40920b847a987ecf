"""The description of what concerns the people of a workspace: invitations, members, hand-over, audit."""

from __future__ import annotations

from typing import Final

from apispec import APISpec

from crm_saas.api.openapi.shapes import (
    BOOLEAN,
    IN_WORKSPACE,
    INSTANT,
    INTEGER,
    SIGNED_IN,
    STRING,
    UUID,
    Json,
    answer,
    body,
    data,
    form,
    in_path,
    many,
    nullable,
    one_of,
    operation,
    page,
    path,
    query,
    record,
    ref,
    table,
)
from crm_saas.crm.handover.service import MOST_RECIPIENTS, MOST_SHARE
from crm_saas.crm.handover.service import STATES as HAND_OVER_STATES
from crm_saas.tenants.audit import KINDS
from crm_saas.tenants.invitations import MOST_AT_ONCE, STATES
from crm_saas.tenants.regions import LANGUAGES

_TAG: Final = "people"
_READ: Final = (401, 403, 404, 422)
_ACT: Final = (400, 401, 403, 404, 409, 413, 415, 422, 429)
_LINK: Final = (400, 403, 409, 410, 413, 415, 422, 429)
_MEMBER_ID: Final = in_path("The id of a member.")
_HAND_OVER_ID: Final = in_path("The id of a hand-over.")
_INVITATION_ID: Final = in_path("The id of an invitation.")


def add(spec: APISpec) -> None:
    """Add everything about people."""
    _add_invitations(spec)
    _add_link(spec)
    _add_members(spec)
    _add_hand_overs(spec)
    _add_audit(spec)
    _add_settings(spec)


def _add_invitations(spec: APISpec) -> None:
    spec.components.schema("Invitation", record(
        {
            "id": UUID, "email": STRING, "role": STRING, "team_id": nullable(UUID), "state": one_of(*STATES),
            "invited_by": record({"id": UUID, "name": STRING}),
            "created_at": INSTANT, "sent_at": INSTANT, "expires_at": INSTANT,
        }
    ))  # fmt: skip
    outcome = one_of("invited", "already_member", "already_invited")
    outcomes = data(record({"email": STRING, "outcome": outcome}))
    draft = form(
        {"emails": many(STRING, most=MOST_AT_ONCE), "role": STRING, "team_id": nullable(UUID)},
        required=("emails", "role"),
    )
    listed = data(ref("Invitation"))
    path(
        spec,
        "/api/v1/invitations",
        get=_operation(
            "listInvitations",
            "The invitations that are still open",
            {200: answer("Newest first.", listed)},
        ),
        post=_operation("invite", "Invite people by e-mail", {201: answer("What came of each.", outcomes)}, draft),
    )
    sent = {202: answer("Sent.", record({"id": UUID, "expires_at": INSTANT}))}
    path(
        spec,
        "/api/v1/invitations/{id}/resend",
        post=_operation("resendInvitation", "Mail a new link; the old one ends", sent, at=_INVITATION_ID, acts=True),
    )
    gone = {204: answer("Taken back.")}
    path(
        spec,
        "/api/v1/invitations/{id}",
        delete=_operation("revokeInvitation", "Take an invitation back", gone, at=_INVITATION_ID, acts=True),
    )


def _add_link(spec: APISpec) -> None:
    spec.components.schema("InvitationOffer", record(
        {
            "workspace": STRING, "invited_by": STRING, "email": STRING, "role": STRING, "language": one_of(*LANGUAGES),
            "timezone": STRING, "expires_at": INSTANT,
            "for_me": {**nullable(BOOLEAN), "description": "Whether it is for the signed-in person; null: nobody is."},
        }
    ))  # fmt: skip
    token = {"token": STRING}
    joining = {**token, "name": STRING, "password": STRING, "language": one_of(*LANGUAGES), "timezone": STRING}
    spec.components.schema("NewMember", form(joining, required=tuple(joining)))
    entered = {200: answer("Joined.", {"allOf": [ref("Session"), record({"workspace_id": UUID})]})}
    offer = {200: answer("The offer.", ref("InvitationOffer"))}
    of_token = form(token, required=("token",))
    security: list[Json] = []
    for name, described in (
        ("", operation(
            "readInvitation", "What the link of an invitation offers", _TAG, offer,
            security=security, request_body=body(of_token), refusals=_LINK,
        )),
        ("/accept", operation(
            "acceptInvitation", "Join with the account one is signed in with", _TAG, entered,
            security=SIGNED_IN, request_body=body(of_token), refusals=(401, *_LINK),
        )),
        ("/join", operation(
            "joinAsNew", "Join with a new account for the address of the link", _TAG, entered,
            security=security, request_body=body(ref("NewMember")), refusals=_LINK,
        )),
    ):  # fmt: skip
        path(spec, f"/api/session/invitation{name}", post=described)


def _add_members(spec: APISpec) -> None:
    spec.components.schema("MemberDetails", record(
        {
            "id": UUID, "name": STRING, "email": STRING, "role": STRING, "team_id": nullable(UUID), "active": BOOLEAN,
            "joined_at": INSTANT, "ended_at": nullable(INSTANT), "last_seen_at": nullable(INSTANT),
            "two_factor": {
                **nullable(BOOLEAN),
                "description": "Whether they sign in with a second factor; null where nobody has to.",
            },
        }
    ))  # fmt: skip
    seats = record({"allowed": INTEGER, "used": INTEGER, "promised": INTEGER})
    everybody = record({"data": many(ref("MemberDetails")), "seats": seats})
    one = {200: answer("The member.", ref("MemberDetails"))}
    path(
        spec,
        "/api/v1/members/details",
        get=_operation(
            "listMemberDetails", "The members as those who manage them see them", {200: answer("All.", everybody)}
        ),
    )
    role = form({"role": STRING}, required=("role",))
    path(
        spec,
        "/api/v1/members/{id}",
        patch=_operation("changeMember", "Give a member another role", one, role, at=_MEMBER_ID),
    )
    path(
        spec,
        "/api/v1/members/{id}/reactivate",
        post=_operation("reactivateMember", "Give a deactivated member access again", one, at=_MEMBER_ID, acts=True),
    )


def _add_hand_overs(spec: APISpec) -> None:
    share = form(
        {"id": UUID, "share": {**INTEGER, "minimum": 1, "maximum": MOST_SHARE, "default": 1}}, required=("id",)
    )
    to = {**many(share, most=MOST_RECIPIENTS), "description": "In proportion to their shares; empty: nobody."}
    given = {**table(INTEGER), "description": "Member id, or `nobody`, and how many they got so far."}
    view = record({"id": UUID, "object": STRING, "name": STRING, "to_id": nullable(UUID)})
    views = {**many(view), "description": "Their saved views: shared ones have a new owner, private ones have ended."}
    spec.components.schema("HandOver", record(
        {
            "id": UUID, "from_id": UUID, "to": many(record({"id": UUID, "share": INTEGER})),
            "state": one_of(*HAND_OVER_STATES), "total": INTEGER, "moved": INTEGER, "given": given, "views": views,
            "error": nullable(STRING), "created_at": INSTANT, "created_by_id": UUID, "finished_at": nullable(INSTANT),
        }
    ))  # fmt: skip
    ended = {200: answer("Deactivated.", record({"hand_over": nullable(ref("HandOver"))}))}
    wanted = form({"hand_over": nullable(form({"to": to}, required=("to",)))})
    holding = record({"type": STRING, "field": STRING, "count": INTEGER})
    rules = {**INTEGER, "description": "Rules of assignment that name them: an heir takes their place."}
    held = {200: answer("By type and field.", record({"data": many(holding), "total": INTEGER, "rules": rules}))}
    listed = {200: answer("Newest first.", data(ref("HandOver")))}
    moved = record({"type": STRING, "id": UUID, "display_name": STRING, "to_id": nullable(UUID)})
    shown = {200: answer("As asked.", {"allOf": [ref("HandOver"), record({"first_moved": many(moved)})]})}
    file = {"description": "CSV.", "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
    described = {
        "members/{id}/holdings": {
            "get": _operation("readHoldings", "What a member is responsible for", held, at=_MEMBER_ID)
        },
        "members/{id}/deactivate": {
            "post": _operation("deactivateMember", "End a member's access, hand over", ended, wanted, at=_MEMBER_ID)
        },
        "members/leave": {"post": _operation("leaveWorkspace", "Leave the workspace oneself", ended, wanted)},
        "members/{id}/hand-over": {
            "post": _operation(
                "handOver", "Hand over what a former member still owns", {202: answer("Asked for.", ref("HandOver"))},
                form({"to": to}, required=("to",)), at=_MEMBER_ID,
            )
        },
        "hand-overs": {"get": _operation("listHandOvers", "The newest hand-overs", listed)},
        "hand-overs/{id}": {
            "get": _operation("readHandOver", "A hand-over and the first of what moved", shown, at=_HAND_OVER_ID)
        },
        "hand-overs/{id}/records": {
            "get": _operation("downloadMoved", "Everything that moved, as CSV", {200: file}, at=_HAND_OVER_ID)
        },
    }  # fmt: skip
    for address, operations in described.items():
        path(spec, f"/api/v1/{address}", **operations)


def _add_audit(spec: APISpec) -> None:
    person = nullable(record({"id": UUID, "name": STRING}))
    data_ = {"type": "object", "additionalProperties": True, "description": "What belongs to this type of event."}
    spec.components.schema("AuditEvent", record(
        {
            "id": UUID, "at": INSTANT, "type": STRING, "actor": person, "person": person, "data": data_,
            "names": {**table(STRING), "description": "Role keys and team ids of the data, and what they are called."},
        }
    ))  # fmt: skip
    filters = [
        query("person", UUID, "Who did it, or whom it happened to."),
        query("kind", one_of(*KINDS)),
        query("since", INSTANT),
        query("until", INSTANT, "Up to, and without, this instant."),
    ]
    paged = [*filters, query("cursor", STRING), query("limit", {**INTEGER, "minimum": 1, "maximum": 200})]
    file = {"description": "CSV.", "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
    for address, name, summary, found, parameters in (
        ("", "listAudit", "What was done to the workspace and its people, and who signed in",
         answer("Newest first.", page(ref("AuditEvent"))), paged),
        ("/download", "downloadAudit", "The same as CSV", file, filters),
    ):  # fmt: skip
        described = operation(
            name, summary, _TAG, {200: found}, security=IN_WORKSPACE, refusals=_READ, parameters=parameters
        )
        path(spec, f"/api/v1/audit{address}", get=described)


def _add_settings(spec: APISpec) -> None:
    texts = dict.fromkeys(("name", "slug", "timezone", "currency", "country"), STRING)
    settings = record({"id": UUID, **texts, "language": one_of(*LANGUAGES)})
    spec.components.schema("WorkspaceSettings", settings)
    spec.components.schema("WorkspacePatch", form({**texts, "language": one_of(*LANGUAGES)}))
    shown = {200: answer("The settings.", ref("WorkspaceSettings"), headers=("ETag",))}
    version = {"name": "If-Match", "in": "header", "required": True, "schema": STRING}
    path(
        spec,
        "/api/v1/workspace",
        get=_operation("readSettings", "What the workspace is called and where it is at home", shown),
        patch=operation(
            "changeSettings", "Change the settings of the workspace", _TAG, shown, security=IN_WORKSPACE,
            refusals=(*_ACT, 412, 428), parameters=[version], request_body=body(ref("WorkspacePatch")),
        ),
    )  # fmt: skip


def _operation(
    name: str,
    summary: str,
    responses: dict[int, Json],
    sent: Json | None = None,
    *,
    at: Json | None = None,
    acts: bool = False,
) -> Json:
    return operation(
        name,
        summary,
        _TAG,
        responses,
        security=IN_WORKSPACE,
        refusals=_ACT if acts or sent is not None else _READ,
        parameters=[] if at is None else [at],
        request_body=None if sent is None else body(sent),
    )
