"""The people of the workspace: who they are, their role, their leaving, and what becomes of their records."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, Final

from flask import Blueprint, Response
from sqlalchemy import Row, select

from crm_saas.api.auth import require_recent_authentication
from crm_saas.api.body import read_json
from crm_saas.api.edge import Call, Door, Reply, at_workspace_door, in_workspace, record_id
from crm_saas.api.parameters import only_parameters
from crm_saas.api.v1.rights import require_may_change
from crm_saas.crm.assignment import leaving
from crm_saas.crm.handover import service
from crm_saas.crm.handover.model import HandOver
from crm_saas.crm.handover.service import Share
from crm_saas.crm.imports.rejects import neutralise
from crm_saas.crm.takeout.cells import BYTE_ORDER_MARK, line
from crm_saas.kernel import uow
from crm_saas.kernel.errors import FieldError, Invalid, NotFound
from crm_saas.kernel.text import sort_key
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants import entitlements, invitations, memberships
from crm_saas.tenants.fields import Fields, sure
from crm_saas.tenants.mirror import Member
from crm_saas.tenants.models import Membership, User, Workspace
from crm_saas.tenants.roles import MEMBERS, OWNER

members = Blueprint("members", __name__)
ROLE_LENGTH: Final = 100
PAGE: Final = 1000
_POINTER: Final = "/hand_over/to"


@members.get("/members/details")
@at_workspace_door
def details(door: Door) -> Reply:
    """Answer the members with when they joined and were last here, and how many seats there are."""
    only_parameters()
    _require_power(door)
    with uow.control() as unit:
        plan = unit.session.get_one(Workspace, door.workspace_id).plan
        rows = unit.session.execute(
            select(Membership, User)
            .join(User, User.id == Membership.user_id)
            .where(Membership.workspace_id == door.workspace_id)
        ).all()
        seats = {
            "allowed": entitlements.PLANS[plan].seats,
            "used": entitlements.seats_used(unit, door.workspace_id),
            "promised": invitations.pending(unit, door.workspace_id),
        }
        return Reply(
            {
                "data": [_as_json(unit, membership, user) for membership, user in sorted(rows, key=_place)],
                "seats": seats,
            }
        )


@members.patch("/members/<member>")
@at_workspace_door
def change(door: Door, member: str) -> Reply:
    """Give a member another role."""
    only_parameters()
    fields = Fields(read_json(), ("role",))
    role = fields.text("role", lambda text: text[:ROLE_LENGTH])
    _require_power(door)
    user_id = _existing(door, member)
    fields.check()
    role = sure(role)
    with door.open() as call:
        require_may_change(call, user_id, role=role)
    if role == OWNER:
        require_recent_authentication()
    with uow.control() as unit:
        found = memberships.change_role(unit, door.workspace_id, user_id, role, actor_id=door.user_id)
        return Reply(_as_json(unit, found, unit.session.get_one(User, user_id)))


@members.get("/members/<member>/holdings")
@in_workspace
def holdings(call: Call, member: str) -> Reply:
    """Answer what a member is responsible for; one's own everybody may know."""
    only_parameters()
    user_id = record_id(member)
    if user_id != call.actor.user_id:
        call.actor.require_power(MEMBERS)
    if call.unit.session.get(Member, user_id) is None:
        raise NotFound
    found = service.holdings(call.unit, user_id)
    rows = [{"type": each.rtype.name, "field": each.field.name, "count": each.count} for each in found]
    rules = leaving.named_by(call.unit, user_id)
    return Reply({"data": rows, "total": sum(each.count for each in found), "rules": rules})


@members.post("/members/<member>/deactivate")
@at_workspace_door
def deactivate(door: Door, member: str) -> Reply:
    """End a member's access at once and free the seat; then hand over what they own, if that is wanted."""
    only_parameters()
    body = read_json()
    _require_power(door)
    user_id = _existing(door, member)
    _require_may_change(door, user_id)
    return _end(door, user_id, body)


@members.post("/members/leave")
@at_workspace_door
def leave(door: Door) -> Reply:
    """Leave the workspace oneself, handing over what one owns, if that is wanted."""
    only_parameters()
    body = read_json()
    with door.open():
        pass
    return _end(door, door.user_id, body)


@members.post("/members/<member>/reactivate")
@at_workspace_door
def reactivate(door: Door, member: str) -> Reply:
    """Give a deactivated member access again; takes a seat."""
    only_parameters()
    _require_power(door)
    user_id = _existing(door, member)
    _require_may_change(door, user_id)
    with uow.control() as unit:
        found = memberships.reactivate(unit, door.workspace_id, user_id, actor_id=door.user_id)
        return Reply(_as_json(unit, found, unit.session.get_one(User, user_id)))


@members.post("/members/<member>/hand-over")
@at_workspace_door
def hand_over(door: Door, member: str) -> Reply:
    """Hand over what somebody still owns who was deactivated before."""
    only_parameters()
    body = read_json()
    _require_power(door)
    user_id = _existing(door, member)
    fields = Fields(body, ("to",))
    fields.check()
    shares = service.read_shares(body.get("to"), "/to")
    with door.open() as call:
        require_may_change(call, user_id)
        service.require_recipients(call.unit, user_id, shares, "/to")
        made = service.as_json(service.ask(call.unit, user_id, shares, asked_by_id=door.user_id))
    _note_hand_over(door, user_id, shares, made["total"])
    return Reply(made, 202)


