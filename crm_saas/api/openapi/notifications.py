"""The description of notifications, followers, and what one has seen."""

from __future__ import annotations

from typing import Final

from apispec import APISpec

from crm_saas.api.openapi.shapes import (
    BOOLEAN,
    FLAG,
    IN_WORKSPACE,
    INSTANT,
    INTEGER,
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
    page,
    path,
    query,
    record,
    ref,
)
from crm_saas.api.v1.notifications import DEFAULT_ROWS, MOST_ROWS
from crm_saas.crm.notifications.kinds import KINDS, MAILS
from crm_saas.crm.notifications.reading import MOST_COUNTED, MOST_MARKED
from crm_saas.crm.records.registry import REGISTRY, RecordType

_TAG: Final = "notifications"
_READ: Final = (401, 403, 404, 422)
_WRITE: Final = (400, 401, 403, 404, 409, 413, 415, 422)


def add(spec: APISpec) -> None:
    """Add the list behind the bell and what one chose to hear of."""
    _add_schemas(spec)
    limit = query("limit", {**INTEGER, "minimum": 1, "maximum": MOST_ROWS, "default": DEFAULT_ROWS})
    cursor = query("cursor", STRING, "`next_cursor` of the page before.")
    path(
        spec,
        "/api/v1/notifications",
        get=operation(
            "listNotifications", "What one should hear of, the newest first", _TAG,
            {200: answer("A page of notifications.", page(ref("Notification")))}, security=IN_WORKSPACE,
            refusals=_READ, parameters=[query("unread", FLAG, "Only those not read yet."), limit, cursor],
        ),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/notifications/unread",
        get=operation(
            "countUnreadNotifications", "How many are unread; ask with If-None-Match", _TAG,
            {200: answer("As asked.", ref("Unread"), headers=("ETag",)), 304: answer("As before.")},
            security=IN_WORKSPACE, refusals=_READ,
        ),
    )  # fmt: skip
    path(
        spec,
        "/api/v1/notifications/read",
        post=operation(
            "markNotificationsRead", "Mark some of one's own as read", _TAG,
            {200: answer("How many are unread now.", ref("Unread"))}, security=IN_WORKSPACE, refusals=_WRITE,
            request_body=body(ref("NotificationsRead")),
        ),
    )  # fmt: skip
    chosen = answer("The choices.", ref("NotificationChoices"))
    path(
        spec,
        "/api/v1/notifications/choices",
        get=operation(
            "readNotificationChoices", "What one hears of, and how", _TAG, {200: chosen}, security=IN_WORKSPACE,
            refusals=_READ,
        ),
        put=operation(
            "putNotificationChoices", "Choose what one hears of, and how; kinds left out stay as they are", _TAG,
            {200: chosen}, security=IN_WORKSPACE, refusals=_WRITE, request_body=body(ref("NotificationChoicesInput")),
        ),
    )  # fmt: skip


def _add_schemas(spec: APISpec) -> None:
    kind = one_of(*(each.name for each in KINDS))
    about = "What else a kind tells: of a finished job `what` it was, the `state` it ended in, its `name`."
    named = record({"type": STRING, "id": UUID, "display_name": STRING})
    spec.components.schema(
        "Notification",
        record(
            {
                "id": UUID,
                "kind": kind,
                "object": nullable(one_of(*(rtype.name for rtype in REGISTRY))),
                "record": {**nullable(named), "description": "Null: several records, or none."},
                "count": {**INTEGER, "description": "How many records it is about."},
                "actor": nullable(record({"id": UUID, "name": nullable(STRING)})),
                "excerpt": {**nullable(STRING), "description": "The beginning of a comment."},
                "fields": {**many(STRING), "description": "The fields that were changed."},
                "about": {"type": "object", "additionalProperties": True, "description": about},
                "created_at": INSTANT,
                "read_at": nullable(INSTANT),
            }
        ),
    )
    counted = {**INTEGER, "description": f"Counted up to {MOST_COUNTED}."}
    spec.components.schema("Unread", record({"unread": counted, "newest": nullable(UUID)}))
    which: list[Json] = [
        form({"ids": many(UUID, most=MOST_MARKED)}, required=("ids",)),
        form({"until": UUID}, required=("until",)),
        form({"all": {"const": True}}, required=("all",)),
    ]
    spec.components.schema("NotificationsRead", {"oneOf": which})
    mail = {**one_of(*MAILS), "description": "Within minutes, once a day at 8:00 of one's own time, or never."}
    choice: dict[str, Json] = {"kind": kind, "product": BOOLEAN, "mail": mail}
    follow = {**BOOLEAN, "description": "Follow what one owns, comments on, or is mentioned at."}
    spec.components.schema("NotificationChoices", record({"auto_follow": follow, "kinds": many(record(choice))}))
    spec.components.schema(
        "NotificationChoicesInput",
        form({"auto_follow": follow, "kinds": many(form(choice, required=tuple(choice)))}),
    )
    people = many(record({"id": UUID, "name": STRING}))
    spec.components.schema("Followers", record({"data": people, "following": BOOLEAN}))
    spec.components.schema("Seen", form({"event_id": {**UUID, "description": "Left out: the newest."}}))


def add_record(spec: APISpec, rtype: RecordType) -> None:
    """Add who follows a record of a type, and that it was looked at."""
    name = rtype.name.title().replace("_", "")
    one = in_path(f"The id of a {rtype.name}.")
    following = {200: answer("Its active followers.", ref("Followers"))}
    path(
        spec,
        f"/api/v1/{rtype.plural}/{{id}}/followers",
        get=operation(
            f"followers{name}", "Who follows it", rtype.plural, following, security=IN_WORKSPACE, refusals=_READ,
            parameters=[one],
        ),
        post=operation(
            f"follow{name}", "Follow it: hear of its changes and comments", rtype.plural, following,
            security=IN_WORKSPACE, refusals=_READ, parameters=[one],
        ),
        delete=operation(
            f"unfollow{name}", "Follow it no more, also where one owns it", rtype.plural, following,
            security=IN_WORKSPACE, refusals=_READ, parameters=[one],
        ),
    )  # fmt: skip
    path(
        spec,
        f"/api/v1/{rtype.plural}/{{id}}/seen",
        post=operation(
            f"seen{name}", "Note up to where one has looked at its history; what told of that is read", rtype.plural,
            {204: answer("Noted.")}, security=IN_WORKSPACE, refusals=_WRITE, parameters=[one],
            request_body=body(ref("Seen")),
        ),
    )  # fmt: skip
