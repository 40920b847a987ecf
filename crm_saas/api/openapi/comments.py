"""The description of comments on records."""

from __future__ import annotations

from typing import Final

from apispec import APISpec

from crm_saas.api.openapi.shapes import (
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
    operation,
    page,
    path,
    query,
    record,
    ref,
)
from crm_saas.api.v1.comments import DEFAULT_COMMENTS, KEY_HEADER, MOST_COMMENTS
from crm_saas.crm.comments.mentions import LONGEST, MOST_MENTIONS
from crm_saas.crm.records.registry import RecordType

_READ: Final = (401, 403, 404, 422)
_WRITE: Final = (400, 401, 403, 404, 409, 413, 415, 422)
_COMMENT: Final[Json] = {**in_path("The id of a comment."), "name": "comment"}
_IF_MATCH: Final[Json] = {
    "name": "If-Match", "in": "header", "required": True, "schema": STRING,
    "description": "The version that is changed, as the `ETag` of an answer names it.",
}  # fmt: skip

_KEY: Final[Json] = {
    "name": KEY_HEADER, "in": "header", "schema": UUID,
    "description": "Chosen by the caller for each comment: sent again with it, the comment is said once.",
}  # fmt: skip


def add_shared(spec: APISpec) -> None:
    """Add what a comment looks like."""
    spec.components.schema(
        "Comment",
        record(
            {
                "id": UUID,
                "author": record({"id": UUID, "name": nullable(STRING)}),
                "body": {**STRING, "description": "Plain text. `<@id>` mentions a member."},
                "mentions": many(UUID),
                "version": INTEGER,
                "created_at": INSTANT,
                "edited_at": nullable(INSTANT),
            }
        ),
    )
    about = f"Plain text. `<@id>` mentions a member: at most {MOST_MENTIONS}, all of them active."
    said = {**STRING, "minLength": 1, "maxLength": LONGEST, "description": about}
    spec.components.schema("CommentInput", form({"body": said}, required=("body",)))


def add(spec: APISpec, rtype: RecordType) -> None:
    """Add the comments on a record type."""
    name = rtype.name.title().replace("_", "")
    address = f"/api/v1/{rtype.plural}/{{id}}/comments"
    one = in_path(f"The id of a {rtype.name}.")
    limit = query("limit", {**INTEGER, "minimum": 1, "maximum": MOST_COMMENTS, "default": DEFAULT_COMMENTS})
    path(
        spec,
        address,
        get=operation(
            f"comments{name}", "What was said about it, the newest first", rtype.plural,
            {200: answer("A page of comments.", page(ref("Comment")))}, security=IN_WORKSPACE, refusals=_READ,
            parameters=[one, limit, query("cursor", STRING, "`next_cursor` of the page before.")],
        ),
        post=operation(
            f"comment{name}", "Say something about it; whoever may read it may", rtype.plural,
            {201: answer("The new comment.", ref("Comment"), headers=("ETag",))}, security=IN_WORKSPACE,
            refusals=(*_WRITE, 429), parameters=[one, _KEY], request_body=body(ref("CommentInput")),
        ),
    )  # fmt: skip
    path(
        spec,
        f"{address}/{{comment}}",
        patch=operation(
            f"editComment{name}", "Change what one said oneself", rtype.plural,
            {200: answer("The comment as it is now.", ref("Comment"), headers=("ETag",))}, security=IN_WORKSPACE,
            refusals=(*_WRITE, 412, 428), parameters=[one, _COMMENT, _IF_MATCH], request_body=body(ref("CommentInput")),
        ),
        delete=operation(
            f"deleteComment{name}", "Take a comment back: one's own, or with the power `workspace` anybody's",
            rtype.plural, {204: answer("Deleted; what it said is gone.")}, security=IN_WORKSPACE,
            refusals=(*_READ, 409), parameters=[one, _COMMENT],
        ),
    )  # fmt: skip
