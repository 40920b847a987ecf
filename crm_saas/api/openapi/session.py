"""The description of what the web client uses to sign up, sign in and switch workspace."""

from __future__ import annotations

from typing import Final

from apispec import APISpec

from crm_saas.api.openapi.shapes import (
    BOOLEAN,
    INSTANT,
    SIGNED_IN,
    STRING,
    UUID,
    Json,
    answer,
    body,
    form,
    in_path,
    many,
    nullable,
    one_of,
    operation,
    path,
    query,
    record,
    ref,
)
from crm_saas.kernel.directory import ACTIVE, CLOSED, FAILED, PROVISIONING
from crm_saas.tenants.profile import DENSITIES, THEMES
from crm_saas.tenants.regions import LANGUAGES

_TAG: Final = "session"
_FORM: Final = (400, 403, 413, 415, 422, 429)
_SENT: Final = record({"status": one_of("verification_sent"), "email": STRING}, optional=("email",))


def add(spec: APISpec) -> None:
    """Add the session API."""
    _add_schemas(spec)
    here = {200: answer("The session.", ref("Session"))}
    path(spec, "/api/session", get=_open("readSession", "Who is signed in, and the CSRF token of this browser", here))
    sent = {202: answer("Sent.", _SENT)}
    again = form({"email": STRING}, required=("email",))
    entered = {"allOf": [ref("Session"), record({"workspace_id": nullable(UUID)})]}
    token = form({"token": STRING, "password": STRING}, required=("token",))
    door = form({"email": STRING, "password": STRING}, required=("email", "password"))
    opened = {200: answer("Signed in.", entered)}
    for name, described in (
        ("sign-up", _open("signUp", "Ask for an account; a link is mailed", sent, ref("SignUp"), _FORM)),
        ("resend", _open("resendLink", "Mail the link again", sent, again, _FORM)),
        ("verify", _open("openLink", "Open the link: make account and workspace", opened, token, (401, *_FORM, 410))),
        ("sign-in", _open("signIn", "Sign in", here, door, (401, *_FORM))),
    ):
        path(spec, f"/api/session/{name}", post=described)
    out = _open("signOut", "Sign out", {204: answer("Signed out.")}, refusals=(403,))
    path(spec, "/api/session/sign-out", post=out)
    slug = record({"slug": STRING, "available": BOOLEAN})
    suggest = operation(
        "suggestSlug", "Suggest the address of a workspace by its name", _TAG, {200: answer("A suggestion.", slug)},
        security=[], parameters=[query("name", STRING)], refusals=(429,),
    )  # fmt: skip
    path(spec, "/api/session/slug", get=suggest)
    _add_own(spec)


def _add_own(spec: APISpec) -> None:
    """Add what only a signed-in person may do."""
    path(
        spec,
        "/api/session/profile",
        patch=operation(
            "changeProfile", "Change one's own name, language, time zone and looks", _TAG,
            {200: answer("The person.", record({"user": ref("User")}))},
            security=SIGNED_IN, request_body=body(ref("ProfilePatch")), refusals=(401, *_FORM),
        ),
    )  # fmt: skip
    summary = ref("WorkspaceSummary")
    path(
        spec,
        "/api/session/workspaces",
        post=operation(
            "createWorkspace", "Make one more workspace", _TAG, {202: answer("It is being built.", summary)},
            security=SIGNED_IN, request_body=body(ref("WorkspaceDraft")), refusals=(401, *_FORM),
        ),
    )  # fmt: skip
    path(
        spec,
        "/api/session/workspaces/{id}",
        get=operation(
            "readWorkspace", "One of one's own workspaces, with its state", _TAG,
            {200: answer("The workspace.", summary)},
            security=SIGNED_IN, parameters=[in_path("The id of a workspace.")], refusals=(401, 404),
        ),
    )  # fmt: skip
    for action, said, wanted in (
        (
            "close",
            "Close a workspace for everybody; it is deleted after a while",
            body(form({"name": STRING}, required=("name",))),
        ),
        ("reopen", "Open a closed workspace again", None),
    ):
        described = operation(
            f"{action}Workspace", said, _TAG, {200: answer("The workspace.", summary)},
            security=SIGNED_IN, parameters=[in_path("The id of a workspace.")], request_body=wanted,
            refusals=(400, 401, 403, 404, 409, 415, 422, 429),
        )  # fmt: skip
        path(spec, f"/api/session/workspaces/{{id}}/{action}", post=described)


def _add_schemas(spec: APISpec) -> None:
    looks = {
        "language": one_of(*LANGUAGES),
        "timezone": {**STRING, "description": "IANA name."},
        "theme": one_of(*THEMES),
        "density": one_of(*DENSITIES),
    }
    draft = {
        "organisation": STRING,
        "slug": nullable(STRING),
        "timezone": STRING,
        "currency": {**STRING, "description": "ISO 4217."},
        "language": one_of(*LANGUAGES),
    }
    person = {"name": STRING, "email": STRING, "password": STRING}
    needed = ("organisation", "timezone", "currency", "language")
    spec.components.schema(
        "User", record({"id": UUID, "name": STRING, "email": STRING, **looks, "two_factor": BOOLEAN})
    )
    spec.components.schema("ProfilePatch", form({"name": STRING, **looks}))
    spec.components.schema("WorkspaceDraft", form(draft, required=needed))
    spec.components.schema("SignUp", form({**draft, **person}, required=(*needed, *person)))
    state = one_of(PROVISIONING, ACTIVE, FAILED, CLOSED)
    spec.components.schema(
        "WorkspaceSummary", record({"id": UUID, "slug": STRING, "name": STRING, "role": STRING, "state": state,
                "purge_at": {**nullable(INSTANT), "description": "When a closed workspace is deleted."}})
    )  # fmt: skip
    demo = record({"email": STRING, "password": STRING})
    spec.components.schema(
        "Session",
        record(
            {
                "csrf_token": STRING,
                "user": nullable(ref("User")),
                "second_step": {**BOOLEAN, "description": "The password was right; the code comes next."},
                "workspaces": many(ref("WorkspaceSummary")),
                "deployment": record({"mailbox_url": nullable(STRING), "demo": nullable(demo)}),
            }
        ),
    )


def _open(
    action: str, summary: str, responses: dict[int, Json], schema: Json | None = None, refusals: tuple[int, ...] = ()
) -> Json:
    """Return an operation for everybody; `schema` is that of its body."""
    request_body = None if schema is None else body(schema)
    return operation(action, summary, _TAG, responses, security=[], request_body=request_body, refusals=refusals)
