"""The description of what concerns the people of a workspace: invitations, members, hand-over, audit."""

from __future__ import annotations

from typing import Final

from apispec import APISpec

from crm_saas.api.openapi.shapes import (
    BOOLEAN,
    IN_WORKSPACE,
    INSTANT,
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
    path,
    record,
    ref,
)
from crm_saas.tenants.invitations import MOST_AT_ONCE, STATES
from crm_saas.tenants.regions import LANGUAGES

_TAG: Final = "people"
_READ: Final = (401, 403, 404, 422)
_ACT: Final = (400, 401, 403, 404, 409, 413, 415, 422, 429)
_LINK: Final = (400, 403, 409, 410, 413, 415, 422, 429)
_INVITATION_ID: Final = in_path("The id of an invitation.")


def add(spec: APISpec) -> None:
    """Add everything about people."""
    _add_invitations(spec)
    _add_link(spec)


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
