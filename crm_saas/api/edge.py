"""The one way a workspace request goes: who -> which workspace -> unit of work -> act -> dump -> commit.

A view of the workspace API is a function of a `Call` that returns a `Reply`; it is decorated with `in_workspace`.
The reply is dumped inside the unit, and sent only after the unit has committed.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from flask import Response, request

from crm_saas.api.auth import principal, signed_in
from crm_saas.api.body import read_json
from crm_saas.api.parameters import WORKSPACE_PARAMETER, int_parameter
from crm_saas.crm.records.actor import Actor, load_actor
from crm_saas.kernel import logs, uow
from crm_saas.kernel.clock import now
from crm_saas.kernel.directory import TenantMovingError, UnknownTenantError
from crm_saas.kernel.errors import FieldError, Invalid, NotFound, PreconditionRequired, TwoFactorRequired
from crm_saas.kernel.ids import parse_uuid
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import journal

__all__ = [
    "Call",
    "Door",
    "Reply",
    "at_workspace_door",
    "etag",
    "in_workspace",
    "int_parameter",
    "record_id",
    "render",
    "required_version",
    "workspace_of_request",
]

WORKSPACE_HEADER: Final = "X-Workspace"
_SAFE: Final = frozenset({"GET", "HEAD"})
_DUMP = orjson.OPT_UTC_Z


@dataclass(frozen=True, slots=True)
class Call:
    """One request inside its workspace's unit of work."""

    unit: UnitOfWork
    actor: Actor

    @property
    def workspace_id(self) -> uuid.UUID:
        """The workspace the request is for."""
        return self.unit.workspace_id

    def body(self) -> Any:  # noqa: ANN401
        """Read the JSON body strictly."""
        return read_json()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a view answers: a JSON document (None: no content), a status, and headers."""

    document: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


View = Callable[..., Reply | Response]


def in_workspace(view: View) -> Callable[..., Response]:
    """Run a view for a signed-in member of the workspace that the request names, in one unit of work."""

    @signed_in
    @functools.wraps(view)
    def call(**path: Any) -> Response:  # noqa: ANN401
        user_id = principal().person.id
        workspace_id = _named_workspace(user_id)
        request.get_data()  # all of it before the unit begins: a slow sender would keep a transaction open
        try:
            with uow.tenant(workspace_id) as unit:
                reply = view(_entered(unit, user_id), **path)
                response = reply if isinstance(reply, Response) else render(reply)
        except TenantMovingError:
            raise
        except UnknownTenantError:
            raise NotFound("No such workspace.") from None
        return response

    return call


@dataclass(frozen=True, slots=True)
class Door:
    """A request whose work does not fit one unit: it reads a large body or a file between short ones."""

    workspace_id: uuid.UUID
    user_id: uuid.UUID

    @contextmanager
    def open(self) -> Iterator[Call]:
        """Open a unit; the member's row is read again in each."""
        with uow.tenant(self.workspace_id) as unit:
            yield _entered(unit, self.user_id)

    def note(self, kind: str, data: Mapping[str, Any] | None = None, *, about: uuid.UUID | None = None) -> None:
        """Write an act into the workspace's journal, which is in the control plane; `about` a person, if it is."""
        with uow.control() as unit:
            journal.record(
                unit, kind, workspace_id=self.workspace_id, actor_id=self.user_id, user_id=about, data=dict(data or {})
            )


def at_workspace_door(view: View) -> Callable[..., Response]:
    """Run a view that opens its units itself, through the `Door` it is given."""

    @signed_in
    @functools.wraps(view)
    def call(**path: Any) -> Response:  # noqa: ANN401
        user_id = principal().person.id
        try:
            reply = view(Door(_named_workspace(user_id), user_id), **path)
            return reply if isinstance(reply, Response) else render(reply)
        except TenantMovingError:
            raise
        except UnknownTenantError:
            raise NotFound("No such workspace.") from None

    return call


def _entered(unit: UnitOfWork, user_id: uuid.UUID) -> Call:
    """Let a member into the unit; `TwoFactorRequired` where the workspace asks for a second factor they do not have."""
    actor = load_actor(unit, user_id, "ui")
    asked_from = actor.two_factor_from
    if asked_from is not None and asked_from <= now() and not principal().person.two_factor:
        raise TwoFactorRequired("Set up two-factor sign-in to enter this workspace.")
    return Call(unit, actor)


def _named_workspace(user_id: uuid.UUID) -> uuid.UUID:
    """Return the workspace that the request names, and name both in every line that is logged from here on."""
    workspace_id = workspace_of_request()
    logs.bind(tenant_id=str(workspace_id), actor_id=str(user_id))
    return workspace_id


def render(reply: Reply) -> Response:
    """Turn a reply into a response; not modified if the caller already holds this version."""
    tag = reply.headers.get("ETag")
    if tag is not None and request.method in _SAFE and request.if_none_match.contains_weak(tag.strip('"')):
        return Response(status=304, headers={"ETag": tag})
    if reply.document is None:
        return Response(status=204 if reply.status == 200 else reply.status, headers=reply.headers)
    return Response(
        orjson.dumps(reply.document, option=_DUMP), reply.status, reply.headers, content_type="application/json"
    )


def workspace_of_request() -> uuid.UUID:
    """Return the workspace that the request names in its header, or for a download in its query; else `NotFound`.

    A request that names two different ones is for neither.
    """
    named = {request.headers.get(WORKSPACE_HEADER)}
    in_query = request.args.get(WORKSPACE_PARAMETER)
    if request.method in _SAFE or (in_query is not None and None not in named):
        named.add(in_query)
    ids = {parse_uuid(text) for text in named if text is not None}
    workspace_id = ids.pop() if len(ids) == 1 else None
    if workspace_id is None:
        raise NotFound("Say which workspace this is for.")
    return workspace_id


def record_id(text: str) -> uuid.UUID:
    """Read the id in a path; what is not an id names nothing."""
    found = parse_uuid(text)
    if found is None:
        raise NotFound
    return found


def etag(version: int) -> dict[str, str]:
    """Return the header that names a record's version."""
    return {"ETag": f'"{version}"'}


def required_version() -> int:
    """Return the version in If-Match; `PreconditionRequired` without one, `Invalid` if it is not one of ours.

    A weak tag is taken as well: proxies that compress an answer make its tag weak. `*` is refused, since it would
    overwrite a version that the caller has not seen.
    """
    header = request.headers.get("If-Match")
    if header is None:
        raise PreconditionRequired
    text = header.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid(errors=[FieldError("/if-match", "bad_version", 'If-Match holds one version, such as "3".')])
    return int(text)
