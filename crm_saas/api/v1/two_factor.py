"""Whether the workspace asks every member for two-factor sign-in, and from when on."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint

from crm_saas.api.auth import principal, require_recent_authentication
from crm_saas.api.body import read_json
from crm_saas.api.edge import Door, Reply, at_workspace_door
from crm_saas.api.parameters import only_parameters
from crm_saas.kernel import uow
from crm_saas.kernel.errors import Conflict, FieldError, Invalid
from crm_saas.tenants.account import requiring
from crm_saas.tenants.roles import WORKSPACE

two_factor = Blueprint("two_factor", __name__)
LONGEST_GRACE: Final = 30
_FIELDS: Final = frozenset({"required", "grace_days"})


@two_factor.get("/workspace/two-factor")
@at_workspace_door
def show(door: Door) -> Reply:
    """Answer from when on it is required, and how many members have not set it up."""
    only_parameters()
    _require_power(door)
    with uow.control() as unit:
        return Reply(asdict(requiring.of_workspace(unit, door.workspace_id)))


@two_factor.put("/workspace/two-factor")
@at_workspace_door
def change(door: Door) -> Reply:
    """Require it, at once or after days of grace, or leave it to each member."""
    only_parameters()
    _require_power(door)
    require_recent_authentication()
    required, grace = _read(read_json())
    if required and not principal().person.two_factor:
        raise Conflict("Set it up yourself first.", code="set_up_two_factor_first")
    with uow.control() as unit:
        requiring.change(unit, door.workspace_id, door.user_id, grace if required else None)
        return Reply(asdict(requiring.of_workspace(unit, door.workspace_id)))


def _require_power(door: Door) -> None:
    with door.open() as call:
        call.actor.require_power(WORKSPACE)


def _read(body: Any) -> tuple[bool, int]:  # noqa: ANN401
    """Read {"required": true, "grace_days": 7}."""
    if not isinstance(body, dict):
        raise Invalid(errors=[FieldError("", "wrong_type", "Send an object.", {"type": "object"})])
    faults = [FieldError(f"/{name}"[:100], "unknown_field", "There is no such field.") for name in set(body) - _FIELDS][
        :20
    ]
    required, grace = body.get("required"), body.get("grace_days", 0)
    if not isinstance(required, bool):
        faults.append(FieldError("/required", "invalid_boolean", "Say true or false."))
    if isinstance(grace, bool) or not isinstance(grace, int) or not 0 <= grace <= LONGEST_GRACE:
        faults.append(FieldError("/grace_days", "out_of_range", f"0 to {LONGEST_GRACE}.", {"max": LONGEST_GRACE}))
    if faults:
        raise Invalid(errors=faults)
    return bool(required), int(grace)
