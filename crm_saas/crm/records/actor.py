"""Who acts, in which workspace, through which door: read once at the start of a unit, inside its transaction."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import array

from crm_saas.crm.records.kinds import Context
from crm_saas.crm.records.kinds.choices import member_key
from crm_saas.crm.records.periods import week_start
from crm_saas.crm.records.registry import RecordType
from crm_saas.kernel.errors import Forbidden, NotFound, QuotaExceeded
from crm_saas.kernel.prepared import Prepared
from crm_saas.kernel.uow import UnitOfWork
from crm_saas.tenants.mirror import Member, RecordCount, WorkspaceSettings
from crm_saas.tenants.own_roles import Role
from crm_saas.tenants.roles import NO_RIGHTS, SHIPPED, Level, Rights
from crm_saas.tenants.teams import Team

Source = Literal["ui", "api", "import", "automation", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A member at work. Rights come from the row read in the transaction that acts; they are never cached."""

    user_id: uuid.UUID
    name: str
    role: str
    source: Source
    currency: str
    country: str
    timezone: str
    """The member's own: what today is, and which day an instant falls on."""
    records: int
    """Records the workspace has now."""
    records_limit: int
    batch_id: uuid.UUID | None = None
    two_factor_from: datetime | None = None
    """From when on the workspace refuses members without a second factor."""
    rights: Rights = field(default_factory=Rights)
    """What the role may do."""
    team_id: uuid.UUID | None = None
    reach: tuple[uuid.UUID, ...] = ()
    """They themselves; where a level is `team`, all members of their team and those below, those who left included."""

    def level(self, action: str, rtype: RecordType) -> Level:
        """How far an action of theirs reaches on a type."""
        return self.rights.level(action, rtype.name)

    def require(self, action: str, rtype: RecordType) -> None:
        """Refuse with `Forbidden` what the role does not allow on any record of the type."""
        if self.level(action, rtype) == "none":
            raise Forbidden(f"Your role may not {action} {rtype.plural}.", action=action, type=rtype.name)

    @property
    def powers(self) -> frozenset[str]:
        """What the role may do beside records."""
        return self.rights.powers

    def require_power(self, power: str) -> None:
        """Refuse with `Forbidden` somebody who lacks a power of `tenants.roles.POWERS`."""
        if power not in self.powers:
            raise Forbidden("Your role may not do this.", power=power)

    def require_room(self, more: int = 1) -> None:
        """Refuse with `QuotaExceeded` when the plan has no room for `more` records."""
        if self.records + more > self.records_limit:
            raise QuotaExceeded(
                "No more records fit in this plan.", limit="records", allowed=self.records_limit, used=self.records
            )

    def context(self) -> Context:
        """Return what raw values are read against, without the names of members."""
        return Context(
            default_region=self.country,
            currency=self.currency,
            timezone=self.timezone,
            week_start=week_start(self.country),
            limits=self.rights.fields,
        )

    @property
    def kind(self) -> str:
        """Who that is in the log: member or system."""
        return "system" if self.user_id == SYSTEM_ID else "member"


SYSTEM_ID: Final = uuid.UUID(int=0)
"""Stands for the product itself, which no member is, where it acts by a rule of the workspace."""
_REACH = Prepared(
    select(Member.user_id)
    .join(Team, Team.id == Member.team_id)
    .where(Team.path.bool_op("@>")(array([bindparam("team_id", type_=Uuid)])))
)
"""Asked only for those whose role has a level `team`: it costs as much as all else about a member."""
_ANYBODY = (
    select(
        Member.name,
        Member.role,
        WorkspaceSettings.currency,
        WorkspaceSettings.country,
        Member.timezone,
        WorkspaceSettings.two_factor_from,
        WorkspaceSettings.limits["records"].as_integer().label("records_limit"),
        select(func.coalesce(func.sum(RecordCount.value), 0)).scalar_subquery().label("records"),
        Role.rights,
        Role.based_on,
        Member.team_id,
    )
    .select_from(Member)
    .join(WorkspaceSettings, WorkspaceSettings.id.is_not(None))
    .outerjoin(Role, Role.key == Member.role)
    .where(Member.user_id == bindparam("user_id"))
)
_LOADED = Prepared(_ANYBODY.where(Member.active))
_FORMER = Prepared(_ANYBODY)


def load_actor(
    unit: UnitOfWork, user_id: uuid.UUID, source: Source, *, batch_id: uuid.UUID | None = None, former: bool = False
) -> Actor:
    """Read the member's row in this transaction; `NotFound` if they are not an active member here.

    Arguments: `former` for a job that goes on with what somebody asked for before they left.
    """
    row = (_FORMER if former else _LOADED).first(unit, user_id=user_id)
    if row is None:
        raise NotFound("No such workspace.")
    (
        name, role, currency, country, timezone, two_factor_from, records_limit, records,
        own_rights, based_on, team_id,
    ) = row  # fmt: skip
    rights = SHIPPED.get(role, NO_RIGHTS) if own_rights is None else Rights.from_json(own_rights, based_on)
    by_team = team_id is not None and rights.by_team
    reach = [each[0] for each in _REACH.all(unit, team_id=team_id)] if by_team else []
    return Actor(
        user_id=user_id,
        name=name,
        role=role,
        source=source,
        currency=currency,
        country=country,
        timezone=timezone,
        records=int(records),
        records_limit=records_limit,
        batch_id=batch_id,
        two_factor_from=two_factor_from,
        rights=rights,
        team_id=team_id,
        reach=(user_id, *reach),
    )


def load_system(unit: UnitOfWork, *, batch_id: uuid.UUID | None = None) -> Actor:
    """Return the product itself at work in a workspace: it reaches everything, in the workspace's own time zone."""
    workspace = unit.session.execute(select(WorkspaceSettings)).scalar_one()
    records = unit.connection.execute(select(func.coalesce(func.sum(RecordCount.value), 0))).scalar_one()
    return Actor(
        user_id=SYSTEM_ID,
        name="",
        role="owner",
        source="automation",
        currency=workspace.currency,
        country=workspace.country,
        timezone=workspace.timezone,
        records=int(records),
        records_limit=int(workspace.limits["records"]),
        batch_id=batch_id,
        rights=SHIPPED["owner"],
        reach=(),
    )


def members_by_key(unit: UnitOfWork) -> dict[str, str]:
    """Return id, e-mail and name of each active member -> the member's id, for reading member fields.

    A name that two members share names neither.
    """
    rows = unit.connection.execute(select(Member.user_id, Member.email, Member.name).where(Member.active)).all()
    names = Counter(member_key(row.name) for row in rows)
    found = {key: str(row.user_id) for row in rows if names[key := member_key(row.name)] == 1}
    found |= {member_key(row.email): str(row.user_id) for row in rows}
    return found | {str(row.user_id): str(row.user_id) for row in rows}
