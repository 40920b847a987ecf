"""What members say about a record of any type."""

from __future__ import annotations

import uuid
from typing import Final

from flask import Blueprint, request

from crm_saas.api import rate_limit
from crm_saas.api.body import read_json
from crm_saas.api.edge import (
    Call,
    Door,
    Reply,
    at_workspace_door,
    etag,
    in_workspace,
    int_parameter,
    record_id,
    required_version,
)
from crm_saas.api.parameters import only_parameters
from crm_saas.api.rate_limit import Rule
from crm_saas.api.v1.records import rtype_of
from crm_saas.crm.comments import service
from crm_saas.crm.records.ordering import bad_cursor
from crm_saas.kernel.errors import FieldError, Invalid
from crm_saas.kernel.ids import parse_uuid

comments = Blueprint("comments", __name__)
MOST_COMMENTS: Final = 100
DEFAULT_COMMENTS: Final = 50
POSTING: Final = Rule("comment", 60, 60)
"""More than anybody types; a loop that writes to everybody's bells is stopped."""
KEY_HEADER: Final = "Idempotency-Key"


@comments.get("/<plural>/<record>/comments")
@in_workspace
def list_comments(call: Call, plural: str, record: str) -> Reply:
    """Answer what was said about a record, the newest first."""
    rtype, found = rtype_of(plural), record_id(record)
    only_parameters("cursor", "limit")
    limit = int_parameter("limit", DEFAULT_COMMENTS, most=MOST_COMMENTS)
    cursor = request.args.get("cursor")
    before = parse_uuid(cursor) if cursor else None
    if cursor and before is None:
        raise bad_cursor()
    data, following = service.page(call.unit, call.actor, rtype, found, before=before, limit=limit)
    return Reply({"data": data, "next_cursor": following})


@comments.post("/<plural>/<record>/comments")
@at_workspace_door
def add_comment(door: Door, plural: str, record: str) -> Reply:
    """Say something about a record; sent again with the same `Idempotency-Key` it is said once."""
    rtype, found = rtype_of(plural), record_id(record)
    only_parameters()
    key, said = _request_key(), _said()
    rate_limit.hit(POSTING, str(door.workspace_id), str(door.user_id))
    with door.open() as call:
        document = service.add(call.unit, call.actor, rtype, found, said, request_key=key)
    return Reply(document, 201, etag(document["version"]))


@comments.patch("/<plural>/<record>/comments/<comment>")
@in_workspace
def edit_comment(call: Call, plural: str, record: str, comment: str) -> Reply:
    """Change what one said."""
    rtype, found, named = rtype_of(plural), record_id(record), record_id(comment)
    only_parameters()
    version = required_version()
    said = _said()
    document = service.edit(call.unit, call.actor, rtype, found, said, comment_id=named, version=version)
    return Reply(document, headers=etag(document["version"]))


@comments.delete("/<plural>/<record>/comments/<comment>")
@in_workspace
def delete_comment(call: Call, plural: str, record: str, comment: str) -> Reply:
    """Take a comment back."""
    rtype, found, named = rtype_of(plural), record_id(record), record_id(comment)
    only_parameters()
    service.remove(call.unit, call.actor, rtype, found, named)
    return Reply()


def _request_key() -> uuid.UUID | None:
    given = request.headers.get(KEY_HEADER)
    key = parse_uuid(given) if given is not None else None
    if given is not None and key is None:
        raise Invalid(errors=[FieldError("/idempotency-key", "invalid_id", f"{KEY_HEADER} is a UUID.")])
    return key


def _said() -> object:
    """Return the only member of the body."""
    document = read_json()
    if not isinstance(document, dict):
        raise Invalid("Send a JSON object.", errors=[FieldError("", "wrong_type", "Expected an object.")])
    unknown = [name for name in document if name != "body"]
    if unknown:
        raise Invalid(errors=[FieldError(f"/{unknown[0][:100]}", "unknown_field", "There is no such field.")])
    if "body" not in document:
        raise Invalid(errors=[FieldError("/body", "required", "A comment says something.")])
    return document["body"]
