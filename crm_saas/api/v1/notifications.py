"""Notifications: the list behind the bell, what one chose to hear of, who follows a record, what one has seen."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, request

from crm_saas.api.edge import Call, Reply, in_workspace, int_parameter, record_id
from crm_saas.api.parameters import flag_parameter, only_parameters
from crm_saas.api.v1.records import rtype_of
from crm_saas.crm.notifications import choices, following, reading, seen
from crm_saas.crm.records.ordering import bad_cursor
from crm_saas.kernel.ids import parse_uuid

notifications = Blueprint("notifications", __name__)
MOST_ROWS: Final = 100
DEFAULT_ROWS: Final = 30


@notifications.get("/notifications")
@in_workspace
def list_notifications(call: Call) -> Reply:
    """Answer what one should hear of, the newest first."""
    only_parameters("unread", "cursor", "limit")
    limit = int_parameter("limit", DEFAULT_ROWS, most=MOST_ROWS)
    cursor = request.args.get("cursor")
    before = parse_uuid(cursor) if cursor else None
    if cursor and before is None:
        raise bad_cursor()
    data, following_one = reading.page(
        call.unit, call.actor, unread=flag_parameter("unread"), before=before, limit=limit
    )
    return Reply({"data": data, "next_cursor": following_one})


@notifications.get("/notifications/unread")
@in_workspace
def count_unread(call: Call) -> Reply:
    """Answer how many are unread: asked often, so that an unchanged answer is not sent again."""
    only_parameters()
    count, newest = reading.unread(call.unit, call.actor)
    return Reply({"unread": count, "newest": newest}, headers={"ETag": f'"{count}-{newest}"'})


@notifications.post("/notifications/read")
@in_workspace
def mark_read(call: Call) -> Reply:
    """Mark some of one's own as read; answer how many are unread then."""
    only_parameters()
    reading.mark_read(call.unit, call.actor, call.body())
    count, newest = reading.unread(call.unit, call.actor)
    return Reply({"unread": count, "newest": newest})


@notifications.get("/notifications/choices")
@in_workspace
def read_choices(call: Call) -> Reply:
    """Answer what one hears of, and how."""
    only_parameters()
    mine = call.actor.user_id
    return Reply(choices.of_members(call.unit, [mine])[mine].as_json())


@notifications.put("/notifications/choices")
@in_workspace
def put_choices(call: Call) -> Reply:
    """Choose what one hears of, and how."""
    only_parameters()
    return Reply(choices.put(call.unit, call.actor.user_id, call.body()).as_json())


@notifications.get("/<plural>/<record>/followers")
@in_workspace
def list_followers(call: Call, plural: str, record: str) -> Reply:
    """Answer who follows a record, and whether one does oneself."""
    rtype, found = rtype_of(plural), record_id(record)
    only_parameters()
    return Reply(following.listed(call.unit, call.actor, rtype, found))


@notifications.post("/<plural>/<record>/followers")
@in_workspace
def follow(call: Call, plural: str, record: str) -> Reply:
    """Follow a record."""
    return _follow(call, plural, record, following_it=True)


@notifications.delete("/<plural>/<record>/followers")
@in_workspace
def unfollow(call: Call, plural: str, record: str) -> Reply:
    """Follow a record no more."""
    return _follow(call, plural, record, following_it=False)


def _follow(call: Call, plural: str, record: str, *, following_it: bool) -> Reply:
    rtype, found = rtype_of(plural), record_id(record)
    only_parameters()
    following.follow(call.unit, call.actor, rtype, found, following=following_it)
    return Reply(following.listed(call.unit, call.actor, rtype, found))


@notifications.post("/<plural>/<record>/seen")
@in_workspace
def mark_seen(call: Call, plural: str, record: str) -> Reply:
    """Note up to where one has looked at a record's history."""
    rtype, found = rtype_of(plural), record_id(record)
    only_parameters()
    seen.mark(call.unit, call.actor, rtype, found, call.body())
    return Reply()