@members.get("/hand-overs")
@in_workspace
def list_hand_overs(call: Call) -> Reply:
    """Answer the newest hand-overs."""
    only_parameters()
    call.actor.require_power(MEMBERS)
    return Reply({"data": [service.as_json(each) for each in service.newest(call.unit)]})


@members.get("/hand-overs/<hand_over>")
@in_workspace
def show_hand_over(call: Call, hand_over: str) -> Reply:
    """Answer one hand-over with the first of what moved."""
    only_parameters()
    call.actor.require_power(MEMBERS)
    found = service.one(call.unit, record_id(hand_over))
    rows = service.moved(call.unit, found.id, None, service.LISTED)
    first = [
        {"type": row.record_type, "id": row.record_id, "display_name": row.display_name, "to_id": row.to_id}
        for row in rows
    ]
    return Reply({**service.as_json(found), "first_moved": first})


@members.get("/hand-overs/<hand_over>/records")
@at_workspace_door
def download_moved(door: Door, hand_over: str) -> Response:
    """Send the list of everything that moved, as CSV."""
    only_parameters()
    hand_over_id = record_id(hand_over)
    with door.open() as call:
        call.actor.require_power(MEMBERS)
        found = service.one(call.unit, hand_over_id)
        rows = call.unit.connection.execute(select(Member.user_id, Member.name))
        names: dict[str | None, str] = {str(row.user_id): row.name for row in rows}
        before = names[str(found.from_id)]
    headers = {"Content-Disposition": f'attachment; filename="hand-over-{str(hand_over_id)[-6:]}.csv"'}
    return Response(_csv(door.workspace_id, found, before, names), headers=headers, content_type="text/csv")


def _csv(workspace_id: uuid.UUID, hand_over: HandOver, before: str, names: dict[str | None, str]) -> Iterator[bytes]:
    """Yield the rows, a unit for each page: nothing is held open while a slow reader reads."""
    yield BYTE_ORDER_MARK + line(["type", "id", "name", "from", "to"])
    after = None
    while True:
        with uow.tenant(workspace_id) as unit:
            page = service.moved(unit, hand_over.id, after, PAGE)
        for row in page:
            cells = [row.record_type, str(row.record_id), row.display_name, before, names.get(row.to_id, "")]
            yield line([neutralise(cell) for cell in cells])
        if len(page) < PAGE:
            break
        after = page[-1].event_id
    for view in hand_over.views:
        cells = ["view", view["id"], view["name"], before, names.get(view["to_id"], "")]
        yield line([neutralise(cell) for cell in cells])


def _end(door: Door, user_id: uuid.UUID, body: object) -> Reply:
    """Deactivate first, so that nothing new comes to the member; then ask for the hand-over of what they own."""
    shares = _read_hand_over(body)
    if shares is not None:
        with door.open() as call:
            service.require_recipients(call.unit, user_id, shares, _POINTER)
    with uow.control() as unit:
        memberships.deactivate(unit, door.workspace_id, user_id, actor_id=door.user_id)
    made = None
    if shares is not None:
        with uow.tenant(door.workspace_id) as unit:
            made = service.as_json(service.ask(unit, user_id, shares, asked_by_id=door.user_id))
        _note_hand_over(door, user_id, shares, made["total"])
    return Reply({"hand_over": made})


def _note_hand_over(door: Door, user_id: uuid.UUID, shares: list[Share], total: int) -> None:
    data = {"total": total, "to": [str(share.member_id) for share in shares]}
    door.note("membership.handed_over", data, about=user_id)


def _read_hand_over(body: object) -> list[Share] | None:
    """Read who gets the records: null leaves them as they are, an empty list leaves them without an owner."""
    Fields(body, ("hand_over",)).check()
    given = body.get("hand_over") if isinstance(body, dict) else None
    if given is None:
        return None
    if not isinstance(given, dict) or set(given) != {"to"}:
        raise Invalid(errors=[FieldError("/hand_over", "wrong_type", 'Send {"to": [...]} or null.')])
    return service.read_shares(given["to"], _POINTER)


def _require_power(door: Door) -> None:
    with door.open() as call:
        call.actor.require_power(MEMBERS)


def _require_may_change(door: Door, user_id: uuid.UUID) -> None:
    with door.open() as call:
        require_may_change(call, user_id)


def _existing(door: Door, member: str) -> uuid.UUID:
    """Read the id of a member of this workspace in a path."""
    user_id = record_id(member)
    with uow.control() as unit:
        if memberships.find(unit, door.workspace_id, user_id) is None:
            raise NotFound
    return user_id


def _place(row: Row[Membership, User]) -> tuple[str, int]:
    return sort_key(row[1].name), row[1].id.int


def _as_json(unit: UnitOfWork, membership: Membership, user: User) -> dict[str, Any]:
    asked = unit.session.get_one(Workspace, membership.workspace_id).two_factor_from is not None
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "role": membership.role,
        "team_id": membership.team_id,
        "active": membership.active,
        "joined_at": membership.created_at,
        "ended_at": membership.ended_at,
        "last_seen_at": membership.seen_at,
        "two_factor": user.two_factor_at is not None if asked else None,
    }
