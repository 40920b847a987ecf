"""The description of one's own account: proof of presence, sessions, password, address, second factor."""

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

_TAG: Final = "account"
_FORM: Final = (400, 403, 413, 415, 422, 429)
_SESSION: Final = "/api/session"
_CODE: Final = form({"code": STRING}, required=("code",))
_DONE: Final[dict[int, Json]] = {204: answer("Done.")}


def add(spec: APISpec) -> None:
    """Add what a person does about their own account."""
    _add_schemas(spec)
    _add_reset(spec)
    here = {200: answer("The session.", ref("Session"))}
    path(
        spec, f"{_SESSION}/second-step",
        post=_open("finishSignIn", "Finish signing in with a code or a recovery code", here, _CODE, (*_FORM, 410)),
    )  # fmt: skip
    proof = form({"password": STRING, "code": nullable(STRING)}, required=("password",))
    path(spec, f"{_SESSION}/reauthenticate", post=_own("reauthenticate", "Prove again who one is", here, proof))
    listed = {
        200: answer("The sessions.", record({"data": many(ref("SignedInBrowser")), "pending_email": nullable(STRING)}))
    }
    path(
        spec, f"{_SESSION}/sessions",
        get=_own("listSessions", "The browsers where one is signed in", listed),
        delete=_own("endEverySession", "Sign out everywhere", _DONE, refusals=(403,)),
    )  # fmt: skip
    end = _own("endSession", "Sign one browser out", _DONE, refusals=(403, 404))
    end["parameters"] = [in_path("The id of a session.")]
    path(spec, f"{_SESSION}/sessions/{{id}}", delete=end)
    password = form({"password": STRING}, required=("password",))
    path(spec, f"{_SESSION}/password", post=_own("changePassword", "Choose a new password", here, password))
    _add_email(spec)
    _add_second_factor(spec)
    _add_requirement(spec)


def _add_reset(spec: APISpec) -> None:
    sent = {202: answer("Sent, if there is an account.", record({"status": one_of("link_sent")}))}
    email = form({"email": STRING}, required=("email",))
    path(
        spec, f"{_SESSION}/password-reset", post=_open("askReset", "Mail a link to choose a new password", sent, email)
    )
    chosen = form({"token": STRING, "password": STRING}, required=("token", "password"))
    path(
        spec, f"{_SESSION}/password-reset/finish",
        post=_open("finishReset", "Choose a new password by the link", _DONE, chosen, (*_FORM, 410)),
    )  # fmt: skip


def _add_email(spec: APISpec) -> None:
    sent = record({"status": one_of("verification_sent"), "email": STRING})
    email = form({"email": STRING}, required=("email",))
    path(
        spec, f"{_SESSION}/email",
        post=_own("changeEmail", "Mail a link to a new address", {202: answer("Sent.", sent)}, email),
    )  # fmt: skip
    token = form({"token": STRING}, required=("token",))
    done = {200: answer("The person.", record({"user": ref("User")}))}
    path(
        spec, f"{_SESSION}/email/confirm",
        post=_own("confirmEmail", "Open the link: the new address counts", done, token, (*_FORM, 410)),
    )  # fmt: skip


def _add_second_factor(spec: APISpec) -> None:
    codes = {200: answer("Shown once.", record({"recovery_codes": many(STRING)}))}
    state = {200: answer("The state.", ref("TwoFactor"))}
    begun = {200: answer("For the authenticator.", record({"secret": STRING, "address": STRING, "picture": STRING}))}
    confirmed = {
        200: answer("It is on.", record({"recovery_codes": many(STRING), "session": ref("Session")})),
    }
    path(
        spec, f"{_SESSION}/two-factor",
        get=_own("readTwoFactor", "Whether one's second factor is on", state),
        post=_own("beginTwoFactor", "Make a secret for an authenticator", begun, refusals=(403, 409)),
        delete=_own("turnOffTwoFactor", "Turn it off", {200: answer("The session.", ref("Session"))}, refusals=(403,)),
    )  # fmt: skip
    path(
        spec, f"{_SESSION}/two-factor/confirm",
        post=_own("confirmTwoFactor", "Turn it on by a first code", confirmed, _CODE, (*_FORM, 409)),
    )  # fmt: skip
    path(
        spec, f"{_SESSION}/two-factor/recovery-codes",
        post=_own("renewRecoveryCodes", "Make new recovery codes", codes, refusals=(403, 409)),
    )  # fmt: skip


def _add_requirement(spec: APISpec) -> None:
    told = record({"required_from": nullable(INSTANT), "members": INTEGER, "without": INTEGER})
    here = {200: answer("From when on it is required, and how many members lack it.", told)}
    wanted = form({"required": BOOLEAN, "grace_days": INTEGER}, required=("required",))
    path(
        spec, "/api/v1/workspace/two-factor",
        get=operation(
            "readTwoFactorRequirement", "Whether every member needs two-factor sign-in", _TAG, here,
            security=IN_WORKSPACE, refusals=(401, 403, 404),
        ),
        put=operation(
            "changeTwoFactorRequirement", "Require two-factor sign-in of every member, or not", _TAG, here,
            security=IN_WORKSPACE, request_body=body(wanted), refusals=(401, 404, 409, *_FORM),
        ),
    )  # fmt: skip


def _add_schemas(spec: APISpec) -> None:
    spec.components.schema(
        "SignedInBrowser",
        record(
            {
                "id": UUID,
                "current": BOOLEAN,
                "browser": nullable(STRING),
                "system": nullable(STRING),
                "address": nullable(STRING),
                "signed_in_at": INSTANT,
                "seen_at": INSTANT,
            }
        ),
    )
    spec.components.schema(
        "TwoFactor", record({"on": BOOLEAN, "since": nullable(INSTANT), "recovery_codes_left": INTEGER})
    )


def _own(
    action: str, summary: str, responses: dict[int, Json], schema: Json | None = None,
    refusals: tuple[int, ...] | None = None,
) -> Json:  # fmt: skip
    """Return an operation of a signed-in person; `schema` is that of its body."""
    refused = refusals if refusals is not None else (_FORM if schema is not None else ())
    request_body = None if schema is None else body(schema)
    return operation(
        action, summary, _TAG, responses, security=SIGNED_IN, request_body=request_body, refusals=(401, *refused)
    )


def _open(
    action: str, summary: str, responses: dict[int, Json], schema: Json, refusals: tuple[int, ...] = _FORM
) -> Json:
    """Return an operation for everybody."""
    return operation(action, summary, _TAG, responses, security=[], request_body=body(schema), refusals=refusals)
